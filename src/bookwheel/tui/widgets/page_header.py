"""The row over a document: its title, its author and date, the page, the citation shown, and remarks."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from bookwheel.markup.sanitize import clean_line
from bookwheel.tui.rows.wrapping import cells, clip, clip_middle

MIN_ABOUT = 10


class PageHeader(Widget):
    """Title on the left; author, date, page and citation on the right, as far as there is room.

    A remark replaces the title until something moves.
    """

    DEFAULT_CSS = "PageHeader { height: 1; color: $text; background: $panel; }"

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self._about = ""
        self._page = ""
        self._citation = ""
        self._remark = ""
        self._is_trouble = False

    def show_document(self, title: str, about: str = "") -> None:
        """`about` is its author and date, uncleaned."""
        self._title = clean_line(title)
        self._about = clean_line(about)
        self._remark = ""
        self.refresh()

    def show_page(self, page: int, pages: int) -> None:
        text = f"page {page} of {pages}" if pages else ""
        if text != self._page:
            self._page = text
            self.refresh()

    def show_citation(self, number: int | None, count: int) -> None:
        of_all = f" of {count}" if number is not None and number <= count else f", {count} in all"
        self._citation = f"[{number}]{of_all}" if number is not None else ""
        self._remark = ""
        self.refresh()

    def say(self, text: str, *, is_trouble: bool = False) -> None:
        """Show a remark instead of the title; trouble is coloured."""
        self._remark = clean_line(text)
        self._is_trouble = is_trouble
        self.refresh()

    def render(self) -> Content:
        width = max(1, self.size.width - 2)
        right = "  ".join(part for part in (self._page, self._citation) if part)
        about_room = width - cells(right) - cells(self._title) - 4
        if self._about and about_room >= MIN_ABOUT:
            right = "  ".join(part for part in (clip(self._about, about_room), right) if part)
        room = max(1, width - cells(right) - 2)
        left = clip(self._remark, room) if self._remark else clip_middle(self._title, room)
        style = "" if not self._remark else "$error" if self._is_trouble else "$accent"
        gap = " " * max(1, width - cells(left) - cells(right))
        return Content.assemble(" ", (left, style), gap, (right, "$text-muted"), " ")
