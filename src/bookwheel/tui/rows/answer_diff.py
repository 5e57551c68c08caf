"""Two answers compared: word by word, and by their sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

from bookwheel.engine.events.run_events import Citation

Change: TypeAlias = Literal["same", "gone", "new"]

MAX_WORDS = 6_000
"""Longer texts are compared line by line: the time grows with the square of the pieces."""


@dataclass(frozen=True, slots=True)
class SourceChanges:
    """The sources of two answers: cited by both, only by the first, only by the second; each a location."""

    kept: tuple[Citation, ...]
    gone: tuple[Citation, ...]
    new: tuple[Citation, ...]


def word_changes(before: str, after: str) -> Iterator[tuple[Change, str]]:
    """Pieces of both texts in order: without the "new" ones they give `before`, without the "gone" ones `after`."""
    old, new = _pieces(before), _pieces(after)
    if max(len(old), len(new)) > MAX_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for tag, start, end, start_new, end_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", "".join(old[start:end])
            continue
        if start < end:
            yield "gone", "".join(old[start:end])
        if start_new < end_new:
            yield "new", "".join(new[start_new:end_new])


def source_changes(before: Sequence[Citation], after: Sequence[Citation]) -> SourceChanges:
    """Which passages only one of two answers cites; a passage is a document and a location in it."""
    old, new = {_place(each) for each in before}, {_place(each) for each in after}
    return SourceChanges(
        kept=tuple(each for each in after if _place(each) in old),
        gone=tuple(each for each in before if _place(each) not in new),
        new=tuple(each for each in after if _place(each) not in old),
    )


def _pieces(text: str) -> list[str]:
    """Words with the blanks behind them, so that the pieces are the text."""
    return re.findall(r"\S+\s*|^\s+", text)


def _place(citation: Citation) -> tuple[str, int, int]:
    return citation.path, citation.start_char_idx, citation.end_char_idx
