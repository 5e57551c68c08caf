"""Drawings with words in them, and pictures whose text is recognised."""
