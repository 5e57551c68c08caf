"""The events of the log as one typed union, and their decoders from JSON.

    LoggedEvent = RunStarted | RunFinished | StepEvent | InternalEvent

Decoding never fails: a field of the wrong type counts as absent, an event of an unknown class is a `ForeignEvent`. The
record keeps the JSON itself, so that no field is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from bookwheel.engine import json_fields as fields
from bookwheel.engine.events.agent_events import AgentInput, AgentOutput, AgentStream, ToolCall, ToolCallResult
from bookwheel.engine.events.log_fields import numbered_nodes, usage_of
from bookwheel.engine.events.run_events import (
    AnswerCheck,
    BriefChanged,
    Citation,
    Coverage,
    Cut,
    ForeignEvent,
    Notice,
    Pin,
    ResearchCounts,
    Retrieval,
    RunError,
    RunFinished,
    RunStarted,
    RunStatus,
    RunUsage,
    SentenceSupport,
    SupportStatus,
    UnsupportedSentence,
)
from bookwheel.engine.events.workflow_events import InternalEvent
from bookwheel.engine.events.workflow_events import UserAnswer as UserAnswer
from bookwheel.engine.events.workflow_events import UserQuestion as UserQuestion
from bookwheel.engine.schema import (
    REMARKS,
    ChatMessage,
    JsonObject,
    MessageRole,
    ToolSelection,
)
from bookwheel.engine.tool_output import ToolOutput

if TYPE_CHECKING:
    from bookwheel.engine.events.research_events import ResearchStep

_UsualStep: TypeAlias = (
    Retrieval
    | AgentInput
    | AgentStream
    | AgentOutput
    | ToolCall
    | ToolCallResult
    | UserQuestion
    | UserAnswer
    | Notice
    | ForeignEvent
)
StepEvent: TypeAlias = "_UsualStep | ResearchStep"
"""The events between the first and the last event of a run."""

LoggedEvent: TypeAlias = "RunStarted | RunFinished | StepEvent | InternalEvent"

STOP_NAMES = frozenset({"StopEvent", "WorkflowCancelledEvent", "WorkflowFailedEvent", "WorkflowTimedOutEvent"})
INTERNAL_NAMES = frozenset({"AgentSetup", "InternalEvent", "StartEvent", "StepStateChanged", "WorkflowIdleEvent"})


def decoded(type_: str, data: JsonObject) -> LoggedEvent:
    """The event of this class name; a subclass, which has its base in `is_a`, is decoded as the base."""
    kind = fields.text(data, "is_a") or type_
    decoder = _DECODERS.get(type_) or _of_research(type_) or _DECODERS.get(kind)
    if decoder is not None:
        return decoder(data)
    if kind in INTERNAL_NAMES or type_ in STOP_NAMES:
        return InternalEvent()
    return ForeignEvent(type=type_, data=data)


def _of_research(type_: str) -> Callable[[JsonObject], LoggedEvent] | None:
    if type_ in INTERNAL_NAMES or type_ in STOP_NAMES:
        return None
    # Imported late: most runs have no such event, and the classes of all take a tenth of a bare interpreter.
    from bookwheel.engine.events.research_decoding import RESEARCH_DECODERS

    return RESEARCH_DECODERS.get(type_)


def _run_started(data: JsonObject) -> RunStarted:
    parent = data.get("parent")
    return RunStarted(
        user_msg=fields.text(data, "user_msg"),
        mode=fields.text(data, "mode"),
        model=fields.text(data, "model"),
        filter=fields.obj(data, "filter") or None,
        resumes=fields.text(data, "resumes"),
        parent=parent if isinstance(parent, str) else None,
    )


def _coverage(data: JsonObject) -> Coverage | None:
    indexed, total = fields.integer(data, "indexed"), fields.integer(data, "total")
    if indexed is None or total is None:
        return None
    return Coverage(indexed=indexed, total=total, changed=fields.integer(data, "changed") or 0)


def _run_finished(data: JsonObject) -> RunFinished:
    supported = data.get("supported")
    return RunFinished(
        status=_RUN_STATUS.get(fields.text(data, "status"), "failed"),
        response=fields.text(data, "response"),
        citations=tuple(_citation(item) for item in fields.objects(data, "citations")),
        usage=_run_usage(fields.obj(data, "usage")),
        error=_run_error(fields.obj(data, "error")),
        cut=_CUT.get(fields.text(data, "cut")),
        ttft_s=fields.number(data, "ttft_s"),
        duration_s=fields.number(data, "duration_s"),
        supported=supported if isinstance(supported, bool) else None,
        coverage=_coverage(fields.obj(data, "coverage")),
        check=_answer_check(data),
        research=_research_counts(fields.obj(data, "research")),
    )


_RUN_STATUS: Mapping[str, RunStatus] = {"completed": "completed", "cancelled": "cancelled", "failed": "failed"}
_CUT: Mapping[str, Cut] = {"length": "length", "content_filter": "content_filter"}
_SUPPORT: Mapping[str, SupportStatus] = {"supported": "supported", "unsupported": "unsupported"}


def _run_usage(data: JsonObject) -> RunUsage | None:
    if not data:
        return None
    return RunUsage(
        prompt_tokens=fields.integer(data, "prompt_tokens") or 0,
        completion_tokens=fields.integer(data, "completion_tokens") or 0,
        total_tokens=fields.integer(data, "total_tokens") or 0,
        estimated=data.get("estimated") is True,
    )


def _run_error(data: JsonObject) -> RunError | None:
    if not data:
        return None
    return RunError(
        type=fields.text(data, "type"), message=fields.text(data, "message"), hint=fields.text(data, "hint")
    )


def _citation(data: JsonObject) -> Citation:
    support = data.get("support")
    return Citation(
        number=fields.integer(data, "number") or 0,
        node_id=fields.text(data, "node_id"),
        path=fields.text(data, "path"),
        page=fields.integer(data, "page"),
        start_char_idx=fields.integer(data, "start_char_idx") or 0,
        end_char_idx=fields.integer(data, "end_char_idx") or 0,
        text=fields.text(data, "text"),
        score=fields.number(data, "score"),
        title=fields.text(data, "title"),
        heading=fields.text(data, "heading"),
        remarks=tuple(fields.texts(data, REMARKS)),
        support=tuple(map(_sentence_support, fields.objects(data, "support"))) if isinstance(support, list) else None,
    )


def _sentence_support(data: JsonObject) -> SentenceSupport:
    return SentenceSupport(
        start=fields.integer(data, "start") or 0,
        end=fields.integer(data, "end") or 0,
        status=_SUPPORT.get(fields.text(data, "status"), "unchecked"),
        missing=tuple(fields.texts(data, "missing")),
    )


def _answer_check(data: JsonObject) -> AnswerCheck | None:
    if "unsupported" not in data and "sentences" not in data:
        return None
    counts = fields.obj(data, "sentences")
    return AnswerCheck(
        unsupported=tuple(
            UnsupportedSentence(
                start=start,
                end=end,
                cited=tuple(fields.integers(item, "cited")),
                missing=tuple(fields.texts(item, "missing")),
            )
            for item in fields.objects(data, "unsupported")
            if (start := fields.integer(item, "start")) is not None and (end := fields.integer(item, "end")) is not None
        ),
        supported_count=fields.integer(counts, "supported") or 0,
        unsupported_count=fields.integer(counts, "unsupported") or 0,
        unchecked_count=fields.integer(counts, "unchecked") or 0,
    )


def _brief_changed(data: JsonObject) -> BriefChanged:
    return BriefChanged(pins=fields.objects(data, "pins"))


def pins_from(event: BriefChanged) -> tuple[Pin, ...]:
    """The pins of a brief; missing fields and fields of the wrong type are empty."""
    return tuple(
        Pin(
            run=fields.text(item, "run"),
            text=fields.text(item, "text"),
            citations=tuple(_citation(citation) for citation in fields.objects(item, "citations")),
        )
        for item in event.pins
    )


def _research_counts(data: JsonObject) -> ResearchCounts | None:
    if not data:
        return None
    return ResearchCounts(
        branches=fields.integer(data, "branches") or 0,
        notes=fields.integer(data, "notes") or 0,
        refused=fields.integer(data, "refused") or 0,
        stopped_by=fields.text(data, "stopped_by"),
    )


def _retrieval(data: JsonObject) -> Retrieval:
    return Retrieval(query=fields.text(data, "query"), nodes=numbered_nodes(data, "nodes"))


def _agent_input(data: JsonObject) -> AgentInput:
    messages = [_message(item) for item in fields.objects(data, "input")]
    return AgentInput(input=messages, current_agent_name=fields.text(data, "current_agent_name"))


def _agent_stream(data: JsonObject) -> AgentStream:
    # Most events of a log are `AgentStream`s, and few of them have calls.
    calls = fields.objects(data, "tool_calls") if data.get("tool_calls") else []
    return AgentStream(
        delta=fields.text(data, "delta"),
        thinking_delta=fields.text(data, "thinking_delta"),
        current_agent_name=fields.text(data, "current_agent_name"),
        tool_calls=[_tool_selection(item) for item in calls],
    )


def _agent_output(data: JsonObject) -> AgentOutput:
    supported = data.get("supported")
    return AgentOutput(
        response=_message(fields.obj(data, "response")),
        current_agent_name=fields.text(data, "current_agent_name"),
        tool_calls=[_tool_selection(item) for item in fields.objects(data, "tool_calls")],
        usage=usage_of(data),
        supported=supported if isinstance(supported, bool) else None,
        cut=_CUT.get(fields.text(data, "cut")),
    )


def _message(data: JsonObject) -> ChatMessage:
    role = fields.text(data, "role")
    known = MessageRole(role) if role in _ROLES else MessageRole.ASSISTANT
    return ChatMessage(known, fields.text(data, "content"))


_ROLES = frozenset(role.value for role in MessageRole)


def _tool_selection(data: JsonObject) -> ToolSelection:
    return ToolSelection(fields.text(data, "tool_id"), fields.text(data, "tool_name"), fields.obj(data, "tool_kwargs"))


def _tool_call(data: JsonObject) -> ToolCall:
    return ToolCall(
        tool_name=fields.text(data, "tool_name"),
        tool_kwargs=fields.obj(data, "tool_kwargs"),
        tool_id=fields.text(data, "tool_id"),
    )


def _tool_call_result(data: JsonObject) -> ToolCallResult:
    output, name = fields.obj(data, "tool_output"), fields.text(data, "tool_name")
    return ToolCallResult(
        tool_name=name,
        tool_kwargs=fields.obj(data, "tool_kwargs"),
        tool_id=fields.text(data, "tool_id"),
        tool_output=ToolOutput(fields.text(output, "content"), name, is_error=output.get("is_error") is True),
        return_direct=data.get("return_direct") is True,
    )


def _user_question(data: JsonObject) -> UserQuestion:
    return UserQuestion(
        request_id=fields.text(data, "request_id"),
        prefix=fields.text(data, "prefix"),
        tool_id=fields.text(data, "tool_id"),
        tool_name=fields.text(data, "tool_name"),
        tool_kwargs=fields.obj(data, "tool_kwargs"),
        choices=tuple(fields.texts(data, "choices")),
        rule=fields.text(data, "rule"),
        may_edit=data.get("may_edit") is True,
        may_refuse=data.get("may_refuse") is True,
        behind=fields.integer(data, "behind") or 0,
        branch=fields.text(data, "branch"),
    )


def _user_answer(data: JsonObject) -> UserAnswer:
    return UserAnswer(
        request_id=fields.text(data, "request_id"),
        response=fields.text(data, "response"),
        reason=fields.text(data, "reason"),
        tool_name=fields.text(data, "tool_name"),
        rule=fields.text(data, "rule"),
        edited_kwargs=fields.obj(data, "edited_kwargs") if isinstance(data.get("edited_kwargs"), dict) else None,
    )


def _notice(data: JsonObject) -> Notice:
    return Notice(text=fields.text(data, "text"))


_DECODERS: Mapping[str, Callable[[JsonObject], LoggedEvent]] = {
    "RunStarted": _run_started,
    "RunFinished": _run_finished,
    "BriefChanged": _brief_changed,
    "Retrieval": _retrieval,
    "AgentInput": _agent_input,
    "AgentStream": _agent_stream,
    "AgentOutput": _agent_output,
    "ToolCall": _tool_call,
    "ToolCallResult": _tool_call_result,
    "InputRequiredEvent": _user_question,
    "HumanResponseEvent": _user_answer,
    "Notice": _notice,
}
