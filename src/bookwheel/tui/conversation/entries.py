"""The blocks of a conversation in reading order, and what is known of each run; nothing here draws."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable
from typing import assert_never

from bookwheel.transcript.blocks import (
    AnswerBlock,
    Block,
    Change,
    Citation,
    Closed,
    Extended,
    NoticeBlock,
    Opened,
    QuestionBlock,
    Replaced,
    SourcesBlock,
)
from bookwheel.transcript.reading_order import ends_run, is_shown, reading_order
from bookwheel.tui.conversation.entry_parts import Entry
from bookwheel.tui.conversation.unloaded_blocks import UnloadedBlocks

LINKED_AT_ONCE = 64
# The next part is loaded before the reader comes to the end of this one.
_AHEAD = 32


class ConversationModel:
    """Entries linked in the order in which they are read; older blocks get one when the reader scrolls up to them.

    The sources of a run follow its answer once they are final: the transcript opens them before it, and a list that
    grows above the text would move what is being read.
    """

    def __init__(self, unloaded: UnloadedBlocks | None = None) -> None:
        self.unloaded = unloaded or UnloadedBlocks()
        self.last: Entry | None = None
        self._first: Entry | None = None
        self._older: list[Block] = []
        self._older_questions = 0
        self._questions: list[Entry] = []
        self._entries: dict[str, Entry] = {}
        self._citations: dict[str, tuple[Citation, ...]] = {}
        self._numbers: dict[str, frozenset[int]] = {}

    def load(self, blocks: Iterable[Block]) -> None:
        """Show these blocks instead of all that were there."""
        self.__init__(self.unloaded)
        self.prepend(blocks)

    def prepend(self, blocks: Iterable[Block]) -> None:
        """Add older blocks before all others."""
        older = list(reading_order(blocks))
        self._older_questions += sum(isinstance(block, QuestionBlock) for block in older)
        self._older = older + self._older
        if self._first is None:
            self._link_older()

    @property
    def first(self) -> Entry | None:
        """The first entry of what is loaded; makes the entries of all older blocks."""
        while self._older:
            self._link_older()
        return self._first

    @property
    def first_order(self) -> float:
        """The order of the first entry, without making it."""
        missing = len(self._older) + self.unloaded.block_estimate
        return (self._first.order if self._first is not None else 0) - missing

    def entry(self, block_id: str) -> Entry | None:
        """The entry of a block, if it has one yet."""
        return self._entries.get(block_id)

    def before(self, entry: Entry) -> Entry | None:
        """The entry before this one."""
        if entry.previous is None:
            self._link_older()
            if len(self._older) < _AHEAD:
                self.unloaded.want_part()
        return entry.previous

    def apply(self, change: Change) -> Entry | None:
        """Apply one change; the entry that shows it, if any does."""
        match change:
            case Opened(block):
                return self._add(block)
            case Extended(block_id, text):
                entry = self._entries.get(block_id)
                if entry is not None:
                    entry.extend(text)
                return entry
            case Replaced(block) | Closed(block):
                return self._replace(block)
            case _:
                assert_never(change)

    def question_number(self, entry: Entry) -> int:
        """Which question, from 1, this entry belongs to; 0 before the first."""
        before = self.unloaded.now.questions + self._older_questions
        return before + bisect_right(self._questions, entry.order, key=_order_of)

    def question_of(self, run: str) -> Entry | None:
        """The question of a run, None where there is none; older blocks get their entries until it is found."""
        while True:
            found = next((entry for entry in self._questions if entry.block.run == run), None)
            if found is not None or not self._older:
                return found
            self._link_older()

    @property
    def question_count(self) -> int:
        """How many questions there are."""
        return self.unloaded.now.questions + self._older_questions + len(self._questions)

    @property
    def is_cut_off(self) -> bool:
        """Whether the last answer was stopped or failed."""
        block = self.last.block if self.last is not None else None
        return isinstance(block, NoticeBlock) and block.level in ("warning", "error")

    def citations(self, run: str) -> tuple[Citation, ...]:
        """The sources of a run: those found while it runs, then those cited."""
        return self._citations.get(run, ())

    def numbers(self, run: str) -> frozenset[int]:
        """The numbers under which `run` has a source."""
        return self._numbers.get(run, frozenset())

    def _link_older(self) -> None:
        """Make the entries of the next older blocks, the latest first, until LINKED_AT_ONCE of them are shown."""
        linked = 0
        while self._older and linked < LINKED_AT_ONCE:
            block = self._older.pop()
            self._older_questions -= isinstance(block, QuestionBlock)
            self._note_sources(block)
            if is_shown(block) and block.id not in self._entries:
                self._link(Entry(block), None, self._first)
                linked += 1

    def _add(self, block: Block) -> Entry | None:
        self._note_sources(block)
        if block.id in self._entries:
            return self._replace(block)
        if not is_shown(block):
            return None
        after = self._end_of_answer(block.run) if isinstance(block, SourcesBlock) else self.last
        return self._link(Entry(block), after, after.next if after is not None else None)

    def _replace(self, block: Block) -> Entry | None:
        entry = self._entries.get(block.id)
        if entry is None:
            return self._add(block) if isinstance(block, SourcesBlock) else None
        self._note_sources(block)
        entry.replace(block)
        return entry

    def _link(self, entry: Entry, previous: Entry | None, following: Entry | None) -> Entry:
        entry.previous, entry.next = previous, following
        if previous is None:
            self._first = entry
        else:
            previous.next = entry
        if following is None:
            self.last = entry
        else:
            following.previous = entry
            following.drop_rows()
        entry.order = _order(previous, following)
        if isinstance(entry.block, QuestionBlock):
            insort(self._questions, entry, key=_order_of)
        self._entries[entry.block.id] = entry
        return entry

    def _end_of_answer(self, run: str) -> Entry | None:
        """The last entry of `run` before the notices on its end; the very last where there is none."""
        entry = self.last
        while entry is not None and (entry.block.run != run or ends_run(entry.block)):
            entry = entry.previous
        return entry or self.last

    def _note_sources(self, block: Block) -> None:
        if not isinstance(block, SourcesBlock):
            return
        before = self.numbers(block.run)
        self._citations[block.run] = block.citations
        numbers = self._numbers[block.run] = frozenset(citation.number for citation in block.citations)
        if numbers == before:
            return
        entry = self.last
        while entry is not None and entry.block.run == block.run:
            if isinstance(entry.block, AnswerBlock):
                entry.drop_rows()
            entry = entry.previous


def rows_added(change: Change, width: int) -> float:
    """About how many rows of `width` cells a change adds."""
    match change:
        case Extended(text=text):
            return len(text) / width + text.count("\n")
        case Opened(block=AnswerBlock() | QuestionBlock() as block):
            return 2 + len(block.text) / width
        case Opened():
            return 1
        case _:
            return 0


def _order_of(entry: Entry) -> float:
    return entry.order


def _order(previous: Entry | None, following: Entry | None) -> float:
    """A number between those of the neighbours."""
    if previous is None:
        return following.order - 1 if following is not None else 0
    return previous.order + 1 if following is None else (previous.order + following.order) / 2
