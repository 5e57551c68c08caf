"""The blocks of a conversation on the screen: loaded, changed while an answer is written, drawn at a bounded pace."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip

from bookwheel.transcript import markdown_dialect as dialect
from bookwheel.transcript.blocks import AnswerBlock, Block, Change, Extended, Opened, QuestionBlock
from bookwheel.tui.conversation.entries import ConversationModel
from bookwheel.tui.conversation.entry_parts import Entry, Part
from bookwheel.tui.conversation.row_places import Line
from bookwheel.tui.conversation.row_view import RowView
from bookwheel.tui.rows.inline_runs import CITATION_META, MARK_META
from bookwheel.tui.rows.look import Look
from bookwheel.tui.rows.part_rows import part_rows
from bookwheel.tui.rows.row_text import BLANK, Row, Run
from bookwheel.tui.rows.signs import Signs
from bookwheel.tui.widgets.code_kinds import CodeKinds

if TYPE_CHECKING:
    from rich.style import Style
    from textual import events
    from textual.timer import Timer

MAX_LAID_OUT = 300
FRAME_S = 1 / 30
FRAME_COST_SHARE = 4


class BlocksView(RowView[Part]):
    """Give it blocks with `load`, then their changes with `apply`. What keys do is in `ConversationView`."""

    @dataclass
    class Moved(Message):
        """Another part of the conversation is on the screen: question `turn` of `turns`, `unseen` new rows below."""

        turn: int
        turns: int
        unseen: int

    def __init__(self, *, id: str | None = None, signs: Signs | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, signs=signs)
        self._model = ConversationModel()
        self._is_ready = dialect.is_loaded()
        self._laid_out: OrderedDict[Part, None] = OrderedDict()
        self._unfolded: set[str] = set()
        self._cursor: Entry | None = None
        self._selected: tuple[str, int] | None = None
        self._shown_mark: tuple[str, int] | None = None
        self._unseen = 0.0
        self._frame: Timer | None = None
        self._next_frame_at = 0.0
        self._code_kinds = CodeKinds(self._load_language)

    def load(self, blocks: Iterable[Block]) -> None:
        """Show these blocks instead of all others, at their end."""
        self.drop_rows()
        self._model.load(blocks)
        self._unfolded.clear()
        self._cursor = self._selected = self._shown_mark = None
        self._unseen = 0.0
        self.clear_search()
        self.go_to_end()
        self.refresh()

    def prepend(self, blocks: Sequence[Block]) -> None:
        """Older blocks; what is on the screen stays where it is."""
        self._model.prepend(blocks)
        self.show()

    def apply(self, changes: Iterable[Change]) -> None:
        """Take changes in; they are drawn within a thirtieth of a second, or later where drawing costs much."""
        is_at_end = self.is_following
        for change in changes:
            entry = self._model.apply(change)
            if entry is not None and not is_at_end:
                self._unseen += self._new_rows(change)
        self._draw_soon()

    @property
    def turns(self) -> tuple[int, int]:
        """Which question is being read, and how many there are."""
        reading = self._reading()
        return (self._model.turn_of(reading) if reading is not None else 0), self._model.turns

    @property
    def laid_out_count(self) -> int:
        """How many parts have rows at the moment."""
        return len(self._laid_out)

    def decorated(self, strip: Strip, line: Line[Part]) -> Strip:
        """The selected citation stands out wherever its answer names it, and the selected mark."""
        block = line.item.entry.block
        number = self._selected[1] if self._selected is not None and self._selected[0] == block.run else None
        mark = self._shown_mark[1] if self._shown_mark is not None and self._shown_mark[0] == block.id else None
        if number is None and (mark is None or mark not in line.row.marks):
            return strip

        def stands_out(style: Style) -> bool:
            meta = style.meta
            return (number is not None and meta.get(CITATION_META) == number) or (
                mark is not None and meta.get(MARK_META) == mark
            )

        return Strip(
            Segment(text, style + self.look.current)
            if style is not None and stands_out(style)
            else Segment(text, style)
            for text, style, _ in strip
        )

    # What RowView asks.

    def make_look(self) -> Look:
        return replace(super().make_look(), code_kinds=self._code_kinds.kinds)

    def first_item(self) -> Part | None:
        return self._model.first.settle()[0] if self._is_ready and self._model.first is not None else None

    def last_item(self) -> Part | None:
        return self._model.last.settle()[-1] if self._is_ready and self._model.last is not None else None

    def item_after(self, item: Part) -> Part | None:
        parts = item.entry.settle()
        if item.number + 1 < len(parts):
            return parts[item.number + 1]
        return item.entry.next.settle()[0] if item.entry.next is not None else None

    def item_before(self, item: Part) -> Part | None:
        if item.number:
            return item.entry.settle()[item.number - 1]
        before = self._model.before(item.entry)
        return before.settle()[-1] if before is not None else None

    def item_now(self, item: Part) -> Part:
        parts = item.entry.settle()
        return parts[min(item.number, len(parts) - 1)]

    def rows_of(self, item: Part) -> Sequence[Row]:
        if item.rows is None:
            self._model.before(item.entry)
            run = item.entry.block.run
            is_open = item.entry.block.id in self._unfolded
            item.rows = part_rows(item, self.page_width, self.look, self._model.numbers(run), is_open=is_open)
            self._keep(item)
        return item.rows

    def drop_rows(self) -> None:
        for part in self._laid_out:
            part.drop_rows()
        self._laid_out.clear()

    def progress_of(self, item: Part, number: int) -> float:
        first, last, entry = self._model.first_order, self._model.last, item.entry
        if last is None:
            return 0.0
        within = (item.number + number / max(1, len(self.rows_of(item)))) / len(entry.parts)
        return (entry.order - first + within) / (last.order - first + 1)

    def mark_of(self, line: Line[Part]) -> Run | None:
        if line.row.marks:
            return (self.signs.unsupported, self.look.warning)
        if line.item.entry is not self._cursor or not self.has_focus:
            return None
        is_gap = line.row is BLANK and not line.item.number and not line.number
        return None if is_gap else (self.signs.cursor, self.look.accent)

    def badge(self) -> list[Run]:
        if self._unseen < 1 or self.is_at_end:
            return []
        return [(f" {self.signs.down} {int(self._unseen)} new ", self.look.accent), (" G ", self.look.muted)]

    def may_hold(self, item: Part, pattern: str) -> bool:
        block = item.entry.block_now
        return not isinstance(block, AnswerBlock | QuestionBlock) or pattern in block.text.casefold()

    def is_shifted(self, item: Part) -> bool:
        return item.entry is self._reading()

    # Textual's side.

    def on_mount(self) -> None:
        """The Markdown parser is imported in a thread once the first frame is drawn; until then nothing is laid out."""
        if not self._is_ready:
            self.call_after_refresh(self._import_parser)

    def _import_parser(self) -> None:
        async def load() -> None:
            await asyncio.to_thread(dialect.block_tokens, "")
            self._is_ready = True
            self.show()

        self.run_worker(load(), description="import the Markdown parser")

    def on_focus(self, event: events.Focus) -> None:
        self.refresh()

    def on_blur(self, event: events.Blur) -> None:
        self.refresh()

    def place_changed(self) -> None:
        if self.is_at_end:
            self._unseen = 0.0
        turn, turns = self.turns
        self.post_message(self.Moved(turn, turns, int(self._unseen)))

    # Drawing.

    def _load_language(self, name: str) -> None:
        async def load() -> None:
            await asyncio.to_thread(self._code_kinds.load, name)
            self.relayout()

        self.run_worker(load(), description="import a code highlighter")

    def _draw_soon(self) -> None:
        if self._frame is not None:
            return
        wait = self._next_frame_at - time.monotonic()
        if wait <= 0:
            self._draw_frame()
        else:
            self._frame = self.set_timer(wait, self._draw_frame)

    def _draw_frame(self) -> None:
        self._frame = None
        start = time.monotonic()
        self.show()
        cost = time.monotonic() - start
        self._next_frame_at = start + max(FRAME_S, cost * FRAME_COST_SHARE)

    def _keep(self, part: Part) -> None:
        self._laid_out[part] = None
        self._laid_out.move_to_end(part)
        if len(self._laid_out) > MAX_LAID_OUT:
            self._laid_out.popitem(last=False)[0].drop_rows()

    def _new_rows(self, change: Change) -> float:
        match change:
            case Extended(text=text):
                return len(text) / self.page_width + text.count("\n")
            case Opened(block=AnswerBlock() | QuestionBlock() as block):
                return 2 + len(block.text) / self.page_width
            case Opened():
                return 1
            case _:
                return 0

    def _reading(self) -> Entry | None:
        """The block under the cursor, else the last answer on the screen, else the last block there."""
        if self._cursor is not None:
            return self._cursor
        shown = [line.item.entry for line in self.lines]
        answers = [entry for entry in shown if isinstance(entry.block, AnswerBlock)]
        return answers[-1] if answers else shown[-1] if shown else None
