"""Lines of the event log: decoded once into typed events, and written back as they came."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookwheel.engine.events.agent_events import AgentStream, ToolCallResult
from bookwheel.engine.events.logged_events import UserQuestion, decoded
from bookwheel.engine.events.run_events import Citation, ForeignEvent, RunError, RunFinished, RunStarted, RunUsage
from bookwheel.engine.events.workflow_events import InternalEvent
from bookwheel.engine.record import EventRecord, parse_line
from bookwheel.engine.schema import JsonObject


def line(type_: str, data: JsonObject) -> str:
    return EventRecord(1, 1.5, "r1", type_, data).to_line()


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("Weather", {"degrees": [21, None], "is_a": "Event"}),
        ("AgentStream", {"tool_calls": [], "delta": "Hi", "later": {"version": 2}}),
        ("RunFinished", {"mood": "good", "status": "completed", "citations": [{"number": 1, "colour": "red"}]}),
        ("Approval", {"is_a": "InputRequiredEvent", "prefix": "Sure?", "user_name": "Laurie"}),
        ("ToolCall", {"tool_kwargs": "not an object"}),
    ],
)
def test_a_line_is_written_back_to_the_byte(type_: str, data: JsonObject) -> None:
    written = line(type_, data)
    record = parse_line(written)
    assert record.event is record.event
    assert record.to_line() == written


def test_an_unknown_type_is_a_foreign_event_with_its_name_and_data() -> None:
    event = parse_line(line("Weather", {"degrees": 21})).event
    assert isinstance(event, ForeignEvent)
    assert (event.type, event.data) == ("Weather", {"degrees": 21})


def test_a_subclass_counts_as_the_class_that_it_names() -> None:
    event = decoded("Approval", {"is_a": "InputRequiredEvent", "prefix": "Sure?", "choices": ["once", 3, "deny"]})
    assert isinstance(event, UserQuestion)
    assert (event.prefix, event.choices, event.request_id) == ("Sure?", ("once", "deny"), "")


@pytest.mark.parametrize("name", ["StopEvent", "WorkflowFailedEvent", "AgentSetup", "StepStateChanged"])
def test_events_about_the_engine_are_internal(name: str) -> None:
    assert isinstance(decoded(name, {}), InternalEvent)


def test_fields_of_the_wrong_type_read_as_absent() -> None:
    stream = decoded("AgentStream", {"delta": 3, "thinking_delta": None, "tool_calls": {"x": 1}})
    assert isinstance(stream, AgentStream)
    assert (stream.delta, stream.thinking_delta, stream.tool_calls) == ("", "", [])
    result = decoded("ToolCallResult", {"tool_output": "text", "tool_kwargs": [1]})
    assert isinstance(result, ToolCallResult)
    assert (result.tool_output.content, result.tool_output.is_error, result.tool_kwargs) == ("", False, {})
    finished = decoded("RunFinished", {"status": "?", "usage": 3, "cut": "short", "coverage": {"indexed": "1"}})
    assert finished == RunFinished(status="failed")


def test_the_events_of_a_run_are_the_same_after_the_log() -> None:
    started = RunStarted(user_msg="Why?", mode="query", model="m", filter={"types": ["pdf"]}, resumes="r0")
    finished = RunFinished(
        status="completed",
        response="So [1].",
        citations=(Citation(1, "n", "/p.md", 2, 3, 9, "text", 0.5, "Title", support=()),),
        usage=RunUsage(prompt_tokens=1, completion_tokens=2, total_tokens=3),
        error=RunError(type="E", message="m", hint="h"),
        cut="length",
        ttft_s=0.25,
        duration_s=1.5,
        supported=False,
    )
    for event in (started, finished):
        name = type(event).__name__
        assert parse_line(line(name, event.model_dump())).event == event


def test_the_fields_of_the_contract_are_there_by_name() -> None:
    assert set(RunStarted(user_msg="?").model_dump()) == {"user_msg", "mode", "model"}
    assert set(RunFinished(status="failed").model_dump()) == {
        "status", "response", "citations", "usage", "error", "cut", "ttft_s", "duration_s",
    }  # fmt: skip


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
TYPES = ["RunStarted", "RunFinished", "Retrieval", "AgentInput", "AgentStream", "AgentOutput", "ToolCall", "Notice",
         "ToolCallResult", "InputRequiredEvent", "HumanResponseEvent", "StopEvent", "Mine"]  # fmt: skip
FIELDS = ["delta", "tool_calls", "tool_output", "nodes", "citations", "usage", "error", "input", "response", "choices",
          "is_a", "coverage", "unsupported", "sentences", "supported", "filter"]  # fmt: skip


@given(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_any_data_can_be_decoded(type_: str, data: JsonObject) -> None:
    decoded(type_, data)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"seq": "1"}', "[" * 100_000, json.dumps({"seq": 1, "t": 1})])
def test_a_line_that_is_not_a_record_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_line(text)
