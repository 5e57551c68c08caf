"""The conversation: one view that draws the rows of every block on demand, and reads an answer while it is written."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip

from bookwheel.transcript.blocks import (
    AnswerBlock,
    Block,
    Change,
    Citation,
    EventBlock,
    Extended,
    InputBlock,
    Opened,
    QuestionBlock,
    ThoughtBlock,
    ToolBlock,
)
from bookwheel.tui.keymap import bindings
from bookwheel.tui.widgets.conversation_model import ConversationModel
from bookwheel.tui.widgets.conversation_parts import Entry, Part
from bookwheel.tui.widgets.copying import code_text, copy_text, sources_text
from bookwheel.tui.widgets.inline_runs import CITATION_META
from bookwheel.tui.widgets.number_keys import NumberKeys
from bookwheel.tui.widgets.part_rows import part_rows
from bookwheel.tui.widgets.row_view import Line, RowView
from bookwheel.tui.widgets.rows import BLANK, Row, Run
from bookwheel.tui.widgets.signs import Signs

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType
    from textual.timer import Timer

MAX_LAID_OUT = 300
FRAME_S = 1 / 30
FRAME_COST_SHARE = 4
SIDE_STEP = 8


class ConversationView(RowView[Part]):
    """Questions, answers, tool calls, sources: give it blocks with `load`, then their changes with `apply`."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("conversation")]

    @dataclass
    class CitationOpened(Message):
        """The reader wants to see a source; `citations` are all of its answer."""

        citation: Citation
        citations: tuple[Citation, ...]

    @dataclass
    class CitationSelected(Message):
        """The reader went to the next or previous citation."""

        citation: Citation

    @dataclass
    class CopyRequested(Message):
        """`text` is to go to the clipboard; `what` names it ("answer")."""

        text: str
        what: str

    @dataclass
    class AskAgain(Message):
        """The question of this run is to be asked once more."""

        run: str

    @dataclass
    class InputOpened(Message):
        """The reader wants to answer this question of the agent."""

        request_id: str

    @dataclass
    class SearchRequested(Message):
        """The reader wants to type what to search for; `search` takes it."""

    @dataclass
    class Moved(Message):
        """Another part of the conversation is on the screen: question `turn` of `turns`, `unseen` new rows below."""

        turn: int
        turns: int
        unseen: int

    def __init__(self, *, id: str | None = None, signs: Signs | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, signs=signs)
        self._model = ConversationModel()
        self._laid_out: OrderedDict[Part, None] = OrderedDict()
        self._unfolded: set[str] = set()
        self._cursor: Entry | None = None
        self._selected: tuple[str, int] | None = None
        self._unseen = 0.0
        self._frame: Timer | None = None
        self._next_frame_at = 0.0
        self._numbers = NumberKeys(self._open_citation, self.set_timer)

    # The blocks.

    def load(self, blocks: Iterable[Block]) -> None:
        """Show these blocks instead of all others, at their end."""
        self.drop_rows()
        self._model.load(blocks)
        self._unfolded.clear()
        self._cursor = self._selected = None
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
        """The selected citation stands out wherever its answer names it."""
        if self._selected is None or line.item.entry.block.run != self._selected[0]:
            return strip
        number = self._selected[1]
        return Strip(
            Segment(text, style + self.look.current)
            if style is not None and style.meta.get(CITATION_META) == number
            else Segment(text, style)
            for text, style, _ in strip
        )

    # What RowView asks.

    def first_item(self) -> Part | None:
        return self._model.first.settle()[0] if self._model.first is not None else None

    def last_item(self) -> Part | None:
        return self._model.last.settle()[-1] if self._model.last is not None else None

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

    # Keys.

    def action_block_up(self) -> None:
        self._step(-1)

    def action_block_down(self) -> None:
        self._step(1)

    def action_previous_question(self) -> None:
        self._go_to_question(-1)

    def action_next_question(self) -> None:
        self._go_to_question(1)

    def action_half_page_up(self) -> None:
        self.scroll_rows(-max(1, self.size.height // 2))

    def action_half_page_down(self) -> None:
        self.scroll_rows(max(1, self.size.height // 2))

    def action_page_up(self) -> None:
        self.scroll_rows(-max(1, self.size.height - 2))

    def action_page_down(self) -> None:
        self.scroll_rows(max(1, self.size.height - 2))

    def action_top(self) -> None:
        self.go_to_top()
        self._set_cursor(self._model.first)

    def action_bottom(self) -> None:
        """To the end, and follow again."""
        self._set_cursor(None)
        self.go_to_end()

    def action_open_block(self) -> None:
        entry = self._reading()
        if entry is None:
            return
        match entry.block:
            case QuestionBlock():
                return
            case ThoughtBlock() | ToolBlock() | EventBlock():
                self._toggle(entry)
            case InputBlock(request_id=request_id, response=None, status="open"):
                self.post_message(self.InputOpened(request_id))
            case _:
                self.action_open_source()

    def action_citation(self, digit: int) -> None:
        """A digit of a citation's number; a second one within 0.6 s belongs to it."""
        self._numbers.press(digit, {citation.number for citation in self._citations()})

    def action_open_source(self) -> None:
        citations = self._citations()
        if not citations:
            self.post_message(self.Remark("no sources here"))
            return
        numbers = [citation.number for citation in citations]
        run = self._reading_run()
        chosen = self._selected[1] if self._selected is not None and self._selected[0] == run else numbers[0]
        self._open_citation(chosen)

    def action_next_citation(self) -> None:
        self._select_citation(1)

    def action_previous_citation(self) -> None:
        self._select_citation(-1)

    def action_copy_block(self) -> None:
        entry = self._reading()
        if entry is not None:
            self.post_message(self.CopyRequested(*copy_text(entry.block_now)))

    def action_copy_with_sources(self) -> None:
        entry = self._reading()
        if entry is None:
            return
        text, what = copy_text(entry.block_now)
        sources = sources_text(self._citations())
        if sources:
            text, what = f"{text.rstrip()}\n\n{sources}\n", f"{what} with sources"
        self.post_message(self.CopyRequested(text, what))

    def action_copy_code(self) -> None:
        entry = self._reading()
        code = code_text(entry.block_now) if entry is not None else ""
        self.post_message(self.CopyRequested(code, "code") if code else self.Remark("no code in this block"))

    def action_ask_again(self) -> None:
        if run := self._reading_run():
            self.post_message(self.AskAgain(run))

    def action_scroll_code_left(self) -> None:
        self._move_sideways(-SIDE_STEP)

    def action_scroll_code_right(self) -> None:
        self._move_sideways(SIDE_STEP)

    def action_search(self) -> None:
        self.post_message(self.SearchRequested())

    def action_search_next(self) -> None:
        self.search_on(1)

    def action_search_previous(self) -> None:
        self.search_on(-1)

    # Textual's side.

    def on_focus(self, event: events.Focus) -> None:
        self.refresh()

    def on_blur(self, event: events.Blur) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        if not 0 <= event.y < len(self.lines):
            return
        self._set_cursor(self.lines[event.y].item.entry)
        number = event.style.meta.get(CITATION_META)
        if isinstance(number, int):
            self._open_citation(number)

    def place_changed(self) -> None:
        if self.is_at_end:
            self._unseen = 0.0
        turn, turns = self.turns
        self.post_message(self.Moved(turn, turns, int(self._unseen)))

    # Drawing.

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

    # The block that keys work on.

    def _reading(self) -> Entry | None:
        """The block under the cursor, else the last answer on the screen, else the last block there."""
        if self._cursor is not None:
            return self._cursor
        shown = [line.item.entry for line in self.lines]
        answers = [entry for entry in shown if isinstance(entry.block, AnswerBlock)]
        return answers[-1] if answers else shown[-1] if shown else None

    def _reading_run(self) -> str:
        entry = self._reading()
        return entry.block.run if entry is not None else ""

    def _set_cursor(self, entry: Entry | None) -> None:
        if entry is not self._cursor:
            self._cursor = entry
            self._shift = 0
            self.refresh()

    def _step(self, step: int) -> None:
        """To the next block, or on through this one while there is more of it beyond the edge."""
        shown = [line.item.entry for line in self.lines]
        cursor = self._cursor
        if not shown:
            return
        if cursor is None or cursor not in shown:
            self._set_cursor(shown[-1] if step < 0 or self.is_following else shown[0])
            return
        if not self._rows_beyond(cursor, step):
            cursor = cursor.next if step > 0 else self._model.before(cursor)
        if cursor is not None:
            self._set_cursor(cursor)
            self.scroll_rows(step * min(self._rows_beyond(cursor, step), max(1, self.size.height // 2)))

    def _rows_beyond(self, entry: Entry, step: int) -> int:
        """The rows to the end of `entry` beyond the lower (1) or upper (-1) edge; a screenful is enough."""
        edge = self.lines[-1] if step > 0 else self.lines[0]
        item: Part | None = edge.item
        rest = len(self.rows_of(edge.item)) - 1 - edge.number if step > 0 else edge.number
        count = 0
        while item is not None and count < self.size.height and (item.entry.order - entry.order) * step <= 0:
            count += rest
            item = self.item_after(item) if step > 0 else self.item_before(item)
            rest = len(self.rows_of(item)) if item is not None else 0
        return min(count, self.size.height)

    def _go_to_question(self, step: int) -> None:
        entry = self._cursor if self._cursor is not None and self._is_shown(self._cursor) else None
        if entry is None and self.lines:
            entry = self.lines[0].item.entry
        entry = entry and (entry.next if step > 0 else self._model.before(entry))
        while entry is not None and not isinstance(entry.block, QuestionBlock):
            entry = entry.next if step > 0 else self._model.before(entry)
        if entry is not None:
            self._set_cursor(entry)
            self.scroll_to_row(entry.settle()[0], 0, above=0)

    def _is_shown(self, entry: Entry) -> bool:
        return any(line.item.entry is entry for line in self.lines)

    def _toggle(self, entry: Entry) -> None:
        self._unfolded ^= {entry.block.id}
        entry.drop_rows()
        self.show()

    def _move_sideways(self, step: int) -> None:
        self._shift = max(0, self._shift + step)
        self.refresh()

    # Citations.

    def _citations(self) -> tuple[Citation, ...]:
        return self._model.citations(self._reading_run())

    def _open_citation(self, number: int) -> None:
        citations = self._citations()
        chosen = next((citation for citation in citations if citation.number == number), None)
        if chosen is None:
            self.post_message(self.Remark(f"no source [{number}] here"))
            return
        self._select(number)
        self.post_message(self.CitationOpened(chosen, citations))

    def _select_citation(self, step: int) -> None:
        citations = self._citations()
        if not citations:
            self.post_message(self.Remark("no sources here"))
            return
        numbers = [citation.number for citation in citations]
        run = self._reading_run()
        if self._selected is not None and self._selected[0] == run and self._selected[1] in numbers:
            place = (numbers.index(self._selected[1]) + step) % len(numbers)
        else:
            place = 0 if step > 0 else len(numbers) - 1
        self._select(numbers[place])
        self.post_message(self.CitationSelected(citations[place]))

    def _select(self, number: int) -> None:
        self._selected = (self._reading_run(), number)
        self.refresh()
