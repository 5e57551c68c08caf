"""The contract suite on each model class that needs no extra."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from tests.engine.llms.contract import CHECKS, Case
from tests.support.openai_server import OpenAIServer, Request
from tests.support.wire_replies import Gate, Reply, call, chunk, say

from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.llms.openai.models import OpenAI, OpenAILike
from bookwheel.engine.schema import ToolSelection


def _endless(request: Request) -> Reply:
    return Reply([chunk({"content": "on and "}), Gate()])


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


@pytest.fixture(params=["OpenAI", "OpenAILike", "ExtractiveLLM", "MockLLM"])
async def case(request: pytest.FixtureRequest) -> AsyncIterator[Case]:
    if request.param == "ExtractiveLLM":
        yield Case(ExtractiveLLM(), calling=ExtractiveLLM())
        return
    if request.param == "MockLLM":
        yield _mock_case()
        return
    model = {"OpenAI": OpenAI, "OpenAILike": OpenAILike}[request.param]
    async with (
        OpenAIServer(script=lambda _: say("one two three")) as speaking,
        OpenAIServer(script=lambda _: call(("search_documents", {"query": "lighthouse"}))) as calling,
        OpenAIServer(script=_endless) as endless,
    ):
        models = [model("scripted", base_url=server.base_url) for server in (speaking, calling, endless)]

        async def was_hung_up() -> None:
            await endless.chats[-1].hung_up.wait()

        mute = model("mute-1", base_url="http://127.0.0.1:9/v1", is_streaming=False)
        yield Case(*models, was_hung_up, mute)
        for llm in models:
            await llm.aclose()


def _mock_case() -> Case:
    endless = MockLLM([MockReply(text="on and on " * 1000, delay_s=0.001)])

    async def was_hung_up() -> None:
        while endless.streams_open:
            await asyncio.sleep(0)

    calling = MockLLM([ToolSelection("call_1", "search_documents", {"query": "lighthouse"})])
    mute = MockLLM(model="mute-1", is_streaming=False)
    return Case(MockLLM(["one two three"]), calling, endless, was_hung_up, mute)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_model_keeps_the_contract(case: Case, check: Callable[[Case], Awaitable[None]]) -> None:
    await check(case)


async def test_a_model_that_cannot_stream_still_answers_whole(server: OpenAIServer) -> None:
    llm = OpenAI("scripted", base_url=server.base_url, is_streaming=False)
    server.replies.append(say("All at once."))

    assert str(await llm.acomplete("Speak.")) == "All at once."
    assert server.chats[0].json["stream"] is False
    await llm.aclose()
