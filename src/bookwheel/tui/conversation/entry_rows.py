"""The rows of a conversation: its entries in reading order, laid out on demand, a bounded number kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

from bookwheel.markup import markdown_dialect as dialect
from bookwheel.transcript.blocks import AnswerBlock, Block, Change, EventBlock, QuestionBlock, ThoughtBlock, ToolBlock
from bookwheel.transcript.research.plan_folding import PlanBlock
from bookwheel.tui.conversation.answer_cutting import AnswerCutting
from bookwheel.tui.conversation.entries import ConversationModel
from bookwheel.tui.conversation.entry_parts import Entry, Part
from bookwheel.tui.conversation.part_rows import part_rows
from bookwheel.tui.conversation.unloaded_blocks import UnloadedBlocks
from bookwheel.tui.rows.row_text import Row
from bookwheel.tui.widgets.row_source import HitPlace, Line, RowSource

# A laid-out row takes 1.5 to 4 kB: 300 parts of a very long answer held 33 MB.
MAX_LAID_OUT = 100
FOLDED = (ThoughtBlock, ToolBlock, EventBlock, PlanBlock)


class EntryRows(RowSource[Part]):
    """Lays out the parts of the entries of `model`; nothing before the Markdown parser is loaded (`is_ready`)."""

    def __init__(self, unloaded: UnloadedBlocks | None = None) -> None:
        self.model = ConversationModel(unloaded)
        self.is_ready = dialect.is_loaded()
        self.unfolded: set[str] = set()
        self._laid_out: OrderedDict[Part, None] = OrderedDict()
        self.cutting: AnswerCutting | None = None
        self._pattern = ""
        self._held = ("", "", True)

    @property
    def laid_out_count(self) -> int:
        """How many parts have rows at the moment."""
        return len(self._laid_out)

    def load(self, blocks: Iterable[Block]) -> None:
        """Show these blocks instead of all others."""
        self.drop_rows()
        self.model.load(blocks)
        self.unfolded.clear()

    def apply(self, change: Change) -> Entry | None:
        """Apply one change; the entry that shows it, if any does."""
        return self.model.apply(change)

    def toggle(self, entry: Entry) -> bool:
        """Unfold a block, or fold it again; False for one that is always shown whole."""
        if not isinstance(entry.block, FOLDED):
            return False
        self.unfolded ^= {entry.block.id}
        entry.drop_rows()
        return True

    def first_item(self) -> Part | None:
        return self._parts(self.model.first)[0] if self.is_ready and self.model.first is not None else None

    def last_item(self) -> Part | None:
        return self._parts(self.model.last)[-1] if self.is_ready and self.model.last is not None else None

    def item_after(self, item: Part) -> Part | None:
        parts = self._parts(item.entry)
        if item.number + 1 < len(parts):
            return parts[item.number + 1]
        return self._parts(item.entry.next)[0] if item.entry.next is not None else None

    def item_before(self, item: Part) -> Part | None:
        if item.number:
            return self._parts(item.entry)[item.number - 1]
        before = self.model.before(item.entry)
        return self._parts(before)[-1] if before is not None else None

    def item_now(self, item: Part) -> Part:
        parts = item.entry.settle()
        return parts[min(item.number, len(parts) - 1)]

    def rows_of(self, item: Part) -> Sequence[Row]:
        if item.rows is None:
            self.model.before(item.entry)
            block = item.entry.block
            numbers, is_open = self.model.numbers(block.run), block.id in self.unfolded
            item.rows = part_rows(item, self.page.page_width, self.page.look, numbers, is_open=is_open)
            self._keep(item)
        return item.rows

    def lines_from(self, position: tuple[Part, int], height: int) -> list[Line[Part]]:
        lines = super().lines_from(position, height)
        if self.cutting is not None:
            self.cutting.look_at(lines)
        return lines

    def drop_rows(self) -> None:
        for part in self._laid_out:
            part.drop_rows()
        self._laid_out.clear()

    def progress_of(self, item: Part, number: int) -> float:
        first, last, entry = self.model.first_order, self.model.last, item.entry
        if last is None:
            return 0.0
        within = (item.number + number / max(1, len(self.rows_of(item)))) / len(entry.parts)
        return (entry.order - first + within) / (last.order - first + 1)

    def may_hold(self, item: Part, pattern: str) -> bool:
        return self._holds(item.entry, pattern)

    def next_hit(self, pattern: str, item: Part, number: int, step: int) -> tuple[Part, int] | None:
        self._pattern = pattern
        try:
            return super().next_hit(pattern, item, number, step)
        finally:
            self._pattern = ""

    def place_of(self, pattern: str, hit: tuple[Part, int]) -> HitPlace:
        self._pattern = pattern
        try:
            return super().place_of(pattern, hit)
        finally:
            self._pattern = ""

    def _parts(self, entry: Entry) -> list[Part]:
        """The parts of an entry, all of them where it is searched and may hold the text."""
        parts = entry.settle()
        if self._pattern and entry.is_uncut and self._holds(entry, self._pattern):
            entry.cut_all()
        return parts

    def _holds(self, entry: Entry, pattern: str) -> bool:
        block = entry.block_now
        if not isinstance(block, AnswerBlock | QuestionBlock):
            return True
        # A long answer has hundreds of parts, and each is asked about.
        if self._held[:2] != (block.text, pattern):
            self._held = (block.text, pattern, pattern in block.text.casefold())
        return self._held[2]

    def _keep(self, part: Part) -> None:
        self._laid_out[part] = None
        self._laid_out.move_to_end(part)
        if len(self._laid_out) > MAX_LAID_OUT:
            self._laid_out.popitem(last=False)[0].drop_rows()
