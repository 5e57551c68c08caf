"""The question that a command was given: as an argument, or on standard input."""

from __future__ import annotations

import sys

from bookwheel.errors import UsageError

MAX_QUESTION = 1_000_000


def question_text(argument: str) -> str:
    """What is asked; `-` reads it from standard input. Raises UsageError for an empty and for a huge one."""
    question = (sys.stdin.read(MAX_QUESTION + 1) if argument == "-" else argument).strip()
    if not question:
        raise UsageError("The question is empty.", hint="Write it as one word of the shell, in quotes.")
    if len(question) > MAX_QUESTION:
        raise UsageError(f"The question is longer than {MAX_QUESTION:,} characters.")
    return question
