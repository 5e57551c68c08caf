"""From files to passages in a store."""
