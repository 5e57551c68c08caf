"""A yes or no question before something that cannot be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.screen import ModalScreen

from bookwheel.markup.sanitize import clean_line
from bookwheel.tui.keymap import bindings
from bookwheel.tui.widgets.text_line import TextLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content


class ConfirmText(TextLine):
    """The question and its two keys."""

    def __init__(self, question: str, detail: str) -> None:
        super().__init__()
        self._question, self._detail = clean_line(question), clean_line(detail)

    def render(self) -> Content:
        lines = (
            [[(self._question, "strong")], [(self._detail, "muted")]]
            if self._detail
            else [[(self._question, "strong")]]
        )
        return self.content([*lines, [], [("y", "strong"), (" yes   ", "muted"), ("n", "strong"), (" no", "muted")]])


class ConfirmScreen(ModalScreen[bool]):
    """Gives True for yes."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("confirm")]

    def __init__(self, question: str, detail: str = "") -> None:
        super().__init__()
        self._text = (question, detail)

    def compose(self) -> ComposeResult:
        yield ConfirmText(*self._text)

    def action_answer(self, is_yes: bool) -> None:
        self.dismiss(is_yes)
