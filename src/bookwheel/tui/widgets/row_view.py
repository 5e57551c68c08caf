"""A scrolling view that draws rows on demand: the base of the conversation and of the document view.

Its position is an item and a row in it, not a number of rows from the top. Items far away are therefore never laid out,
and an item above that is taller than estimated moves nothing on the screen. (A `ScrollView` would need the height
of everything; changing its `virtual_size` lays out the whole screen again.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Generic

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.sanitize import clean_line
from bookwheel.tui.rows.look import Look
from bookwheel.tui.rows.row_text import BLANK, Run, highlighted
from bookwheel.tui.rows.signs import Signs
from bookwheel.tui.rows.wrapping import cells
from bookwheel.tui.widgets.row_source import HitPlace, Item, Line, RowSource
from bookwheel.tui.widgets.row_widget import WHEEL_ROWS, RowWidget

if TYPE_CHECKING:
    from textual import events

MAX_DRAWN = 200
"""Lines that are kept as they were drawn; those of a page that moves are drawn again."""


class RowView(RowWidget, Generic[Item]):
    """Shows the items of `source`; subclasses decorate their rows."""

    MAX_PAGE_WIDTH: ClassVar[int] = 92
    DEFAULT_CSS = "RowView { width: 1fr; height: 1fr; }"

    @dataclass
    class Remark(Message):
        """A key had no effect; `text` says why."""

        text: str

    @dataclass
    class Searched(Message):
        """Another hit of the search is shown, or None: nothing is searched for any more."""

        place: HitPlace | None

    def __init__(self, source: RowSource[Item], *, id: str | None = None, signs: Signs | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, signs=signs)
        self.source = source
        source.page = self
        self._page_style = Style.null()
        self._top: tuple[Item, int] | None = None
        self._is_following = True
        self._lines: list[Line[Item]] = []
        self._shown_lines: list[Line[Item]] = []
        self._is_stale = True
        self._thumb = self._shown_thumb = (0, 0)
        self._thumb_place: tuple[object, int] = (None, 0)
        self._shift = 0
        self._pattern = ""
        self._hit: tuple[Item, int] | None = None
        self._drawn_badge: list[Run] = []
        self._drawn: dict[tuple[int, Run | None, bool], tuple[Strip, Strip]] = {}
        self._shown_position: tuple[object, ...] = ()

    def mark_of(self, line: Line[Item]) -> Run | None:
        """The one cell before a row."""
        return None

    def decorated(self, strip: Strip, line: Line[Item]) -> Strip:
        """The row with what is drawn over it for a while; this needs no new layout."""
        return strip

    def position_changed(self) -> None:
        """Another part is on the screen than before."""

    def badge(self) -> list[Run]:
        """What stands in the lower right corner, over the text."""
        return []

    def follow_step(self, height: int) -> int:
        """By how many rows the page moves when rows are added below it."""
        return 1

    def is_shifted(self, item: Item) -> bool:
        """Whether the wide rows of `item` are the ones that move sideways."""
        return True

    @property
    def page_width(self) -> int:
        """The cells that a row of text may take: less one for the mark and two for the thumb."""
        return max(1, min(self.MAX_PAGE_WIDTH, self.size.width - 3))

    @property
    def is_following(self) -> bool:
        """Whether new rows at the end move the page."""
        return self._is_following

    @property
    def lines(self) -> Sequence[Line[Item]]:
        """The rows on the screen, from the top."""
        if self._is_stale:
            self._lay_out()
        return self._lines

    @property
    def is_at_end(self) -> bool:
        """Whether the last row is on the screen."""
        lines = self.lines
        return not lines or self.source.is_last(lines[-1])

    def scroll_rows(self, count: int) -> None:
        """Move the page; following begins where its end is reached, and ends where it is left."""
        if self._top is None:
            return
        top = self.source.moved(self._top, count)
        if count > 0:
            end = self.source.top_for_end(self.size.height)
            top = end if end is not None and not self.source.is_before(top, end) else top
        self._top = top
        self._is_following = False
        self._is_stale = True
        self._is_following = self.is_at_end
        self.show()

    def step_rows(self, count: int) -> None:
        """Move the page by rows, or by quarters of it on a slow line."""
        self.scroll_rows(count * (max(1, self.size.height // 4) if self.moves_by_pages else 1))

    def scroll_to_row(self, item: Item, number: int = 0, *, above: int = 1) -> None:
        """Put a row `above` rows below the top of the screen, and stop following new rows."""
        self._is_following = False
        self._top = self.source.moved((item, number), -above)
        self._is_stale = True
        self.show()

    def reveal(self, item: Item, number: int = 0) -> None:
        """Move only if the row is not on the screen."""
        if not any(line.item == item and line.number == number for line in self.lines):
            self.scroll_to_row(item, number, above=max(1, self.size.height // 4))

    def go_to_top(self) -> None:
        first = self.source.first_item()
        if first is not None:
            self.scroll_to_row(first, 0, above=0)

    def go_to_end(self) -> None:
        """To the last row, and follow what comes."""
        self._is_following = True
        self._top = None
        self._is_stale = True
        self.show()

    def stop_following(self) -> None:
        """Stay here when rows are added."""
        self._is_following = False

    def move_sideways(self, columns: int) -> bool:
        """Move the rows that are wider than the page, in the item that `is_shifted` names; False where none moves."""
        rows = (line.row for line in self.lines if self.is_shifted(line.item))
        most = max((row.strip.cell_length for row in rows if row.is_wide), default=0) - self.page_width + 1
        before, self._shift = self._shift, max(0, min(self._shift + columns, most))
        self.refresh()
        return self._shift != before

    def reset_shift(self) -> None:
        """Show wide rows from their start again; they are drawn with the next refresh."""
        self._shift = 0

    @property
    def is_searching(self) -> bool:
        """Whether occurrences are marked."""
        return bool(self._pattern)

    def clear_search(self) -> None:
        """Take the marks of a search away."""
        was_searching, self._pattern, self._hit = self.is_searching, "", None
        self.refresh()
        if was_searching:
            self.post_message(self.Searched(None))

    def search(self, text: str) -> bool:
        """Mark every occurrence of `text` and go to the first from the top of the screen on; an empty text ends it.

        False, with a remark, when there is none.
        """
        self._pattern = text.casefold()
        self._hit = None
        self.refresh()
        if not text or not self.lines:
            self.post_message(self.Searched(None))
            return False
        line = self.lines[0]
        return self._go_to_hit(line.item, line.number - 1, 1)

    def stay_at_top(self) -> None:
        """What is loaded next is shown from its start, and is not followed."""
        self._top = None
        self._is_following = False
        self._is_stale = True

    def search_on(self, step: int) -> bool:
        """To the next (1) or the previous (-1) occurrence; wraps at the ends."""
        if not self._pattern or not self.lines:
            self.post_message(self.Remark("Nothing is being searched for: press / first"))
            return False
        item, number = self._hit or (self.lines[0].item, self.lines[0].number)
        return self._go_to_hit(item, number, step)

    def show(self) -> None:
        """Draw the lines that differ from what is on the screen, and nothing else."""
        if not self.is_mounted or not self.size.height:
            self._is_stale = True
            return
        before, thumb = self._shown_lines, self._shown_thumb
        self._lay_out()
        self._shown_lines, self._shown_thumb = self._lines, self._thumb
        width = self.size.width
        regions = [Region(0, y, width, 1) for y in self._changed(before)]
        if self._thumb != thumb:
            regions.append(Region(width - 1, 0, 1, self.size.height))
        if (badge := self.badge()) != self._drawn_badge:
            self._drawn_badge = badge
            regions.append(Region(0, self.size.height - 1, width, 1))
        if regions:
            self.refresh(*regions)
        position = self._position()
        if position != self._shown_position:
            self._shown_position = position
            self.position_changed()

    def relayout(self) -> None:
        """Lay out again, at the same position in the text."""
        self._drawn.clear()
        if not self.size.height:
            self.source.drop_rows()
            self._is_stale = True
            return
        top = self._top
        rows_before = len(self.source.rows_of(self.source.item_now(top[0]))) if top is not None else 0
        self.source.drop_rows()
        if top is not None and rows_before:
            item = self.source.item_now(top[0])
            self._top = (item, round(top[1] / rows_before * len(self.source.rows_of(item))))
        self.show()
        self.refresh()

    def _go_to_hit(self, item: Item, number: int, step: int) -> bool:
        hit = self.source.next_hit(self._pattern, item, number, step)
        if hit is None:
            self.post_message(self.Remark(f"Not found: {clean_line(self._pattern)}"))
            return False
        self._hit = hit
        self.post_message(self.Searched(self.source.place_of(self._pattern, hit)))
        self.reveal(*hit)
        self.refresh()
        return True

    def render_line(self, y: int) -> Strip:
        lines = self.lines
        line = lines[y] if y < len(lines) else None
        mark = self.mark_of(line) if line is not None else None
        has_thumb = self._thumb[0] <= y < self._thumb[1]
        badge = self.badge() if y == self.size.height - 1 else ()
        row = line.row if line is not None else BLANK
        text = self._page_strip(line) if line is not None else row.strip
        if badge or text is not row.strip:
            return self._whole(text, mark, badge, has_thumb=has_thumb)
        # A page that moves shows rows that were there before, and blank ones.
        if (kept := self._drawn.get((id(text), mark, has_thumb))) is None:
            if len(self._drawn) >= MAX_DRAWN:
                self._drawn.clear()
            kept = (text, self._whole(text, mark, badge, has_thumb=has_thumb))
            self._drawn[id(text), mark, has_thumb] = kept
        return kept[1]

    def _whole(self, text: Strip, mark: Run | None, badge: Sequence[Run], *, has_thumb: bool) -> Strip:
        """A line with the mark before and the thumb behind it."""
        width, look = self.size.width, self.look
        line = Strip([Segment(*mark) if mark else Segment(" "), *text]).adjust_cell_length(width - 1)
        line = self._with_badge(line, badge) if badge else line
        thumb = Segment(self.signs.thumb, look.faint) if has_thumb else Segment(" ")
        return Strip([*line, thumb], width).apply_style(self._page_style)

    def make_look(self) -> Look:
        # Walking all ancestors for each row takes a quarter of a frame.
        self._page_style = self.rich_style
        self._drawn.clear()
        return super().make_look()

    def look_may_have_changed(self, before: Look) -> None:
        page_style = self._page_style
        if self.look != before or self._page_style != page_style:
            self.relayout()

    def on_resize(self, event: events.Resize) -> None:
        self.relayout()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_rows(WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_rows(-WHEEL_ROWS)

    def _position(self) -> tuple[object, ...]:
        lines = self._lines
        return (self._top, lines[-1].item, lines[-1].number, self.is_at_end) if lines else ()

    def _lay_out(self) -> None:
        height = self.size.height
        if not height:
            self._lines = []
            return
        self._is_stale = False
        if self._top is not None:
            item = self.source.item_now(self._top[0])
            self._top = (item, min(self._top[1], max(0, len(self.source.rows_of(item)) - 1)))
        if self._is_following:
            self._follow(height)
        if self._top is None:
            first = self.source.first_item()
            self._top = None if first is None else (first, 0)
        self._lines = [] if self._top is None else self.source.lines_from(self._top, height)
        missing = height - len(self._lines)
        if missing > 0 and self._top is not None and not self._is_following:
            self._top = self.source.moved(self._top, -missing)
            self._lines = self.source.lines_from(self._top, height)
        # A mark that grows with each row of an answer costs a twentieth of the bytes of its frames.
        place = (self._top, height)
        is_filling = self._is_following and self.follow_step(height) > 1 and self._thumb != (0, 0)
        if not (is_filling and place == self._thumb_place):
            self._thumb_place, self._thumb = place, self._thumb_rows(height)

    def _follow(self, height: int) -> None:
        """Keep the last row on the screen; moving by pages is rare, so the text stays still while it is read."""
        if self._top is None:
            self._top = self.source.top_for_end(height)
            return
        step = max(self.follow_step(height), height // 2 if self.moves_by_pages else 1)
        lines = self.source.lines_from(self._top, height)
        if not (lines and self.source.is_last(lines[-1]) and len(lines) > height - step):
            self._top = self.source.top_for_end(height - step + 1)

    def _thumb_rows(self, height: int) -> tuple[int, int]:
        """Which rows the scroll mark covers; none where everything is on the screen."""
        lines = self._lines
        if not lines:
            return (0, 0)
        start = self.source.progress_of(lines[0].item, lines[0].number)
        end = 1.0 if self.source.is_last(lines[-1]) else self.source.progress_of(lines[-1].item, lines[-1].number + 1)
        if start <= 0 and end >= 1:
            return (0, 0)
        size = max(1, round((end - start) * height))
        top = height - size if end >= 1 else min(round(start * height), height - size - 1)
        return (top, top + size)

    def _changed(self, before: Sequence[Line[Item]]) -> Iterator[int]:
        after = self._lines
        for y in range(self.size.height):
            old, new = (lines[y] if y < len(lines) else None for lines in (before, after))
            if old is not new and (old is None or new is None or old != new):
                yield y

    def _page_strip(self, line: Line[Item]) -> Strip:
        row, width = line.row, self.page_width
        strip = self._marked(self.decorated(row.strip, line), line)
        shift = self._shift if row.is_wide and self.is_shifted(line.item) else 0
        if shift:
            left = Strip([Segment(self.signs.clipped_left, self.look.code_comment)])
            strip = Strip.join([strip.crop(0, row.indent), left, strip.crop(row.indent + shift + 1)])
        if row.is_wide and strip.cell_length > width:
            strip = Strip([*strip.crop(0, width - 1), Segment(self.signs.clipped, self.look.code_comment)])
        if row.fill is not None and strip.cell_length < width:
            strip = Strip([*strip, Segment(" " * (width - strip.cell_length), row.fill)])
        return strip

    def _marked(self, strip: Strip, line: Line[Item]) -> Strip:
        if not self._pattern:
            return strip
        text = strip.text.casefold()
        if self._pattern not in text:
            return strip
        style = self.look.current if self._hit == (line.item, line.number) else self.look.match
        return highlighted(strip, text, self._pattern, style)

    def _with_badge(self, strip: Strip, badge: Sequence[Run]) -> Strip:
        width = sum(cells(text) for text, _ in badge)
        left = min(self.page_width + 1, strip.cell_length) - width
        if left < 0:
            return strip
        over = [Segment(text, style) for text, style in badge]
        return Strip.join([strip.crop(0, left), Strip(over), strip.crop(left + width)])
