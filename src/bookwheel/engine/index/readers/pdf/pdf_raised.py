"""Raised figures of a PDF page that stand at a number: `1911` with the mark of a note is not 19111."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bookwheel.engine.index.readers.pdf.pdf_layout import Box, CharBoxes
from bookwheel.lazy_regex import lazy_regex

_NUMBER = lazy_regex(r"\d{2,12}")
# Raised figures are so much smaller than those before them, and stand so much higher, in heights of these.
_SMALLER, _HIGHER = 0.85, 0.12
_MOST_RAISED = 3


def raised_figures(text: str, box: CharBoxes) -> Iterator[int]:
    """Where in the text of a page raised figures begin directly behind a number."""
    for match in _NUMBER.finditer(text):
        first = box(match.start())
        for count in range(1, min(_MOST_RAISED, len(match[0]) - 1) + 1):
            if first is None or not _is_raised(box(match.end() - count), first):
                break
            if count == len(match[0]) - 1 or not _is_raised(box(match.end() - count - 1), first):
                yield match.end() - count
                break


def with_carets(text: str, box: CharBoxes, starts: Sequence[int]) -> tuple[str, CharBoxes]:
    """The text with `^` before the raised figures, and the boxes of its characters."""
    pieces: list[str] = []
    origins: list[int] = []
    at = 0
    for start in (*starts, len(text)):
        pieces.append(text[at:start])
        origins += [*range(at, start), start]
        at = start
    return "^".join(pieces), lambda index: box(origins[index])


def _is_raised(figure: Box | None, first: Box) -> bool:
    if figure is None:
        return False
    height = first[3] - first[1]
    return figure[3] - figure[1] < _SMALLER * height and figure[1] - first[1] > _HIGHER * height
