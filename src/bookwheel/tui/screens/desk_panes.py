"""The panes of the desk: which are open, which one is zoomed, and where the focus goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookwheel.tui.widgets.text_line import Pane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.screen import Screen
    from textual.widget import Widget


class DeskPanes:
    """Shows and hides the panes of `screen`; the look of each state is in app.tcss."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen

    @property
    def is_zoomed(self) -> bool:
        return self._screen.has_class("-zoomed")

    def zoom(self) -> None:
        """Show the focused pane alone, or all of them again."""
        is_zoomed = not self.is_zoomed
        for pane in self._screen.query(Pane):
            pane.set_class(is_zoomed and pane.has_focus_within, "-kept")
        self._screen.set_class(is_zoomed and bool(self._screen.query(".-kept")), "-zoomed")

    def toggle(self, pane: Pane, content: Widget, page: Widget) -> None:
        """Show a pane and focus it; when it has the focus, hide it and focus the page."""
        if content.has_focus:
            pane.remove_class("-open")
            pane.add_class("-closed")
            page.focus()
            return
        self.close_drawers()
        pane.remove_class("-closed")
        pane.add_class("-open")
        content.focus()

    def close_drawers(self) -> bool:
        """Hide what covers the page; False where nothing does."""
        drawers = [pane for pane in self._screen.query(Pane) if pane.has_class("-open")]
        for pane in drawers:
            pane.remove_class("-open")
        return bool(drawers) and not self._screen.has_class("-wide")

    def focus_by(self, step: int, stops: Sequence[Widget]) -> None:
        """Focus the next (1) or previous (-1) of the widgets that are shown; from the last to the first."""
        focused = self._screen.focused
        index = next((index for index, stop in enumerate(stops) if stop is focused), 0)
        stops[(index + step) % len(stops)].focus()
