"""LlamaIndex's recorded runs: what its models answered, and what was seen of each run, in a form to compare."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bookwheel.engine.events import (
    AgentInput,
    AgentOutput,
    AgentStream,
    AgentStreamStructuredOutput,
    Event,
    StopEvent,
    ToolCall,
    ToolCallResult,
)
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.schema import ToolSelection

REPO = Path(__file__).resolve().parents[2]
FOLDER = REPO / os.environ.get("BOOKWHEEL_SHARED", "../shared") / "llamaindex-traces"

Seen = tuple[Any, ...]

# The recordings keep only the beginning of a long message.
_KEPT = 90


def recorded(name: str) -> dict[str, Any]:
    """One recorded scenario; skips the test where the recordings are not at hand."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        pytest.skip(f"the recorded runs of LlamaIndex are not here ({path})")
    return json.loads(path.read_text(encoding="utf-8"))


def same_model(events: list[dict[str, Any]], *more: MockReply) -> MockLLM:
    """A model that answers as the recorded one did: text, calls and their order."""
    return MockLLM([*(_reply(event) for event in events if event["class"] == "AgentOutput"), *more])


def _reply(output: dict[str, Any]) -> MockReply:
    calls = [ToolSelection(**call) for call in output["tool_calls"] if "class" not in call]
    return MockReply(text=output["response"]["content"] or "", tool_calls=calls)


def cut(text: str) -> str:
    """As much of a message as the recordings keep."""
    return text[:_KEPT]


def seen_there(events: Iterable[dict[str, Any]]) -> list[Seen]:
    """A recorded run: the classes in order, with their key fields; the pieces of one answer are one entry."""
    return _joined(_there(event) for event in events)


def seen_here(events: Iterable[Event]) -> list[Seen]:
    """The same of a run of ours."""
    return _joined(_here(event) for event in events)


def _there(event: dict[str, Any]) -> Seen:
    name = event["class"]
    match name:
        case "AgentInput":
            messages = [(message["role"], message["content"] or "") for message in event["input"]]
            return name, event["current_agent_name"], tuple(messages)
        case "AgentStream":
            return name, event["current_agent_name"], event["delta"]
        case "AgentOutput":
            calls = [(c["tool_name"], c["tool_id"], json.dumps(c["tool_kwargs"])) for c in event["tool_calls"]]
            return name, event["current_agent_name"], event["response"]["content"] or "", tuple(calls)
        case "ToolCall":
            return name, event["tool_name"], event["tool_id"], json.dumps(event["tool_kwargs"])
        case "ToolCallResult":
            output = event["tool_output"]
            kwargs = json.dumps(event["tool_kwargs"])
            shown = (output["content"], output["is_error"], event["return_direct"])
            return name, event["tool_name"], event["tool_id"], kwargs, *shown
        case "InputRequiredEvent":
            return name, event["extra"]["prefix"]
        case "AgentStreamStructuredOutput":
            return name, json.dumps(event["output"])
        case "WorkflowTimedOutEvent":
            return name, event["timeout"], tuple(event["active_steps"])
        case "WorkflowFailedEvent":
            return name, event["step_name"]
        case _:
            return (name,)


def _here(event: Event) -> Seen:
    name = type(event).__name__
    match event:
        case AgentInput():
            messages = [(str(message.role), cut(message.content or "")) for message in event.input]
            return name, event.current_agent_name, tuple(messages)
        case AgentStream():
            return name, event.current_agent_name, event.delta
        case AgentOutput():
            calls = [(c.tool_name, c.tool_id, json.dumps(c.tool_kwargs)) for c in event.tool_calls]
            return name, event.current_agent_name, event.response.content or "", tuple(calls)
        case ToolCall():
            return name, event.tool_name, event.tool_id, json.dumps(event.tool_kwargs)
        case ToolCallResult():
            output = event.tool_output
            shown = (output.content, output.is_error, event.return_direct)
            return name, event.tool_name, event.tool_id, json.dumps(event.tool_kwargs), *shown
        case AgentStreamStructuredOutput():
            return name, json.dumps(event.output)
        case StopEvent():
            return _closing(event)
        case _:
            return (name, event.prefix) if "prefix" in event else (name,)


def _closing(event: StopEvent) -> Seen:
    name = type(event).__name__
    match name:
        case "WorkflowTimedOutEvent":
            return name, event.timeout, tuple(event.active_steps)
        case "WorkflowFailedEvent":
            return name, event.step_name
        case _:
            return (name,)


def _joined(seen: Iterable[Seen]) -> list[Seen]:
    joined: list[Seen] = []
    for entry in seen:
        if entry[0] == "AgentStream" and joined and joined[-1][:2] == entry[:2]:
            joined[-1] = (*entry[:2], joined[-1][2] + entry[2])
        else:
            joined.append(entry)
    return joined
