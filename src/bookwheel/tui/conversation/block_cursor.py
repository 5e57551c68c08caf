"""The block that the keys of the conversation work on, and what is chosen in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip

from bookwheel.transcript.blocks import AnswerBlock, Block, Citation, QuestionBlock, SourcesBlock
from bookwheel.transcript.marks import Mark
from bookwheel.tui.conversation.entry_parts import Entry, Part
from bookwheel.tui.conversation.entry_rows import EntryRows
from bookwheel.tui.rows.inline_runs import CITATION_META, MARK_META
from bookwheel.tui.rows.row_text import BLANK
from bookwheel.tui.widgets.row_source import Line

if TYPE_CHECKING:
    from rich.style import Style

    from bookwheel.tui.rows.signs import Signs


class BlockCursor:
    """Moves over the entries of `rows`; `lines` gives the rows on the screen.

    `entry` is the block under the cursor, None until a key moves the cursor. `citation` is the chosen citation as
    (run, number), `mark` the mark shown last as (block id, number).
    """

    def __init__(self, rows: EntryRows, lines: Callable[[], Sequence[Line[Part]]]) -> None:
        self._rows = rows
        self._lines = lines
        self.entry: Entry | None = None
        self.citation: tuple[str, int] | None = None
        self.mark: tuple[str, int] | None = None

    def reset(self) -> None:
        """Clear the cursor and what is chosen, for another session."""
        self.entry = self.citation = self.mark = None

    @property
    def reading(self) -> Entry | None:
        """The block under the cursor, else the last answer on the screen, else the last block on it."""
        if self.entry is not None:
            return self.entry
        shown = [line.item.entry for line in self._lines()]
        answers = [entry for entry in shown if isinstance(entry.block, AnswerBlock)]
        return answers[-1] if answers else shown[-1] if shown else None

    @property
    def on_screen(self) -> Iterator[tuple[int, Entry]]:
        """The row and the entry of each block on the screen."""
        before = None
        for row, line in enumerate(self._lines()):
            if line.item.entry is not before:
                before = line.item.entry
                yield row, before

    @property
    def run(self) -> str:
        """The run that is being read; "" without blocks."""
        reading = self.reading
        return reading.block.run if reading is not None else ""

    @property
    def run_to_ask_again(self) -> str:
        """The run that is being read; without a cursor the last one, when it was cut off and its end is on the screen.

        A run that failed early has no answer, so that an earlier one is the last answer on the screen.
        """
        last = self._rows.model.last if self.entry is None and self._rows.model.is_cut_off else None
        if last is not None and any(line.item.entry is last for line in self._lines()):
            return last.block.run
        return self.run

    @property
    def is_on_screen(self) -> bool:
        return any(line.item.entry is self.entry for line in self._lines())

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations of the run that is being read."""
        return self._rows.model.citations(self.run)

    @property
    def cited(self) -> tuple[Citation, ...]:
        """Those of the citations that the answer rests on: none where they are only the nearest passages."""
        sources = (block for block in self._read_blocks() if isinstance(block, SourcesBlock))
        return next((block.cited for block in sources), ())

    @property
    def listed_numbers(self) -> str:
        """ ": [2] [5]": the citations of the run that is being read; "" where it has none."""
        return f": {' '.join(f'[{each.number}]' for each in self.citations)}" if self.citations else ""

    @property
    def answer(self) -> AnswerBlock | None:
        """The last answer of the run that is being read."""
        return next((block for block in self._read_blocks() if isinstance(block, AnswerBlock)), None)

    @property
    def check_summary(self) -> str:
        """How many sentences of the run that is being read were compared with their sources."""
        sources = (block for block in self._read_blocks() if isinstance(block, SourcesBlock))
        return next((block.checked.summary for block in sources), "") or "No sentence here was checked"

    @property
    def chosen_citation(self) -> int | None:
        """The number chosen in the run that is being read."""
        return self.citation[1] if self.citation is not None and self.citation[0] == self.run else None

    def _read_blocks(self) -> Iterator[Block]:
        """The blocks of the run that is being read, the last first."""
        entry = self.reading
        run = entry.block.run if entry is not None else ""
        while entry is not None and entry.next is not None and entry.next.block.run == run:
            entry = entry.next
        while entry is not None and entry.block.run == run:
            yield entry.block
            entry = self._rows.model.before(entry)

    def highlighted(self, strip: Strip, block: Block, marks: Collection[int], style: Style) -> Strip:
        """A row of `block` that holds these marks, with `style` over the chosen citation and the mark shown last."""
        number, mark = self.number_in(block), self.mark_in(block)
        if number is None and (mark is None or mark not in marks):
            return strip

        def stands_out(meta: Mapping[str, object]) -> bool:
            is_chosen = number is not None and meta.get(CITATION_META) == number
            return is_chosen or (mark is not None and meta.get(MARK_META) == mark)

        return Strip(
            Segment(text, old + style) if old is not None and stands_out(old.meta) else Segment(text, old)
            for text, old, _ in strip
        )

    def number_in(self, block: Block) -> int | None:
        """The number chosen in the run of `block`."""
        return self.citation[1] if self.citation is not None and self.citation[0] == block.run else None

    def mark_in(self, block: Block) -> int | None:
        """The mark shown last, where it is in `block`."""
        return self.mark[1] if self.mark is not None and self.mark[0] == block.id else None

    def choose(self, number: int) -> None:
        """Choose a citation of the run that is being read."""
        self.citation = (self.run, number)

    def choose_by(self, step: int) -> Citation | None:
        """Choose the next (1) or previous (-1) citation, wrapping at the ends; None without citations."""
        citations = self.citations
        if not citations:
            return None
        numbers = [citation.number for citation in citations]
        chosen = self.chosen_citation
        index = numbers.index(chosen) + step if chosen in numbers else (0 if step > 0 else -1)
        citation = citations[index % len(citations)]
        self.choose(citation.number)
        return citation

    def next_block(self, step: int) -> Entry | None:
        """The block after (1) or before (-1) the one under the cursor."""
        return self._beside(self.entry, step) if self.entry is not None else None

    def next_question(self, step: int) -> Entry | None:
        """The nearest question after (1) or before (-1) the cursor, or the top of the screen."""
        entry = self.entry if self.is_on_screen else None
        if entry is None and (lines := self._lines()):
            entry = lines[0].item.entry
        entry = self._beside(entry, step) if entry is not None else None
        while entry is not None and not isinstance(entry.block, QuestionBlock):
            entry = self._beside(entry, step)
        return entry

    def rows_beyond(self, entry: Entry, step: int, height: int) -> int:
        """How many rows `entry` has below (1) or above (-1) the screen, at most `height`."""
        lines = self._lines()
        edge = lines[-1] if step > 0 else lines[0]
        item: Part | None = edge.item
        rest = len(self._rows.rows_of(edge.item)) - 1 - edge.number if step > 0 else edge.number
        count = 0
        while item is not None and count < height and (item.entry.order - entry.order) * step <= 0:
            count += rest
            item = self._rows.item_after(item) if step > 0 else self._rows.item_before(item)
            rest = len(self._rows.rows_of(item)) if item is not None else 0
        return min(count, height)

    def next_mark(self) -> tuple[Entry, int, Mark] | None:
        """The mark after the one shown last, else the first from the top of the screen on."""
        lines, first = self._lines(), 0
        entry = lines[0].item.entry if lines else None
        if self.mark is not None and (marked := self._rows.model.entry(self.mark[0])) is not None:
            entry, first = marked, self.mark[1] + 1
        return _mark_from(entry, first)

    def first_mark(self) -> tuple[Entry, int, Mark] | None:
        """The first mark of all that is loaded."""
        return _mark_from(self._rows.model.first, 0)

    def show_mark(self, entry: Entry, number: int, mark: Mark) -> tuple[Part, int] | None:
        """Put the cursor on a mark and choose what its sentence cites; the position of its first row."""
        self.entry = entry
        self.mark = (entry.block.id, number)
        if cited := self._rows.model.numbers(entry.block.run).intersection(mark.cited):
            self.citation = (entry.block.run, min(cited))
        entry.cut_all()
        for part in entry.parts:
            for index, row in enumerate(self._rows.rows_of(part)):
                if number in row.marks:
                    return part, index
        return None

    def _beside(self, entry: Entry, step: int) -> Entry | None:
        return entry.next if step > 0 else self._rows.model.before(entry)


def _mark_from(entry: Entry | None, first: int) -> tuple[Entry, int, Mark] | None:
    while entry is not None:
        if isinstance(entry.block, AnswerBlock) and first < len(entry.block.marks):
            return entry, first, entry.block.marks[first]
        entry, first = entry.next, 0
    return None


def cursor_sign(line: Line[Part], signs: Signs) -> str:
    """The sign in the margin of a row of the block under the cursor; "" for a gap.

    A question has a bar of its own: it gets a pointer beside its first row instead of a second bar.
    """
    above = (line.item.rows or ())[: line.number]
    if line.row is BLANK and not line.item.number and not above:
        return ""
    if not isinstance(line.item.entry.block, QuestionBlock):
        return signs.cursor
    return signs.pointer if line.row is not BLANK and all(row is BLANK for row in above) else ""
