"""The panes of the desk: which are open, which one is zoomed, and where the focus goes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bookwheel.tui.conversation.view import ConversationView
from bookwheel.tui.messages import app_of
from bookwheel.tui.widgets.empty_state import EmptyState
from bookwheel.tui.widgets.event_log import EventLog
from bookwheel.tui.widgets.library_list import LibraryList
from bookwheel.tui.widgets.prompt import Prompt
from bookwheel.tui.widgets.row_widget import SLOW_LINE
from bookwheel.tui.widgets.text_line import Pane, PaneTitle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.screen import Screen
    from textual.widget import Widget

    from bookwheel.tui.conversation.entry_parts import Entry
    from bookwheel.tui.screens.jump import JumpScreen, JumpTarget


WIDTH = "width."
MIN_WIDTH = 16
MIN_PAGE = 20
MAX_COLUMN = 98
BY_WIDTH = [(0, "-tiny"), (40, "-narrow"), (90, "-medium"), (120, "-wide"), (150, "-broad")]
BY_HEIGHT = [(0, "-flat"), (10, "-short"), (30, "-tall")]


class DeskPanes:
    """Shows and hides the panes of `screen`; the look of each state is in app.tcss.

    Widths that the user sets go to `keep`; those set earlier are in `choices`.
    """

    def __init__(self, screen: Screen[None], keep: Callable[[str, str], None], choices: Mapping[str, str]) -> None:
        self._screen = screen
        self._keep = keep
        kept = {name.removeprefix(WIDTH): value for name, value in choices.items() if name.startswith(WIDTH)}
        self._widths = {name: int(value) for name, value in kept.items() if value.isascii() and value.isdigit()}

    @property
    def is_zoomed(self) -> bool:
        return self._screen.has_class("-zoomed")

    def light(self) -> None:
        """Light the edges of the pane that has the keys, 350 bytes each; on a slow line only its title."""
        app, page = app_of(self._screen), self._screen.query_one("#page-pane", Pane)
        is_on_page = page.has_focus_within
        for pane in self._screen.query(Pane).exclude("#page-pane"):
            is_lit = (is_on_page or pane.has_focus_within) and not app.has_class(SLOW_LINE)
            if is_lit != pane.has_class("-lit"):
                pane.set_class(is_lit, "-lit", update=False)
                app.stylesheet.update_nodes([pane])

    def zoom(self) -> None:
        """Show the focused pane alone, or all of them again."""
        is_zoomed = not self.is_zoomed
        for pane in self._screen.query(Pane):
            pane.set_class(is_zoomed and pane.has_focus_within, "-kept")
        self._screen.set_class(is_zoomed and bool(self._screen.query(".-kept")), "-zoomed")
        self._centre()

    def _centre(self) -> None:
        """Centre the column of the zoomed pane; the event log uses the whole width."""
        for pane in self._screen.query(Pane):
            is_column = self.is_zoomed and pane.has_class("-kept") and not pane.query(EventLog)
            side = max(0, self._screen.size.width - MAX_COLUMN) // 2 if is_column else 0
            for child in pane.children:
                if not isinstance(child, PaneTitle):
                    child.styles.margin = (0, side)

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

    def shown(self, name: str, page: EmptyState | ConversationView) -> Widget | None:
        """The content of a pane of the key table, shown and focused if it is a list; None for a name of another."""
        if name == "conversation":
            return self._screen.query_one(ConversationView)
        kind = {"library": LibraryList, "trace": EventLog}.get(name)
        if kind is None:
            return None
        content = self._screen.query_one(kind)
        if not content.has_focus:
            self.toggle(self._screen.query_one(f"#{name}-pane", Pane), content, page)
        return content

    def resize(self, pane: Pane, step: int) -> bool:
        """Make a pane that stands beside the page wider by `step` cells, and keep its width; False where none does.

        While the page has the focus, `step` widens the page and narrows the library.
        """
        if pane.styles.dock != "none" or not pane.is_on_screen or self.is_zoomed:
            return False
        step = step if pane.has_focus_within else -step
        width = min(max(MIN_WIDTH, pane.outer_size.width + step), self._screen.size.width - 2 * MIN_PAGE)
        self._widths[str(pane.id)] = width
        _set_width(pane, width)
        self._keep(f"{WIDTH}{pane.id}", str(width))
        return True

    def resized(self, is_current: bool) -> None:
        """The screen has a new size. Laying out an outdated one of many quick resizes would bring it back for ever."""
        if is_current:
            self._screen.call_later(self._screen.call_after_refresh, self.apply_widths)

    def apply_widths(self) -> None:
        """Give the panes beside the page their kept widths; one that covers it gets the layout's width."""
        self._centre()
        for pane in self._screen.query(Pane):
            width = self._widths.get(str(pane.id))
            if width is None:
                continue
            for rule in ("width", "min_width", "max_width"):
                pane.styles.inline.clear_rule(rule)
            pane.refresh(layout=True)
            if pane.styles.dock == "none" and width <= self._screen.size.width - 2 * MIN_PAGE:
                _set_width(pane, width)

    def jump(self) -> tuple[JumpScreen, Callable[[JumpTarget | None], None]]:
        """The screen with a label on every target, and the action of each."""
        from bookwheel.tui.screens.jump import JumpScreen, go_to

        return JumpScreen(self._jump_targets()), go_to

    def _jump_targets(self) -> list[JumpTarget]:
        """The prompt, the page or the blocks on it, and the rows of the lists that are shown."""
        from bookwheel.tui.screens.jump import JumpTarget, targets_on

        singles = [each for each in (*self._screen.query(Prompt), *self._screen.query(EmptyState)) if each.is_on_screen]
        targets = [JumpTarget(*each.region.offset, each.focus) for each in singles]
        for page in self._screen.query(ConversationView):
            x, y = page.region.offset
            blocks = page.block_cursor.on_screen if page.is_on_screen else ()
            targets += [JumpTarget(x, y + row, partial(_go_to_block, page, entry)) for row, entry in blocks]
        return [*targets, *targets_on(self._screen)]

    def close_drawers(self) -> bool:
        """Hide what covers the page; False where nothing does."""
        drawers = [pane for pane in self._screen.query(Pane) if pane.has_class("-open")]
        for pane in drawers:
            pane.remove_class("-open")
        return bool(drawers) and not self._screen.has_class("-broad")

    def undo_step(self, reading: Widget) -> bool:
        """Undo a filter, a search, a drawer or a zoom, whichever is there first; False where none is."""
        library, page = self._screen.query_one(LibraryList), self._screen.query_one(ConversationView)
        if library.has_focus and library.pattern:
            library.set_pattern("")
        elif page.has_focus and page.is_searching:
            page.clear_search()
        elif self.close_drawers():
            reading.focus()
        elif self.is_zoomed:
            self.zoom()
        else:
            return False
        return True

    def focus_by(self, step: int, stops: Sequence[Widget]) -> None:
        """Focus the next (1) or previous (-1) of the widgets that are shown; from the last to the first."""
        stops = [stop for stop in stops if stop.is_on_screen]
        focused = self._screen.focused
        index = next((index for index, stop in enumerate(stops) if stop is focused), 0)
        stops[(index + step) % len(stops)].focus()


def _set_width(pane: Pane, width: int) -> None:
    """A width in cells instead of that of the layout."""
    pane.styles.min_width = pane.styles.max_width = pane.styles.width = width


def _go_to_block(page: ConversationView, entry: Entry) -> None:
    page.focus()
    page.set_cursor(entry)


def set_class_for(screen: Screen[None], name: str, is_set: bool, *widgets: Widget) -> None:
    """Give the screen a class on which the styles of `widgets` alone depend.

    Textual would apply the styles of all 31 widgets again: 8 ms for the first question of a session.
    """
    screen.set_class(is_set, name, update=False)
    screen.app.stylesheet.update_nodes(widgets)  # pyright: ignore[reportUnknownMemberType] - App[Unknown]
