"""A list with a cursor whose rows are one line each and drawn on demand: the library, the event log, the sessions.

Only the lines that differ from what is on the screen are drawn; no row is a widget, so thousands cost nothing.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from bookwheel.tui.rows.look import COMPONENT_CLASSES
from bookwheel.tui.rows.row_text import Run
from bookwheel.tui.rows.signs import Signs
from bookwheel.tui.rows.wrapping import cells, clip
from bookwheel.tui.widgets.row_widget import WHEEL_ROWS, RowWidget

if TYPE_CHECKING:
    from textual import events

Item = TypeVar("Item")


class RowList(RowWidget, Generic[Item]):
    """Subclasses draw an item as runs of cleaned text that fill the width they are given."""

    # True for a list under a field that is typed into: its cursor always shows.
    LIT_WITHOUT_FOCUS: ClassVar[bool] = False
    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES | {"row--cursor", "row--cursor-blurred"}

    def __init__(self, *, id: str | None = None, signs: Signs | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, signs=signs)
        self._items: Sequence[Item] = ()
        self._cursor = 0
        self._top = 0
        self._is_following = False
        self._drawn: dict[int, tuple[object, ...]] = {}
        self._cursor_styles: tuple[Style, Style] | None = None
        self._own_style: Style | None = None

    @abstractmethod
    def runs_of(self, item: Item, width: int) -> list[Run]:
        """The row of `item`, at most `width` cells wide."""

    def empty_lines(self) -> Sequence[str]:
        """The lines that an empty list shows."""
        return ()

    def cursor_moved(self) -> None:
        """The cursor is on another row now."""

    @property
    def items(self) -> Sequence[Item]:
        return self._items

    @property
    def cursor(self) -> int:
        return self._cursor

    @property
    def current(self) -> Item | None:
        """The item under the cursor."""
        return self._items[self._cursor] if self._cursor < len(self._items) else None

    @property
    def shown(self) -> range:
        """The numbers of the items on the screen, from the top."""
        return range(self._top, min(len(self._items), self._top + self.size.height))

    def set_items(self, items: Sequence[Item], *, cursor: int | None = None) -> None:
        """Show `items`; the cursor stays at its number, or goes to the last row while it follows."""
        self._items = items
        wanted = len(items) - 1 if self._is_following else self._cursor if cursor is None else cursor
        self._cursor = max(0, min(wanted, len(items) - 1))
        self._reveal_cursor()
        self.redraw()

    def follow(self) -> None:
        """Keep the cursor on the last row as rows come."""
        self._is_following = True
        self.move_to(len(self._items) - 1)

    def move_to(self, index: int) -> None:
        """Put the cursor on a row; the last row of a list that follows keeps following."""
        index = max(0, min(index, len(self._items) - 1))
        is_moved = index != self._cursor
        self._cursor = index
        self._reveal_cursor()
        self.redraw()
        if is_moved:
            self.cursor_moved()

    def reveal(self, index: int) -> None:
        """Move the list as far as needed to show a row below the cursor, which stays in sight."""
        height = self.size.height
        if height:
            self._top = max(self._top, min(index - height + 1, self._cursor))
            self.redraw()

    def redraw(self) -> None:
        """Draw the lines that differ from what is on the screen, and nothing else."""
        if not self.is_mounted or not self.size.height:
            return
        regions = [
            Region(0, y, self.size.width, 1) for y in range(self.size.height) if self._key(y) != self._drawn.get(y)
        ]
        if regions:
            self.refresh(*regions)

    def action_cursor_up(self) -> None:
        self._is_following = False
        self.move_to(self._cursor - 1)

    def action_cursor_down(self) -> None:
        self.move_to(self._cursor + 1)

    def action_page_up(self) -> None:
        self._is_following = False
        self.move_to(self._cursor - max(1, self.size.height - 1))

    def action_page_down(self) -> None:
        self.move_to(self._cursor + max(1, self.size.height - 1))

    def action_first(self) -> None:
        self._is_following = False
        self.move_to(0)

    def action_last(self) -> None:
        self.move_to(len(self._items) - 1)

    def on_resize(self, event: events.Resize) -> None:
        self._drawn.clear()
        self._reveal_cursor()
        self.refresh()

    def on_focus(self) -> None:
        self.redraw()

    def on_blur(self) -> None:
        self.redraw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-WHEEL_ROWS)

    def on_click(self, event: events.Click) -> None:
        index = self._top + event.y
        if index < len(self._items):
            self._is_following = False
            self.move_to(index)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._cursor_styles = self._own_style = None
        self._drawn.clear()

    def render_line(self, y: int) -> Strip:
        self._drawn[y] = self._key(y)
        # Walking all ancestors for the style of each row was half of what a jump in a list took.
        own = self._own_style = self._own_style or self.rich_style
        width = self.size.width
        index = self._top + y
        if index < len(self._items):
            runs = self.runs_of(self._items[index], max(1, width - 1))
        else:
            runs = self._empty_runs(y)
        strip = Strip([Segment(text, style) for text, style in runs]).adjust_cell_length(width - 1, own)
        if index == self._cursor and self._items:
            over = self._cursor_style
            strip = Strip([Segment(text, (style or Style.null()) + over) for text, style, _ in strip])
        thumb = Segment(self.signs.thumb, self.look.faint) if self._has_thumb(y) else Segment(" ")
        return Strip([*strip, thumb], width).apply_style(own)

    @property
    def _is_lit(self) -> bool:
        return self.has_focus or self.LIT_WITHOUT_FOCUS

    @property
    def _cursor_style(self) -> Style:
        if self._cursor_styles is None:
            self._cursor_styles = (self.own_style("row--cursor"), self.own_style("row--cursor-blurred"))
        return self._cursor_styles[0 if self._is_lit else 1]

    def _key(self, y: int) -> tuple[object, ...]:
        """What the drawing of a line depends on."""
        index = self._top + y
        item = self._items[index] if index < len(self._items) else self._empty_line(y)
        return (item, index == self._cursor, self._is_lit, self._has_thumb(y))

    def _empty_line(self, y: int) -> str:
        """What a line says where the list has no items; "" below that, and in a list that has some."""
        lines = () if self._items else self.empty_lines()
        return lines[y] if y < len(lines) else ""

    def _empty_runs(self, y: int) -> list[Run]:
        line = self._empty_line(y)
        # One style of the 23 of a look, which takes 5 ms to make.
        return [(clip(f" {line}", self.size.width - 1), self.get_component_rich_style("row--muted"))] if line else []

    def _has_thumb(self, y: int) -> bool:
        height, count = self.size.height, len(self._items)
        if count <= height:
            return False
        size = max(1, height * height // count)
        top = round(self._top / (count - height) * (height - size))
        return top <= y < top + size

    def _reveal_cursor(self) -> None:
        height = self.size.height
        if not height:  # hidden: computed when it is shown
            return
        top = min(self._top, self._cursor)
        top = max(top, self._cursor - height + 1)
        if top != self._top and self.moves_by_pages:
            top = self._cursor - height // 2
        self._top = max(0, min(top, len(self._items) - height))

    def _scroll(self, rows: int) -> None:
        self._is_following = False
        self._top = max(0, min(self._top + rows, len(self._items) - self.size.height))
        self.redraw()


def spread(left: Sequence[Run], right: Sequence[Run], width: int, gap: Style) -> list[Run]:
    """`left` and `right` at the two ends of a row; what does not fit is cut from `left`."""
    right_width = sum(cells(text) for text, _ in right)
    room = width - right_width - (1 if right else 0)
    runs: list[Run] = []
    for text, style in left:
        if room <= 0:
            break
        shown = clip(text, room)
        runs.append((shown, style))
        room -= cells(shown)
    return [*runs, (" " * (max(0, room) + (1 if right else 0)), gap), *right]
