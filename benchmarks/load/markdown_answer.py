"""Markdown as models write it, of any length, and in pieces as they send it."""

from itertools import pairwise

CHARACTERS = 4.27
"""Of a piece, the mean of recorded streams."""
PARAGRAPH = "Some *words* of **text** and `code` that an answer is made of [1]. " * 5
ANSWER = (
    f"## A heading\n\n{PARAGRAPH}\n\n{PARAGRAPH}\n\n- a first item\n- a second item [2]\n\n"
    "```python\ndef answer() -> int:\n    return 42\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
)


def answer(length: int) -> str:
    return (ANSWER * (length // len(ANSWER) + 1))[:length]


def pieces_of(length: int) -> list[str]:
    """An answer of this many characters in pieces."""
    text, count = answer(length), round(length / CHARACTERS)
    edges = [round(number * CHARACTERS) for number in range(count + 1)]
    return [text[start:end] for start, end in pairwise(edges)]
