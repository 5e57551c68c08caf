"""Web search on a stand-in for Tavily's API."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import Reply, Reset, error, json_reply

from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.events import HumanResponseEvent, InputRequiredEvent, Retrieval
from bookwheel.engine.llms.mock import MockLLM
from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.tool_output import ToolOutput
from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.engine.tools.tavily import TavilyToolSpec

KEY = "tvly-canary-0123456789"


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


@pytest.fixture
async def spec(server: OpenAIServer) -> AsyncIterator[TavilyToolSpec]:
    spec = TavilyToolSpec(base_url=server.root_url, approval="on")
    yield spec
    await spec.aclose()


def tool(spec: TavilyToolSpec, name: str) -> FunctionTool:
    return next(tool for tool in spec.to_tool_list() if tool.name == name)


async def search(spec: TavilyToolSpec, query: str = "cats") -> ToolOutput:
    return await tool(spec, "search").invoke({"query": query})


async def test_the_model_sees_title_address_date_and_content(spec: TavilyToolSpec) -> None:
    output = await search(spec)
    assert output.content.startswith(
        "[1] Result 1 for cats\nURL: https://example.org/1\nDate: 2026-01-01\nContent 1 about cats.\n\n[2] Result 2"
    )
    assert [found.node.path for found in output.nodes] == ["https://example.org/1", "https://example.org/2"]


async def test_without_a_key_argument_the_keyless_mode_ignores_the_environment(
    server: OpenAIServer, spec: TavilyToolSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAVILY_API_KEY", KEY)
    await search(spec)
    assert server.requests[0].headers["x-tavily-access-mode"] == "keyless"
    assert "authorization" not in server.requests[0].headers


async def test_a_key_goes_along(server: OpenAIServer) -> None:
    spec = TavilyToolSpec(api_key=KEY, base_url=server.root_url, approval="on")
    await search(spec)
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    await spec.aclose()


async def test_pages_are_fetched_and_failures_reported(spec: TavilyToolSpec) -> None:
    urls = ["https://example.org/a", "https://broken.example.org/"]
    output = await tool(spec, "extract").invoke({"urls": urls})
    assert "The page at https://example.org/a." in output.content
    assert "Not fetched:\n- https://broken.example.org/: timed out" in output.content

    output = await tool(spec, "extract").invoke({"urls": urls[1:]})
    assert output.is_error
    assert "timed out" in output.content


@pytest.mark.fault("N30")
@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (error(500, "x"), "failed"),
        (error(401, f"bad key {KEY}"), "refused the key"),
        (error(429, "limit"), "no more searches"),
        (Reply([b"<html>captive portal</html>"], 200, "text/html"), "did not answer with JSON"),
        (json_reply([1, 2]), "failed"),
        (Reply([Reset()]), "failed"),
        (Reply([b"{"], 200, "application/json"), "did not answer with JSON"),
    ],
)
async def test_every_failure_is_an_error_for_the_model_without_the_key(
    server: OpenAIServer, reply: Reply, words: str
) -> None:
    spec = TavilyToolSpec(api_key=KEY, base_url=server.root_url, approval="on")
    server.search_replies.append(reply)
    output = await search(spec)
    assert output.is_error
    assert words in output.content
    assert KEY not in output.content
    await spec.aclose()


@pytest.mark.fault("N30")
async def test_a_search_that_is_down_names_the_host() -> None:
    spec = TavilyToolSpec(base_url="http://127.0.0.1:9", approval="on")
    output = await search(spec)
    assert output.is_error
    assert "No connection to 127.0.0.1" in output.content
    await spec.aclose()


async def test_a_key_that_no_header_can_carry_is_refused_unsent(server: OpenAIServer) -> None:
    spec = TavilyToolSpec(api_key="tvly-\nbad", base_url=server.root_url, approval="on")
    output = await search(spec)
    assert output.is_error
    assert server.requests == []


@pytest.mark.fault("N30")
async def test_ten_megabytes_and_odd_results_are_cut_for_the_model(server: OpenAIServer, spec: TavilyToolSpec) -> None:
    hits = [
        {"url": "https://example.org", "title": None, "content": "x" * 10_000_000, "score": "high"},
        {"no": "url"},
        7,
    ]
    server.search_replies.append(json_reply({"results": hits}))
    output = await search(spec)
    assert output.is_error is False
    assert len(output.content) < 3_000


async def test_no_hits_is_not_an_error(server: OpenAIServer, spec: TavilyToolSpec) -> None:
    server.search_replies.append(json_reply({"results": []}))
    output = await search(spec)
    assert (output.is_error, output.content) == (False, "The web search found nothing for 'cats'.")


async def _run_two_searches(server: OpenAIServer, answer: str) -> tuple[list[InputRequiredEvent], int]:
    spec = TavilyToolSpec(base_url=server.root_url)
    calls = [ToolSelection(f"c{at}", "search", {"query": f"q{at}"}) for at in range(2)]
    llm = MockLLM([calls[0], calls[1], "Done."])
    handler = AgentWorkflow.from_tools_or_functions(list(spec.to_tool_list()), llm=llm).run(user_msg="Search!")
    asked: list[InputRequiredEvent] = []
    searches_before: list[int] = []
    async for event in handler.stream_events():
        if isinstance(event, InputRequiredEvent):
            asked.append(event)
            searches_before.append(len(server.requests))
            await handler.send_event(HumanResponseEvent(response=answer, request_id=event.request_id))
    assert searches_before[:1] == [0]
    await spec.aclose()
    return asked, len(server.requests)


@pytest.mark.fault("I4")
async def test_the_user_is_asked_once_with_the_query_before_anything_leaves_the_machine(server: OpenAIServer) -> None:
    asked, searches = await _run_two_searches(server, "session")
    assert [question.tool_kwargs for question in asked] == [{"query": "q0"}]
    assert "Tavily" in asked[0].prefix
    assert searches == 2


async def test_a_refusal_sends_nothing(server: OpenAIServer) -> None:
    asked, searches = await _run_two_searches(server, "deny")
    assert len(asked) == 2
    assert searches == 0


async def test_hits_are_sources_of_the_run(server: OpenAIServer, spec: TavilyToolSpec) -> None:
    llm = MockLLM([ToolSelection("c1", "search", {"query": "cats"}), "It says so [1]."])
    handler = AgentWorkflow.from_tools_or_functions(list(spec.to_tool_list()), llm=llm).run(user_msg="Search!")
    retrievals = [event async for event in handler.stream_events() if isinstance(event, Retrieval)]
    assert [found.number for found in retrievals[0].nodes] == [1, 2]
    assert json.dumps(retrievals[0].model_dump())


def test_the_tools_names_can_have_a_prefix() -> None:
    assert [tool.name for tool in TavilyToolSpec(prefix="web_").to_tool_list()] == ["web_search", "web_extract"]


@pytest.mark.fault("I4")
async def test_a_query_that_is_too_long_is_refused_and_never_cut(server: OpenAIServer) -> None:
    spec = TavilyToolSpec(api_key="tvly-k", base_url=server.root_url)
    long = await search(spec, "x" * 401)
    assert long.is_error
    assert "401 characters; the web search takes 400" in long.content
    many = await tool(spec, "extract").invoke({"urls": ["https://example.org/"] * 6})
    assert "6 pages at once are too many" in many.content
    assert server.requests == []
