"""The line to type a search into, over the lower edge of the view that it searches; gone as soon as it is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual.widgets import Input

from bookwheel.markup.sanitize import clean_line

if TYPE_CHECKING:
    from textual import events


# Each key draws the whole value anew: with 1 MB in it that takes 0.1 to 0.4 s.
MAX_FIELD = 10_000


class Searchable(Protocol):
    """A view that can be searched."""

    def search(self, text: str) -> bool: ...
    def focus(self, scroll_visible: bool = True) -> object: ...


class Field(Input):
    """All text that is typed, pasted or completed is cleaned, and cut at `MAX_FIELD` characters."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__(clean_line(value), placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        return clean_line(value[:MAX_FIELD])

    def on_paste(self, event: events.Paste) -> None:
        if max(map(len, event.text.splitlines()[:1]), default=0) > MAX_FIELD:
            self.notify(f"Only the first {MAX_FIELD // 1000},000 characters were pasted.", markup=False)


class SearchBar(Field):
    """`ask(view)` shows it; Enter searches that view, leaving it hides it."""

    DEFAULT_CSS = """
    SearchBar {
        height: 1; width: 1fr; display: none; border: none; padding: 0 1; dock: bottom;
        background: $surface; color: $text;
        &:focus { border: none; background: $surface; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(placeholder="search for", id=id)
        self.select_on_focus = True
        self._view: Searchable | None = None

    def ask(self, view: Searchable) -> None:
        """Let the reader type what to search for in `view`."""
        self._view = view
        self.display = True
        self.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        view = self._view
        if view is not None:
            view.focus()
            view.search(self.value)

    def on_blur(self, event: events.Blur) -> None:
        self.display = False
