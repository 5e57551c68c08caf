"""One branch of a research run on the page: what it searched, its notes word for word, and what it asks next."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style

from bookwheel.markup.sanitize import clean_line
from bookwheel.tui.keymap import bindings
from bookwheel.tui.rows.plan_rows import branch_rows, report_rows
from bookwheel.tui.rows.row_text import Run, wrap_runs
from bookwheel.tui.rows.wrapping import cells
from bookwheel.tui.screens.wrapped_list import WrappedRow, WrappedRows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.binding import BindingType

    from bookwheel.engine.events.research_events import NoteTaken
    from bookwheel.engine.research.research_state import ResearchState
    from bookwheel.tui.rows.look import Look

MOST_WIDTH = 96


class BranchView(WrappedRows):
    """`open_note` opens the passage of a note."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("branch")]

    def __init__(self, open_note: Callable[[NoteTaken], None]) -> None:
        super().__init__(id="branch")
        self._open_note = open_note
        self._shown: tuple[ResearchState | None, str, str] = (None, "", "")
        self._is_over = False

    def show(self, state: ResearchState | None, branch_id: str, question: str, *, is_over: bool) -> None:
        """Show a branch as it is now, under the question of the run; without a branch, what the report waits for."""
        self._is_over = is_over
        is_other = branch_id != self._shown[1]
        self._shown = (state, branch_id, question)
        self._rebuild(is_other=is_other)

    def remake(self) -> None:
        self._rebuild(is_other=False)

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._rebuild(is_other=False)

    def action_open(self) -> None:
        """Open the passage of the note under the cursor."""
        state, branch_id, _ = self._shown
        branch = state.branch(branch_id) if state is not None else None
        number = self.current.number if self.current is not None else -1
        if branch is not None and 0 <= number < len(branch.notes):
            self._open_note(branch.notes[number])
        else:
            self.notify("No note under the cursor: j and k move", markup=False)

    def _rebuild(self, *, is_other: bool) -> None:
        state, branch_id, question = self._shown
        width, look = max(20, min(MOST_WIDTH, self.size.width - 2)), self.look
        asked = wrap_runs([(clean_line(question), look.question)], width - 2) if question else []
        rows = [*(WrappedRow(_asked_row(runs, width, look)) for runs in asked), *([WrappedRow(())] if asked else [])]
        if state is not None:
            rows += [WrappedRow(tuple(runs), number) for number, runs in self._branch_rows(state, branch_id, width)]
        self.set_items(rows, cursor=0 if is_other else self.cursor)

    def _branch_rows(self, state: ResearchState, branch_id: str, width: int) -> list[tuple[int, list[Run]]]:
        rows = branch_rows(state, branch_id, width, self.look)
        return rows if self._is_over else [*rows, *report_rows(state, self.look)]


def _asked_row(runs: Sequence[Run], width: int, look: Look) -> tuple[Run, ...]:
    """A row of the question behind its bar, on its wash."""
    ground = Style(bgcolor=look.question.bgcolor)
    room = width - 2 - sum(cells(text) for text, _ in runs)
    return ((f"{look.signs.bar} ", look.accent + ground), *runs, (" " * max(0, room), ground))
