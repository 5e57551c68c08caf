"""The app under load in a pseudo-terminal; `benchmarks.terminal` prints it."""
