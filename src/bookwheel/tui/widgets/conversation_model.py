"""The blocks of a conversation in reading order, and what is known of each run; nothing here draws."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    Replaced,
    SourcesBlock,
)
from bookwheel.tui.widgets.conversation_parts import Entry


class ConversationModel:
    """Entries linked in the order in which they are read.

    The sources of a run stand behind its answer, and only once they are final: the transcript opens them before it, and
    a list that grows above the text being read would push it about.
    """

    def __init__(self) -> None:
        self.first: Entry | None = None
        self.last: Entry | None = None
        self._entries: dict[str, Entry] = {}
        self._citations: dict[str, tuple[Citation, ...]] = {}
        self._numbers: dict[str, frozenset[int]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def load(self, blocks: Iterable[Block]) -> None:
        """Show these blocks instead of all that were there."""
        self.__init__()
        for block in _in_reading_order(blocks):
            self._add(block)

    def prepend(self, blocks: Sequence[Block]) -> None:
        """Older blocks, before all others."""
        first = self.first
        for block in reversed(list(_in_reading_order(blocks))):
            self._note_sources(block)
            if _is_shown(block) and block.id not in self._entries:
                self._link(Entry(block), None, self.first)
        if first is not None:
            first.drop_rows()

    def apply(self, change: Change) -> Entry | None:
        """Take one change in; the entry that it shows itself in, if any."""
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

    def entry_of(self, block_id: str) -> Entry | None:
        return self._entries.get(block_id)

    def entries_back(self, start: Entry | None = None) -> Iterator[Entry]:
        """From `start` (or the last entry) towards the first."""
        entry = start or self.last
        while entry is not None:
            yield entry
            entry = entry.previous

    def citations(self, run: str) -> tuple[Citation, ...]:
        """The sources of a run: those found while it runs, then those cited."""
        return self._citations.get(run, ())

    def numbers(self, run: str) -> frozenset[int]:
        """The numbers under which `run` has a source."""
        return self._numbers.get(run, frozenset())

    def _add(self, block: Block) -> Entry | None:
        self._note_sources(block)
        if block.id in self._entries:
            return self._replace(block)
        if not _is_shown(block):
            return None
        after = self._end_of_answer(block.run) if isinstance(block, SourcesBlock) else self.last
        return self._link(Entry(block), after, after.next if after is not None else self.first)

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
            self.first = entry
        else:
            previous.next = entry
        if following is None:
            self.last = entry
        else:
            following.previous = entry
            following.drop_rows()
        entry.order = _order(previous, following)
        self._entries[entry.block.id] = entry
        return entry

    def _end_of_answer(self, run: str) -> Entry | None:
        """The last entry of `run` that is no notice; the very last where there is none."""
        for entry in self.entries_back():
            if entry.block.run == run and not isinstance(entry.block, NoticeBlock):
                return entry
        return self.last

    def _note_sources(self, block: Block) -> None:
        if not isinstance(block, SourcesBlock):
            return
        before = self.numbers(block.run)
        self._citations[block.run] = block.citations
        numbers = self._numbers[block.run] = frozenset(citation.number for citation in block.citations)
        if numbers == before:
            return
        for entry in self.entries_back():
            if entry.block.run != block.run:
                break
            if isinstance(entry.block, AnswerBlock):
                entry.drop_rows()


def _in_reading_order(blocks: Iterable[Block]) -> Iterator[Block]:
    """The sources of each run behind its other blocks, before its notices."""
    held: SourcesBlock | None = None
    for block in blocks:
        if held is not None and (block.run != held.run or isinstance(block, NoticeBlock)):
            yield held
            held = None
        if isinstance(block, SourcesBlock):
            held = block
        else:
            yield block
    if held is not None:
        yield held


def _is_shown(block: Block) -> bool:
    return not isinstance(block, SourcesBlock) or (block.status != "open" and bool(block.citations))


def _order(previous: Entry | None, following: Entry | None) -> float:
    """A number between those of the neighbours."""
    if previous is None:
        return following.order - 1 if following is not None else 0
    return previous.order + 1 if following is None else (previous.order + following.order) / 2
