"""Bytes to a Document, one reader a format: those of several files in the folder of their kind."""
