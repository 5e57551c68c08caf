"""Short texts in the theme's styles: the base of the title rows, the status line, the bars and the start page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, TypeAlias

from textual.content import Content
from textual.style import Style
from textual.widget import Widget

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
        # Textual 8.2.8 leaves `reverse` out of what it gives here, and without colours that is how things stand out.
        is_reverse = self.get_component_styles(f"line--{name}").text_style.reverse
        return style + Style(reverse=True) if is_reverse else style
