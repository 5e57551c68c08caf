"""Bytes to text: which encoding a file is in, by the letters of languages."""
