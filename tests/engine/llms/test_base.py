"""The base class of models: LlamaIndex's other calls, blocking and asynchronous, made from the one stream."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import Gate, Reply, chunk

from bookwheel.engine.llms.chat import ChatDelta, ChatResponse, LLMMetadata
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.llms.openai.models import OpenAI
from bookwheel.engine.schema import ChatMessage
from bookwheel.errors import ModelResponseError, UsageError

ASKED = [ChatMessage(content="Count.")]


def test_a_script_asks_without_an_event_loop() -> None:
    llm = MockLLM(["one two three"])
    assert str(llm.complete("Count.")) == "one two three"
    assert llm.complete("Count.").text == "one two three"
    assert llm.chat(ASKED).message.content == "one two three"


def test_a_script_reads_a_stream_without_an_event_loop() -> None:
    llm = MockLLM(["one two three"])
    assert [piece.delta for piece in llm.stream_chat(ASKED) if piece.delta] == ["one", " two", " three"]
    assert [piece.text for piece in llm.stream_complete("Count.")] == ["one", "one two", "one two three"]
    assert llm.streams_open == 0


def test_the_blocking_calls_work_where_an_event_loop_runs() -> None:
    """A notebook's cell runs inside a loop, where `asyncio.run` refuses. In a child: here nothing may block a loop."""
    script = """
import asyncio
from bookwheel import ChatMessage, MockLLM

async def cell():
    llm = MockLLM(["one two three"])
    print(llm.complete("Count."), *(piece.delta for piece in llm.stream_chat([ChatMessage(content="Count.")])))

asyncio.run(cell())
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, timeout=30)
    assert done.stdout.split() == ["one", "two", "three"] * 2, done.stderr


async def test_a_stream_is_read_with_or_without_awaiting_it_first() -> None:
    llm = MockLLM(["one two three"])
    async with aclosing(await llm.astream_chat(ASKED)) as awaited:
        assert "".join([piece.delta async for piece in awaited]) == "one two three"
    async with aclosing(llm.astream_complete("Count.")) as plain:
        assert [piece.text async for piece in plain][-1] == "one two three"


async def test_closing_an_asynchronous_completion_closes_the_stream_under_it() -> None:
    llm = MockLLM(["one two three"])
    async with aclosing(llm.astream_complete("Count.")) as pieces:
        assert (await anext(pieces)).delta == "one"
        assert llm.streams_open == 1
    assert llm.streams_open == 0


async def test_leaving_a_blocking_stream_closes_the_connection() -> None:
    async with OpenAIServer(script=lambda _: Reply([chunk({"content": "on and "}), Gate()])) as server:
        llm = OpenAI("scripted", base_url=server.base_url)

        def read_a_little() -> str:
            pieces = llm.stream_chat(ASKED)
            first = next(pieces)
            pieces.close()
            return first.delta

        assert await asyncio.to_thread(read_a_little) == "on and "
        async with asyncio.timeout(60):
            await server.chats[0].hung_up.wait()


def test_an_error_in_the_middle_comes_after_the_text_before_it() -> None:
    broken = ModelResponseError("it broke")
    llm = MockLLM([MockReply(text="one two three", error=broken, fail_after=2)])
    said: list[str] = []
    with pytest.raises(ModelResponseError, match="it broke"):
        said.extend(piece.delta for piece in llm.stream_chat(ASKED))
    assert said == ["one", " two"]


def test_a_model_that_cannot_stream_raises_when_asked_to() -> None:
    llm = MockLLM(["x"], model="telex", is_streaming=False)
    for ask in (lambda: llm.stream_chat(ASKED), lambda: llm.stream_complete("x"), lambda: llm.astream_complete("x")):
        with pytest.raises(NotImplementedError, match="telex"):
            ask()


class _Inner(LLM):
    """A model that asks another one in the blocking way, from inside its own asynchronous answer."""

    def __init__(self, inner: LLM) -> None:
        self._inner = inner

    @property
    def metadata(self) -> LLMMetadata:
        return self._inner.metadata

    async def astream_chat(self, *_: Any, **__: Any) -> AsyncGenerator[ChatDelta, None]:
        yield ChatDelta(str(self._inner.complete("x")), finish_reason="stop")

    def ask(self) -> ChatResponse:
        return self.chat(ASKED)


def test_a_blocking_call_inside_a_blocking_call_is_an_error_not_a_deadlock() -> None:
    with pytest.raises(UsageError, match="inside another blocking call"):
        _Inner(MockLLM(["x"])).ask()
