"""Tool calls of weak models and of endpoints without tool calling."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import say

from bookwheel.engine.llms.chat import ChatDelta, ToolSpec
from bookwheel.engine.llms.openai.json_steps import StepReader
from bookwheel.engine.llms.openai.models import OpenAI, OpenAILike
from bookwheel.engine.llms.openai.tool_salvage import ContentGate
from bookwheel.engine.schema import ChatMessage, MessageRole, ToolSelection

SEARCH = ToolSpec("search", "Search.", {"type": "object", "properties": {"query": {"type": "string"}}})


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


async def ask(llm: OpenAI, messages: list[ChatMessage] | None = None) -> list[ChatDelta]:
    messages = messages or [ChatMessage(content="Hello?")]
    async with aclosing(llm.astream_chat(messages, tools=[SEARCH])) as deltas:
        found = [delta async for delta in deltas]
    await llm.aclose()
    return found


CALLS = [
    '{"name": "search", "arguments": {"query": "cats"}}',
    '\n {"name":"search","parameters":{"query":"cats"}} ',
    '{"function": {"name": "search", "arguments": "{\\"query\\": \\"cats\\"}"}}',
    '```json\n{"name": "search", "arguments": {"query": "cats"}}\n```',
    '<tool_call>\n{"name": "search", "arguments": {"query": "cats"}}\n</tool_call>',
    '[{"type": "function", "name": "search", "arguments": {"query": "cats"}}]',
    '{"tool": "search", "args": {"query": "cats"}}',
]


@pytest.mark.parametrize("content", CALLS)
async def test_a_call_written_as_plain_content_is_taken_as_the_call_it_is(server: OpenAIServer, content: str) -> None:
    server.replies.append(say(content))
    deltas = await ask(OpenAI("scripted", base_url=server.base_url))

    assert "".join(delta.delta for delta in deltas) == ""
    calls = deltas[-1].tool_calls or []
    assert [(call.tool_name, json.loads(call.arguments)) for call in calls] == [("search", {"query": "cats"})]
    assert deltas[-1].finish_reason == "tool_calls"


ANSWERS = [
    "Plain text.",
    '{"name": "unknown_tool", "arguments": {}}',
    '{"name": "search", "arguments": {"query": "cats"}} is how to call it.',
    '{"name": "search", "arguments": {}, "comment": "an example"}',
    '{"result": [1, 2, 3]}',
    "[1] says so.",
    '{"name": "search", "arguments": "not json"}',
    '```json\n{"a": 1}\n```',
    "{",
]


@pytest.mark.parametrize("content", ANSWERS)
async def test_other_content_stays_the_answer(server: OpenAIServer, content: str) -> None:
    server.replies.append(say(content))
    deltas = await ask(OpenAI("scripted", base_url=server.base_url))

    assert "".join(delta.delta for delta in deltas) == content
    assert deltas[-1].tool_calls is None
    assert deltas[-1].finish_reason == "stop"


@pytest.mark.parametrize("content", CALLS + ANSWERS)
def test_the_gate_gives_the_same_in_pieces_of_one_character(content: str) -> None:
    gate, whole = ContentGate(["search"]), ContentGate(["search"])
    pieces = "".join(gate.push(char) for char in content)
    rest, calls = gate.finish()
    expected = whole.push(content)
    expected_rest, expected_calls = whole.finish()
    assert pieces + rest == expected + expected_rest
    assert [call.arguments for call in calls] == [call.arguments for call in expected_calls]


def test_plain_text_is_not_held_back() -> None:
    gate = ContentGate(["search"])
    assert gate.push("T") == "T"
    gate = ContentGate(["search"])
    assert gate.push('{"results"') == '{"results"'


async def test_native_mode_leaves_content_alone(server: OpenAIServer) -> None:
    server.replies.append(say(CALLS[0]))
    deltas = await ask(OpenAI("scripted", base_url=server.base_url, tool_mode="native"))
    assert "".join(delta.delta for delta in deltas) == CALLS[0]


async def test_json_mode_forces_a_step_by_schema_and_reads_a_call(server: OpenAIServer) -> None:
    server.replies.append(say('{"tool": "search", "arguments": {"query": "cats"}}'))
    history = [
        ChatMessage(content="Hello?"),
        ChatMessage(MessageRole.ASSISTANT, tool_calls=[ToolSelection("c1", "search", {"query": "x"})]),
        ChatMessage(MessageRole.TOOL, "found it", tool_call_id="c1"),
    ]
    deltas = await ask(OpenAI("scripted", base_url=server.base_url, tool_mode="json"), history)

    body = server.chats[0].json
    assert "tools" not in body
    steps = body["response_format"]["json_schema"]["schema"]["anyOf"]
    assert [list(step["properties"]) for step in steps] == [["tool", "arguments"], ["answer"]]
    assert [message["role"] for message in body["messages"]] == ["system", "user", "assistant", "user"]
    assert "found it" in body["messages"][-1]["content"]
    assert [(call.tool_name, call.arguments) for call in deltas[-1].tool_calls or []] == [
        ("search", '{"query": "cats"}')
    ]


async def test_json_mode_streams_the_answer_out_of_its_string(server: OpenAIServer) -> None:
    text = 'It says "so" [1].\n\n- ä 😀 \\ end'
    server.replies.append(say(json.dumps({"answer": text})))
    deltas = await ask(OpenAI("scripted", base_url=server.base_url, tool_mode="json"))
    assert "".join(delta.delta for delta in deltas) == text
    assert len([delta for delta in deltas if delta.delta]) > 3


@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_step_is_read_character_by_character(ascii_only: bool) -> None:
    text = 'a "b" \\ \n\t ä 😀 é / end'
    reader = StepReader()
    content = json.dumps({"answer": text}, ensure_ascii=ascii_only)
    pieces = "".join(reader.push(char) for char in content)
    rest, calls = reader.finish()
    assert pieces + rest == text
    assert calls == []


def test_content_that_is_not_a_step_is_the_answer() -> None:
    reader = StepReader()
    assert reader.push("Just text.") == ""
    assert reader.finish() == ("Just text.", [])


def test_react_mode_leaves_tools_to_the_react_agent() -> None:
    llm = OpenAILike("m", base_url="http://127.0.0.1:9/v1", is_function_calling_model=False)
    assert llm.metadata.is_function_calling_model is False
