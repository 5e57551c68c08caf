"""A question split into sub-questions: each asked of the engine that fits, and one answer made of theirs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.support.openai_server import OpenAIServer, Request
from tests.support.wire_replies import Reply, say

from bookwheel import (
    BaseCallbackHandler,
    CallbackManager,
    CBEventType,
    Document,
    DocumentIndex,
    EventPayload,
    ExtractiveLLM,
    MockLLM,
    OpenAILike,
    QueryEngineTool,
    Settings,
    SubQuestionQueryEngine,
)
from bookwheel.errors import ModelResponseError, UsageError

PARTS = [
    {"sub_question": "How long do cats sleep?", "tool_name": "cats"},
    {"sub_question": "How long do dogs sleep?", "tool_name": "dogs"},
]


def _script(request: Request) -> Reply:
    text = request.last_message
    if "smaller questions" in text:
        return say(json.dumps({"items": PARTS}))
    if "Sub question:" in text:
        return say("Cats sleep longer [1].")
    return say("Sixteen hours [1]." if "cats" in text else "Twelve hours [1].")


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer(script=_script) as server:
        yield server


@pytest.fixture
async def llm(server: OpenAIServer) -> AsyncIterator[OpenAILike]:
    llm = OpenAILike("m", base_url=server.base_url)
    yield llm
    await llm.aclose()


def _tools(llm: Any, **options: Any) -> list[QueryEngineTool]:
    texts = {"cats": "Cats sleep sixteen hours a day.", "dogs": "Dogs sleep twelve hours a day."}
    return [
        QueryEngineTool.from_defaults(
            DocumentIndex.from_documents([Document(text=text)]).as_query_engine(llm=llm, **options),
            name,
            f"About {name}.",
        )
        for name, text in texts.items()
    ]


@pytest.mark.parametrize("use_async", [True, False])
@pytest.mark.parametrize("streaming", [True, False])
async def test_each_part_is_asked_where_it_fits_and_the_answers_make_one(
    server: OpenAIServer, llm: OpenAILike, use_async: bool, streaming: bool
) -> None:
    tools = await asyncio.to_thread(_tools, llm, streaming=streaming)
    engine = SubQuestionQueryEngine.from_defaults(query_engine_tools=tools, llm=llm, use_async=use_async)
    response = await engine.aquery("Who sleeps longer, cats or dogs?")
    assert str(response) == "Cats sleep longer [1]."
    assert [node.text for node in response.source_nodes] == [
        "Sub question: How long do cats sleep?\nResponse: Sixteen hours.",
        "Sub question: How long do dogs sleep?\nResponse: Twelve hours.",
        "Cats sleep sixteen hours a day.",
        "Dogs sleep twelve hours a day.",
    ]
    assert len(server.chats) == 4
    assert "- dogs: About dogs." in server.chats[0].last_message
    assert server.chats[0].json["response_format"]["type"] == "json_schema"


async def test_a_script_asks_without_awaiting(llm: OpenAILike) -> None:
    def script() -> str:
        return str(SubQuestionQueryEngine.from_defaults(_tools(llm), llm).query("Who sleeps longer?"))

    assert await asyncio.to_thread(script) == "Cats sleep longer [1]."


async def _asked(reply: str) -> object:
    llm = MockLLM([reply, "One answer."])
    tools = await asyncio.to_thread(_tools, MockLLM(["Twelve hours."]))
    return await SubQuestionQueryEngine.from_defaults(tools, llm).aquery("Who sleeps longer?")


@pytest.mark.parametrize(
    "reply",
    [
        f"<think>[cats]?</think>Here they are:\n```json\n{json.dumps(PARTS)}\n```",
        json.dumps({"items": PARTS}),
    ],
)
async def test_prose_fences_and_thoughts_around_the_json_are_read_over(reply: str) -> None:
    assert str(await _asked(reply)) == "One answer."


async def test_a_question_that_fits_no_source_gets_the_empty_response() -> None:
    assert str(await _asked('{"items": []}')) == "Empty Response"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("I cannot do that.", "did not return the parts"),
        ('{"items": ["cats"]}', "did not return the parts"),
        ('{"items": [{"sub_question": "Why?", "tool_name": "birds"}]}', "'birds', and no tool has this name"),
        (json.dumps({"items": PARTS * 11}), "into 22 parts; at most 20"),
    ],
)
async def test_a_reply_that_cannot_be_followed_is_an_error_with_its_reason(reply: str, reason: str) -> None:
    with pytest.raises(ModelResponseError, match=reason):
        await _asked(reply)


async def test_the_error_of_one_part_ends_the_others_and_reaches_the_caller(server: OpenAIServer) -> None:
    class Fails:
        async def aquery(self, query: str, /) -> object:
            await waits.begun.wait()
            raise ConnectionError(query)

    class Waits:
        def __init__(self) -> None:
            self.begun, self.ended = asyncio.Event(), False

        async def aquery(self, query: str, /) -> object:
            self.begun.set()
            try:
                return await asyncio.Event().wait()
            finally:
                self.ended = True

    waits = Waits()
    tools = [QueryEngineTool.from_defaults(Fails(), "cats"), QueryEngineTool.from_defaults(waits, "dogs")]
    engine = SubQuestionQueryEngine.from_defaults(tools, MockLLM([json.dumps(PARTS)]))
    with pytest.raises(ConnectionError, match="cats"):
        await engine.aquery("Who sleeps longer?")
    assert waits.ended


async def test_tools_with_one_name_and_a_model_that_only_quotes_are_refused() -> None:
    tools = await asyncio.to_thread(_tools, MockLLM())
    with pytest.raises(UsageError, match="its own name"):
        SubQuestionQueryEngine.from_defaults([*tools, tools[0]], MockLLM())
    with pytest.raises(UsageError, match="only quotes"):
        SubQuestionQueryEngine.from_defaults(tools, ExtractiveLLM())


async def test_each_part_is_reported_with_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    class Heard(BaseCallbackHandler):
        def on_event_end(self, event_type: CBEventType, payload: Any = None, event_id: str = "", **kwargs: Any) -> None:
            if event_type == CBEventType.SUB_QUESTION:
                pair = payload[EventPayload.SUB_QUESTION]
                parts.append((pair.sub_q.tool_name, pair.answer, len(pair.sources)))

    parts: list[tuple[str, str, int]] = []
    monkeypatch.setattr(Settings, "callback_manager", CallbackManager([Heard()]))
    await _asked(json.dumps(PARTS))
    assert sorted(parts) == [("cats", "Twelve hours.", 1), ("dogs", "Twelve hours.", 1)]
