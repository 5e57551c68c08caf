"""Foreign events become ours: by class name, with their fields, for any kind of object."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from bookwheel.engine import events
from bookwheel.engine import events as agent_events
from bookwheel.engine.events.logged_events import UserQuestion
from bookwheel.engine.record import EventRecord, parse_line
from bookwheel.engine.schema import ChatMessage, MessageRole, NumberedNode, TextNode, ToolSelection, Usage
from bookwheel.engine.tool_output import ToolOutput
from bookwheel.transcript.bridge import answer_to, result_shown, result_text, to_wire
from bookwheel.transcript.plain import MAX_REPR, plain


class InputRequiredEvent(BaseModel):
    """As LlamaIndex makes them: a pydantic model with free fields."""

    model_config = ConfigDict(extra="allow")


class HumanResponseEvent(BaseModel):
    model_config = ConfigDict(extra="allow")


class Approval(InputRequiredEvent):
    level: int = 1


class AgentStream(BaseModel):
    """As LlamaIndex's; reading `response` here would be the quadratic mistake."""

    delta: str
    current_agent_name: str = "Agent"
    tool_calls: list[Any] = []
    thinking_delta: str | None = None

    @property
    def response(self) -> str:
        raise AssertionError("the text so far must not be read")


class Explosive:
    """Raises at every touch."""

    def __repr__(self) -> str:
        raise RuntimeError("no")

    @property
    def model_dump(self) -> object:
        raise RuntimeError("no")


def assert_loggable(data: object) -> None:
    record = EventRecord(1, 1.0, "r1", "X", {"data": data})  # type: ignore[dict-item]
    assert parse_line(record.to_line().encode("utf-8")).data == {"data": data}


def test_a_piece_of_an_answer_keeps_its_text_and_drops_the_event() -> None:
    wire = to_wire(AgentStream(delta="The weather", thinking_delta=None))
    assert wire.type == "AgentStream"
    assert wire.data == {"delta": "The weather", "thinking_delta": "", "current_agent_name": "Agent", "tool_calls": []}
    assert wire.original is None


def test_our_own_events_have_the_fields_of_the_contract() -> None:
    node = NumberedNode(1, TextNode("text", {"file_path": "/p.md", "page": 2}, "n1", None, 5, 9), 0.5)
    call = {"tool_name": "t", "tool_kwargs": {"x": 1}, "tool_id": "c"}
    output = ToolOutput("result", "t", {"x": 1}, object())
    message = ChatMessage(MessageRole.ASSISTANT, "Hi")
    selection = ToolSelection("c", "t", {"x": 1})
    expected: list[tuple[events.Event, dict[str, Any]]] = [
        (
            events.Retrieval(query="q", nodes=[node]),
            {"query": "q", "nodes": [{
                "number": 1, "node_id": "n1", "path": "/p.md", "page": 2, "start_char_idx": 5, "end_char_idx": 9,
                "score": 0.5, "text": "text",
            }]},
        ),
        (
            events.AgentInput(input=[message], current_agent_name="A"),
            {"input": [{"role": "assistant", "content": "Hi"}], "current_agent_name": "A"},
        ),
        (
            events.AgentOutput(response=message, tool_calls=[selection], current_agent_name="A", usage=Usage(3, 4)),
            {
                "response": {"role": "assistant", "content": "Hi"}, "tool_calls": [call], "current_agent_name": "A",
                "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
            },
        ),
        (agent_events.ToolCall(**call), call),
        (
            agent_events.ToolCallResult(**call, tool_output=output),
            {**call, "tool_output": {"content": "result", "is_error": False}, "return_direct": False},
        ),
        (events.InputRequiredEvent(prefix="?", x=1), {"prefix": "?", "x": 1}),
        (events.StopEvent(result="a very long result"), {}),
    ]  # fmt: skip
    for event, data in expected:
        wire = to_wire(event)
        assert wire.type == type(event).__name__
        assert wire.data == data
        assert wire.original is event
        assert_loggable(wire.data)


def test_a_subclass_keeps_its_name_and_names_its_base() -> None:
    wire = to_wire(Approval(prefix="Sure?", user_name="Laurie"))
    assert wire.type == "Approval"
    assert isinstance(wire.event, UserQuestion)
    assert wire.data == {"level": 1, "prefix": "Sure?", "user_name": "Laurie", "is_a": "InputRequiredEvent"}


def test_an_unknown_event_passes_through_with_its_fields() -> None:
    class Mine(events.Event):
        msg: str

    assert to_wire(Mine(msg="a", b=[1])).data == {"msg": "a", "b": [1]}
    assert to_wire("just a string").type == "str"


def test_the_answer_is_of_the_questions_own_library_with_its_fields_copied() -> None:
    answer = answer_to(Approval(prefix="Sure?", user_name="Laurie"), "yes", {"reason": "fine"})
    assert isinstance(answer, HumanResponseEvent)
    assert answer.model_extra == {"user_name": "Laurie", "response": "yes", "reason": "fine", "level": 1}
    ours = answer_to(events.InputRequiredEvent(prefix="Sure?", request_id="q"), "no", {})
    assert isinstance(ours, events.HumanResponseEvent)
    assert dict(ours.items()) == {"request_id": "q", "response": "no"}
    assert answer_to(object(), "x", {}) is None


@pytest.mark.parametrize(
    ("result", "text"),
    [
        ("plain", "plain"),
        (None, None),
        (events.AgentOutput(response=ChatMessage(MessageRole.ASSISTANT, "said")), "said"),
        ({"a": 1}, None),
    ],
)
def test_a_result_is_its_text(result: object, text: str | None) -> None:
    assert result_text(result) == text


def test_a_result_without_text_is_shown_as_data() -> None:
    assert result_shown({"a": [1, None]}) == '{\n  "a": [\n    1,\n    null\n  ]\n}'
    assert result_shown(None) == ""


class Colour(Enum):
    RED = "red"


@dataclass
class Point:
    x: int
    inner: object = None


def cyclic() -> list[object]:
    loop: list[object] = []
    loop += [loop, loop]
    return loop


def endless() -> Iterator[int]:
    while True:
        yield 1


@pytest.mark.parametrize(
    "value",
    [
        Explosive(), [Explosive()], {"x": Explosive()}, cyclic(), endless(), 10**5000, -(10**5000), math.nan, math.inf,
        "\ud800 \x00 \u202e", b"\xff" * 10_000, Colour.RED, Point(1, Point(2)), {1: 2, None: 3}, {"a", "b"}, int,
        ValueError("x"), object(), lambda: 1, {"k" * 10: "v" * 100_000}, [[[[[[]]]]]],
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_any_object_can_be_logged(value: object) -> None:
    assert_loggable(plain(value))
    wire = to_wire(value)
    assert_loggable(wire.data)


def test_an_object_without_a_json_form_is_cut_short() -> None:
    shown = plain(b"\xff" * 1_000_000)
    assert isinstance(shown, str)
    assert len(shown) <= MAX_REPR
    assert len(json.dumps(plain(cyclic()))) < 10_000_000


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.tuples(x, x)))
def test_plain_json_is_unchanged(value: object) -> None:
    assert plain(value) == json.loads(json.dumps(value))
