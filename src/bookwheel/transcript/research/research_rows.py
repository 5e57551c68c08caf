"""A research run's plan as rows, the same on screen, in exports and in plain text."""

from __future__ import annotations

from typing import Literal, TypeAlias

from bookwheel.engine.events.research_events import PlanChange, PlanItem
from bookwheel.engine.llms.price_table import shown_cost
from bookwheel.engine.research.branch_state import Branch, BranchStatus
from bookwheel.engine.research.research_state import ResearchState
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.counted import counted

RowStatus: TypeAlias = BranchStatus | Literal["proposed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A sub-question: `facts` are the notes taken or how it ended, `step` the last thing that it did, in words.

    `change` says what is different from the version of the plan before.
    """

    id: str
    question: str
    status: RowStatus
    facts: str = ""
    step: str = ""
    change: str = ""
    seconds: float | None = None


def plan_rows(state: ResearchState) -> list[PlanRow]:
    """The plan in its order: the one that waits for approval, else the branches at work."""
    if state.is_reviewing:
        changes = {change.id: change for change in state.changes}
        rows = [_proposed(item, changes.get(item.id)) for item in state.proposed]
        return rows + [_dropped(change) for change in state.changes if change.kind == "dropped"]
    return [_at_work(branch, state.last_t) for branch in state.branches]


def counts_of(state: ResearchState) -> str:
    """Such as "2 of 7 done · 3 at work"."""
    if state.is_reviewing:
        count = len(state.proposed)
        return f"plan {state.version} waits for you · {counted(count, 'sub-question')}"
    if not state.branches:
        return "making the plan"
    kept = [branch for branch in state.branches if not branch.is_dropped]
    done = sum(bool(branch.ended) for branch in kept)
    working = sum(branch.status == "running" for branch in kept)
    parts = [f"{done} of {len(kept)} done"]
    if working:
        parts.append(f"{working} at work")
    if state.phase == "writing":
        written = sum(section.finished is not None for section in state.sections)
        wanted = max(len(state.sections), sum(branch.is_in_report for branch in kept))
        parts.append("writing" if written < wanted else "report written")
    return " · ".join(parts)


def facts_of(state: ResearchState) -> str:
    """What the run has taken: "14 notes · 2 refused · 18 calls · 61k tokens"."""
    spent = state.spent
    notes = len(state.notes)
    parts = [f"{notes} note{'' if notes == 1 else 's'}"]
    if state.refused:
        parts.append(f"{state.refused} refused")
    if stale := sum(len(branch.stale) for branch in state.branches if branch.is_in_report):
        parts.append(f"{stale} stale")
    if spent.calls:
        tokens = spent.tokens if spent.tokens < 1000 else f"{spent.tokens / 1000:.0f}k"
        parts += [f"{spent.calls} call{'' if spent.calls == 1 else 's'}", f"{tokens} tokens"]
    if spent.cost:
        parts.append(f"cost {shown_cost(spent.cost)}")
    return " · ".join(parts)


def budget_lines(state: ResearchState) -> list[str]:
    """What is used of each limit, and what is kept for writing; empty where nothing is limited."""
    budget, spent = state.budget, state.spent
    if budget is None:
        return []
    parts: list[str] = []
    if budget.max_calls is not None:
        parts.append(f"calls {spent.calls}/{budget.max_calls}")
    if budget.max_tokens is not None:
        parts.append(f"tokens {spent.tokens / 1000:.0f}k/{budget.max_tokens / 1000:.0f}k")
    if budget.max_cost is not None:
        parts.append(f"cost {shown_cost(spent.cost)} of {shown_cost(budget.max_cost)}")
    if budget.time_s is not None:
        parts.append(f"{_clock(state.elapsed_s)}/{_clock(budget.time_s)}")
    kept = [f"kept for writing {budget.reserve:.0%}"] if budget.reserve and parts else []
    return [" · ".join(parts), *kept] if parts else []


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def row_text(row: PlanRow) -> str:
    """A row on one line, for exports."""
    change = f" ({row.change})" if row.change else ""
    facts = f": {row.facts}" if row.facts else ""
    return f"{row.id}. {row.question}{change}{facts}"


def _proposed(item: PlanItem, change: PlanChange | None) -> PlanRow:
    words = ""
    if change is not None:
        words = {"added": "new", "reworded": f"was: {change.before}", "moved": "moved", "dropped": "dropped"}[
            change.kind
        ]
    return PlanRow(id=item.id, question=item.question, status="proposed", facts="", step=item.why, change=words)


def _dropped(change: PlanChange) -> PlanRow:
    return PlanRow(id=change.id, question=change.before, status="dropped", change="dropped")


def _at_work(branch: Branch, now: float) -> PlanRow:
    seconds = (branch.ended_t or now) - branch.began_t if branch.began_t else None
    return PlanRow(
        id=branch.id,
        question=branch.question,
        status=branch.status,
        facts=_facts(branch),
        step=_step(branch) if branch.status in ("running", "paused") else branch.error or _stale(branch),
        seconds=seconds,
    )


def _facts(branch: Branch) -> str:
    match branch.status:
        case "dropped":
            return "dropped"
        case "nothing":
            return "nothing found"
        case "failed":
            return "failed"
        case "planned":
            return ""
        case "running" | "paused" | "done" | "limit":
            count = len(branch.notes)
            notes = f"{count} note{'' if count == 1 else 's'}"
            ending = {"paused": "paused", "limit": "not complete"}.get(branch.status, "")
            return f"{notes}, {ending}" if ending else notes


def _stale(branch: Branch) -> str:
    """Why notes of this branch are stale; "" when none is."""
    reasons = dict.fromkeys(mark.reason for mark in branch.stale)
    count = len(branch.stale)
    return f"{count} stale note{'' if count == 1 else 's'}: {', '.join(reasons)}" if count else ""


def _step(branch: Branch) -> str:
    """The last step in words."""
    if not branch.searches:
        return "waits for its turn"
    last = branch.searches[-1]
    if last.round > branch.round:
        return f"reading: {last.query} · {last.new} passage{'' if last.new == 1 else 's'}"
    return f"searching: {branch.next_query}" if branch.next_query else f"searched: {last.query}"
