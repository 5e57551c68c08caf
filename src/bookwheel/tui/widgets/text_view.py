"""A document's text on demand: any length opens at once, cited passages are marked, pages have their borders.

An item is the offset at which a line begins (or a piece of a line that is very long, or a page). Lines are found around
the screen by looking for the next newline, so no index of them is ever made.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style
from textual.message import Message

from bookwheel.transcript.sanitize import clean
from bookwheel.tui.conversation.row_view import Line, RowView
from bookwheel.tui.rows.row_text import BLANK, Row, Run, row, wrap_runs
from bookwheel.tui.rows.signs import Signs
from bookwheel.tui.rows.wrapping import TAB_SIZE

MAX_PIECE = 8192
MAX_LAID_OUT = 1000
SEARCH_WINDOW = 256 * 1024

_PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class Passage:
    """A range of the text that is marked; the current one stands out."""

    start: int
    end: int
    is_current: bool = False


class TextView(RowView[int]):
    """Shows `text` from its start; `go_to` brings an offset to the screen.

    Its page is wider than an answer's: many texts come with line breaks of their own, at up to 120 characters.
    """

    MAX_PAGE_WIDTH = 120

    @dataclass
    class Moved(Message):
        """Another part is on the screen: page `page` of `pages`, both 0 where there are no pages."""

        page: int
        pages: int

    def __init__(
        self,
        text: str = "",
        *,
        page_starts: Sequence[int] = (),
        id: str | None = None,  # noqa: A002 - Textual's name
        signs: Signs | None = None,
    ) -> None:
        super().__init__(id=id, signs=signs)
        self._text = text
        self._page_starts = page_starts
        self._passages: tuple[Passage, ...] = ()
        self._laid_out: OrderedDict[int, list[Row]] = OrderedDict()
        self._goal: int | None = None
        self.stay_at_top()

    def load(self, text: str, *, page_starts: Sequence[int] = ()) -> None:
        """Show another text, from its start."""
        self._text = text
        self._page_starts = page_starts
        self._passages = ()
        self._goal = None
        self.clear_search()
        self.drop_rows()
        self.stay_at_top()
        self.show()

    def mark(self, passages: Sequence[Passage]) -> None:
        """Mark these ranges, instead of those marked before."""
        self._passages = tuple(passages)
        self.drop_rows()
        self.show()

    def go_to(self, offset: int) -> None:
        """Put the row with this character in the upper third of the screen, once there is one."""
        self._goal = offset if not self.size.height else None
        if self._goal is not None:
            return
        offset = max(0, min(offset, len(self._text) - 1))
        item = self._start_before(offset + 1)
        self.scroll_to_row(item, self._row_at(item, offset), above=self.size.height // 4)

    def go_to_bottom(self) -> None:
        """To the last row; a document does not grow, so nothing is followed."""
        self.go_to_end()
        self.stop_following()

    def relayout(self) -> None:
        super().relayout()
        if self._goal is not None:
            self.go_to(self._goal)

    def place_changed(self) -> None:
        self.post_message(self.Moved(self.page, self.pages))

    @property
    def page(self) -> int:
        """The page at the middle of the screen, from 1; 0 where the document has no pages."""
        if not self.lines:
            return 0
        return bisect_right(self._page_starts, self.lines[len(self.lines) // 2].item)

    @property
    def pages(self) -> int:
        return len(self._page_starts)

    # What RowView asks.

    def first_item(self) -> int | None:
        return 0 if self._text else None

    def last_item(self) -> int | None:
        return self._start_before(len(self._text)) if self._text else None

    def item_after(self, item: int) -> int | None:
        after = self._end_of(item)
        return after if after < len(self._text) else None

    def item_before(self, item: int) -> int | None:
        return self._start_before(item) if item > 0 else None

    def rows_of(self, item: int) -> Sequence[Row]:
        rows = self._laid_out.get(item)
        if rows is None:
            rows = self._laid_out[item] = self._page_border(item) + self._text_rows(item)
            if len(self._laid_out) > MAX_LAID_OUT:
                self._laid_out.popitem(last=False)
        return rows

    def drop_rows(self) -> None:
        self._laid_out.clear()

    def progress_of(self, item: int, number: int) -> float:
        rows = len(self.rows_of(item))
        return (item + (self._end_of(item) - item) * number / max(1, rows)) / max(1, len(self._text))

    def mark_of(self, line: Line[int]) -> Run | None:
        for _, style, _ in line.row.strip:
            if style is not None and (kind := style.meta.get(_PASSAGE)):
                return (self.signs.bar, self.look.accent if kind == "current" else self.look.muted)
        return None

    # Lines.

    def _end_of(self, item: int) -> int:
        """Where the item that begins here ends: behind its newline, at a page, or after `MAX_PIECE` characters."""
        newline = self._text.find("\n", item, item + MAX_PIECE)
        end = newline + 1 if newline >= 0 else min(item + MAX_PIECE, len(self._text))
        page = bisect_right(self._page_starts, item)
        return min(end, self._page_starts[page]) if page < len(self._page_starts) else end

    def _start_before(self, offset: int) -> int:
        """The start of the item that holds the character before `offset`."""
        start = self._text.rfind("\n", 0, offset - 1) + 1
        page = bisect_left(self._page_starts, offset) - 1
        if page >= 0:
            start = max(start, self._page_starts[page])
        return start + (offset - 1 - start) // MAX_PIECE * MAX_PIECE

    def _page_border(self, item: int) -> list[Row]:
        page = bisect_right(self._page_starts, item)
        if not page or self._page_starts[page - 1] != item:
            return []
        label = f" page {page} "
        line = self.signs.line
        rule = row(
            (line * 2, self.look.faint),
            (label, self.look.muted),
            (line * max(0, self.page_width - 2 - len(label)), self.look.faint),
        )
        return [BLANK, rule, BLANK] if item else [rule, BLANK]

    def _text_rows(self, item: int) -> list[Row]:
        runs = [run for run in self._runs(item) if run[0]]
        return [row(*line) for line in wrap_runs(runs, self.page_width)] if runs else [BLANK]

    def _runs(self, item: int) -> list[Run]:
        """The text of an item, cut where passages begin and end."""
        end = self._end_of(item)
        if self._text[end - 1 : end] == "\n":
            end -= 1
        cuts = {item, end}
        for passage in self._passages:
            cuts.update(offset for offset in (passage.start, passage.end) if item < offset < end)
        borders = sorted(cuts)
        return [(self._safe(start, stop), self._style_at(start)) for start, stop in itertools.pairwise(borders)]

    def _safe(self, start: int, end: int) -> str:
        text = clean(self._text[start:end].replace("\f", "").rstrip("\r"))
        return text.expandtabs(TAB_SIZE)

    def _style_at(self, offset: int) -> Style:
        inside = [passage for passage in self._passages if passage.start <= offset < passage.end]
        if any(passage.is_current for passage in inside):
            return self.look.passage + Style(meta={_PASSAGE: "current"})
        return self.look.text + Style(meta={_PASSAGE: "other"}) if inside else self.look.text

    def _row_at(self, item: int, offset: int) -> int:
        """The number of the row that holds a character, as near as its place in the line tells."""
        rows = len(self.rows_of(item)) - (borders := len(self._page_border(item)))
        before = wrap_runs([(self._safe(item, offset + 1), Style.null())], self.page_width)
        return borders + min(rows, len(before)) - 1

    # Searching: the text itself, not its rows.

    def next_hit(self, pattern: str, item: int, number: int, step: int) -> tuple[int, int] | None:
        compiled = re.compile(re.escape(pattern), re.IGNORECASE)
        offset = self._forward(compiled, item, number) if step > 0 else self._backward(compiled, item, number)
        if offset is None:
            return None
        hit = self._start_before(offset + 1)
        return hit, self._row_at(hit, offset)

    def _forward(self, pattern: re.Pattern[str], item: int, number: int) -> int | None:
        end = self._end_of(item)
        for match in pattern.finditer(self._text, item, end):
            if self._row_at(item, match.start()) > number:
                return match.start()
        match = pattern.search(self._text, end) or pattern.search(self._text)
        return match.start() if match is not None else None

    def _backward(self, pattern: re.Pattern[str], item: int, number: int) -> int | None:
        here = [match.start() for match in pattern.finditer(self._text, item, self._end_of(item))]
        above = [offset for offset in here if self._row_at(item, offset) < number]
        if above:
            return above[-1]
        offset = self._last_before(pattern, item)
        return offset if offset is not None else self._last_before(pattern, len(self._text))

    def _last_before(self, pattern: re.Pattern[str], end: int) -> int | None:
        """The last occurrence that begins before `end`, looked for in windows from there back."""
        overlap = len(self._pattern)
        while end > 0:
            start = max(0, end - SEARCH_WINDOW)
            found = [match.start() for match in pattern.finditer(self._text, start, end + overlap)]
            found = [offset for offset in found if offset < end]
            if found:
                return found[-1]
            end = start
        return None
