"""The plan of a research run over the desk: its branches at work, steered by keys, and the notes of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from bookwheel.transcript.research.research_rows import PlanRow, budget_lines, counts_of, facts_of, plan_rows
from bookwheel.transcript.sanitize import clean_line
from bookwheel.tui.keymap import bindings
from bookwheel.tui.rows.plan_rows import detail_rows, item_rows
from bookwheel.tui.screens.wrapped_list import WrappedRow, WrappedScreen, wrapped

if TYPE_CHECKING:
    from textual.binding import BindingType

    from bookwheel.engine.events.research_events import SteerKind
    from bookwheel.engine.research.research_state import ResearchState

LOOK_EVERY_S = 0.25
# An Enter that was meant for the prompt must not start a plan that has just appeared.
GRACE_S = 0.4
_HEAD = 1_000


class PlanScreen(WrappedScreen):
    """`state` gives the run as it is now; `steer` changes it, `start` approves the plan of a version.

    `ask_line` lets the user type a line under a label, with a text to begin with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("plan")]

    def __init__(
        self,
        state: Callable[[], ResearchState | None],
        *,
        steer: Callable[[SteerKind, str, str], None],
        start: Callable[[int], None],
        ask_line: Callable[[str, str, Callable[[str], None]], None],
        clock: Callable[[], float],
    ) -> None:
        super().__init__()
        self._state = state
        self._steer = steer
        self._start = start
        self._ask_line = ask_line
        self._clock = clock
        self._shown: ResearchState | None = None
        self._version_since = (0, 0.0)
        self._open: set[str] = set()
        # The branches of the rows as shown: while the plan is steered, its order may change before the rows do.
        self._row_ids: list[str] = []

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(LOOK_EVERY_S, self._look)

    def rebuild(self) -> None:
        super().rebuild()
        if self.rows.current is None or self.rows.current.number < 0:
            self.rows.move_to(0)

    def make_title(self) -> tuple[str, str]:
        state = self._state()
        return "Plan", counts_of(state) if state is not None else ""

    def make_rows(self, width: int) -> Sequence[WrappedRow]:
        self._shown = state = self._state()
        look = self.rows.look
        if state is None:
            return wrapped([("No research yet: Ctrl+T chooses research mode, then ask", look.muted)], width)
        if state.version != self._version_since[0]:
            self._version_since = (state.version, self._clock())
        rows: list[WrappedRow] = []
        if state.is_reviewing:
            rows.append(
                WrappedRow(((f"{look.signs.clipped} start  ", look.accent), (_estimate(state), look.muted)), _HEAD)
            )
        elif state.phase == "searching":
            count = len(state.notes)
            words = f"{look.signs.clipped} write now from {count} note{'' if count == 1 else 's'}"
            rows.append(WrappedRow(((words, look.accent),), _HEAD))
        items = plan_rows(state)
        self._row_ids = [item.id for item in items]
        for index, item in enumerate(items):
            rows += [WrappedRow(tuple(runs), index) for runs in item_rows(item, width, look)]
            branch = state.branch(item.id)
            if item.id in self._open and branch is not None:
                rows += [WrappedRow(tuple(runs), index) for runs in detail_rows(branch, width, look)]
        rows.append(WrappedRow(()))
        for line in (facts_of(state), *budget_lines(state)):
            rows += wrapped([(clean_line(line), look.muted)], width)
        return rows

    def action_open(self) -> None:
        """Start the plan, write now, or fold and unfold a branch's notes: what the row under the cursor is for."""
        state, item = self._state(), self._item
        if state is None:
            return
        if self._is_head:
            if not state.is_reviewing:
                self._steer("write_now", "", "")
            elif self._clock() - self._version_since[1] > GRACE_S:
                self._start(state.version)
        elif item is not None:
            self._open ^= {item.id}
            self._rebuild_at_cursor()

    def action_add(self) -> None:
        self._ask_line("new sub-question", "", lambda text: self._with_text("add", "", text))

    def action_reword(self) -> None:
        if (item := self._item) is not None:
            branch = item.id
            self._ask_line(f"reword {branch}", item.question, lambda text: self._with_text("reword", branch, text))

    def action_hint(self) -> None:
        if (item := self._item) is not None:
            branch = item.id
            self._ask_line(f"hint to {branch}", "", lambda text: self._with_text("hint", branch, text))

    def action_plan_again(self) -> None:
        self._ask_line("instruction for a new plan", "", lambda text: self._with_text("plan_again", "", text))

    def action_steer(self, kind: SteerKind) -> None:
        if (item := self._item) is not None:
            self._steer(kind, item.id, "")

    def action_pause(self) -> None:
        if (item := self._item) is not None:
            self._steer("go_on" if item.status == "paused" else "pause", item.id, "")

    def action_write_now(self) -> None:
        self._steer("write_now", "", "")

    def _with_text(self, kind: SteerKind, branch: str, text: str) -> None:
        if text:  # an empty line cancels
            self._steer(kind, branch, text)

    @property
    def _is_head(self) -> bool:
        return self.rows.current is not None and self.rows.current.number == _HEAD

    @property
    def _item(self) -> PlanRow | None:
        state, branch = self._state(), self._branch_id
        items = plan_rows(state) if state is not None else []
        return next((item for item in items if item.id == branch), None)

    @property
    def _branch_id(self) -> str:
        """The branch under the cursor; "" for none."""
        row = self.rows.current
        return self._row_ids[row.number] if row is not None and 0 <= row.number < len(self._row_ids) else ""

    def _look(self) -> None:
        if self._state() is not self._shown:
            self._rebuild_at_cursor()

    def _rebuild_at_cursor(self) -> None:
        number, branch = self.rows.current.number if self.rows.current is not None else -1, self._branch_id
        self.rebuild()
        if branch in self._row_ids:
            number = self._row_ids.index(branch)  # a branch that moved keeps the cursor
        first = next((index for index, row in enumerate(self.rows.items) if row.number == number), 0)
        self.rows.move_to(first)


def _estimate(state: ResearchState) -> str:
    count = len(state.proposed)
    parts = [f"{count} sub-question" + ("" if count == 1 else "s")]
    estimate = state.review.estimate if state.review is not None else None
    if estimate is not None and estimate.calls:
        parts += [f"at most {estimate.calls} calls", f"about {estimate.tokens // 1000}k tokens"]
    if estimate is not None and estimate.cost:
        parts.append(f"at most {estimate.cost:.2f}")
    return " · ".join(parts)
