"""A pane: a title row over its content, lit while the focus is inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical

from bookwheel.transcript.sanitize import clean_line
from bookwheel.tui.rows.signs import terminal_signs
from bookwheel.tui.rows.wrapping import cells, clip
from bookwheel.tui.widgets.text_line import TextLine

if TYPE_CHECKING:
    from textual.content import Content


class PaneTitle(TextLine):
    """One row: what the pane is on the left, its counts on the right. Both are cleaned here."""

    DEFAULT_CSS = "PaneTitle { height: 1; }"

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._text = text
        self._counts = ""
        self._is_lit = False

    def show(self, text: str, counts: str) -> None:
        text, counts = clean_line(text), clean_line(counts)
        if (text, counts) != (self._text, self._counts):
            self._text, self._counts = text, counts
            self.refresh()

    def light(self, is_lit: bool) -> None:
        """Whether the keys go to this pane."""
        if is_lit != self._is_lit:
            self._is_lit = is_lit
            self.refresh()

    def render(self) -> Content:
        width = max(1, self.size.width - 2)
        counts = clip(self._counts, max(0, width - 6))
        text = clip(self._text, max(4, width - cells(counts) - 1))
        gap = " " * max(1, width - cells(text) - cells(counts))
        mark = terminal_signs().bar if self._is_lit else " "
        style = "accent" if self._is_lit else "strong"
        return self.content([[(mark, style), (text, style), (gap, "plain"), (counts, "muted"), (" ", "plain")]])


class Pane(Vertical):
    """A title and a content; classes show and hide it (see app.tcss)."""

    ALLOW_MAXIMIZE = False

    def on_descendant_focus(self) -> None:
        self._light(True)

    def on_descendant_blur(self) -> None:
        self._light(False)

    def _light(self, is_lit: bool) -> None:
        for title in self.query(PaneTitle):
            title.light(is_lit)
