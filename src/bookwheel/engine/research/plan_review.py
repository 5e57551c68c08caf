"""Makes the plan of a research run, applies changes to it, and asks the user to approve it."""

from __future__ import annotations

import asyncio
from typing import Any

from bookwheel.engine.events.research_events import (
    BranchSearched,
    Estimate,
    PlanApproved,
    PlanItem,
    PlanProposed,
    PlanReview,
    Steer,
)
from bookwheel.engine.llms.price_table import shown_cost
from bookwheel.engine.research.research_log import ResearchLog
from bookwheel.engine.research.research_plan import plan_changes, steered_plan, with_known_ids
from bookwheel.engine.research.researcher import Researcher
from bookwheel.engine.research.slot_reading import numbered_items, repeated_questions
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import NumberedNode, QueryBundle
from bookwheel.engine.workflow.context import Context, ask

START = "start"
"""The only response to a `PlanReview` that approves the plan."""

REQUEST_ID = "plan"
_PREVIEWS = 6


class PlanDesk:
    """Makes the plan of one run and asks for approval; with `approve` "auto" each plan is approved at once."""

    def __init__(
        self,
        ctx: Context[Any],
        question: str,
        retriever: BaseRetriever,
        researcher: Researcher,
        log: ResearchLog,
        *,
        approve: str,
        breadth: int,
        rounds: int,
    ) -> None:
        self._ctx = ctx
        self._question = question
        self._retriever = retriever
        self._researcher = researcher
        self._log = log
        self._approve = approve
        self._breadth = breadth
        self._rounds = rounds
        self._changed = asyncio.Event()
        self._feedback: list[str] = []
        self._dropped: dict[str, tuple[int, PlanItem]] = {}

    async def first_plan(self, given: list[PlanItem] | None, *, is_all: bool = False) -> None:
        """Propose the `given` plan or make one, and ask for approval; steps that are already logged are not repeated.

        With `is_all` the plan is only proposed, without asking for approval.
        """
        state = self._log.state
        if state.approved_version:
            return
        if not state.proposed:
            self._propose(given or await self._made())
        if not is_all:
            await self._reviewed()

    async def plan_again(self, feedback: str) -> None:
        """Make a new plan from `feedback` and ask for approval. Raises LimitReachedError and ModelError."""
        await self._remade(feedback)
        await self._reviewed()

    def steer(self, steer: Steer) -> None:
        """Change the plan that waits for approval; the new version is then shown for approval."""
        before = list(self._log.state.proposed)
        after = steered_plan(before, steer, self._log.state.next_id)
        if steer.kind == "restore":
            at, item = self._dropped.pop(steer.branch)
            after.insert(at, item)
        if after != before:
            self._propose(after)
            self._changed.set()

    def can_restore(self, item_id: str) -> bool:
        """Whether the plan that waits for approval has lost this sub-question by a change."""
        return item_id in self._dropped and all(item.id != item_id for item in self._log.state.proposed)

    def take_feedback(self, text: str) -> None:
        """Make the plan that waits for approval again, as this asks; the new version is then shown for approval."""
        self._feedback.append(text)
        self._changed.set()

    @property
    def estimate(self) -> Estimate:
        return self._researcher.estimate(len(self._log.state.proposed), self._rounds)

    async def _made(self) -> list[PlanItem]:
        output = self._log.state.plan_output
        questions = self._researcher.plan_of(output) if output is not None else []
        if not questions:
            questions = await self._researcher.plan(self._question, await self._first_search(), (), "")
        if not questions:
            self._log.note("The model's plan could not be read. The question itself is the plan.")
            return [PlanItem(id="1", question=self._question)]
        if repeated := repeated_questions(self._log.state.plan_output or ""):
            times = "a sub-question" if repeated == 1 else f"{repeated} sub-questions"
            self._log.note(f"The plan repeated {times}; each is kept once.")
        if len(questions) > self._breadth:
            self._log.note(f"The plan had {len(questions)} sub-questions; the first {self._breadth} are kept.")
        return numbered_items(questions[: self._breadth])

    async def _first_search(self) -> list[NumberedNode]:
        """Passages for the whole question, so that the planner sees what the documents are about."""
        found = await self._retriever.aretrieve(QueryBundle(self._question))
        self._log.emit(BranchSearched(branch="", round=0, query=self._question, new=len(found)))
        return [NumberedNode(at, each.node, each.score) for at, each in enumerate(found[:_PREVIEWS], start=1)]

    async def _remade(self, feedback: str) -> None:
        state = self._log.state
        before = list(state.proposed) or [
            PlanItem(id=b.id, question=b.question, why=b.why, parent=b.parent) for b in state.branches if b.is_in_report
        ]
        questions = await self._researcher.plan(self._question, await self._first_search(), before, feedback)
        if not questions:
            self._log.note("The model's plan could not be read. The plan is unchanged.")
        self._propose(with_known_ids(questions, before, state.next_id) if questions else before, before)

    def _propose(self, items: list[PlanItem], before: list[PlanItem] | None = None) -> None:
        state = self._log.state
        known = list(state.proposed) if before is None else before
        kept = {item.id for item in items}
        self._dropped |= {item.id: (at, item) for at, item in enumerate(known) if item.id not in kept}
        changes = plan_changes(known, items) if known else []
        self._log.emit(PlanProposed(version=state.version + 1, items=items, changes=changes))

    async def _reviewed(self) -> None:
        """Ask until the plan is approved. Only START approves; any other answer is feedback for a new plan."""
        while True:
            state = self._log.state
            if self._approve == "auto":
                break
            if self._feedback:
                await self._remade(self._feedback.pop(0))
                continue
            response = await self._response()
            if response is None:
                continue
            version, text = response
            if text.casefold() == START and version == self._log.state.version:
                break
            if text and text.casefold() != START:
                await self._remade(text)
        state = self._log.state
        self._log.emit(PlanApproved(version=state.version, items=list(state.proposed)))

    async def _response(self) -> tuple[int, str] | None:
        """The answer and the version of the plan it is about; None when the plan changed in the meantime."""
        state = self._log.state
        self._changed.clear()
        review = PlanReview(
            request_id=REQUEST_ID,
            prefix=_asked(list(state.proposed), self.estimate),
            version=state.version,
            estimate=self.estimate,
        )
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(ask(self._ctx, review))
            changing = tasks.create_task(self._changed.wait())
            await asyncio.wait([asking, changing], return_when=asyncio.FIRST_COMPLETED)
            changing.cancel()
            asking.cancel()
        if asking.cancelled():
            return None
        answer = asking.result()
        said, version = answer.get("response"), answer.get("version", review.version)
        text = said.strip() if isinstance(said, str) else ""
        return (version if isinstance(version, int) else review.version), text


def _asked(items: list[PlanItem], estimate: Estimate) -> str:
    cost = f", at most {shown_cost(estimate.cost)}" if estimate.cost else ""
    means = f"at most {estimate.calls} model calls{cost}" if estimate.calls else "without a model call"
    count = f"{len(items)} sub-question" + ("" if len(items) == 1 else "s")
    how = "“start” runs it, any other line says what to change"
    return f"Research this plan? {count}, {means}\n{how}"
