"""Decodes the events of research mode from their JSON in the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from bookwheel.engine import json_fields as fields
from bookwheel.engine.events.log_fields import numbered_nodes, usage_of
from bookwheel.engine.events.research_events import (
    STEER_KINDS,
    BranchEnd,
    BranchFinished,
    BranchReflected,
    BranchSearched,
    BranchStarted,
    BudgetSet,
    ChangeKind,
    Estimate,
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
    ReportSentence,
    ReportStarted,
    ResearchStep,
    SectionFinished,
    SectionStarted,
    Steered,
    SteerKind,
)
from bookwheel.engine.events.run_events import SupportStatus
from bookwheel.engine.schema import JsonObject

ResearchDecoder: TypeAlias = Callable[[JsonObject], ResearchStep | PlanReview]

_ENDS: Mapping[str, BranchEnd] = {
    "done": "done",
    "nothing": "nothing",
    "dropped": "dropped",
    "failed": "failed",
    "limit": "limit",
}
_CHANGES: Mapping[str, ChangeKind] = {"added": "added", "reworded": "reworded", "dropped": "dropped", "moved": "moved"}
_STEERS: Mapping[str, SteerKind] = {kind: kind for kind in STEER_KINDS}
_STATUS: Mapping[str, SupportStatus] = {"supported": "supported", "unsupported": "unsupported"}


def _items(data: JsonObject) -> list[PlanItem]:
    return [
        PlanItem(
            id=fields.text(item, "id"),
            question=fields.text(item, "question"),
            why=fields.text(item, "why"),
            parent=fields.text(item, "parent"),
        )
        for item in fields.objects(data, "items")
    ]


def _plan_proposed(data: JsonObject) -> PlanProposed:
    changes = [
        PlanChange(id=fields.text(item, "id"), kind=kind, before=fields.text(item, "before"))
        for item in fields.objects(data, "changes")
        if (kind := _CHANGES.get(fields.text(item, "kind"))) is not None
    ]
    return PlanProposed(version=fields.integer(data, "version") or 0, items=_items(data), changes=changes)


def _plan_review(data: JsonObject) -> PlanReview:
    estimate = fields.obj(data, "estimate")
    return PlanReview(
        request_id=fields.text(data, "request_id"),
        prefix=fields.text(data, "prefix"),
        choices=tuple(fields.texts(data, "choices")),
        version=fields.integer(data, "version") or 0,
        estimate=Estimate(
            calls=fields.integer(estimate, "calls") or 0,
            tokens=fields.integer(estimate, "tokens") or 0,
            cost=fields.number(estimate, "cost"),
            time_s=fields.number(estimate, "time_s"),
        )
        if estimate
        else None,
    )


def _plan_approved(data: JsonObject) -> PlanApproved:
    return PlanApproved(version=fields.integer(data, "version") or 0, items=_items(data))


def _steered(data: JsonObject) -> Steered:
    # A kind from a newer version has no effect.
    kind = _STEERS.get(fields.text(data, "kind"), "go_on")
    return Steered(kind=kind, branch=fields.text(data, "branch"), text=fields.text(data, "text"))


def _branch_started(data: JsonObject) -> BranchStarted:
    return BranchStarted(
        branch=fields.text(data, "branch"),
        question=fields.text(data, "question"),
        rounds=fields.integer(data, "rounds") or 0,
    )


def _branch_searched(data: JsonObject) -> BranchSearched:
    return BranchSearched(
        branch=fields.text(data, "branch"),
        round=fields.integer(data, "round") or 0,
        query=fields.text(data, "query"),
        where=fields.text(data, "where") or "documents",
        nodes=numbered_nodes(data, "nodes"),
        new=fields.integer(data, "new") or 0,
        duration_s=fields.number(data, "duration_s") or 0.0,
    )


def _note_taken(data: JsonObject) -> NoteTaken:
    return NoteTaken(
        branch=fields.text(data, "branch"),
        note=fields.text(data, "note"),
        quote=fields.text(data, "quote"),
        node_id=fields.text(data, "node_id"),
        path=fields.text(data, "path"),
        page=fields.integer(data, "page"),
        start_char_idx=fields.integer(data, "start_char_idx") or 0,
        end_char_idx=fields.integer(data, "end_char_idx") or 0,
        says=fields.text(data, "says"),
    )


def _note_refused(data: JsonObject) -> NoteRefused:
    return NoteRefused(
        branch=fields.text(data, "branch"), quote=fields.text(data, "quote"), reason=fields.text(data, "reason")
    )


def _branch_reflected(data: JsonObject) -> BranchReflected:
    return BranchReflected(
        branch=fields.text(data, "branch"),
        round=fields.integer(data, "round") or 0,
        missing=fields.text(data, "missing"),
        next_query=fields.text(data, "next_query"),
    )


def _branch_finished(data: JsonObject) -> BranchFinished:
    status = _ENDS.get(fields.text(data, "status"), "failed")
    return BranchFinished(branch=fields.text(data, "branch"), status=status, error=fields.text(data, "error"))


def _model_called(data: JsonObject) -> ModelCalled:
    return ModelCalled(
        branch=fields.text(data, "branch"),
        purpose=fields.text(data, "purpose"),
        round=fields.integer(data, "round") or 0,
        input=fields.text(data, "input"),
        output=fields.text(data, "output"),
        usage=usage_of(data),
        estimated=data.get("estimated") is True,
        cost=fields.number(data, "cost") or 0.0,
        duration_s=fields.number(data, "duration_s") or 0.0,
    )


def _report_started(data: JsonObject) -> ReportStarted:
    return ReportStarted(sections=fields.texts(data, "sections"))


def _section_started(data: JsonObject) -> SectionStarted:
    return SectionStarted(
        section=fields.text(data, "section"),
        title=fields.text(data, "title"),
        notes=fields.texts(data, "notes"),
        input=fields.text(data, "input"),
    )


def _note_stale(data: JsonObject) -> NoteStale:
    return NoteStale(
        branch=fields.text(data, "branch"), note=fields.text(data, "note"), reason=fields.text(data, "reason")
    )


def _section_finished(data: JsonObject) -> SectionFinished:
    return SectionFinished(
        section=fields.text(data, "section"),
        start=fields.integer(data, "start") or 0,
        end=fields.integer(data, "end") or 0,
        sentences=[_sentence(item) for item in fields.objects(data, "sentences")],
        usage=usage_of(data),
        estimated=data.get("estimated") is True,
        cost=fields.number(data, "cost") or 0.0,
        asked=data.get("asked") is True,
    )


def _sentence(data: JsonObject) -> ReportSentence:
    return ReportSentence(
        start=fields.integer(data, "start") or 0,
        end=fields.integer(data, "end") or 0,
        status=_STATUS.get(fields.text(data, "status"), "unchecked"),
        cited=tuple(fields.integers(data, "cited")),
        missing=tuple(fields.texts(data, "missing")),
        found_in=tuple(fields.integers(data, "found_in")),
    )


def _limit_reached(data: JsonObject) -> LimitReached:
    return LimitReached(limit=fields.text(data, "limit"), text=fields.text(data, "text"))


def _budget_set(data: JsonObject) -> BudgetSet:
    return BudgetSet(
        max_calls=fields.integer(data, "max_calls"),
        max_tokens=fields.integer(data, "max_tokens"),
        max_cost=fields.number(data, "max_cost"),
        time_s=fields.number(data, "time_s"),
        reserve=fields.number(data, "reserve") or 0.0,
    )


RESEARCH_DECODERS: Mapping[str, ResearchDecoder] = {
    "BudgetSet": _budget_set,
    "PlanProposed": _plan_proposed,
    "PlanReview": _plan_review,
    "PlanApproved": _plan_approved,
    "Steered": _steered,
    "BranchStarted": _branch_started,
    "BranchSearched": _branch_searched,
    "NoteTaken": _note_taken,
    "NoteRefused": _note_refused,
    "NoteStale": _note_stale,
    "BranchReflected": _branch_reflected,
    "BranchFinished": _branch_finished,
    "ModelCalled": _model_called,
    "ReportStarted": _report_started,
    "SectionStarted": _section_started,
    "SectionFinished": _section_finished,
    "LimitReached": _limit_reached,
}
