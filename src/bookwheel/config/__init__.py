"""The settings: their model, where each value came from, and the commented example."""
