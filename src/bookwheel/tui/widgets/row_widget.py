"""The base of the views that draw rows: their signs, their look from the theme, their scroll mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bookwheel.tui.rows.look import COMPONENT_CLASSES, Look, look_from
from bookwheel.tui.rows.signs import Signs, terminal_signs
from bookwheel.tui.textual_styles import RowDrawer

if TYPE_CHECKING:
    from rich.style import Style

WHEEL_ROWS = 3
SLOW_LINE = "-slow-line"
"""The app's class while its line is slow: each step of scrolling sends a whole pane."""


class RowWidget(RowDrawer, can_focus=True):
    """Styles are component classes (`row--muted`, …) that app.tcss gives their colours."""

    ALLOW_MAXIMIZE = True
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES

    def __init__(self, *, id: str | None = None, signs: Signs | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.signs = signs or terminal_signs()
        self._look: Look | None = None

    def make_look(self) -> Look:
        """The look that the theme gives now."""
        return look_from(self.get_component_rich_style, self.signs)

    @property
    def look(self) -> Look:
        if self._look is None:
            self._look = self.make_look()
        return self._look

    @property
    def moves_by_pages(self) -> bool:
        """Whether a step moves by a part of a page instead of a row: the line to the terminal is slow."""
        return self.app.has_class(SLOW_LINE)  # pyright: ignore[reportUnknownMemberType] - Textual gives App[Unknown]

    def own_style(self, name: str) -> Style:
        """Only what the component class itself says, to be laid over the style of a row."""
        return self.get_component_rich_style(name, partial=True)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        before, self._look = self._look, None
        if before is not None and self.is_mounted:
            self.look_may_have_changed(before)

    def look_may_have_changed(self, before: Look) -> None:
        """The theme or the styles were set anew; `before` is the look that was drawn."""
