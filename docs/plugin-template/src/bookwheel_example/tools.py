"""A tool of the agent: `tools.plugins = "example"`. A function, a `FunctionTool` or a `BaseToolSpec` class."""

from __future__ import annotations


def count_words(text: str) -> int:
    """Count the words of a text."""
    return len(text.split())
