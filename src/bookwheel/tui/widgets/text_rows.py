"""The rows of a document's text: found around the screen on demand, so that any length opens at once.

An item is the offset at which a line begins (or a piece of a line that is very long, or a page). Lines are found by
looking for the next newline, so no index of them is ever made.
"""

from __future__ import annotations

import itertools
import re
import time
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Sequence

from rich.style import Style

from bookwheel.engine.index.progress import SearchedPassage
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.counted import counted
from bookwheel.markup.sanitize import clean
from bookwheel.tui.rows.row_text import BLANK, Row, Run, row, wrap_runs
from bookwheel.tui.rows.wrapping import TAB_SIZE, clip
from bookwheel.tui.widgets.row_source import COUNTING_S, HitPlace, RowSource

MAX_PIECE = 8192
MAX_LAID_OUT = 1000
BORDER_WORDS = 40
SEARCH_WINDOW = 256 * 1024
PASSAGE_META = "passage"


@dataclass(frozen=True, slots=True)
class MarkedPassage:
    """A range of the text that is marked; the current one stands out."""

    start: int
    end: int
    is_current: bool = False


class TextRows(RowSource[int]):
    """`text` by its lines; a rule stands where a page of `page_starts` begins, and `passages` are marked."""

    def __init__(self, text: str, page_starts: Sequence[int]) -> None:
        self.text = text
        self.page_starts = page_starts
        self.passages: tuple[MarkedPassage, ...] = ()
        self.searched: tuple[SearchedPassage, ...] = ()
        self._laid_out: OrderedDict[int, list[Row]] = OrderedDict()
        self._hit_offset = -1

    @property
    def laid_out_count(self) -> int:
        """How many lines have rows at the moment."""
        return len(self._laid_out)

    def load(self, text: str, page_starts: Sequence[int]) -> None:
        """Show another text, without marks."""
        self.text, self.page_starts, self.passages, self.searched = text, page_starts, (), ()
        self.drop_rows()

    def position_of(self, offset: int) -> tuple[int, int]:
        """The row with this character."""
        offset = max(0, min(offset, len(self.text) - 1))
        item = self._start_before(offset + 1)
        return item, self._row_at(item, offset)

    def page_at(self, offset: int) -> int:
        """The page that holds this character, from 1; 0 where the document has no pages."""
        return bisect_right(self.page_starts, offset)

    def first_item(self) -> int | None:
        return 0 if self.text else None

    def last_item(self) -> int | None:
        return self._start_before(len(self.text)) if self.text else None

    def item_after(self, item: int) -> int | None:
        after = self._end_of(item)
        return after if after < len(self.text) else None

    def item_before(self, item: int) -> int | None:
        return self._start_before(item) if item > 0 else None

    def rows_of(self, item: int) -> Sequence[Row]:
        rows = self._laid_out.get(item)
        if rows is None:
            rows = self._laid_out[item] = [*self._above(item), *self._text_rows(item), *self._ends(item)]
            if len(self._laid_out) > MAX_LAID_OUT:
                self._laid_out.popitem(last=False)
        return rows

    def drop_rows(self) -> None:
        self._laid_out.clear()

    def progress_of(self, item: int, number: int) -> float:
        rows = len(self.rows_of(item))
        return (item + (self._end_of(item) - item) * number / max(1, rows)) / max(1, len(self.text))

    def _end_of(self, item: int) -> int:
        """Where the item that begins here ends: behind its newline, at a page, or after `MAX_PIECE` characters."""
        newline = self.text.find("\n", item, item + MAX_PIECE)
        end = newline + 1 if newline >= 0 else min(item + MAX_PIECE, len(self.text))
        page = bisect_right(self.page_starts, item)
        return min(end, self.page_starts[page]) if page < len(self.page_starts) else end

    def _start_before(self, offset: int) -> int:
        """The start of the item that holds the character before `offset`."""
        start = self.text.rfind("\n", 0, offset - 1) + 1
        page = bisect_left(self.page_starts, offset) - 1
        if page >= 0:
            start = max(start, self.page_starts[page])
        return start + (offset - 1 - start) // MAX_PIECE * MAX_PIECE

    def _above(self, item: int) -> list[Row]:
        return self._page_border(item) + self._begins(item)

    def _begins(self, item: int) -> list[Row]:
        """A row for each passage that begins in this item: its number, its size, its first words."""
        found = [
            (number, each) for number, each in enumerate(self.searched, 1) if item <= each.start < self._end_of(item)
        ]
        return [self._border("┌", number, self._about(each, each.start)) for number, each in found]

    def _ends(self, item: int) -> list[Row]:
        found = [
            (number, each) for number, each in enumerate(self.searched, 1) if item < each.end <= self._end_of(item)
        ]
        return [self._border("└", number, "ends here") for number, _ in found]

    def _about(self, passage: SearchedPassage, start: int) -> str:
        vector = {None: "", True: " · vector", False: " · no vector yet"}[passage.has_vector]
        words = " ".join(clean(self.text[start : min(start + BORDER_WORDS, passage.end)]).split())
        return f"{counted(passage.tokens, 'token')}{vector} · begins “{words}…”"

    def _border(self, sign: str, number: int, text: str) -> Row:
        look = self.page.look
        shown = sign if not look.signs.is_ascii else "+"
        label = clip(f"passage {number} of {len(self.searched)} · {text}", max(1, self.page.page_width - 2))
        return row((f"{shown} ", look.faint), (label, look.muted))

    def _page_border(self, item: int) -> list[Row]:
        page = bisect_right(self.page_starts, item)
        if not page or self.page_starts[page - 1] != item:
            return []
        label = f" page {page} "
        line = self.page.look.signs.line
        rule = row(
            (line * 2, self.page.look.faint),
            (label, self.page.look.muted),
            (line * max(0, self.page.page_width - 2 - len(label)), self.page.look.faint),
        )
        return [BLANK, rule, BLANK] if item else [rule, BLANK]

    def _text_rows(self, item: int) -> list[Row]:
        runs = [run for run in self._runs(item) if run[0]]
        return [row(*line) for line in wrap_runs(runs, self.page.page_width)] if runs else [BLANK]

    def _runs(self, item: int) -> list[Run]:
        """The text of an item, cut where passages begin and end."""
        end = self._end_of(item)
        if self.text[end - 1 : end] == "\n":
            end -= 1
        cuts = {item, end}
        for passage in self.passages:
            cuts.update(offset for offset in (passage.start, passage.end) if item < offset < end)
        borders = sorted(cuts)
        return [(self._safe(start, stop), self._style_at(start)) for start, stop in itertools.pairwise(borders)]

    def _safe(self, start: int, end: int) -> str:
        text = clean(self.text[start:end].replace("\f", "").rstrip("\r"))
        return text.expandtabs(TAB_SIZE)

    def _style_at(self, offset: int) -> Style:
        inside = [passage for passage in self.passages if passage.start <= offset < passage.end]
        if any(passage.is_current for passage in inside):
            return self.page.look.passage + Style(meta={PASSAGE_META: "current"})
        return self.page.look.text + Style(meta={PASSAGE_META: "other"}) if inside else self.page.look.text

    def _row_at(self, item: int, offset: int) -> int:
        """The number of the row that holds a character, estimated by its position in the line."""
        rows = len(self.rows_of(item)) - (borders := len(self._above(item))) - len(self._ends(item))
        before = wrap_runs([(self._safe(item, offset + 1), Style.null())], self.page.page_width)
        return borders + min(rows, len(before)) - 1

    def next_hit(self, pattern: str, item: int, number: int, step: int) -> tuple[int, int] | None:
        compiled = re.compile(re.escape(pattern), re.IGNORECASE)
        offset = self._forward(compiled, item, number) if step > 0 else self._backward(compiled, item, number)
        if offset is None:
            return None
        self._hit_offset = offset
        hit = self._start_before(offset + 1)
        return hit, self._row_at(hit, offset)

    def place_of(self, pattern: str, hit: tuple[int, int]) -> HitPlace:
        compiled = re.compile(re.escape(pattern), re.IGNORECASE)
        shown, number, count = self._hit_offset, 0, 0
        end = time.monotonic() + COUNTING_S
        for match in compiled.finditer(self.text):
            count += 1
            number = count if match.start() == shown else number
            if not count % 1_000 and time.monotonic() > end:
                return HitPlace(number, count, is_all=False)
        return HitPlace(number, count, is_all=True)

    def _forward(self, pattern: re.Pattern[str], item: int, number: int) -> int | None:
        end = self._end_of(item)
        for match in pattern.finditer(self.text, item, end):
            if self._row_at(item, match.start()) > number:
                return match.start()
        match = pattern.search(self.text, end) or pattern.search(self.text)
        return match.start() if match is not None else None

    def _backward(self, pattern: re.Pattern[str], item: int, number: int) -> int | None:
        here = [match.start() for match in pattern.finditer(self.text, item, self._end_of(item))]
        above = [offset for offset in here if self._row_at(item, offset) < number]
        if above:
            return above[-1]
        offset = self._last_before(pattern, item)
        return offset if offset is not None else self._last_before(pattern, len(self.text))

    def _last_before(self, pattern: re.Pattern[str], end: int) -> int | None:
        """The last occurrence that begins before `end`, looked for in windows from there back."""
        overlap = len(pattern.pattern)
        while end > 0:
            start = max(0, end - SEARCH_WINDOW)
            found = [match.start() for match in pattern.finditer(self.text, start, end + overlap)]
            found = [offset for offset in found if offset < end]
            if found:
                return found[-1]
            end = start
        return None
