"""Rows of an answer with its marks: which rows hold an unsupported sentence, and the reason where there is room for it.

Marks come when an answer is complete and may already be read: they change no line break.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.segment import Segment
from textual.strip import Strip

from bookwheel.markup.sanitize import clean_line
from bookwheel.transcript.marks import Mark
from bookwheel.tui.rows.inline_runs import MARK_META
from bookwheel.tui.rows.look import Look
from bookwheel.tui.rows.row_text import Row
from bookwheel.tui.rows.wrapping import cells, clip

# The spaces between the text and the reason after it, and the shortest reason worth showing.
GAP = 2
MIN_REASON = 14


def with_marks(rows: Sequence[Row], marks: Sequence[Mark], width: int, look: Look) -> list[Row]:
    """`rows` with the numbers of the marks in them; the reason of each stands behind its last row, if there is room."""
    found = [_numbers(row, len(marks)) for row in rows]
    last = {number: place for place, numbers in enumerate(found) for number in numbers}
    marked: list[Row] = []
    for place, (row, numbers) in enumerate(zip(rows, found, strict=True)):
        ending = [number for number in numbers if last[number] == place]
        with_reason = _with_reason(row, marks[ending[-1]], width, look) if ending else row
        marked.append(replace(with_reason, marks=numbers) if numbers else row)
    return marked


def _numbers(row: Row, count: int) -> tuple[int, ...]:
    found: dict[int, None] = {}
    for segment in row.strip:
        number = segment.style.meta.get(MARK_META) if segment.style is not None else None
        if isinstance(number, int) and number < count:
            found[number] = None
    return tuple(found)


def _with_reason(row: Row, mark: Mark, width: int, look: Look) -> Row:
    room = width - row.strip.cell_length - GAP
    if room < MIN_REASON:
        return row
    reason = clip(f"{look.signs.unsupported} {clean_line(mark.reason)}", room, look.signs.ellipsis)
    blank = " " * (width - row.strip.cell_length - cells(reason))
    return replace(row, strip=Strip([*row.strip, Segment(blank), Segment(reason, look.muted)]))
