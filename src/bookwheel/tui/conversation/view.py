"""The conversation: its blocks, and the keys that move among them, open sources, copy and search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from bookwheel.transcript.blocks import (
    AnswerBlock,
    Citation,
    EventBlock,
    InputBlock,
    NoticeBlock,
    QuestionBlock,
    ThoughtBlock,
    ToolBlock,
)
from bookwheel.transcript.marks import Mark
from bookwheel.transcript.sanitize import clean_line
from bookwheel.tui.conversation.drawing import BlocksView
from bookwheel.tui.conversation.entry_parts import Entry, Part
from bookwheel.tui.conversation.number_keys import NumberKeys
from bookwheel.tui.keymap import bindings
from bookwheel.tui.rows.block_text import code_text, copy_text, sources_text
from bookwheel.tui.rows.inline_runs import CITATION_META
from bookwheel.tui.rows.signs import Signs

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

SIDE_STEP = 8


class ConversationView(BlocksView):
    """Questions, answers, tool calls, sources. Keys come from the key map; what they ask for is posted as messages."""

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

    def __init__(self, *, id: str | None = None, signs: Signs | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, signs=signs)
        self._numbers = NumberKeys(self._open_citation, self.set_timer)

    @property
    def is_broken_off(self) -> bool:
        """Whether the last answer was stopped or failed."""
        block = self._model.last.block if self._model.last is not None else None
        return isinstance(block, NoticeBlock) and block.level in ("warning", "error")

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

    def action_next_mark(self) -> None:
        """To the next sentence that no source bears out, and why; what it cites is selected. Round at the end."""
        found = self._next_mark()
        if found is None:
            self.post_message(self.Remark("no sentence here is marked as unsupported"))
            return
        entry, number, mark = found
        self._shown_mark = (entry.block.id, number)
        self._set_cursor(entry)
        cited = self._model.numbers(entry.block.run).intersection(mark.cited)
        if cited:
            self._selected = (entry.block.run, min(cited))
        for part in entry.settle():
            places = [place for place, row in enumerate(self.rows_of(part)) if number in row.marks]
            if places:
                self.reveal(part, places[0])
                break
        self.refresh()
        self.post_message(self.Remark(clean_line(mark.reason)))

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

    def on_click(self, event: events.Click) -> None:
        if not 0 <= event.y < len(self.lines):
            return
        self._set_cursor(self.lines[event.y].item.entry)
        number = event.style.meta.get(CITATION_META)
        if isinstance(number, int):
            self._open_citation(number)

    # The block that keys work on.

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

    def _next_mark(self) -> tuple[Entry, int, Mark] | None:
        """The mark after the one shown last; without one, the first from the top of the screen on."""
        shown = self._shown_mark
        start = self.lines[0].item.entry if self.lines else None
        first = 0
        if shown is not None and (entry := self._model.entry(shown[0])) is not None:
            start, first = entry, shown[1] + 1
        entry = start
        while entry is not None:
            if isinstance(entry.block, AnswerBlock) and first < len(entry.block.marks):
                return entry, first, entry.block.marks[first]
            entry, first = entry.next, 0
        entry = self._model.first if start is not None else None
        while entry is not None:
            if isinstance(entry.block, AnswerBlock) and entry.block.marks:
                return entry, 0, entry.block.marks[0]
            entry = entry.next if entry is not start else None
        return None

    def _select(self, number: int) -> None:
        self._selected = (self._reading_run(), number)
        self.refresh()
