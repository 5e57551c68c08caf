"""A line to type at the lower edge: a path to add, a filter, a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.containers import Horizontal
from textual.screen import ModalScreen

from bookwheel.markup.sanitize import clean_line
from bookwheel.tui.keymap import bindings
from bookwheel.tui.messages import is_open
from bookwheel.tui.rows.wrapping import cells
from bookwheel.tui.widgets.candidate_list import CandidateList
from bookwheel.tui.widgets.completion_list import Completer, common_prefix
from bookwheel.tui.widgets.search_bar import Field
from bookwheel.tui.widgets.text_line import TextLine

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content
    from textual.widgets import Input


class LineLabel(TextLine):
    """What is to be typed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.styles.width = cells(text) + 2

    def render(self) -> Content:
        return self.content([[(f" {self._text} ", "accent")]])


class LineScreen(ModalScreen[str | None]):
    """Gives the typed line, or None. `on_change` gets every change; `complete` gives whole lines for Tab."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("line")]

    line_input = getters.query_one(Field)
    candidate_list = getters.query_one(CandidateList)

    def __init__(
        self,
        label: str,
        value: str = "",
        *,
        complete: Completer | None = None,
        on_change: Callable[[str], None] | None = None,
        placeholder: str = "",
    ) -> None:
        super().__init__()
        self._placeholder = clean_line(placeholder)
        self._label = clean_line(label)
        self._start = value
        self._complete = complete
        self._on_change = on_change
        self._cycle: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        yield CandidateList(id="line-candidates")
        with Horizontal(id="line-bar"):
            yield LineLabel(self._label)
            yield Field(self._start, placeholder=self._placeholder)

    def on_mount(self) -> None:
        self.line_input.focus()
        self.line_input.cursor_position = len(self._start)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value not in self._cycle:
            self._cycle = ()
            self.candidate_list.show((), "")
        if self._on_change is not None:
            self._on_change(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value)

    def action_close(self) -> None:
        if self._on_change is not None:
            self._on_change(self._start)
        self.dismiss(None)

    async def action_complete(self) -> None:
        value = self.line_input.value
        if self._cycle and value in self._cycle:
            self._put(self._cycle[(self._cycle.index(value) + 1) % len(self._cycle)])
            return
        found = list(await self._complete(value)) if self._complete is not None else []
        if not found or not is_open(self):
            return
        shared = common_prefix(found)
        self._cycle = tuple(found) if len(found) > 1 else ()
        self._put(shared if len(shared) > len(value) else found[0])

    def _put(self, value: str) -> None:
        self.line_input.value = value
        self.line_input.cursor_position = len(value)
        self.candidate_list.show(self._cycle, value)
