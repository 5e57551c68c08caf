"""Our models and workflows on llama.cpp's server with a real, very small model: each event log is well formed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any

import httpx
import pytest
from tests.engine.llms.contract import CHECKS, Case
from tests.real_model.llama_server import KEY, MODEL_NAME, SLOTS, LlamaServer, model_file
from tests.support.retrievers import BIRDS, CATS, DOGS, FixedRetriever

from bookwheel import (
    AgentInput,
    AgentOutput,
    AgentStream,
    AgentWorkflow,
    ChatMessage,
    FunctionAgent,
    FunctionTool,
    OpenAILike,
    RetrieverQueryEngine,
    StopEvent,
    ToolCall,
    ToolCallResult,
)
from bookwheel.config.setting_tables import Config
from bookwheel.engine.events import Retrieval
from bookwheel.engine.llms.chat import ToolSpec
from bookwheel.engine.llms.openai.request import wire_schema
from bookwheel.engine.query.query_workflow import QueryWorkflow
from bookwheel.engine.schema import MessageRole, ToolSelection
from bookwheel.errors import ContextTooLongError, ModelAuthError, WorkflowCancelledByUser
from bookwheel.wiring.model_choice import ModelChoice

pytestmark = pytest.mark.needs_models

# The argument has an end: a model of this size finds none by itself.
SEARCH = ToolSpec(
    "search_documents",
    "Search the user's documents.",
    {
        "type": "object",
        "properties": {"query": {"type": "string", "maxLength": 60}},
        "required": ["query"],
        "additionalProperties": False,
    },
)
ASKED = [ChatMessage(content="Tell a story about a lighthouse.")]
# Two turns that show how a call looks: a model of this size imitates rather than follows instructions.
EXAMPLES = [
    ChatMessage(MessageRole.SYSTEM, "You answer from the user's documents, with the tools."),
    ChatMessage(content="What do my documents say about boats?"),
    ChatMessage(MessageRole.ASSISTANT, tool_calls=[ToolSelection("c1", "search_documents", {"query": "boats"})]),
    ChatMessage(MessageRole.TOOL, "Boats are painted each year.", tool_call_id="c1"),
    ChatMessage(MessageRole.ASSISTANT, "Boats are painted each year."),
    ChatMessage(content="What do my documents say about ropes?"),
    ChatMessage(MessageRole.ASSISTANT, tool_calls=[ToolSelection("c2", "search_documents", {"query": "ropes"})]),
    ChatMessage(MessageRole.TOOL, "Ropes are kept dry.", tool_call_id="c2"),
    ChatMessage(MessageRole.ASSISTANT, "Ropes are kept dry."),
]


def model_of(server: LlamaServer, *, max_tokens: int = 24, api_key: str = KEY, **options: Any) -> OpenAILike:
    body = {"seed": 1, **options.pop("body", {})}
    return OpenAILike(
        MODEL_NAME,
        base_url=server.base_url,
        api_key=api_key,
        temperature=0,
        max_tokens=max_tokens,
        context_window=server.window,
        additional_kwargs=body,
        **options,
    )


@pytest.fixture
async def llm(server: LlamaServer) -> AsyncIterator[OpenAILike]:
    llm = model_of(server)
    yield llm
    await llm.aclose()


@pytest.fixture
async def calling(server: LlamaServer) -> AsyncIterator[OpenAILike]:
    """A model that begins each answer with a call.

    `tool_choice` alone lets it ramble first; the bias on the token of `{"` is what makes it begin at once.
    """
    async with httpx.AsyncClient(base_url=server.root_url, headers={"authorization": f"Bearer {KEY}"}) as client:
        tokens = (await client.post("/tokenize", json={"content": '{"'})).json()["tokens"]
    body = {"parallel_tool_calls": False, "logit_bias": {str(tokens[0]): 4}}
    llm = model_of(server, max_tokens=80, body=body)
    yield llm
    await llm.aclose()


async def busy_slots(server: LlamaServer) -> int:
    async with httpx.AsyncClient(base_url=server.root_url, headers={"authorization": f"Bearer {KEY}"}) as client:
        return sum(slot["is_processing"] for slot in (await client.get("/slots")).json())


async def wait_until_free(server: LlamaServer) -> None:
    async with asyncio.timeout(60):
        while await busy_slots(server):
            await asyncio.sleep(0.02)


@pytest.fixture
async def case(server: LlamaServer) -> AsyncIterator[Case]:
    schema = {"type": "object", "properties": {"title": {"type": "string", "maxLength": 40}}, "required": ["title"]}
    models = [
        # Without a schema this model does not end by itself.
        model_of(server, max_tokens=80, body={"response_format": wire_schema(schema)}),
        model_of(server, max_tokens=120, tool_mode="json"),
        model_of(server, max_tokens=1_500, body={"ignore_eos": True}),
    ]
    yield Case(*models, was_hung_up=partial(wait_until_free, server), tool_choice="required")
    for llm in models:
        await llm.aclose()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_model_keeps_the_contract(case: Case, check: Callable[[Case], Awaitable[None]]) -> None:
    await check(case)


async def test_an_answer_streams_with_its_usage(llm: OpenAILike) -> None:
    async with aclosing(llm.astream_chat(ASKED)) as deltas:
        pieces = [piece async for piece in deltas]
    assert len([piece for piece in pieces if piece.delta]) > 3
    assert pieces[-1].finish_reason == "length"
    usage = pieces[-1].usage
    assert usage is not None
    assert usage.prompt_tokens > 5
    assert usage.completion_tokens == 24


async def test_a_whole_answer_comes_with_its_usage(llm: OpenAILike) -> None:
    response = await llm.achat(ASKED)
    assert str(response)
    assert response.finish_reason == "length"
    assert response.usage is not None
    assert response.usage.completion_tokens == 24


def test_a_script_streams_without_an_event_loop(server: LlamaServer) -> None:
    pieces = list(model_of(server, max_tokens=8).stream_complete("Once upon a time"))
    assert len(pieces) > 1
    assert pieces[-1].text == "".join(piece.delta for piece in pieces)


async def test_leaving_a_stream_frees_the_server(server: LlamaServer) -> None:
    """The slot of a client that has left would otherwise work on to the end of the window."""
    llm = model_of(server, max_tokens=1_500, body={"ignore_eos": True})
    async with aclosing(llm.astream_chat(ASKED)) as deltas:
        await anext(deltas)
        assert await busy_slots(server) == 1
    await wait_until_free(server)
    await llm.aclose()


async def test_cancelling_a_run_frees_the_server(server: LlamaServer) -> None:
    llm = model_of(server, max_tokens=1_500, body={"ignore_eos": True})
    handler = AgentWorkflow.from_tools([], llm=llm).run("Tell a long story.")
    async with aclosing(handler.stream_events()) as events:
        async for event in events:
            if isinstance(event, AgentStream):
                break
    assert await busy_slots(server) == 1
    await handler.cancel_run()
    with pytest.raises(WorkflowCancelledByUser):
        await handler
    await wait_until_free(server)
    await llm.aclose()


async def test_a_prompt_longer_than_the_window_is_an_error_with_both_lengths(
    server: LlamaServer, llm: OpenAILike
) -> None:
    with pytest.raises(ContextTooLongError, match=str(server.window)):
        await llm.achat([ChatMessage(content="lighthouse " * 3_000)])


async def test_a_wrong_key_is_refused(server: LlamaServer) -> None:
    llm = model_of(server, api_key="another-key-altogether")
    with pytest.raises(ModelAuthError) as caught:
        await llm.achat(ASKED)
    assert "another-key-altogether" not in str(caught.value)
    await llm.aclose()


async def test_the_server_lists_its_model(llm: OpenAILike) -> None:
    assert await llm.model_names() == [MODEL_NAME]


async def test_an_answer_follows_its_schema(server: LlamaServer) -> None:
    schema = {
        "type": "object",
        "properties": {"topic": {"type": "string", "maxLength": 20}, "sure": {"type": "boolean"}},
        "required": ["topic", "sure"],
        "additionalProperties": False,
    }
    llm = model_of(server, max_tokens=60)
    answer = json.loads(str(await llm.achat(ASKED, response_schema=schema)))
    assert isinstance(answer["topic"], str)
    assert isinstance(answer["sure"], bool)
    await llm.aclose()


async def test_a_step_by_schema_is_a_call_or_an_answer(server: LlamaServer) -> None:
    """Tool mode `json`: the server holds even this model to the form of a step."""
    llm = model_of(server, max_tokens=120, tool_mode="json")
    response = await llm.achat(ASKED, tools=[SEARCH], tool_choice="required")
    (call,) = response.tool_calls
    assert call.tool_name == "search_documents"
    assert isinstance(json.loads(call.arguments)["query"], str)
    await llm.aclose()


async def test_a_call_streams(calling: OpenAILike) -> None:
    messages = [*EXAMPLES, ChatMessage(content="What do my documents say about lighthouse maintenance?")]
    stream = calling.astream_chat(messages, tools=[SEARCH], tool_choice="required")
    async with aclosing(stream) as deltas:
        pieces = [piece async for piece in deltas]
    told = [piece.tool_calls for piece in pieces if piece.tool_calls is not None]
    assert len(told) > 2, "the arguments come in pieces"
    assert [call.tool_name for call in told[-1]] == ["search_documents"]
    assert isinstance(json.loads(told[-1][0].arguments)["query"], str)
    assert pieces[-1].finish_reason == "tool_calls"


async def test_an_agent_calls_its_tool_and_answers(calling: OpenAILike) -> None:
    asked: list[str] = []

    def search_documents(query: str) -> str:
        """Search the user's documents."""
        asked.append(query)
        return "The lamp is cleaned each spring."

    tool = FunctionTool.from_defaults(search_documents, return_direct=True)
    agent = FunctionAgent(tools=[tool], llm=calling, initial_tool_choice="required")
    handler = agent.run("What do my documents say about lighthouse maintenance?", chat_history=EXAMPLES)
    events = [event async for event in handler.stream_events()]

    assert asked
    kinds = [type(event) for event in events if not isinstance(event, AgentStream)]
    assert kinds == [AgentInput, AgentOutput, ToolCall, ToolCallResult, StopEvent]
    call = next(event for event in events if isinstance(event, ToolCall))
    assert (call.tool_name, call.tool_kwargs) == ("search_documents", {"query": asked[0]})
    assert "cleaned each spring" in str(await handler)


async def test_an_agents_answer_is_its_streamed_text(llm: OpenAILike) -> None:
    handler = AgentWorkflow.from_tools([], llm=llm).run("Tell a story about a lighthouse.")
    events = [event async for event in handler.stream_events()]
    deltas = [event.delta for event in events if isinstance(event, AgentStream)]
    assert [type(event) for event in events if not isinstance(event, AgentStream)] == [
        AgentInput,
        AgentOutput,
        StopEvent,
    ]
    assert "".join(deltas) == str(await handler) != ""
    assert (await handler).usage.completion_tokens == 24


async def test_a_question_is_answered_from_passages(llm: OpenAILike) -> None:
    handler = QueryWorkflow(FixedRetriever(CATS, DOGS), llm).run("How long do cats sleep?")
    events = [event async for event in handler.stream_events()]
    streams = [event for event in events if isinstance(event, AgentStream)]
    assert [type(event) for event in events] == [
        Retrieval,
        AgentInput,
        *[AgentStream] * len(streams),
        AgentOutput,
        StopEvent,
    ]
    assert "".join(event.delta for event in streams) == str(await handler) != ""


async def test_a_query_engine_refines_over_several_calls_and_streams_the_last(llm: OpenAILike) -> None:
    engine = RetrieverQueryEngine.from_args(
        FixedRetriever(CATS, DOGS, BIRDS), llm, streaming=True, response_mode="refine"
    )
    response = await engine.aquery("What do animals do?")
    pieces = [piece async for piece in response.async_response_gen()]
    assert len(pieces) > 1
    assert str(await response.get_response()) == "".join(pieces)
    assert len(response.source_nodes) == 3


async def test_more_questions_than_slots_are_all_answered(llm: OpenAILike) -> None:
    answers = await asyncio.gather(*(llm.achat(ASKED) for _ in range(SLOTS + 1)))
    assert all(str(answer) for answer in answers)


async def test_a_model_file_is_loaded_answers_and_ends_with_the_desk() -> None:
    settings = replace(Config().model, name=str(model_file()), max_output_tokens=12)
    choice = ModelChoice(replace(Config(), model=settings))
    try:
        llm = await choice.model()
        assert (await llm.acomplete("Say hello.")).text
        assert choice.name == model_file().stem
        assert choice.price is not None
        assert choice.price.prompt == 0
    finally:
        await choice.aclose()
    with pytest.raises(httpx.ConnectError):
        async with httpx.AsyncClient() as client:
            await client.get(f"{choice.base_url}/models")
