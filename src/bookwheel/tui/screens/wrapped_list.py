"""Screens of prepared rows that wrap to the width: the brief, and two answers compared."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import getters

from bookwheel.tui.keymap import bindings
from bookwheel.tui.rows.row_text import Run, wrap_runs
from bookwheel.tui.widgets.key_hints import KeyedScreen, KeyHints
from bookwheel.tui.widgets.row_list import RowList
from bookwheel.tui.widgets.text_line import PaneTitle

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from bookwheel.tui.rows.look import Look

MAX_WIDTH = 92


@dataclass(frozen=True, slots=True)
class WrappedRow:
    """One line of the screen; `number` is the part that it belongs to, -1 for none."""

    runs: tuple[Run, ...]
    number: int = -1


class WrappedRows(RowList[WrappedRow]):
    """The rows, drawn as they are; `remake` is called when their colours are those of another theme."""

    def runs_of(self, item: WrappedRow, width: int) -> list[Run]:
        return list(item.runs)

    def look_may_have_changed(self, before: Look) -> None:
        if self.look != before:
            self.remake()

    def remake(self) -> None:
        """Make the rows again, which hold the colours of a theme."""
        if isinstance(self.screen, WrappedScreen):
            self.screen.rebuild()


class WrappedScreen(KeyedScreen[None]):
    """Subclasses give the rows for a width; they are made again when the width changes.

    A subclass has the keys of "wrapped" (Esc closes it, the arrows move) and may replace them by its `BINDINGS`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("wrapped")]

    NOTHING: ClassVar[str] = ""
    rows = getters.query_one(WrappedRows)
    title_line = getters.query_one("#wrapped-title", PaneTitle)

    @abstractmethod
    def make_rows(self, width: int) -> Sequence[WrappedRow]:
        """The rows, at most `width` cells wide."""

    @abstractmethod
    def make_title(self) -> tuple[str, str]:
        """What the screen is, and its counts."""

    def compose(self) -> ComposeResult:
        yield PaneTitle(id="wrapped-title")
        yield WrappedRows()
        yield KeyHints()

    def on_mount(self) -> None:
        self.rows.focus()
        self.rebuild()

    def on_resize(self, event: events.Resize) -> None:
        self.rebuild()

    def rebuild(self) -> None:
        """Make the rows again."""
        self.title_line.show(*self.make_title())
        self.rows.set_items(self.make_rows(max(20, min(MAX_WIDTH, self.size.width - 3))))

    def action_close(self) -> None:
        self.dismiss(None)

    def action_move(self, step: int) -> None:
        self.rows.move_to(self.rows.cursor + step)

    def action_move_page(self, step: int) -> None:
        self.rows.move_to(self.rows.cursor + step * max(1, self.rows.size.height - 1))


def wrapped(runs: Sequence[Run], width: int, number: int = -1, indent: str = "  ") -> list[WrappedRow]:
    """Runs without line breaks as rows of one part, each behind `indent`."""
    if not runs:
        return [WrappedRow((), number)]
    style = runs[0][1]
    return [WrappedRow(((indent, style), *line), number) for line in wrap_runs(runs, width - len(indent))]
