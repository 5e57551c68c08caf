"""The state of an agent run, and its form as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, cast

from bookwheel.engine.agents.agent_memory import message_from_json
from bookwheel.engine.agents.agent_spec import EarlyStopping
from bookwheel.engine.agents.calls import PendingCall
from bookwheel.engine.agents.model_call import AskedCall
from bookwheel.engine.events import ToolCallResult
from bookwheel.engine.schema import ChatMessage, JsonObject, ToolSelection
from bookwheel.engine.tool_output import ToolOutput
from bookwheel.engine.workflow.given_answers import GivenAnswers
from bookwheel.engine.workflow.nested_runs import NestedRuns
from bookwheel.lazy_dataclass import dataclass


@dataclass(slots=True)
class AgentRun:
    """A run; `question` goes into the memory, `shown` is the question as the model gets it, with the state.

    `messages` follow the question. `pending` are the calls of the current round, `results` those of earlier rounds.
    """

    question: ChatMessage
    shown: ChatMessage
    history: list[ChatMessage]
    agent: str
    max_rounds: int
    early_stopping: EarlyStopping
    messages: list[ChatMessage] = field(default_factory=lambda: list[ChatMessage]())
    results: list[ToolCallResult] = field(default_factory=lambda: list[ToolCallResult]())
    pending: list[PendingCall] = field(default_factory=lambda: list[PendingCall]())
    rounds: int = 0

    def to_json(self) -> JsonObject:
        """The state as plain JSON."""
        return {
            "question": self.question.to_json(),
            "shown": self.shown.to_json(),
            "history": [message.to_json() for message in self.history],
            "agent": self.agent,
            "max_rounds": self.max_rounds,
            "early_stopping": self.early_stopping,
            "messages": [message.to_json() for message in self.messages],
            "results": [_result_json(result) for result in self.results],
            "pending": [_pending_json(call) for call in self.pending],
            "rounds": self.rounds,
        }


def run_from_json(data: Mapping[str, Any]) -> AgentRun:
    """The state restored from the JSON of `to_json`."""
    return AgentRun(
        question=message_from_json(data["question"]),
        shown=message_from_json(data["shown"]),
        history=[message_from_json(message) for message in data["history"]],
        agent=data["agent"],
        max_rounds=data["max_rounds"],
        early_stopping=cast("EarlyStopping", data["early_stopping"]),
        messages=[message_from_json(message) for message in data["messages"]],
        results=[_result(result) for result in data["results"]],
        pending=[_pending(call) for call in data["pending"]],
        rounds=data["rounds"],
    )


def _pending_json(call: PendingCall) -> JsonObject:
    return {
        "call": call.selection.to_json(),
        "error": call.asked.error,
        "key": call.key,
        "result": _result_json(call.result) if call.result is not None else None,
        "runs": call.nested.snapshot(),
        "answers": call.answers.snapshot(),
    }


def _pending(data: Mapping[str, Any]) -> PendingCall:
    asked = AskedCall(ToolSelection(**data["call"]), data["error"])
    result = _result(data["result"]) if data["result"] is not None else None
    runs, answers = NestedRuns(data.get("runs", [])), GivenAnswers(data.get("answers", []))
    return PendingCall(asked, data["key"], result, runs, answers)


def _result_json(result: ToolCallResult) -> JsonObject:
    return {
        "tool_name": result.tool_name,
        "tool_kwargs": result.tool_kwargs,
        "tool_id": result.tool_id,
        "tool_output": result.tool_output.to_json(),
        "return_direct": result.return_direct,
    }


def _result(data: Mapping[str, Any]) -> ToolCallResult:
    output = ToolOutput(**data["tool_output"], tool_name=data["tool_name"])
    return ToolCallResult(**{**data, "tool_output": output})
