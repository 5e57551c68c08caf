"""The rows of one part of the conversation, and the blank row before it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bookwheel.transcript.blocks import (
    AnswerBlock,
    Block,
    EventBlock,
    InputBlock,
    NoticeBlock,
    ThoughtBlock,
    ToolBlock,
)
from bookwheel.transcript.marks import Mark, has_borders
from bookwheel.transcript.segments import Segment
from bookwheel.tui.conversation.entry_parts import Part
from bookwheel.tui.rows.block_rows import block_rows
from bookwheel.tui.rows.look import Look
from bookwheel.tui.rows.mark_rows import with_marks
from bookwheel.tui.rows.markdown_rows import needs_gap, segment_rows
from bookwheel.tui.rows.row_text import BLANK, Row, row

_STEPS = (ThoughtBlock, ToolBlock, EventBlock)


def part_rows(part: Part, width: int, look: Look, cited: Collection[int], *, is_open: bool) -> list[Row]:
    """The rows of `part`; those of its closed segments are kept in it."""
    entry = part.entry
    if not isinstance(entry.block, AnswerBlock):
        return _gap(part) + block_rows(entry.block_now, width, look, is_open=is_open)
    if part.closed_rows is None:
        part.closed_rows, part.drawn = _gap(part), 0
    for segment in part.segments[part.drawn :]:
        _append(part.closed_rows, segment, _before(part, part.drawn), width, look, cited, entry.block.marks)
        part.drawn += 1
    tail = entry.tail if part is entry.parts[-1] else None
    if tail is None:
        return part.closed_rows or [BLANK]
    rows = list(part.closed_rows)
    _append(rows, tail, _before(part, part.drawn), width, look, cited)
    return rows or [row((look.signs.ellipsis, look.faint))]


def _append(
    rows: list[Row],
    segment: Segment,
    before: Segment | None,
    width: int,
    look: Look,
    cited: Collection[int],
    marks: Sequence[Mark] = (),
) -> None:
    new = segment_rows(segment, width, look, cited)
    if has_borders(segment.text):
        new = with_marks(new, marks, width, look)
    if new and needs_gap(before, segment):
        rows.append(BLANK)
    rows.extend(new)


def _before(part: Part, number: int) -> Segment | None:
    return part.segments[number - 1] if number else part.before


def _gap(part: Part) -> list[Row]:
    previous = part.entry.previous
    is_close = previous is not None and _belong_together(previous.block, part.entry.block)
    return [] if part.number or is_close else [BLANK]


def _belong_together(before: Block, after: Block) -> bool:
    """No blank row stands between the steps of an agent and the requests about them."""
    return (isinstance(before, (*_STEPS, InputBlock)) and isinstance(after, (*_STEPS, InputBlock))) or (
        isinstance(before, NoticeBlock) and isinstance(after, NoticeBlock)
    )
