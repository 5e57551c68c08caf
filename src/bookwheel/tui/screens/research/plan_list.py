"""The plan of a research run as rows: its branches at work, steered by keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from bookwheel.engine.llms.price_table import shown_cost
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.sanitize import clean_line
from bookwheel.transcript.research.research_rows import PlanRow, budget_lines, facts_of, plan_rows
from bookwheel.tui.keymap import bindings
from bookwheel.tui.rows.plan_rows import item_rows, search_rows
from bookwheel.tui.rows.wrapping import cells
from bookwheel.tui.screens.wrapped_list import WrappedRow, WrappedRows
from bookwheel.tui.widgets.row_list import spread

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

    from bookwheel.engine.events.research_events import SteerKind
    from bookwheel.engine.research.research_state import ResearchState

# A key that was meant for the prompt must not start or steer a plan that has just appeared.
GRACE_S = 0.4
_HEAD = 1_000
BETWEEN = " · "


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanControls:
    """What the keys of the plan call.

    `state` gives the run as it is at this moment, `steer` changes it, `start` approves the plan of a version;
    `ask_line` lets the user type a line under a label, with a text to begin with. `show_branch` gets the branch under
    the cursor, `open_branch` is called for Enter on it.
    """

    state: Callable[[], ResearchState | None]
    steer: Callable[[SteerKind, str, str], None]
    start: Callable[[int], None]
    ask_line: Callable[[str, str, Callable[[str], None]], None]
    show_branch: Callable[[str], None]
    open_branch: Callable[[str], None]
    clock: Callable[[], float]


class PlanList(WrappedRows):
    """One row for each sub-question, a row below it for its last step, and what the run has used."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("plan")]

    def __init__(self, controls: PlanControls) -> None:
        super().__init__(id="plan")
        self._controls = controls
        self._state: ResearchState | None = None
        self._is_over = False
        self._version_since = (0, 0.0)
        self._unfolded: set[str] = set()
        # The branches of the rows as shown: while the plan is steered, its order may change before the rows do.
        self._row_ids: list[str] = []
        self._asking: Mapping[str, str] = {}

    @property
    def state(self) -> ResearchState | None:
        """The run that is shown."""
        return self._state

    @property
    def branch_id(self) -> str:
        """The branch under the cursor; "" for none."""
        row = self.current
        return self._row_ids[row.number] if row is not None and 0 <= row.number < len(self._row_ids) else ""

    @property
    def is_working(self) -> bool:
        """Whether the run is still to be approved or searches, so that a report is to come."""
        state = self._state
        return state is not None and not self._is_over and (state.is_reviewing or state.phase != "writing")

    def show(self, state: ResearchState | None, *, is_over: bool, asking: Mapping[str, str]) -> None:
        """Show a run as it is now; a branch under the cursor keeps it.

        `asking` are the branches that wait for an answer of the user, each with the name of what it wants to use.
        """
        self._is_over, self._asking = is_over, asking
        if state is not None and state.version != self._version_since[0]:
            self._version_since = (state.version, self._controls.clock())
        self._state = state
        self._rebuild()

    def remake(self) -> None:
        self._rebuild()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._rebuild()

    def cursor_moved(self) -> None:
        self._controls.show_branch(self.branch_id)

    def empty_lines(self) -> Sequence[str]:
        return ("No research yet: Ctrl+T chooses", "research mode, then ask")

    def action_cursor_down(self) -> None:
        self._step(1)

    def action_cursor_up(self) -> None:
        self._step(-1)

    def _step(self, step: int) -> None:
        """Move to the next sub-question; from the last one on, show what the run has used."""
        here = self.current.number if self.current is not None else -1
        starts = [
            index
            for index, row in enumerate(self.items)
            if row.number >= 0 and (not index or self.items[index - 1].number != row.number)
        ]
        after = [index for index in starts if (index - self.cursor) * step > 0 and self.items[index].number != here]
        if after:
            self.move_to(after[0] if step > 0 else after[-1])
        if step > 0 and len(after) < 2:
            self.reveal(len(self.items) - 1)

    def action_open(self) -> None:
        """Start the plan, write now, or open a branch: what the row under the cursor is for."""
        state = self._state
        if state is None or self._is_new:
            return
        if self._is_head and state.is_reviewing:
            self._controls.start(state.version)
        elif self._is_head:
            self._controls.steer("write_now", "", "")
        elif self.branch_id:
            self._controls.open_branch(self.branch_id)

    def action_unfold(self, is_unfolded: bool) -> None:
        """Show the searches of the branch under the cursor, or only its last step."""
        if is_unfolded:
            self._unfolded.add(self.branch_id)
        else:
            self._unfolded.discard(self.branch_id)
        self._rebuild()

    def action_add(self) -> None:
        self._ask("add", "", "new sub-question")

    def action_reword(self) -> None:
        if (item := self._chosen()) is not None:
            self._ask("reword", item.id, f"reword {item.id}", item.question)

    def action_hint(self) -> None:
        item = self._chosen()
        if item is not None and item.status == "dropped":
            self.notify("A dropped sub-question takes no hint: u restores it", markup=False)
        elif item is not None:
            self._ask("hint", item.id, f"hint to {item.id}")

    def action_plan_again(self) -> None:
        self._ask("plan_again", "", "instruction for a new plan")

    def action_steer(self, kind: SteerKind) -> None:
        if (item := self._chosen()) is not None and not self._is_new:
            self._controls.steer(kind, item.id, "")

    def action_pause(self) -> None:
        if (item := self._chosen()) is not None:
            self.action_steer("go_on" if item.status == "paused" else "pause")

    def action_write_now(self) -> None:
        if not self._is_new:
            self._controls.steer("write_now", "", "")

    def _ask(self, kind: SteerKind, branch: str, label: str, value: str = "") -> None:
        def entered(text: str) -> None:
            if text:  # an empty line cancels
                self._controls.steer(kind, branch, text)

        if not self._is_new:
            self._controls.ask_line(label, value, entered)

    @property
    def _is_new(self) -> bool:
        """Whether this version of the plan has just appeared."""
        is_reviewing = self._state is not None and self._state.is_reviewing
        return is_reviewing and self._controls.clock() - self._version_since[1] <= GRACE_S

    @property
    def _is_head(self) -> bool:
        return self.current is not None and self.current.number == _HEAD

    @property
    def _item(self) -> PlanRow | None:
        """The sub-question under the cursor as it is at this moment, which the rows may not show yet."""
        state = self._controls.state()
        items = plan_rows(state) if state is not None else []
        return next((item for item in items if item.id == self.branch_id), None)

    def _chosen(self) -> PlanRow | None:
        """The sub-question under the cursor; where there is none, that is said."""
        if (item := self._item) is None:
            self.notify("No sub-question under the cursor: j and k move", markup=False)
        return item

    def _rebuild(self) -> None:
        number, branch = self.current.number if self.current is not None else _HEAD, self.branch_id
        rows = self._made_rows(max(20, self.size.width - 2)) if self._state is not None else []
        if branch in self._row_ids:
            number = self._row_ids.index(branch)  # a branch that moved keeps the cursor
        is_moved = self.branch_id != branch
        self.set_items(rows, cursor=next((index for index, row in enumerate(rows) if row.number == number), 0))
        if is_moved or self.branch_id != branch:
            self.cursor_moved()

    def _made_rows(self, width: int) -> list[WrappedRow]:
        assert self._state is not None
        rows = self._head_rows(self._state, width)
        items = plan_rows(self._state)
        self._row_ids = [item.id for item in items]
        for index, item in enumerate(map(self._shown, items)):
            rows += [WrappedRow(tuple(runs), index) for runs in item_rows(item, width, self.look)]
            branch = self._state.branch(item.id)
            if item.id in self._unfolded and branch is not None:
                rows += [WrappedRow(tuple(runs), index) for runs in search_rows(branch, width, self.look)]
        rows.append(WrappedRow(()))
        for line in (facts_of(self._state), *budget_lines(self._state)):
            rows += [WrappedRow((("  ", self.look.text), (text, self.look.muted))) for text in _lines(line, width - 2)]
        return rows

    def _shown(self, item: PlanRow) -> PlanRow:
        """A sub-question as it is shown: while its branch waits for an answer, that is its last step."""
        tool = self._asking.get(item.id)
        return item if tool is None else replace(item, status="paused", step=f"{tool}: waits for you")

    def _head_rows(self, state: ResearchState, width: int) -> list[WrappedRow]:
        """The row that starts the plan, or the one that ends the search; none once the report has begun."""
        look = self.look
        if not self.is_working:
            return []
        if state.is_reviewing:
            start = (f"{look.signs.clipped} start  ", look.accent)
            first, *others = _lines(_estimate(state), width - cells(start[0]))
            below = (" " * cells(start[0]), look.text)
            return [
                WrappedRow((start, (first, look.muted)), _HEAD),
                *(WrappedRow((below, (text, look.muted)), _HEAD) for text in others),
            ]
        if state.phase != "searching":
            return []
        count = len(state.notes)
        words = f"{look.signs.clipped} write now from {count} note{'' if count == 1 else 's'}"
        return [WrappedRow(tuple(spread([(words, look.accent)], [("W", look.muted)], width, look.text)), _HEAD)]


def _lines(line: str, width: int) -> list[str]:
    """A line of facts, broken only between them."""
    lines: list[str] = []
    for fact in clean_line(line).split(BETWEEN):
        joined = f"{lines[-1]}{BETWEEN}{fact}" if lines else fact
        if lines and cells(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(fact)
    return lines


def _estimate(state: ResearchState) -> str:
    count = len(state.proposed)
    parts = [f"{count} sub-question" + ("" if count == 1 else "s")]
    estimate = state.review.estimate if state.review is not None else None
    if estimate is not None and estimate.calls:
        parts += [f"at most {estimate.calls} calls", f"about {estimate.tokens // 1000}k tokens"]
    if estimate is not None and estimate.cost:
        parts.append(f"at most {shown_cost(estimate.cost)}")
    return BETWEEN.join(parts)
