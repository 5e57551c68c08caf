"""The commands: their arguments and options, and nothing else; each imports its work when it is called."""
