"""Where the plan of a research run is on the desk: a pane in the library's place, or the page where room is scarce."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.css.query import NoMatches

from bookwheel.transcript.research.research_rows import counts_of
from bookwheel.tui.screens.research.branch_view import BranchView
from bookwheel.tui.screens.research.plan_list import PlanControls, PlanList
from bookwheel.tui.widgets.text_line import Pane, PaneTitle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.screen import Screen
    from textual.widget import Widget

    from bookwheel.engine.events.research_events import NoteTaken
    from bookwheel.engine.research.research_state import ResearchState

SHOWN, BRANCH = "-plan", "-branch"


class PlanPanes:
    """Shows and hides the plan and its branch; the look of each layout is in app.tcss.

    Where there is room, the plan stands beside the page, which shows the branch under the cursor until the report
    begins. In a smaller terminal the plan is the page until then.
    """

    def __init__(self, screen: Screen[None], controls: PlanControls, open_note: Callable[[NoteTaken], None]) -> None:
        self._screen = screen
        self.plan = PlanList(controls)
        self.branch = BranchView(open_note)
        self._title = PaneTitle("Plan", id="plan-title")
        self._question = ""
        self._is_opened = self._is_over = self._was_beside = False

    async def mount(self) -> None:
        """Put both among the panes; until a research run is shown, the desk does without them."""
        await self._screen.query_one("#panes").mount(Pane(self._title, self.plan, id="plan-pane"), before=0)
        await self._screen.query_one("#page-pane").mount(self.branch, before="#conversation")

    @property
    def is_shown(self) -> bool:
        return self._screen.has_class(SHOWN)

    @property
    def is_beside(self) -> bool:
        """Whether there is room for the plan beside the page."""
        return self._screen.has_class("-wide") or self._screen.has_class("-broad")

    @property
    def target(self) -> Widget | None:
        """What takes the keys of reading instead of the page; None while that is the page itself."""
        if not self.is_shown:
            return None
        if self._is_opened:
            return self.branch
        return self.plan if self.plan.is_working or not self.is_beside else None

    @property
    def _branch_id(self) -> str:
        """The branch under the cursor; while that is on the row above them, the first that is at work."""
        state = self.plan.state
        if self.plan.branch_id or state is None or state.is_reviewing:
            return self.plan.branch_id
        return next((branch.id for branch in state.branches if branch.is_open), "")

    def show(self, state: ResearchState | None, question: str, *, is_over: bool, asking: Mapping[str, str]) -> None:
        """Show the run as it is now, in the one of the two that is on the screen."""
        was_working, self._question, self._is_over = self.plan.is_working, question, is_over
        if state is not None:
            self._title.show("Plan", counts_of(state))
        self.plan.show(state, is_over=is_over, asking=asking)
        if was_working and not self.plan.is_working:
            self._report_began()
        self.arrange()

    def toggle(self) -> None:
        """Show the plan and give it the keys, or hide it."""
        if self.is_shown and (self.plan.has_focus or self.branch.has_focus):
            self.hide()
        else:
            self.open()
            self.plan.focus()

    def open(self) -> None:
        self._screen.add_class(SHOWN)
        self.arrange()

    def hide(self) -> None:
        self._is_opened = False
        self._screen.remove_class(SHOWN)
        self.arrange()

    def open_branch(self) -> None:
        """Show the branch under the cursor, and give it the keys."""
        self._is_opened = True
        self.arrange()
        self.branch.focus()

    def back(self) -> bool:
        """One step back: from a branch to the plan, from the plan to the page; False from anywhere else."""
        if self._is_opened or self.branch.has_focus:
            self._is_opened = False
            self.arrange()
            self.plan.focus()
            return True
        if not self.plan.has_focus:
            return False
        if not self.is_beside or self.plan.state is None:
            self.hide()
        return self.plan.has_focus and self._leave()

    def arrange(self) -> None:
        """Give the page to the branch under the cursor, or back to the conversation."""
        was_beside, self._was_beside = self._was_beside, self.is_beside
        if was_beside and not self.is_beside and not self.plan.is_working and not self._is_opened:
            self._screen.remove_class(SHOWN)  # the terminal became smaller: the report keeps the page
        is_branch = self.is_shown and (self._is_opened or (self.is_beside and self.plan.is_working))
        has_focus = self.branch.has_focus or (self.plan.has_focus and not self.is_shown)
        self._screen.set_class(is_branch, BRANCH)
        self._screen.set_class(self._is_opened, "-opened")
        if is_branch:
            self.branch.show(self.plan.state, self._branch_id, self._question, is_over=self._is_over)
        elif has_focus:
            self._focus_page()

    def _leave(self) -> bool:
        if self._screen.has_class(BRANCH):
            self.branch.focus()
        else:
            self._focus_page()
        return True

    def _report_began(self) -> None:
        """The report is on the page: in a small terminal the plan makes room for it, but not a branch being read."""
        if not self.is_beside and not self._is_opened:
            self.hide()

    def _focus_page(self) -> None:
        try:
            self._screen.query_one("#conversation").focus()
        except NoMatches:  # the app is closing
            return
