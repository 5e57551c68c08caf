"""Workflows: events in, events out, one closing event on every end."""
