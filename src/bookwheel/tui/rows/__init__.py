"""Blocks, documents and code as rows of styled text; pure, no widget."""
