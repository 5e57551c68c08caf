"""One research run from its question to its report; the control flow is code, and the model only fills slots."""

from __future__ import annotations

import asyncio
from typing import Any

from bookwheel.engine.events.event_base import Event
from bookwheel.engine.events.research_events import (
    OF_THE_PLAN,
    WITH_TEXT,
    WITHOUT_BRANCH,
    BranchFinished,
    BudgetSet,
    LimitReached,
    PlanItem,
    Steer,
    Steered,
)
from bookwheel.engine.llms.ledger import Ledger
from bookwheel.engine.research.branch_work import BranchWork
from bookwheel.engine.research.plan_review import PlanDesk
from bookwheel.engine.research.report_writing import ReportWriter, numbered_sources
from bookwheel.engine.research.research_log import ResearchLog
from bookwheel.engine.research.research_plan import MAX_BRANCHES, plan_as_list
from bookwheel.engine.research.research_report import ResearchReport, report_of
from bookwheel.engine.research.researcher import Researcher
from bookwheel.engine.research.slot_reading import MAX_QUESTION_CHARS, one_line
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import JsonObject
from bookwheel.engine.workflow.context import Context, run_of
from bookwheel.errors import BookwheelError, LimitReachedError, ModelError
from bookwheel.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RunParts:
    """The parts of one run."""

    question: str
    plan: PlanDesk
    work: BranchWork
    retriever: BaseRetriever
    researcher: Researcher
    log: ResearchLog
    ledger: Ledger


class ResearchRun:
    """Runs the plan, the branches and the report. Accepts `Steer` events at any time after its start."""

    def __init__(self, ctx: Context[Any], parts: RunParts) -> None:
        self._ctx = ctx
        self._parts = parts
        self._log = parts.log
        self._before = parts.log.state.sections
        self._tasks: dict[str, asyncio.Task[BookwheelError | None]] = {}
        self._replanning: asyncio.Task[None] | None = None
        self._feedback: list[str] = []
        self._early: list[Steer] = []
        self._reworded: set[str] = set()
        self._wake = asyncio.Event()
        self._errors: list[BookwheelError] = []

    @property
    def is_idle(self) -> bool:
        return False

    def snapshot(self) -> JsonObject:
        """Empty: a research run is resumed from its log."""
        return {}

    def receive(self, event: Event, step: str | None) -> bool:
        """Apply a change by the user; False for every other event."""
        if not isinstance(event, Steer):
            return False
        if self._log.state.version:
            self._take(event)
        else:
            self._early.append(event)
        return True

    def _take(self, steer: Steer) -> None:
        refused = self._refused(steer)
        if refused:
            self._log.note(refused)
        else:
            self._steer(steer)

    def _take_early(self) -> None:
        """Apply the changes that came before there was a plan to change."""
        early, self._early = self._early, []
        for steer in early:
            self._take(steer)

    async def run(self, plan: list[PlanItem] | None, *, plan_only: bool = False) -> ResearchReport:
        """Run to the end and return the report; with `plan_only`, a report that holds the plan as a list.

        Raises ModelError when the model fails, and LimitReachedError when a limit is reached before the plan is made.
        """
        live = run_of(self._ctx)
        live.open_for(self)
        limits = self._parts.ledger.limits
        self._log.emit(
            BudgetSet(
                max_calls=limits.max_calls,
                max_tokens=limits.max_tokens,
                max_cost=limits.max_cost,
                time_s=limits.time_s,
                reserve=limits.reserve,
            )
        )
        with live.step("plan"):
            await self._parts.plan.first_plan(plan, is_all=plan_only)
        self._take_early()
        if plan_only:
            self._log.write(plan_as_list(self._log.state.proposed))
            return report_of(self._log.state, self._log.text, [], self._parts.question)
        with live.step("search"):
            await self._search()
        self._raise_if_all_failed()
        if self._log.state.notes:
            with live.step("write"):
                await self._write()
        nodes = numbered_sources([branch for branch in self._log.state.branches if branch.is_in_report])
        return report_of(self._log.state, self._log.text, nodes, self._parts.question)

    async def _write(self) -> None:
        parts = self._parts
        writer = ReportWriter(parts.question, parts.researcher, parts.log, parts.ledger, parts.retriever, self._before)
        await writer.write()

    def _refused(self, steer: Steer) -> str:
        """Why this change cannot be made; "" when it can."""
        state = self._log.state
        if state.phase == "writing":
            return "The report is being written: the plan can no longer be changed."
        if steer.kind in WITH_TEXT and not steer.text.strip():
            return f"'{steer.kind}' needs a text."
        if steer.kind in WITHOUT_BRANCH:
            too_many = steer.kind == "add" and len(state.branches) >= MAX_BRANCHES
            return f"A plan has at most {MAX_BRANCHES} sub-questions." if too_many else ""
        if state.is_reviewing and steer.kind in OF_THE_PLAN:
            is_known = any(item.id == steer.branch for item in state.proposed)
            return "" if is_known else f"The plan has no sub-question {steer.branch!r}."
        if self._restores_to_plan(steer):
            return f"A plan has at most {MAX_BRANCHES} sub-questions." if len(state.proposed) >= MAX_BRANCHES else ""
        branch = state.branch(steer.branch)
        if branch is None:
            return f"There is no branch {steer.branch!r}."
        if steer.kind in ("hint", "pause", "go_on") and not branch.is_open:
            return f"Branch {branch.id} has ended: '{steer.kind}' changes nothing."
        return ""

    def _restores_to_plan(self, steer: Steer) -> bool:
        is_restoring = self._log.state.is_reviewing and steer.kind == "restore"
        return is_restoring and self._parts.plan.can_restore(steer.branch)

    def _steer(self, steer: Steer) -> None:
        log = self._log
        is_planning = log.state.is_reviewing and (steer.kind in OF_THE_PLAN or self._restores_to_plan(steer))
        branch = log.state.next_id if steer.kind == "add" else steer.branch
        text = one_line(steer.text, MAX_QUESTION_CHARS)
        log.emit(Steered(kind=steer.kind, branch=branch, text=text))
        if is_planning:
            self._parts.plan.steer(steer)
            return
        if steer.kind == "plan_again" and log.state.is_reviewing:
            self._parts.plan.take_feedback(text)
        elif steer.kind == "plan_again":
            self._feedback.append(text)
        if steer.kind == "reword":
            self._reworded.add(branch)
        # At once: a reply that arrives with the change would still be logged after it, by chance.
        if steer.kind in ("drop", "reword") and (task := self._tasks.get(branch)) is not None:
            task.cancel()
        if steer.kind == "write_now":
            self._stop_searching()
        self._wake.set()

    def _stop_searching(self) -> None:
        for task in (*self._tasks.values(), *filter(None, [self._replanning])):
            if not task.cancelling():
                task.cancel()

    async def _search(self) -> None:
        """Run all branches until they have ended, a limit is reached or the user asks for the report."""
        ledger = self._parts.ledger
        try:
            async with asyncio.timeout(ledger.time_left(writing=False)):
                async with asyncio.TaskGroup() as group:
                    await self._attend(group)
        except TimeoutError:
            self._reach(ledger.exceeded("time", writing=False))
        for branch in self._log.state.branches:
            if branch.is_open:
                self._log.emit(BranchFinished(branch=branch.id, status="limit", error="ended to write the report"))
        await self._quote_unread()

    async def _quote_unread(self) -> None:
        """Quote what branches without notes have found; where a limit ended them, what they would have found."""
        for branch in self._log.state.branches:
            is_known = bool(branch.searches or self._log.state.limit)
            if branch.is_in_report and branch.ended == "limit" and not branch.notes and is_known:
                await self._parts.work.quote_unread(branch.id)

    async def _attend(self, group: asyncio.TaskGroup) -> None:
        try:
            while not self._log.state.write_now:
                self._wake.clear()
                await self._start_branches(group)
                self._start_planning(group)
                if not self._tasks and self._replanning is None:
                    return
                await self._something_happened(group)
        finally:
            self._stop_searching()

    async def _start_branches(self, group: asyncio.TaskGroup) -> None:
        for branch in self._log.state.branches:
            task = self._tasks.get(branch.id)
            if task is not None and (branch.is_dropped or branch.id in self._reworded):
                if not task.cancelling():  # a second one would cut its clean-up short
                    task.cancel()
                await asyncio.wait([task])
                del self._tasks[branch.id]
                task = None
            self._reworded.discard(branch.id)
            if task is None and branch.is_open:
                self._tasks[branch.id] = group.create_task(self._parts.work.run(branch.id))

    def _start_planning(self, group: asyncio.TaskGroup) -> None:
        if self._feedback and self._replanning is None:
            self._replanning = group.create_task(self._plan_again(self._feedback.pop(0)))

    async def _plan_again(self, feedback: str) -> None:
        try:
            await self._parts.plan.plan_again(feedback)
        except LimitReachedError as error:
            self._reach(error)
        except ModelError as error:
            self._log.note(f"No new plan: {error.message}")

    async def _something_happened(self, group: asyncio.TaskGroup) -> None:
        waking = group.create_task(self._wake.wait())
        busy = [*self._tasks.values(), *filter(None, [self._replanning])]
        await asyncio.wait([waking, *busy], return_when=asyncio.FIRST_COMPLETED)
        waking.cancel()
        for branch_id, task in list(self._tasks.items()):
            if task.done():
                del self._tasks[branch_id]
                self._note_end(task)
        if self._replanning is not None and self._replanning.done():
            self._replanning = None

    def _note_end(self, task: asyncio.Task[BookwheelError | None]) -> None:
        error = None if task.cancelled() else task.result()
        if isinstance(error, LimitReachedError):
            self._reach(error)
        elif error is not None:
            self._errors.append(error)

    def _reach(self, error: LimitReachedError) -> None:
        if not self._log.state.limit:
            self._log.emit(LimitReached(limit=error.limit, text=error.message))

    def _raise_if_all_failed(self) -> None:
        branches = [branch for branch in self._log.state.branches if branch.is_in_report]
        has_failed = bool(branches) and all(branch.ended == "failed" for branch in branches)
        if has_failed and not self._log.state.notes and self._errors:
            raise self._errors[0]
