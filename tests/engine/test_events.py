"""Events: declared and dynamic fields, and what the log stores of them."""

import json
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bookwheel.engine.events import (
    AgentOutput,
    AgentStream,
    AnswerSoFar,
    Event,
    InputRequiredEvent,
    StopEvent,
    WorkflowFailedEvent,
)
from bookwheel.engine.schema import ChatMessage, MessageRole, ToolSelection


class Progress(Event):
    msg: str
    done: int = 0
    notes: list[str] = []  # noqa: RUF012 - copied for each event, which is tested here
    kind: ClassVar[str] = "not a field"


class MoreProgress(Progress):
    total: int


def test_an_event_has_its_declared_fields_and_any_others() -> None:
    event = Progress(msg="half", color="red")
    assert (event.msg, event.done, event.color, event["color"], event.get("size", 3)) == ("half", 0, "red", "red", 3)
    assert "color" in event
    assert "size" not in event
    assert list(event) == ["msg", "done", "notes", "color"]
    assert event.items() == [("msg", "half"), ("done", 0), ("notes", []), ("color", "red")]


def test_a_missing_field_is_named() -> None:
    with pytest.raises(TypeError, match="MoreProgress needs the field 'total'"):
        MoreProgress(msg="x")


def test_a_field_that_is_not_there_raises_as_attributes_and_keys_do() -> None:
    event = Progress(msg="x")
    with pytest.raises(AttributeError, match="color"):
        _ = event.color
    with pytest.raises(KeyError):
        _ = event["color"]


def test_a_default_list_belongs_to_one_event_alone() -> None:
    first, second = Progress(msg="a"), Progress(msg="b")
    first.notes.append("x")
    assert second.notes == []


def test_fields_may_be_called_as_methods_are() -> None:
    event = InputRequiredEvent(prefix="?", items=["a"], keys=2)
    assert event.model_dump() == {"prefix": "?", "items": ["a"], "keys": 2}
    assert event.get("items") == ["a"]


def test_what_the_log_stores_is_plain_json() -> None:
    class Color(Enum):
        RED = "red"

    @dataclass
    class Point:
        x: float

    event = Progress(
        msg="x", color=Color.RED, at=Point(float("nan")), path=Path("a") / "b", error=ValueError("no"), ids={1}
    )
    assert json.loads(json.dumps(event.model_dump(), allow_nan=False)) == {
        "msg": "x",
        "done": 0,
        "notes": [],
        "color": "red",
        "at": {"x": None},
        "path": str(Path("a") / "b"),
        "error": "ValueError: no",
        "ids": [1],
    }


def test_endless_data_is_cut_at_some_depth() -> None:
    endless: list[Any] = []
    endless.append(endless)
    json.dumps(Progress(msg="x", data=endless).model_dump())


def test_the_response_so_far_is_that_of_its_own_moment() -> None:
    answer = AnswerSoFar()
    events: list[AgentStream] = []
    for word in ("one ", "two ", "three"):
        answer.append(word)
        events.append(AgentStream(delta=word, response=answer))
    assert [event.response for event in reversed(events)] == ["one two three", "one two ", "one "]
    assert [event.response for event in events] == ["one ", "one two ", "one two three"]
    assert events[1]["response"] == "one two "


def test_the_log_leaves_out_the_text_so_far_and_the_providers_chunk() -> None:
    call = ToolSelection("1", "search", {"query": "x"})
    event = AgentStream(delta="a", response="all", current_agent_name="Agent", tool_calls=[call], raw=object())
    assert event.model_dump() == {
        "delta": "a",
        "thinking_delta": None,
        "current_agent_name": "Agent",
        "tool_calls": [{"tool_id": "1", "tool_name": "search", "tool_kwargs": {"query": "x"}}],
    }


def test_an_agents_output_reads_as_its_text() -> None:
    assert str(AgentOutput(response=ChatMessage(MessageRole.ASSISTANT, "hello"))) == "hello"
    assert str(AgentOutput()) == ""


def test_every_end_is_a_stop_event_with_its_reason() -> None:
    assert StopEvent("done").result == "done"
    assert StopEvent(result=3, extra=1).model_dump() == {"result": 3, "extra": 1}
    failed = WorkflowFailedEvent(step_name="s", exception=ValueError("no"))
    assert (failed.reason, failed.model_dump()["exception"]) == ("failed", "ValueError: no")
