"""A list to choose from, filtered as one types: the palette of all actions, models, themes, settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import getters
from textual.containers import Vertical
from textual.screen import ModalScreen

from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.sanitize import clean_line
from bookwheel.tui.keymap import bindings
from bookwheel.tui.rows.wrapping import cells
from bookwheel.tui.widgets.key_hints import KeyHints
from bookwheel.tui.widgets.row_list import RowList, spread
from bookwheel.tui.widgets.search_bar import Field
from bookwheel.tui.widgets.text_line import PaneTitle

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widgets import Input

    from bookwheel.tui.rows.row_text import Run


MIN_WIDTH, MAX_WIDTH = 60, 104


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`value` is what is chosen; `label` and `note` are shown; `words` are searched too.

    `group` is the heading that it stands under; `where` stands before the label among what is found by typing.
    """

    value: str
    label: str
    note: str = ""
    words: str = ""
    group: str = ""
    where: str = ""
    is_heading: bool = False


class ChoiceList(RowList[Choice], can_focus=False):
    """The rows; the field above has the focus."""

    LIT_WITHOUT_FOCUS: ClassVar[bool] = True

    def __init__(self, current: str, on_move: Callable[[str], None] | None) -> None:
        super().__init__()
        self._current = current
        self._on_move = on_move

    def runs_of(self, item: Choice, width: int) -> list[Run]:
        look = self.look
        if item.is_heading:
            return [(f" {item.label}", look.heading)]
        left = [(f" {self.signs.done} ", look.accent) if item.value == self._current else ("   ", look.text)]
        if item.where and not self.items[0].is_heading:
            left.append((f"{item.where}: ", look.muted))
        left.append((clean_line(item.label), look.text))
        return spread(left, [(f"{clean_line(item.note)} ", look.muted)] if item.note else [], width, look.text)

    def empty_lines(self) -> Sequence[str]:
        return ("no match",)

    def cursor_moved(self) -> None:
        if self._on_move is not None and self.current is not None:
            self._on_move(self.current.value)

    def move_to(self, index: int) -> None:
        """Headings are passed over, in the direction of the move."""
        step = -1 if index < self.cursor else 1
        index = max(0, min(index, len(self.items) - 1))
        while 0 <= index < len(self.items) and self.items[index].is_heading:
            index += step
        super().move_to(index if 0 <= index < len(self.items) else self.cursor)


class PickScreen(ModalScreen[str | None]):
    """Gives the value of the chosen row, or None.

    `current` is marked; the cursor begins there, or at `start`. `on_move` gets the row under it (a live preview).
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("pick")]

    filter_input = getters.query_one(Field)
    choices = getters.query_one(ChoiceList)

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        current: str = "",
        start: str = "",
        on_move: Callable[[str], None] | None = None,
        placeholder: str = "type to filter",
    ) -> None:
        super().__init__()
        self._placeholder = placeholder
        self._start = start or current
        self._title = title
        self._choices = tuple(_with_headings(choices))
        self._current = current
        self._on_move = on_move

    def compose(self) -> ComposeResult:
        with Vertical(id="pick"):
            yield PaneTitle(self._title)
            yield Field(placeholder=self._placeholder)
            yield ChoiceList(self._current, self._on_move)
            yield KeyHints(enter="choose")

    def on_mount(self) -> None:
        box = self.query_one("#pick")
        box.styles.height = len(self._choices) + 5
        box.styles.width = min(MAX_WIDTH, max(MIN_WIDTH, *map(_width, self._choices)))
        self.filter_input.focus()
        choices = [(n, choice) for n, choice in enumerate(self._choices) if not choice.is_heading]
        first = choices[0][0] if choices else 0
        index = next((n for n, choice in choices if choice.value == self._start), first)
        self.choices.set_items(self._choices, cursor=index)

    def change_choice(self, value: str, change: Callable[[Choice], Choice]) -> None:
        """Show a row anew; the cursor stays."""
        self._choices = tuple(change(choice) if choice.value == value else choice for choice in self._choices)
        self.choices.set_items(_fitting(self._choices, self.filter_input.value))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value or len(self.choices.items) != len(self._choices):
            self.choices.set_items(_fitting(self._choices, event.value), cursor=0)
            self.choices.move_to(0)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_choose()

    def action_choose(self) -> None:
        current = self.choices.current
        if current is not None and not current.is_heading:
            self.dismiss(current.value)

    def action_close(self) -> None:
        if self._on_move is not None and self._current:
            self._on_move(self._current)
        self.dismiss(None)

    def action_cursor_up(self) -> None:
        self.choices.action_cursor_up()

    def action_cursor_down(self) -> None:
        self.choices.action_cursor_down()

    def action_page_up(self) -> None:
        self.choices.action_page_up()

    def action_page_down(self) -> None:
        self.choices.action_page_down()


def _fitting(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """The rows that hold every typed word; first those that begin with the first word."""
    words = typed.casefold().split()
    if not words:
        return list(choices)
    fitting = [
        choice for choice in choices if not choice.is_heading and all(word in _searched(choice) for word in words)
    ]
    return sorted(fitting, key=lambda choice: not choice.label.casefold().startswith(words[0]))


def _with_headings(choices: Sequence[Choice]) -> Iterator[Choice]:
    """The name of a group before the first of it, with a blank row between two groups."""
    before = ""
    for choice in choices:
        if choice.group != before:
            if before:
                yield Choice(value="", label="", is_heading=True)
            before = choice.group
            yield Choice(value="", label=choice.group, is_heading=True)
        yield choice


def _width(choice: Choice) -> int:
    """The cells of its row with the frame, the mark, two gaps and the scroll mark."""
    return cells(choice.label) + cells(choice.note) + 10


def _searched(choice: Choice) -> str:
    return f"{choice.where} {choice.label} {choice.note} {choice.words}".casefold()
