"""Counts as messages write them: "1 passage", "1,200 passages".

No message writes a plural by itself: `f"{count} lines"` says "1 lines" on the day when there is one. The names of the
functions are words of the sentence that they stand in.
"""

from __future__ import annotations


def counted(number: int, noun: str, plural: str = "") -> str:
    """`number` with its noun; `plural` for a noun that takes more than an s.

    A verb after it is the caller's: messages are worded so that they need none.
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def more(number: int, noun: str) -> str:
    """What is left out of a list: "1 more row", "12 more rows"."""
    return counted(number, f"more {noun}")


def thousands(number: int) -> str:
    """A count of tokens where there is little room: "840", "1.4k"."""
    return str(number) if number < 1000 else f"{number / 1000:.1f}k"
