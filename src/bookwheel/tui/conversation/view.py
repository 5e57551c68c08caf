"""The conversation: its blocks, drawn at a bounded pace, and the keys that move, open sources, copy and search."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from bookwheel.assistant.updates import Unloaded
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup import markdown_dialect as dialect
from bookwheel.markup.sanitize import clean_line
from bookwheel.transcript.blocks import (
    AnswerBlock,
    Block,
    Change,
    Citation,
    InputBlock,
    QuestionBlock,
)
from bookwheel.transcript.marks import Mark
from bookwheel.tui.conversation.answer_cutting import AnswerCutting
from bookwheel.tui.conversation.block_cursor import BlockCursor, cursor_sign
from bookwheel.tui.conversation.entries import rows_added
from bookwheel.tui.conversation.entry_parts import Entry, Part
from bookwheel.tui.conversation.entry_rows import EntryRows
from bookwheel.tui.conversation.number_keys import NumberKeys
from bookwheel.tui.conversation.unloaded_blocks import UnloadedBlocks
from bookwheel.tui.keymap import bindings
from bookwheel.tui.messages import AskMessage, DocumentMessage, EarlierWanted
from bookwheel.tui.rows.block_text import code_text, copy_text, copy_with_sources
from bookwheel.tui.rows.inline_runs import CITATION_META
from bookwheel.tui.rows.look import CodeKinds, Look
from bookwheel.tui.rows.row_text import Run
from bookwheel.tui.rows.signs import Signs
from bookwheel.tui.widgets.row_source import Line
from bookwheel.tui.widgets.row_view import RowView

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType
    from textual.strip import Strip
    from textual.timer import Timer

SIDE_STEP = 8
FRAME_S = 1 / 30
# Drawing takes at most 1/FRAME_COST_SHARE of the time.
FRAME_COST_SHARE = 4


class ConversationView(RowView[Part]):
    """Give it blocks with `load`, then their changes with `apply`; what its keys ask for is posted as messages."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("conversation")]

    @dataclass
    class Moved(Message):
        """Another part of the conversation is on the screen: which question of how many, and `unseen` rows below."""

        question: int
        questions: int
        unseen: int

    @dataclass
    class CitationOpened(DocumentMessage):
        """The reader wants to see a source; `citations` are all of its answer, which was written at `t` (seconds)."""

        citation: Citation
        citations: tuple[Citation, ...]
        answer: str = ""
        t: float = 0.0

    @dataclass
    class CitationSelected(Message):
        """The reader went to the next or previous citation."""

        citation: Citation

    @dataclass
    class CopyRequested(Message):
        """The reader wants `text` in the clipboard; `what` names it ("answer")."""

        text: str
        what: str

    @dataclass
    class AskAgain(AskMessage):
        """The reader wants the question of this run asked once more."""

        run: str

    @dataclass
    class InputOpened(Message):
        """The reader wants to answer this request of the agent."""

        request_id: str

    @dataclass
    class SearchRequested(Message):
        """The reader wants to type what to search for; `search` takes it."""

    def __init__(self, *, id: str | None = None, signs: Signs | None = None) -> None:  # noqa: A002 - Textual's name
        self.unloaded = UnloadedBlocks(self._load_earlier)
        self.blocks = EntryRows(self.unloaded)
        super().__init__(self.blocks, id=id, signs=signs)
        self.block_cursor = BlockCursor(self.blocks, lambda: self.lines)
        self.follows_by_pages = False
        self._unseen = 0.0
        self._frame: Timer | None = None
        self._next_frame_at = 0.0
        self._code_kinds = CodeKinds(self._load_language)
        self._numbers = NumberKeys(self._open_citation, self.set_timer)
        self.blocks.cutting = AnswerCutting(partial(self.run_worker, description="cut a long answer"), self.show)

    def load(self, blocks: Iterable[Block], unloaded: Unloaded | None = None) -> None:
        """Show these blocks instead of all others, at their end; `unloaded` is what comes before them."""
        self.unloaded.reset(unloaded or Unloaded())
        self.blocks.load(blocks)
        self.block_cursor.reset()
        self._unseen = 0.0
        self.clear_search()
        self.go_to_end()
        self.refresh()

    def prepend(self, blocks: Sequence[Block], unloaded: Unloaded | None = None) -> None:
        """Add older blocks, with `unloaded` before them; what is on the screen does not move."""
        self.blocks.model.prepend(blocks)
        self.unloaded.loaded(unloaded or Unloaded())
        self.show()
        self.position_changed()

    def apply(self, changes: Iterable[Change]) -> None:
        """Apply changes; they are drawn within 1/30 s, or later where drawing is slow."""
        is_at_end = self.is_following
        for change in changes:
            entry = self.blocks.apply(change)
            if entry is not None and not is_at_end:
                self._unseen += rows_added(change, self.page_width)
        self._draw_soon()

    @property
    def questions(self) -> tuple[int, int]:
        """Which question is being read, and how many there are."""
        reading, model = self.block_cursor.reading, self.blocks.model
        return (model.question_number(reading) if reading is not None else 0), model.question_count

    def decorated(self, strip: Strip, line: Line[Part]) -> Strip:
        """Highlight the chosen citation wherever its answer cites it, and the mark shown last."""
        block = line.item.entry.block
        return self.block_cursor.highlighted(strip, block, line.row.marks, self.look.current)

    def make_look(self) -> Look:
        return replace(super().make_look(), code_kinds=self._code_kinds.kinds)

    def mark_of(self, line: Line[Part]) -> Run | None:
        if line.row.marks:
            return (self.signs.unsupported, self.look.warning)
        if line.item.entry is not self.block_cursor.entry or not self.has_focus:
            return None
        sign = cursor_sign(line, self.signs)
        return (sign, self.look.accent) if sign else None

    def badge(self) -> list[Run]:
        if self._unseen < 1 or self.is_at_end:
            return []
        return [(f" {self.signs.down} {int(self._unseen)} new ", self.look.accent), (" G ", self.look.muted)]

    def is_shifted(self, item: Part) -> bool:
        return item.entry is self.block_cursor.reading

    def follow_step(self, height: int) -> int:
        """Most of a page while an answer is being written, because each move sends the whole pane again."""
        last = self.blocks.model.last
        is_growing = last is not None and isinstance(last.block, AnswerBlock) and last.block.status == "open"
        return max(1, height * 3 // 4) if is_growing and self.follows_by_pages else 1

    def position_changed(self) -> None:
        if self.is_at_end:
            self._unseen = 0.0
        self.post_message(self.Moved(*self.questions, int(self._unseen)))

    def on_show(self, event: events.Show) -> None:
        """Import the Markdown parser in a thread; nothing is laid out before. An empty desk shows its start page."""
        if not self.blocks.is_ready:
            self._import_parser()

    def on_focus(self, event: events.Focus) -> None:
        self.refresh()

    def on_blur(self, event: events.Blur) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        if not 0 <= event.y < len(self.lines):
            return
        self.set_cursor(self.lines[event.y].item.entry)
        if isinstance(number := event.style.meta.get(CITATION_META), int):
            self._open_citation(number)

    def action_step_block(self, step: int) -> None:
        """Go to the next block, or scroll this one while part of it is off the screen."""
        shown = [line.item.entry for line in self.lines]
        entry = self.block_cursor.entry
        if not shown:
            return
        if entry is None or entry not in shown:
            self.set_cursor(shown[-1] if step < 0 or self.is_following else shown[0])
            return
        if not self._rows_beyond(entry, step):
            entry = self.block_cursor.next_block(step)
        if entry is not None:
            self.set_cursor(entry)
            self.scroll_rows(step * min(self._rows_beyond(entry, step), max(1, self.size.height // 2)))

    def action_step_question(self, step: int) -> None:
        if (entry := self.block_cursor.next_question(step)) is not None:
            self.go_to_run(entry.block.run)
        else:
            self.post_message(self.Remark(f"No question {'below' if step > 0 else 'above'} this one"))

    def go_to_run(self, run: str) -> None:
        """Put the question of this run at the top, and the cursor on it."""
        entry = self.blocks.model.question_of(run)
        if entry is not None:
            self.set_cursor(entry)
            self.scroll_to_row(entry.settle()[0], 0, above=0)
        elif not self.unloaded.now.is_whole:
            self.unloaded.when_whole(partial(self.go_to_run, run))

    def action_scroll_half_page(self, step: int) -> None:
        self.scroll_rows(step * max(1, self.size.height // 2))

    def action_scroll_page(self, step: int) -> None:
        self.scroll_rows(step * max(1, self.size.height - 2))

    def action_top(self) -> None:
        self.unloaded.when_whole(self.go_to_top)

    def go_to_top(self) -> None:
        super().go_to_top()
        self.set_cursor(self.blocks.model.first)

    def search(self, text: str) -> bool:
        if not text or self.unloaded.now.is_whole:
            return super().search(text)
        self.unloaded.when_whole(partial(self.search, text))
        return False

    def action_bottom(self) -> None:
        """Go to the end, and follow again."""
        self.set_cursor(None)
        self.go_to_end()

    def action_open_block(self) -> None:
        entry = self.block_cursor.reading
        if entry is None:
            return
        match entry.block:
            case QuestionBlock():
                self.post_message(self.Remark("A question: e edits it, r asks it again"))
            case InputBlock(request_id=request_id, response=None, status="open"):
                self.post_message(self.InputOpened(request_id))
            case _ if self.blocks.toggle(entry):
                self.show()
            case _:
                self.action_open_source()

    def action_citation(self, digit: int) -> None:
        """A digit of a citation's number; a second one within 0.6 s extends the number."""
        self._numbers.press(digit, {citation.number for citation in self.block_cursor.citations})

    def action_open_source(self) -> None:
        citations = self.block_cursor.citations
        if not citations:
            self.post_message(self.Remark("No sources here"))
            return
        self._open_citation(self.block_cursor.chosen_citation or citations[0].number)

    def action_step_citation(self, step: int) -> None:
        before, citation = self.block_cursor.chosen_citation, self.block_cursor.choose_by(step)
        if citation is None or citation.number == before:
            self.post_message(self.Remark("No sources here" if citation is None else "No other source here"))
            return
        self.refresh()
        self.post_message(self.CitationSelected(citation))

    def action_next_mark(self) -> None:
        """Show the next unsupported sentence with the reason, and choose what it cites. Wraps at the end."""
        found = self.block_cursor.next_mark()
        if found is not None:
            self._show_mark(*found)
        else:
            self.unloaded.when_whole(self._show_first_mark)

    def _show_first_mark(self) -> None:
        found = self.block_cursor.first_mark()
        if found is None:
            self.post_message(self.Remark(self.block_cursor.check_summary))
        else:
            self._show_mark(*found)

    def _show_mark(self, entry: Entry, number: int, mark: Mark) -> None:
        position = self.block_cursor.show_mark(entry, number, mark)
        if position is not None:
            self.reveal(*position)
        self.refresh()
        self.post_message(self.Remark(clean_line(mark.reason)))

    def action_copy_block(self) -> None:
        entry = self.block_cursor.reading
        if entry is not None:
            self.post_message(self.CopyRequested(*copy_text(entry.block_now)))

    def action_copy_with_sources(self) -> None:
        entry = self.block_cursor.reading
        if entry is None:
            return
        self.post_message(self.CopyRequested(*copy_with_sources(entry.block_now, self.block_cursor.cited)))

    def action_copy_code(self) -> None:
        entry = self.block_cursor.reading
        code = code_text(entry.block_now) if entry is not None else ""
        self.post_message(self.CopyRequested(code, "code") if code else self.Remark("No code in this block"))

    def action_ask_again(self) -> None:
        if run := self.block_cursor.run_to_ask_again:
            self.post_message(self.AskAgain(run))

    def action_scroll_code(self, step: int) -> None:
        if not self.move_sideways(step * SIDE_STEP):
            self.post_message(self.Remark(f"Nothing more to the {'right' if step > 0 else 'left'}"))

    def action_search(self) -> None:
        self.post_message(self.SearchRequested())

    def action_search_on(self, step: int) -> None:
        self.search_on(step)

    def set_cursor(self, entry: Entry | None) -> None:
        """Put the cursor on a block, or on none."""
        if entry is not self.block_cursor.entry:
            self.block_cursor.entry = entry
            self.reset_shift()
            self.refresh()

    def _rows_beyond(self, entry: Entry, step: int) -> int:
        return self.block_cursor.rows_beyond(entry, step, self.size.height)

    def _open_citation(self, number: int) -> None:
        citations = self.block_cursor.citations
        citation = next((citation for citation in citations if citation.number == number), None)
        if citation is None:
            self.post_message(self.Remark(f"No source [{number}] here{self.block_cursor.listed_numbers}"))
            return
        self.block_cursor.choose(number)
        self.refresh()
        answer = self.block_cursor.answer
        text, t = (answer.text, answer.t) if answer is not None else ("", 0.0)
        self.post_message(self.CitationOpened(citation, citations, text, t))

    def _load_earlier(self, whole: bool) -> None:
        self.post_message(EarlierWanted(whole))
        if whole:
            self.post_message(self.Remark("Loading the earlier questions…"))

    def _import_parser(self) -> None:
        async def load() -> None:
            await asyncio.to_thread(dialect.block_tokens, "")
            self.blocks.is_ready = True
            self.show()

        self.run_worker(load(), description="import the Markdown parser")

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
