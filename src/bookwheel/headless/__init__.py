"""The command line's output: plain text, JSON Lines and exit codes."""
