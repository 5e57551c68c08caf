"""The parts of a conversation: each is laid out, kept and dropped as a whole.

A block is one part, but a longer answer is several, so that showing a page of a very long answer lays out only that
page. An answer is cut into parts only when it comes near the screen, or while it is being written; a long one in steps,
because reading a megabyte of Markdown takes 0.3 to 1 s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bookwheel.transcript.blocks import AnswerBlock, Block, BlockStatus, ThoughtBlock
from bookwheel.transcript.marks import Mark, marked
from bookwheel.transcript.segments import MAX_SEGMENT, Segment, Segmenter
from bookwheel.tui.rows.row_text import Row

PART_SIZE = 2048
CUT_AT_ONCE = 4 * 1024
"""Characters that are cut into segments in one step: 2 ms."""


class Part:
    """Consecutive segments of an answer, or a whole block of another kind.

    `rows` is None until it is laid out. `closed_rows` are those of the first `drawn` segments: they stay while the tail
    grows.
    """

    __slots__ = ("before", "closed_rows", "drawn", "entry", "number", "rows", "segments", "size")

    def __init__(self, entry: Entry, number: int, before: Segment | None = None) -> None:
        self.entry = entry
        self.number = number
        self.before = before
        self.segments: list[Segment] = []
        self.size = 0
        self.rows: list[Row] | None = None
        self.closed_rows: list[Row] | None = None
        self.drawn = 0

    def drop_rows(self) -> None:
        self.rows = self.closed_rows = None


class Entry:
    """A block, linked to the one before and the one after."""

    __slots__ = (
        "_cut_to",
        "_length",
        "_pieces",
        "_segmenter",
        "_source",
        "block",
        "next",
        "order",
        "parts",
        "previous",
    )

    def __init__(self, block: Block) -> None:
        self.block = block
        self.previous: Entry | None = None
        self.next: Entry | None = None
        self.order = 0.0
        self.parts: list[Part] = []
        self._segmenter: Segmenter | None = None
        self._source: str | None = None
        self._cut_to = self._length = 0
        self._pieces: list[str] = []

    @property
    def status(self) -> BlockStatus:
        return self.block.status

    @property
    def tail(self) -> Segment | None:
        """The open end of an answer that is being written."""
        return self._segmenter.tail if self._segmenter is not None else None

    @property
    def text(self) -> str:
        """The text of an answer or thought as it is now."""
        assert isinstance(self.block, AnswerBlock | ThoughtBlock)
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else self.block.text

    @property
    def block_now(self) -> Block:
        """The block with the text that has come so far."""
        if isinstance(self.block, AnswerBlock | ThoughtBlock) and self._pieces:
            return replace(self.block, text=self.text)
        return self.block

    def settle(self) -> list[Part]:
        """The parts of this entry; of an answer that has not been cut before, those of its first step."""
        if not self.parts:
            self.parts = [Part(self, 0)]
            if isinstance(block := self.block, AnswerBlock):
                has_source = block.status == "open" or _has_own_lines(block)
                self._source = None if has_source else marked(block.text, block.marks)
                self._segmenter, self._cut_to, self._length = Segmenter(), 0, len(self._whole)
                self.cut_on()
        return self.parts

    @property
    def is_uncut(self) -> bool:
        """Whether `cut_on` has more to cut."""
        return self._segmenter is not None and self._cut_to < self._length

    def cut_on(self) -> bool:
        """Cut the next `CUT_AT_ONCE` characters of an answer; False when all that is there has been cut."""
        if self._segmenter is None:
            return False
        if self.is_uncut:
            piece = self._whole[self._cut_to : self._cut_to + CUT_AT_ONCE]
            self._cut_to += len(piece)
            self._add(self._segmenter.feed(piece))
            self.parts[-1].rows = None
        if not self.is_uncut and self.status != "open":
            self._finish(self._segmenter)
        return self.is_uncut

    def cut_all(self) -> None:
        """Cut the whole answer at once, which a search needs."""
        self.settle()
        while self.cut_on():
            pass

    def extend(self, text: str) -> None:
        """More text of an open answer or thought."""
        if not self._pieces:
            assert isinstance(self.block, AnswerBlock | ThoughtBlock)
            self._pieces = [self.block.text]
        is_cut = not self.is_uncut
        self._pieces.append(text)
        self._length += len(text)
        if self._segmenter is not None and is_cut and len(text) <= CUT_AT_ONCE:
            self._cut_to += len(text)
            self._add(self._segmenter.feed(text))
        for part in self.parts[-1:]:
            part.rows = None

    def replace(self, block: Block) -> None:
        """The block has new fields, or is complete: what was drawn of its closed segments stays."""
        grown = self.text if isinstance(self.block, AnswerBlock | ThoughtBlock) else None
        if isinstance(block, AnswerBlock) and self.parts and _gets_marks(self.block, block):
            self.block = block
            if self._segmenter is None:
                self._place_marks(block)
            return
        self.block = block
        self._pieces = []
        is_as_streamed = isinstance(block, AnswerBlock) and block.text == grown and block.status != "open"
        if not (is_as_streamed and self._segmenter is not None):
            self.parts, self._segmenter = [], None
        elif not self.is_uncut:
            self._finish(self._segmenter)

    def drop_rows(self) -> None:
        """Forget what is drawn of this entry."""
        for part in self.parts:
            part.drop_rows()

    @property
    def _whole(self) -> str:
        """The text that is cut."""
        return self.text if self._source is None else self._source

    def _finish(self, segmenter: Segmenter) -> None:
        """Close the last segments of an answer that is complete."""
        self._segmenter = None
        self._add(segmenter.finish())
        self.parts[-1].rows = None
        if isinstance(block := self.block, AnswerBlock) and self._source is None:
            self._place_marks(block)
        self._source = None

    def _place_marks(self, block: AnswerBlock) -> None:
        """Only the segments that hold a marked sentence are drawn anew."""
        for part in self.parts:
            for index, segment in enumerate(part.segments):
                if segment.kind == "markdown" and (inside := _marks_in(block.marks, segment)):
                    first = inside[0]
                    text = marked(segment.text, block.marks[first : inside[-1] + 1], offset=segment.start, first=first)
                    part.segments[index] = replace(segment, text=text)
                    part.drop_rows()

    def _add(self, segments: list[Segment]) -> None:
        for segment in segments:
            part = self.parts[-1]
            if part.size >= PART_SIZE:
                part.rows = None
                part = Part(self, part.number + 1, part.segments[-1])
                self.parts.append(part)
            part.segments.append(segment)
            part.size += len(segment.text)
            part.rows = None


def _gets_marks(before: Block, after: AnswerBlock) -> bool:
    """Whether only the marks of a complete answer have changed."""
    return (
        isinstance(before, AnswerBlock)
        and before.status != "open"
        and not before.marks
        and _has_own_lines(after)
        and replace(before, marks=after.marks) == after
    )


def _has_own_lines(block: AnswerBlock) -> bool:
    """Whether the segments are unchanged pieces of the text, without added or replaced line ends."""
    return "\r" not in block.text and (
        len(block.text) < MAX_SEGMENT or max(map(len, block.text.split("\n"))) < MAX_SEGMENT
    )


def _marks_in(marks: Sequence[Mark], segment: Segment) -> list[int]:
    end = segment.start + len(segment.text)
    return [number for number, mark in enumerate(marks) if mark.start < end and mark.end > segment.start]
