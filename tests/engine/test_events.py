"""Events: declared and dynamic fields, and what the log stores of them."""

import copy
import json
import pickle
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest
from pydantic import BaseModel, Field, PrivateAttr, ValidationError, field_validator

from bookwheel.engine.events import (
    AgentOutput,
    AgentStream,
    AnswerSoFar,
    Event,
    InputRequiredEvent,
    StopEvent,
    ToolCall,
    ToolCallResult,
    WorkflowFailedEvent,
)
from bookwheel.engine.node_links import RelatedNodeInfo
from bookwheel.engine.query.response import Response
from bookwheel.engine.schema import (
    ChatMessage,
    Document,
    MessageRole,
    NodeWithScore,
    TextBlock,
    TextNode,
    ToolSelection,
)
from bookwheel.engine.tool_output import ToolOutput
from bookwheel.transcript.bridge import to_wire


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
    with pytest.raises(ValidationError, match=r"MoreProgress\ntotal"):
        MoreProgress(msg="x")
    with pytest.raises(ValidationError, match=r"ToolCall\ntool_kwargs"):
        ToolCall(tool_name="x", tool_id="1")


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


def test_the_log_stores_plain_json() -> None:
    class Color(Enum):
        RED = "red"

    @dataclass
    class Point:
        x: float

    event = Progress(
        msg="x", color=Color.RED, at=Point(float("nan")), path=Path("a") / "b", error=ValueError("no"), ids={1}
    )
    assert json.loads(json.dumps(to_wire(event).data, allow_nan=False)) == {
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
    json.dumps(to_wire(Progress(msg="x", data=endless)).data)


def test_an_event_keeps_the_response_of_its_own_time() -> None:
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
    assert event.log_data() == {
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
    assert (failed.reason, failed.model_dump(mode="json")["exception"]) == ("failed", "ValueError: no")


class Item(BaseModel):
    a: int


class Order(Event):
    """As a user of LlamaIndex writes one."""

    count: int = Field(default=3, description="how many", ge=0)
    size: Literal["s", "l"] = "s"
    items_: list[Item] = Field(default_factory=list)
    note: str | None = None
    _secret: str = PrivateAttr(default="hidden")

    @field_validator("count")
    @classmethod
    def even(cls, value: int) -> int:
        return value - value % 2


def test_declared_fields_are_coerced_and_validated() -> None:
    order = Order(count="5", items_=[{"a": "1"}], color="red")
    assert (order.count, order.items_, order.color) == (4, [Item(a=1)], "red")
    assert (order._secret, Order().items_) == ("hidden", [])
    for wrong in ({"count": "many"}, {"count": -1}, {"size": "m"}, {"items_": [{}]}):
        with pytest.raises(ValueError, match="Order"):
            Order(**wrong)


def test_an_event_of_the_users_has_pydantics_methods() -> None:
    order = Order(count=2, color="red")
    assert isinstance(order, Event)
    assert isinstance(order, BaseModel)
    assert order == Order(count=2, color="red") != Order(count=4, color="red")
    assert order.model_dump(exclude={"items_"}) == {"count": 2, "size": "s", "note": None, "color": "red"}
    assert json.loads(order.model_dump_json(include={"count"})) == {"count": 2}
    assert Order.model_validate({"count": 2}).count == 2
    assert order.model_copy(update={"count": 6}).count == 6
    assert (list(Order.model_fields), len(order)) == (["count", "size", "items_", "note"], 5)
    assert Order.model_json_schema()["properties"]["count"]["description"] == "how many"
    assert pickle.loads(pickle.dumps(order)) == copy.deepcopy(order) == order


def test_an_event_of_the_engine_has_them_too() -> None:
    call = ToolCall(tool_name="add", tool_kwargs={"a": 1}, tool_id="c1", extra=2)
    assert call == ToolCall(tool_name="add", tool_kwargs={"a": 1}, tool_id="c1", extra=2)
    assert call.model_dump(exclude={"extra"}) == {"tool_name": "add", "tool_kwargs": {"a": 1}, "tool_id": "c1"}
    assert ToolCall.model_validate_json(call.model_dump_json()) == call
    assert call.model_copy(update={"tool_id": "c2"}).tool_id == "c2"
    assert list(ToolCall.model_fields) == ["tool_name", "tool_kwargs", "tool_id"]
    assert "tool_id" in ToolCall.model_json_schema()["properties"]
    with pytest.raises(ValidationError):
        ToolCall.model_validate({"tool_name": "add", "tool_kwargs": 3, "tool_id": "c1"})


class Finished(StopEvent):
    outcome: str


def test_a_stop_event_of_the_users_is_dumped_by_its_own_fields() -> None:
    assert Finished(outcome="good").model_dump() == {"outcome": "good"}
    assert StopEvent(result=5).model_dump() == {"result": 5}
    assert isinstance(Finished(outcome="good"), StopEvent)


class Loud(ToolCall):
    volume: int = 1


def test_an_event_of_the_engine_can_be_derived_from() -> None:
    loud = Loud(tool_name="add", tool_kwargs={}, tool_id="c1", volume="3")
    assert isinstance(loud, ToolCall)
    assert (loud.tool_name, loud.volume) == ("add", 3)

    class Piece(AgentStream):
        pass

    assert Piece(delta="a", response="ab").response == "ab"


class Wrapped(BaseModel):
    event: ToolCall
    message: ChatMessage


def test_events_and_messages_are_fields_of_models() -> None:
    data = {
        "event": {"tool_name": "add", "tool_kwargs": {}, "tool_id": "c1"},
        "message": {"role": "user", "content": "hi"},
    }
    wrapped = Wrapped.model_validate(data)
    assert (type(wrapped.event), wrapped.message) == (ToolCall, ChatMessage("hi"))
    assert wrapped.model_dump()["event"] == data["event"]
    assert Wrapped.model_validate_json(wrapped.model_dump_json()) == wrapped


class Found(Event):
    nodes: list[NodeWithScore]
    document: Document | None = None


class Answered(StopEvent):
    response: Response


def test_passages_documents_and_responses_are_fields_of_events() -> None:
    node = TextNode("A wheel.", id_="n", relationships={"1": RelatedNodeInfo("d")})
    found = Found(nodes=[NodeWithScore(node, 0.5)], document=Document("A wheel.", id_="d"))
    assert found.nodes[0].node is node
    assert found.model_dump()["nodes"][0]["node"]["text"] == "A wheel."
    assert Found.model_validate_json(found.model_dump_json()) == found
    foreign = {"node": {"text": "A mill.", "id_": "m", "class_name": "TextNode", "mimetype": "text/plain"}, "score": 1}
    assert Found.model_validate({"nodes": [foreign]}).nodes[0].node.node_id == "m"
    with pytest.raises(ValidationError, match="NodeWithScore is made of a dictionary"):
        Found.model_validate({"nodes": ["text"]})
    answered = Answered(response=Response("A wheel.", found.nodes))
    assert Answered.model_validate_json(answered.model_dump_json()) == answered


def test_the_undeclared_fields_are_where_llamaindex_keeps_them() -> None:
    assert Progress(msg="m", more=1)._data == {"more": 1}
    assert InputRequiredEvent(prefix="name?")._data == {"prefix": "name?"}


def test_a_message_is_made_as_in_llamaindex() -> None:
    message = ChatMessage("hi")
    assert message == ChatMessage(role="user", content="hi") == ChatMessage.from_str("hi")
    assert message == ChatMessage(role="user", blocks=[TextBlock("hi")])
    assert message.blocks == [TextBlock(text="hi")]
    assert message.model_dump() == {
        "role": MessageRole.USER,
        "additional_kwargs": {},
        "blocks": [{"block_type": "text", "text": "hi"}],
    }
    assert ChatMessage.model_validate(message.model_dump()) == message
    with pytest.raises(ValueError, match="nobody"):
        ChatMessage(role="nobody", content="hi")
    with pytest.raises(ValueError, match="Only text and image blocks"):
        ChatMessage(blocks=[{"block_type": "audio", "url": "x"}])


def test_a_tool_result_dumps_llamaindexs_fields() -> None:
    output = ToolOutput("12", "add", {"kwargs": {}}, 12)
    result = ToolCallResult(tool_name="add", tool_kwargs={}, tool_id="c1", tool_output=output)
    assert result.model_dump()["tool_output"] == {
        "blocks": [{"block_type": "text", "text": "12"}],
        "tool_name": "add",
        "raw_input": {"kwargs": {}},
        "raw_output": 12,
        "is_error": False,
    }
    assert ToolOutput.model_validate(output.model_dump()).content == "12"
    assert ToolSelection("c1", "add", "broken").tool_kwargs == {}  # type: ignore[arg-type]


def test_the_engine_runs_without_pydantic_until_an_event_is_declared() -> None:
    code = (
        "import sys; from bookwheel.engine import events; from bookwheel import AgentWorkflow\n"
        "events.StopEvent(result=1).model_dump_json(); events.AgentStream(delta='x')\n"
        "assert 'pydantic' not in sys.modules\n"
        "class Mine(events.Event):\n    n: int\n"
        "assert 'pydantic' in sys.modules and Mine(n='1').n == 1"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
