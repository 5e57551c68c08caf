"""Short texts in the theme's styles: the base of the title rows, the status line, the bars and the start page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from textual.containers import Vertical
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from bookwheel.markup.sanitize import clean_line
from bookwheel.tui.messages import TextPasted
from bookwheel.tui.rows.signs import terminal_signs
from bookwheel.tui.rows.wrapping import cells, clip

if TYPE_CHECKING:
    from textual import events

STYLES = ("plain", "strong", "muted", "faint", "accent", "badge", "warning", "error", "chosen")

StyledText: TypeAlias = tuple[str, str]


class TextLine(Widget):
    """Draws cleaned text in named styles; colours and attributes come from the theme alone (`line--muted`, …)."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"line--{name}" for name in STYLES}

    def content(self, lines: Iterable[Sequence[StyledText]]) -> Content:
        """Lines of (text, name of a style)."""
        return Content("\n").join(
            Content.assemble(*((text, self._named(style)) for text, style in line)) for line in lines
        )

    def _named(self, name: str) -> Style:
        style = self.get_visual_style(f"line--{name}", partial=True)
        # Textual 8.2.8 leaves `reverse` out here, but without colours text is marked by `reverse`.
        is_reverse = self.get_component_styles(f"line--{name}").text_style.reverse
        return style + Style(reverse=True) if is_reverse else style


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
            self.set_class(is_lit, "-lit")

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
        self.light()

    def on_descendant_blur(self) -> None:
        self.light()

    def on_paste(self, event: events.Paste) -> None:
        # No key of a pane takes a text: it is meant for the prompt.
        event.stop()
        self.post_message(TextPasted(event.text))

    def light(self, *, has_keys: bool = True) -> None:
        """Light the title while the focus is inside, and no screen over the desk has the keys instead."""
        # The blur of one child may come after the focus of another.
        for title in self.query(PaneTitle):
            title.light(has_keys and self.has_focus_within)


class TooSmall(TextLine):
    """Replaces the panes in a terminal that is too small for them; what is typed stays."""

    def render(self) -> Content:
        return self.content([[("make the terminal larger", "muted")]])
