"""The plan block of a research run: opened by its first event, replaced by each further one.

The state of research is imported when a session has some: most have none, and the first frame does not wait for it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bookwheel.lazy_dataclass import dataclass
from bookwheel.transcript.blocks import Block, BlockLines, LinesBlock

if TYPE_CHECKING:
    from bookwheel.engine.events.research_events import PlanReview, ResearchStep
    from bookwheel.engine.research.research_state import ResearchState


PLAN_REQUEST = "plan"
"""The id of the request that asks for approval of a plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBlock(LinesBlock):
    """The plan of a research run with its branches; replaced at each of the run's events until the run ends."""

    state: ResearchState

    def as_lines(self) -> BlockLines:
        from bookwheel.transcript.research.research_rows import facts_of, plan_rows, row_text

        return BlockLines("plan", [row_text(row) for row in plan_rows(self.state)], facts_of(self.state))


def answered_words(request_id: str, prefix: str) -> str:
    """The words of an answered request: of a plan's without the line that says how to answer it."""
    return prefix.partition("\n")[0] if request_id == PLAN_REQUEST else prefix


def opened_plan(event: ResearchStep | PlanReview, *, id: str, run: str, t: float) -> PlanBlock:  # noqa: A002
    """The block of a run whose first research event this is."""
    from bookwheel.engine.research.research_state import ResearchState

    return PlanBlock(id=id, run=run, t=t, state=ResearchState().apply(event, t))


def plan_after(block: Block, event: ResearchStep | PlanReview, t: float) -> PlanBlock:
    """The block after one more event."""
    assert isinstance(block, PlanBlock)
    return replace(block, state=block.state.apply(event, t))


def resumed_plan(before: Block, *, id: str, run: str, t: float) -> PlanBlock | None:  # noqa: A002
    """The block of a run that goes on from the run of `before`; None where that is not a plan."""
    if not isinstance(before, PlanBlock):
        return None
    return PlanBlock(id=id, run=run, t=t, state=before.state.resumed(t - before.state.last_t))
