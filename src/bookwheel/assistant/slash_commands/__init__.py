"""Commands by name: what the palette lists and what `/name argument` does in the prompt."""
