"""The events of a research run in words, for the event log: one line each, with the branch that it belongs to."""

from __future__ import annotations

from typing import Literal, assert_never

from bookwheel.engine.events.research_events import (
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
    PlanProposed,
    ReportStarted,
    ResearchStep,
    SectionFinished,
    SectionStarted,
    Steered,
)
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.counted import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchWords:
    """What happened; `branch` is "" for what concerns the whole run."""

    kind: Literal["plan", "retrieve", "llm", "note", "you", "write"]
    summary: str
    branch: str = ""
    duration_s: float | None = None
    is_error: bool = False


def research_words(event: ResearchStep) -> ResearchWords:
    """The row of an event."""
    match event:
        case BudgetSet():
            limits = f"at most {event.max_calls or 'any'} calls, {event.max_tokens or 'any'} tokens"
            return ResearchWords(kind="plan", summary=f"{limits}; {event.reserve:.0%} is kept for writing")
        case PlanProposed():
            changed = f" · {len(event.changes)} changed" if event.changes else ""
            return ResearchWords(
                kind="plan", summary=f"plan {event.version}: {counted(len(event.items), 'sub-question')}{changed}"
            )
        case PlanApproved():
            return ResearchWords(kind="plan", summary=f"plan {event.version} approved")
        case Steered():
            summary = f"{event.kind.replace('_', ' ')} {event.text}".rstrip()
            return ResearchWords(kind="you", summary=summary, branch=event.branch)
        case LimitReached():
            return ResearchWords(kind="plan", summary=event.text, is_error=True)
        case ModelCalled():
            return _model_called(event)
        case ReportStarted() | SectionStarted() | SectionFinished():
            return _writing(event)
        case _:
            return _in_branch(event)


def _in_branch(
    event: BranchStarted | BranchSearched | NoteTaken | NoteRefused | NoteStale | BranchReflected | BranchFinished,
) -> ResearchWords:
    branch = event.branch
    match event:
        case BranchStarted():
            return ResearchWords(kind="plan", summary=f"begins: {event.question}", branch=branch)
        case BranchSearched():
            found = f"{event.new} new" if event.new else "nothing new"
            where = "" if event.where == "documents" else f"{event.where}: "
            summary = f"{found} · {where}{event.query}"
            return ResearchWords(kind="retrieve", summary=summary, branch=branch, duration_s=event.duration_s)
        case NoteTaken():
            return ResearchWords(kind="note", summary=f"{event.note} {event.says or event.quote}", branch=branch)
        case NoteRefused():
            summary = f"refused, {event.reason} · {event.quote}"
            return ResearchWords(kind="note", summary=summary, branch=branch, is_error=True)
        case NoteStale():
            summary = f"stale, {event.reason} · {event.note}"
            return ResearchWords(kind="note", summary=summary, branch=branch, is_error=True)
        case BranchReflected():
            missing = f"missing: {event.missing}" if event.missing else "nothing missing"
            following = f" · next: {event.next_query}" if event.next_query else ""
            return ResearchWords(kind="plan", summary=f"round {event.round}: {missing}{following}", branch=branch)
        case BranchFinished():
            error = f" · {event.error}" if event.error else ""
            is_error = event.status in ("failed", "limit")
            return ResearchWords(kind="plan", summary=f"{event.status}{error}", branch=branch, is_error=is_error)
        case _:
            assert_never(event)


def _model_called(event: ModelCalled) -> ResearchWords:
    tokens = f"{event.usage.total_tokens} tok" if event.usage is not None else ""
    summary = " · ".join(filter(None, (event.purpose, tokens, event.input)))
    return ResearchWords(kind="llm", summary=summary, branch=event.branch, duration_s=event.duration_s)


def _writing(event: ReportStarted | SectionStarted | SectionFinished) -> ResearchWords:
    match event:
        case ReportStarted():
            return ResearchWords(kind="write", summary=f"report of {counted(len(event.sections), 'section')}")
        case SectionStarted():
            return ResearchWords(kind="write", summary=f"writes: {event.title}", branch=_branch_of(event.section))
        case SectionFinished():
            wrong = sum(sentence.status == "unsupported" for sentence in event.sentences)
            checked = f"{counted(len(event.sentences), 'sentence')}, {wrong} not supported"
            return ResearchWords(kind="write", summary=checked, branch=_branch_of(event.section), is_error=wrong > 0)
        case _:
            assert_never(event)


def _branch_of(section: str) -> str:
    return section if section.isdecimal() else ""
