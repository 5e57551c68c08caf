"""A line to type into: no frame, no blinking cursor, and nothing in it but what can be seen."""

from __future__ import annotations

from textual.widgets import Input

from bookwheel.transcript.sanitize import clean_line


class Field(Input):
    """Whatever is typed, pasted or completed into it is cleaned."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__(clean_line(value), placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        return clean_line(value)
