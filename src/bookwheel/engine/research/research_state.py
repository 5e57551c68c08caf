"""The state of a research run, computed from its events alone: the same live, in a replay and after a crash."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, replace
from typing import Literal, TypeAlias, assert_never

from bookwheel.engine.events.agent_events import AgentStream
from bookwheel.engine.events.research_events import (
    OF_THE_PLAN,
    BranchFinished,
    BranchReflected,
    BranchSearched,
    BranchStarted,
    BudgetSet,
    LimitReached,
    ModelCalled,
    NoteRefused,
    NoteStale,
    NoteTaken,
    PlanApproved,
    PlanChange,
    PlanItem,
    PlanProposed,
    PlanReview,
    ReportStarted,
    ResearchEvent,
    ResearchStep,
    SectionFinished,
    SectionStarted,
    Steered,
)
from bookwheel.engine.events.run_events import RunStarted
from bookwheel.engine.record import EventRecord
from bookwheel.engine.research.branch_state import Branch, after_event, after_steering, branch_of, moved
from bookwheel.engine.schema import Usage
from bookwheel.lazy_dataclass import dataclass

SUMMARY = "summary"
CHANGED = "changed"
"""The ids of the sections that do not belong to a branch: the summary, and the list of stale notes."""

Phase: TypeAlias = Literal["planning", "review", "searching", "writing", "done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the report; `finished` is None until it ends, `text` includes the heading."""

    id: str
    title: str = ""
    input: str = ""
    notes: tuple[str, ...] = ()
    text: str = ""
    finished: SectionFinished | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """The calls and tokens used so far; `cost` is in the currency of the prices."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    estimated: bool = False

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def plus(self, usage: Usage | None, cost: float, *, estimated: bool) -> Spending:
        """This plus one more call."""
        return Spending(
            calls=self.calls + 1,
            prompt_tokens=self.prompt_tokens + (usage.prompt_tokens if usage else 0),
            completion_tokens=self.completion_tokens + (usage.completion_tokens if usage else 0),
            cost=self.cost + cost,
            estimated=self.estimated or estimated or usage is None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchState:
    """The whole run; `branches` are in plan order, `proposed` is the plan that waits for approval."""

    phase: Phase = "planning"
    version: int = 0
    approved_version: int = 0
    proposed: tuple[PlanItem, ...] = ()
    changes: tuple[PlanChange, ...] = ()
    review: PlanReview | None = None
    plan_output: str | None = None
    branches: tuple[Branch, ...] = ()
    sections: tuple[Section, ...] = ()
    spent: Spending = field(default_factory=Spending)
    write_now: bool = False
    budget: BudgetSet | None = None
    limit: str = ""
    limit_text: str = ""
    began_t: float = 0.0
    last_t: float = 0.0

    def branch(self, branch_id: str) -> Branch | None:
        return next((branch for branch in self.branches if branch.id == branch_id), None)

    def section(self, section_id: str) -> Section | None:
        return next((section for section in self.sections if section.id == section_id), None)

    @property
    def is_reviewing(self) -> bool:
        """Whether a plan waits for the user's approval."""
        return self.version > self.approved_version

    @property
    def notes(self) -> list[NoteTaken]:
        """The notes of the branches in the report, in report order."""
        return [note for branch in self.branches if branch.is_in_report for note in branch.notes]

    @property
    def refused(self) -> int:
        return sum(branch.refused for branch in self.branches)

    @property
    def has_nothing(self) -> bool:
        """Whether all branches have finished and none found anything."""
        kept = [branch for branch in self.branches if branch.is_in_report]
        return bool(kept) and all(branch.ended == "nothing" for branch in kept)

    @property
    def elapsed_s(self) -> float:
        """The time from the first event to the last; a resumed run includes the earlier run, without the pause."""
        return max(0.0, self.last_t - self.began_t)

    @property
    def next_id(self) -> str:
        """An id that is not yet used by a branch or an item of the plan."""
        ids = [branch.id for branch in self.branches] + [item.id for item in self.proposed]
        return str(max((int(each) for each in ids if each.isdecimal()), default=0) + 1)

    def apply(self, event: ResearchStep | PlanReview, t: float = 0.0) -> ResearchState:
        """The state after this event, at time `t`."""
        began_t = self.began_t or t
        return replace(self._applied(event, t), began_t=began_t, last_t=max(self.last_t, t))

    def extended(self, text: str) -> ResearchState:
        """The state after a piece of the report's text, which is added to the open section."""
        if not self.sections or self.sections[-1].finished is not None:
            return self
        last = self.sections[-1]
        return replace(self, sections=(*self.sections[:-1], replace(last, text=last.text + text)))

    def resumed(self, gap_s: float) -> ResearchState:
        """The state to resume from: without unfinished sections, and without the pause of `gap_s` in the times."""
        whole = tuple(section for section in self.sections if section.finished is not None)
        cut = len(self.sections) - len(whole)
        # Count the interrupted calls; their tokens are not known.
        spent = replace(self.spent, calls=self.spent.calls + cut, estimated=self.spent.estimated or cut > 0)
        shifted = self.began_t + gap_s if self.began_t else 0.0
        last_t = self.last_t + gap_s if self.last_t else 0.0
        # Retry branches that failed or reached a limit; keep the finished ones.
        branches = tuple(
            replace(branch, ended="", error="", stale=())
            if branch.ended in ("failed", "limit")
            else replace(branch, stale=())  # looked at again when the report is written
            for branch in self.branches
        )
        return replace(
            self,
            branches=branches,
            sections=whole,
            spent=spent,
            began_t=shifted,
            last_t=last_t,
            limit="",
            limit_text="",
            review=None,
        )

    def _applied(self, event: ResearchStep | PlanReview, t: float) -> ResearchState:
        match event:
            case BudgetSet():
                return replace(self, budget=event)
            case PlanProposed() | PlanReview() | PlanApproved() | Steered():
                return self._planned(event)
            case (
                BranchStarted()
                | BranchSearched()
                | NoteTaken()
                | NoteRefused()
                | NoteStale()
                | BranchReflected()
                | BranchFinished()
            ):
                return self._in_branch(event.branch, lambda branch: after_event(branch, event, t))
            case ModelCalled():
                return self._model_called(event)
            case ReportStarted() | SectionStarted() | SectionFinished():
                return self._written(event)
            case LimitReached():
                return replace(self, limit=event.limit, limit_text=event.text)
            case _:
                assert_never(event)

    def _planned(self, event: PlanProposed | PlanReview | PlanApproved | Steered) -> ResearchState:
        match event:
            case PlanProposed(version=version, changes=changes):
                items = tuple(event.items)
                return replace(self, version=version, proposed=items, changes=tuple(changes), plan_output=None)
            case PlanReview():
                return replace(self, review=event, phase=self.phase if self.approved_version else "review")
            case PlanApproved():
                return self._approved(event)
            case Steered():
                return self._steered(event)
            case _:
                assert_never(event)

    def _written(self, event: ReportStarted | SectionStarted | SectionFinished) -> ResearchState:
        match event:
            case ReportStarted():
                return replace(self, phase="writing", sections=())
            case SectionStarted():
                opened = Section(id=event.section, title=event.title, input=event.input, notes=tuple(event.notes))
                kept = tuple(section for section in self.sections if section.id != event.section)
                return replace(self, sections=(*kept, opened))
            case SectionFinished():
                return self._section_finished(event)
            case _:
                assert_never(event)

    def _in_branch(self, branch_id: str, change: Callable[[Branch], Branch]) -> ResearchState:
        return replace(
            self, branches=tuple(change(branch) if branch.id == branch_id else branch for branch in self.branches)
        )

    def _approved(self, event: PlanApproved) -> ResearchState:
        known = {branch.id: branch for branch in self.branches}
        chosen = tuple(branch_of(item, known.get(item.id)) for item in event.items)
        ids = {item.id for item in event.items}
        left = tuple(replace(branch, is_dropped=True) for branch in self.branches if branch.id not in ids)
        return replace(
            self,
            phase="searching",
            version=event.version,
            approved_version=event.version,
            proposed=(),
            changes=(),
            review=None,
            branches=chosen + left,
        )

    def _steered(self, event: Steered) -> ResearchState:
        if event.kind == "write_now":
            return replace(self, write_now=True)
        if not self.approved_version or (self.is_reviewing and event.kind in OF_THE_PLAN):
            return self  # a new version of the plan follows
        if event.kind == "add":
            return replace(self, branches=(*self.branches, Branch(id=event.branch, question=event.text)))
        if event.kind in ("up", "down"):
            return replace(self, branches=moved(self.branches, event.branch, event.kind))
        return self._in_branch(event.branch, lambda branch: after_steering(branch, event))

    def _model_called(self, event: ModelCalled) -> ResearchState:
        spent = self.spent.plus(event.usage, event.cost, estimated=event.estimated)
        if event.purpose == "plan":
            return replace(self, spent=spent, plan_output=event.output)
        read = self._in_branch(event.branch, lambda branch: replace(branch, output=event.output, taken=0))
        return replace(read, spent=spent)

    def _section_finished(self, event: SectionFinished) -> ResearchState:
        spent = self.spent.plus(event.usage, event.cost, estimated=event.estimated) if event.asked else self.spent
        sections = tuple(
            replace(section, finished=event) if section.id == event.section else section for section in self.sections
        )
        return replace(self, spent=spent, sections=sections)


def state_of_run(records: Sequence[EventRecord], run_id: str) -> ResearchState | None:
    """The state of a logged research run, including the runs it resumed; None when it is not a research run."""
    own = [record for record in records if record.run == run_id]
    started = next((record.event for record in own if isinstance(record.event, RunStarted)), None)
    if started is None or started.mode != "research":
        return None
    state = ResearchState()
    if started.resumes and started.resumes != run_id and (before := state_of_run(records, started.resumes)) is not None:
        state = before.resumed(own[0].t - before.last_t)
    for record in own:
        match record.event:
            case ResearchEvent() | PlanReview() as event:
                state = state.apply(event, record.t)
            case AgentStream(delta=delta):
                state = state.extended(delta)
            case _:
                pass
    return state
