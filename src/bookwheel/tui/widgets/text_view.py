"""A document's text, with the cited passages marked and the borders of its pages."""

from __future__ import annotations

from collections.abc import Sequence

from textual.message import Message

from bookwheel.engine.index.progress import SearchedPassage
from bookwheel.lazy_dataclass import dataclass
from bookwheel.tui.rows.row_text import Run
from bookwheel.tui.rows.signs import Signs
from bookwheel.tui.widgets.row_source import Line
from bookwheel.tui.widgets.row_view import RowView
from bookwheel.tui.widgets.text_rows import PASSAGE_META, MarkedPassage, TextRows


class TextView(RowView[int]):
    """Shows `text` from its start; `go_to` brings an offset to the screen.

    Its page is wider than an answer's: many texts come with line breaks of their own, at up to 120 characters.
    """

    MAX_PAGE_WIDTH = 120

    @dataclass
    class Moved(Message):
        """Another part is on the screen: page `page` of `pages`, both 0 where there are no pages."""

        page: int
        pages: int

    def __init__(
        self,
        text: str = "",
        *,
        page_starts: Sequence[int] = (),
        id: str | None = None,  # noqa: A002 - Textual's name
        signs: Signs | None = None,
    ) -> None:
        self.text_rows = TextRows(text, page_starts)
        super().__init__(self.text_rows, id=id, signs=signs)
        self._goal: int | None = None
        self.stay_at_top()

    def load(self, text: str, *, page_starts: Sequence[int] = ()) -> None:
        """Show another text, from its start."""
        self.text_rows.load(text, page_starts)
        self._goal = None
        self.clear_search()
        self.stay_at_top()
        self.show()

    def mark(self, passages: Sequence[MarkedPassage]) -> None:
        """Mark these ranges, instead of those marked before."""
        self.text_rows.passages = tuple(passages)
        self.text_rows.drop_rows()
        self.show()

    def show_searched(self, passages: Sequence[SearchedPassage]) -> None:
        """Show where the passages begin and end by which the text is searched; none hides them."""
        self.text_rows.searched = tuple(passages)
        self.text_rows.drop_rows()
        self.show()

    def go_to(self, offset: int) -> None:
        """Put the row with this character in the upper third of the screen, once there is one."""
        self._goal = offset if not self.size.height else None
        if self._goal is None:
            self.scroll_to_row(*self.text_rows.position_of(offset), above=self.size.height // 4)

    def go_to_bottom(self) -> None:
        """To the last row; a document does not grow, so nothing is followed."""
        self.go_to_end()
        self.stop_following()

    def relayout(self) -> None:
        super().relayout()
        if self._goal is not None:
            self.go_to(self._goal)

    def position_changed(self) -> None:
        self.post_message(self.Moved(self.shown_page, self.pages))

    @property
    def shown_page(self) -> int:
        """The page at the middle of the screen, from 1; 0 where the document has no pages."""
        return self.text_rows.page_at(self.lines[len(self.lines) // 2].item) if self.lines else 0

    @property
    def pages(self) -> int:
        return len(self.text_rows.page_starts)

    def mark_of(self, line: Line[int]) -> Run | None:
        for _, style, _ in line.row.strip:
            if style is not None and (kind := style.meta.get(PASSAGE_META)):
                return (self.signs.bar, self.look.accent if kind == "current" else self.look.muted)
        return None
