"""Saved sessions: append-only event logs with a small header."""
