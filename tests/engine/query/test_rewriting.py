"""Follow-up questions completed by the model before the search, on a scripted endpoint with real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.support.openai_server import OpenAIServer
from tests.support.retrievers import CATS, FixedRetriever
from tests.support.wire_replies import Gate, Reply, chunk, error, say

from bookwheel.engine.events import AgentOutput, Event, Notice, Retrieval
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.llms.openai.models import OpenAI
from bookwheel.engine.query import rewriting
from bookwheel.engine.query.query_workflow import NOTHING_FOUND, QueryWorkflow
from bookwheel.engine.query.rewriting import rewritten, search_question
from bookwheel.engine.schema import ChatMessage, MessageRole, Usage

HISTORY = [
    ChatMessage(content="What was ACME's revenue in 2022?"),
    ChatMessage(MessageRole.ASSISTANT, "It was 4.9 million [1]."),
]
CARRIED = "ACME's revenue And in 2021?"


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


@pytest.fixture
async def llm(server: OpenAIServer) -> AsyncIterator[OpenAI]:
    llm = OpenAI("m", base_url=server.base_url)
    yield llm
    await llm.aclose()


async def events_of(llm: OpenAI, question: str = "And in 2021?", **options: bool) -> list[Event]:
    handler = QueryWorkflow(FixedRetriever(CATS), llm, **options).run(question, HISTORY)
    return [event async for event in handler.stream_events()]


def searched(events: list[Event]) -> str:
    return next(event.query for event in events if isinstance(event, Retrieval))


async def test_the_model_completes_the_question_in_one_short_call(server: OpenAIServer, llm: OpenAI) -> None:
    server.replies += [say("What was ACME's revenue in 2021?"), say("It was 4.1 million [1].")]
    events = await events_of(llm)

    assert searched(events) == "What was ACME's revenue in 2021?"
    asked, answered = (request.json for request in server.chats)
    assert asked["stream"] is False
    assert asked["max_tokens"] == rewriting.MAX_TOKENS
    assert "What was ACME's revenue in 2022?" in asked["messages"][-1]["content"]
    assert answered["stream"] is True
    assert "max_tokens" not in answered
    assert answered["messages"][-1]["content"].endswith("The question: And in 2021?")
    output = next(event for event in events if isinstance(event, AgentOutput))
    assert output.usage == Usage(22, 14)
    assert not any(isinstance(event, Notice) for event in events)


async def test_a_question_that_needs_no_completing_costs_no_call(server: OpenAIServer, llm: OpenAI) -> None:
    question = "How long do cats sleep on a winter day in Norway?"
    assert searched(await events_of(llm, question)) == question
    assert len(server.chats) == 1


async def test_the_setting_turns_it_off(server: OpenAIServer, llm: OpenAI) -> None:
    assert searched(await events_of(llm, rewrite_follow_ups=False)) == CARRIED
    assert len(server.chats) == 1


async def test_an_endpoint_that_refuses_does_not_fail_the_run(server: OpenAIServer, llm: OpenAI) -> None:
    server.replies += [error(503, "busy"), say("It was 4.1 million [1].")]
    events = await events_of(llm)
    assert searched(events) == CARRIED
    assert ["503" in event.text for event in events if isinstance(event, Notice)] == [True]
    assert str(events[-1].result) == "It was 4.1 million [1]."
    # Asked once: what may fail must not be waited for.
    assert len(server.chats) == 2


async def test_a_model_slower_than_the_deadline_is_not_waited_for(server: OpenAIServer, llm: OpenAI) -> None:
    await llm.warm_up()  # importing openai takes longer than the deadline on a busy machine
    server.replies.append(Reply([Gate(), chunk({"content": "What was ACME's revenue in 2021?"})]))
    async with asyncio.timeout(60):
        search = await search_question(llm, "And in 2021?", HISTORY, deadline_s=0.2)
    assert search.text == CARRIED
    assert "longer than 0.2 s" in search.notice
    async with asyncio.timeout(60):
        await server.chats[0].hung_up.wait()


async def test_cancelling_the_run_cancels_the_completing(server: OpenAIServer, llm: OpenAI) -> None:
    gate = Gate()
    server.replies.append(Reply([gate]))
    handler = QueryWorkflow(FixedRetriever(CATS), llm).run("And in 2021?", HISTORY)
    async with asyncio.timeout(60):
        await gate.reached.wait()
        await handler.cancel_run()
        await server.chats[0].hung_up.wait()
    assert len(server.chats) == 1


async def test_a_model_that_raises_anything_does_not_fail_the_run() -> None:
    llm = MockLLM([MockReply(error=RuntimeError("boom")), "Fine [1]."])
    retriever = FixedRetriever(CATS)
    assert str(await QueryWorkflow(retriever, llm).run("And in 2021?", HISTORY)) == "Fine [1]."
    assert retriever.asked == [CARRIED]


async def test_when_nothing_is_found_the_completing_still_counts(server: OpenAIServer, llm: OpenAI) -> None:
    server.replies.append(say("What was ACME's revenue in 2021?"))
    handler = QueryWorkflow(FixedRetriever(), llm).run("And in 2021?", HISTORY)
    events = [event async for event in handler.stream_events()]
    output = next(event for event in events if isinstance(event, AgentOutput))
    assert output.usage == Usage(11, 7)
    assert str(await handler) == NOTHING_FOUND


@pytest.mark.parametrize(
    ("reply", "question"),
    [
        ("What was ACME's revenue in 2021?", "What was ACME's revenue in 2021?"),
        ('  **"What was ACME\'s revenue in 2021?"**\n\nI hope that helps!', "What was ACME's revenue in 2021?"),
        ("Completed question: What was ACME's revenue in 2021?", "What was ACME's revenue in 2021?"),
        ("<think>ACME in 2021, then.</think>\nACME revenue 2021", "ACME revenue 2021"),
        ("# ACME's\u200b revenue\tin 2021", "ACME's revenue in 2021"),
        ("", ""),
        ("<think>Let me see, 2021", ""),
        ("I'm sorry, I cannot help with that.", ""),
        ("How do I bake bread?", ""),
        ("ACME's revenue in 2021 was 7.3 million.", ""),
        ("ACME's revenue in 2021 " + "and so on " * 60, ""),
        ("ACME's \x1b[2Jrevenue in 2021", ""),
        ("What was the revenue?", ""),
    ],
)
def test_a_rewritten_question_is_used_only_if_it_is_about_the_same(reply: str, question: str) -> None:
    assert rewritten(reply, "And in 2021?", HISTORY) == question


def test_the_conversation_that_is_sent_is_short_and_holds_no_hidden_text() -> None:
    long = [ChatMessage(content="x " * 5_000), ChatMessage(MessageRole.ASSISTANT, "secret\U000e0041 " * 5_000)] * 9
    llm = MockLLM(["Why?"])
    asyncio.run(search_question(llm, "Why?", long))
    sent = llm.calls[0].messages[-1].content or ""
    assert len(sent) < 5_000
    assert "\U000e0041" not in sent
