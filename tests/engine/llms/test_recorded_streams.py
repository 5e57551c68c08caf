"""Streams of real providers, whole and re-cut: each gives its text and calls, or says how it broke off."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from bookwheel.engine.llms.chat import ChatDelta
from bookwheel.engine.llms.openai.answer_reader import AnswerReader, ReadLimits
from bookwheel.engine.llms.openai.endpoint import Endpoint
from bookwheel.errors import ModelError, ModelStreamCutError

CUTS_A_STREAM = 12


class _Body:
    content_type = "text/event-stream"

    def __init__(self, chunks: list[bytes]) -> None:
        self._chunks = chunks

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        for chunk in self._chunks:
            yield chunk


class _Answer:
    """What a reader of the whole stream has at its end."""

    def __init__(self) -> None:
        self.text = ""
        self.thinking = ""
        self.last = ChatDelta()
        self.error: ModelError | None = None

    def same(self) -> tuple[object, ...]:
        calls = [(call.tool_name, call.arguments) for call in self.last.tool_calls or []]
        return self.text, self.thinking, calls, self.last.finish_reason, self.last.usage, type(self.error)


async def _read(chunks: list[bytes], limits: ReadLimits | None = None) -> _Answer:
    answer = _Answer()
    reader = AnswerReader(Endpoint(base_url="http://127.0.0.1/v1", model="recorded"), limits or ReadLimits())
    try:
        async for delta in reader.read(_Body(chunks)):
            answer.text += delta.delta
            answer.thinking += delta.thinking_delta
            answer.last = delta
    except ModelError as error:
        answer.error = error
    return answer


def _index(shared: Path) -> list[dict[str, Any]]:
    return json.loads((shared / "llm-streams" / "index.json").read_text())


def _stream(shared: Path, entry: dict[str, Any]) -> bytes:
    return (shared / "llm-streams" / entry["file"]).read_bytes()


def _parts(content: str) -> tuple[str, str]:
    """The thought and the answer of a content: two of the models wrote both into it."""
    thought, tag, answer = content.removeprefix("<think>").partition("</think>")
    return (thought, answer.lstrip()) if tag else ("", content)


@pytest.mark.fault("N23", "N27")
async def test_every_stream_gives_its_text_and_calls(shared: Path) -> None:
    for entry in _index(shared):
        answer = await _read([_stream(shared, entry)])
        name = entry["file"]
        thought, text = _parts(entry["text"])
        assert answer.text == text, name
        assert thought in answer.thinking, name
        calls = [(call.tool_id, call.tool_name, call.arguments) for call in answer.last.tool_calls or []]
        assert calls == [(call["id"], call["name"], call["arguments"]) for call in entry["tool_calls"]], name
        if "error_object" in entry["oddities"]:
            assert answer.error is not None, name
        else:
            assert answer.error is None, name
            assert answer.last.finish_reason == (entry["finish_reason"] or "unknown"), name
            assert (answer.last.usage is not None) >= entry["usage"], name


@pytest.mark.fault("N26")
async def test_reasoning_is_read_under_all_its_names(shared: Path) -> None:
    for entry in _index(shared):
        if entry["reasoning_chars"] and "error_object" not in entry["oddities"]:
            answer = await _read([_stream(shared, entry)])
            assert len(answer.thinking) == entry["reasoning_chars"], entry["file"]


@pytest.mark.fault("N7")
async def test_cutting_the_stream_anywhere_changes_nothing(shared: Path) -> None:
    pick = random.Random(11)
    for entry in _index(shared):
        stream = _stream(shared, entry)
        expected = (await _read([stream])).same()
        for _ in range(CUTS_A_STREAM):
            cuts = sorted(pick.sample(range(1, len(stream)), 5))
            chunks = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
            assert (await _read(chunks)).same() == expected, entry["file"]


@pytest.mark.fault("N7")
async def test_every_stream_cut_at_every_byte_reads_the_same(shared: Path) -> None:
    for entry in _index(shared):
        stream = _stream(shared, entry)
        expected = (await _read([stream])).same()
        assert (await _read([stream[at : at + 1] for at in range(len(stream))])).same() == expected, entry["file"]


@pytest.mark.fault("N2")
async def test_a_stream_that_breaks_off_anywhere_keeps_its_text_and_says_so(shared: Path) -> None:
    entry = next(entry for entry in _index(shared) if len(entry["text"]) > 100)
    stream = _stream(shared, entry)
    last_text = stream.rindex(b'"finish_reason":"stop"')
    for end in range(0, last_text, max(1, last_text // 200)):
        answer = await _read([stream[:end]])
        assert _parts(entry["text"])[1].startswith(answer.text)
        assert isinstance(answer.error, ModelError)
        if answer.text:
            assert isinstance(answer.error, ModelStreamCutError)
            assert answer.error.partial == answer.text


@pytest.mark.fault("N22")
@pytest.mark.parametrize("missing", ["index", "nothing"])
async def test_two_calls_on_one_index_are_two_calls(missing: str) -> None:
    """Cerebras sends two whole calls on index 0 with different ids; Mistral sends calls without an index."""
    calls = [
        {"index": 0, "id": "a", "function": {"name": "add", "arguments": '{"x": 1}'}},
        {"index": 0, "id": "b", "function": {"name": "add", "arguments": {"x": 2}}},
    ]
    if missing == "index":
        for call in calls:
            del call["index"]
    chunks = [{"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]} for call in calls]
    last = {"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}
    answer = await _read([f"data: {json.dumps(chunk)}\n\n".encode() for chunk in [*chunks, last]])

    assert answer.error is None
    assert [(call.tool_id, call.arguments) for call in answer.last.tool_calls or []] == [
        ("a", '{"x": 1}'),
        ("b", '{"x": 2}'),
    ]


@pytest.mark.fault("N21")
async def test_a_call_in_pieces_of_one_character_is_whole() -> None:
    raw = json.dumps({"query": 'äöü "quoted" \\ text', "n": [1, 2, 3]})
    head = {"tool_calls": [{"index": 0, "id": "call_1", "function": {"name": "sea", "arguments": ""}}]}
    name = {"tool_calls": [{"index": 0, "function": {"name": "rch"}}]}
    pieces = [{"tool_calls": [{"index": 0, "function": {"arguments": char}}]} for char in raw]
    chunks = [{"choices": [{"delta": delta}]} for delta in [head, name, *pieces]]
    chunks.append({"choices": [{"delta": {}, "finish_reason": "tool_calls"}]})
    answer = await _read([f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks])

    calls = answer.last.tool_calls or []
    assert [(call.tool_id, call.tool_name, call.arguments) for call in calls] == [("call_1", "search", raw)]


@pytest.mark.fault("N5")
@pytest.mark.parametrize(
    "delta",
    [
        {"content": "x" * 400},
        {"reasoning": "x" * 400},
        {"tool_calls": [{"index": 0, "function": {"arguments": "x" * 400}}]},
    ],
    ids=["text", "reasoning", "arguments"],
)
async def test_an_endless_answer_is_cut_with_its_reason(delta: dict[str, Any]) -> None:
    event = f"data: {json.dumps({'choices': [{'delta': delta}]})}\n\n".encode()
    answer = await _read([event] * 50, ReadLimits(max_chars=1_000))

    assert isinstance(answer.error, ModelStreamCutError)
    assert "1000 characters" in str(answer.error)


async def test_other_tasks_get_turns_while_buffered_pieces_are_read() -> None:
    """Thousands of pieces wait in one read of the socket; reading them all in one go would freeze the screen."""
    event = b'data: {"choices": [{"delta": {"content": "word "}}]}\n\n'
    turns = 0

    async def tick() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        ticking = tasks.create_task(tick())
        await _read([event * 30_000])
        ticking.cancel()
    assert turns > 3
