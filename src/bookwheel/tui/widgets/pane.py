"""A pane: a title row over its content, lit while the focus is inside."""

from __future__ import annotations

from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from bookwheel.transcript.sanitize import clean_line
from bookwheel.tui.widgets.wrapping import cells, clip


class PaneTitle(Widget):
    """One row: what the pane is on the left, its counts on the right. Both are cleaned here."""

    DEFAULT_CSS = "PaneTitle { height: 1; }"

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._text = text
        self._counts = ""

    def show(self, text: str, counts: str) -> None:
        text, counts = clean_line(text), clean_line(counts)
        if (text, counts) != (self._text, self._counts):
            self._text, self._counts = text, counts
            self.refresh()

    def render(self) -> Content:
        width = max(1, self.size.width - 2)
        counts = clip(self._counts, width - 4)
        text = clip(self._text, max(4, width - cells(counts) - 2))
        gap = " " * max(1, width - cells(text) - cells(counts))
        return Content.assemble(f" {text}{gap}", (counts, "$muted"), " ")


class Pane(Vertical):
    """A title and a content; classes show and hide it (see app.tcss)."""

    ALLOW_MAXIMIZE = False
