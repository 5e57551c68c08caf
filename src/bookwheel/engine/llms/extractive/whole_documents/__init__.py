"""Quotes that answer for a whole document: its subject, its summary, what was decided."""
