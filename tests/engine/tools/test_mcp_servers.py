"""MCP servers' tools in an agent: the package's own server in a child process, the agent with a scripted model."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.support import mcp_fixture
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say

from bookwheel import AgentWorkflow, HumanResponseEvent, InputRequiredEvent, OpenAILike, ToolCallResult
from bookwheel.engine.events.agent_events import ToolProgress
from bookwheel.engine.tools.mcp.connection import McpConnection, ServerAddress
from bookwheel.engine.tools.mcp.server_schema import plain_schema
from bookwheel.engine.tools.mcp.server_texts import MAX_RESULT_CHARS
from bookwheel.engine.tools.mcp.server_tools import McpTools
from bookwheel.errors import McpServerError

FIXTURE = str(Path(mcp_fixture.__file__))


def address(**more: Any) -> ServerAddress:
    given: dict[str, Any] = {"name": "shop", "command": sys.executable, "args": (FIXTURE,), "asks": False, **more}
    return ServerAddress(**given)


@asynccontextmanager
async def servers(**more: Any) -> AsyncGenerator[McpTools]:
    tools = McpTools(McpConnection(address(**more)))
    try:
        yield tools
    finally:
        await tools.aclose()


async def run(
    tools: McpTools, *calls: tuple[str, dict[str, object]], answer: Callable[[Any], str] = lambda question: "deny"
) -> tuple[list[ToolCallResult], list[Any], list[str]]:
    """The results of the calls in one run, all its events, and the questions that were asked."""
    events, questions = list[Any](), list[str]()
    async with OpenAIServer() as server:
        server.replies += [*(call(each) for each in calls), say("Done.")]
        llm = OpenAILike(model="scripted", api_base=server.base_url, api_key="x", max_retries=0)
        handler = AgentWorkflow.from_tools(await tools.tools(), llm=llm).run(user_msg="Go on.")
        async for event in handler.stream_events():
            events.append(event)
            if isinstance(event, InputRequiredEvent):
                questions.append(event.prefix)
                handler.ctx.send_event(HumanResponseEvent(response=answer(event), request_id=event.request_id))
        await handler
    return [event for event in events if isinstance(event, ToolCallResult)], events, questions


async def test_a_tool_is_called_with_progress_and_its_result_is_a_passage() -> None:
    async with servers() as tools:
        assert "shop__add" in [tool.name for tool in await tools.tools()]
        [result], events, questions = await run(tools, ("shop__add", {"a": 2, "b": 3}))
    [numbered] = result.tool_output.nodes
    assert (numbered.number, numbered.node.text, numbered.node.path) == (1, "The sum is 5.", "mcp://shop/add")
    assert [event.progress["message"] for event in events if isinstance(event, ToolProgress)] == ["half-way"]
    assert questions == []


async def test_a_tool_of_the_name_of_ours_is_another_one() -> None:
    async with servers() as tools:
        names = [tool.name for tool in await tools.tools()]
        assert "shop__search_documents" in names
        assert "search_documents" not in names


async def test_each_tool_asks_for_itself_and_a_lasting_yes_covers_that_tool_alone() -> None:
    async with servers(asks=True) as tools:
        calls = [("shop__add", {"a": 1, "b": 1}), ("shop__add", {"a": 2, "b": 2}), ("shop__fail", {})]
        results, _, questions = await run(
            tools, *calls, answer=lambda question: "session" if " add " in question.prefix else "deny"
        )
    assert [question.split()[1] for question in questions] == ["add", "fail"]
    assert "server 'shop'" in questions[0]
    assert [result.tool_output.is_error for result in results] == [False, False, True]


async def test_a_question_of_the_server_goes_to_the_user() -> None:
    async with servers() as tools:
        [result], _, questions = await run(tools, ("shop__make", {"name": "a wheel"}), answer=lambda question: "12")
        assert "Made a wheel of size 12." in result.tool_output.content
        assert questions == ["The MCP server 'shop' asks: How large shall a wheel be? — Size"]
        [refused], _, _ = await run(tools, ("shop__make", {"name": "a wheel"}))
        assert refused.tool_output.is_error


async def test_a_server_that_dies_costs_its_own_call() -> None:
    async with servers() as tools:
        results, _, _ = await run(tools, ("shop__die", {}), ("shop__add", {"a": 1, "b": 2}))
    assert [result.tool_output.is_error for result in results] == [True, False]
    assert "MCP server 'shop'" in results[0].tool_output.content


async def test_a_server_that_hangs_costs_its_own_call() -> None:
    async with servers(timeout_s=5.0) as tools:
        results, _, _ = await run(tools, ("shop__hang", {}), ("shop__add", {"a": 1, "b": 2}))
    assert "shop" in results[0].tool_output.content
    assert [result.tool_output.is_error for result in results] == [True, False]


async def test_a_large_result_is_cut_and_says_so() -> None:
    async with servers() as tools:
        [result], _, _ = await run(tools, ("shop__flood", {}))
    text = result.tool_output.nodes[0].node.text
    assert len(text) < MAX_RESULT_CHARS + 100
    assert "[cut: the result has 5,000,000 characters]" in text


async def test_hidden_letters_do_not_reach_the_model() -> None:
    async with servers() as tools:
        [result], _, _ = await run(tools, ("shop__strange", {}))
    assert "\U000e0041" not in result.tool_output.content


async def test_the_error_of_a_tool_is_its_result() -> None:
    async with servers() as tools:
        [result], _, _ = await run(tools, ("shop__fail", {}))
    assert result.tool_output.is_error
    assert "fail of the MCP server 'shop' failed" in result.tool_output.content


async def test_only_named_variables_and_named_tools_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "t")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    async with servers(env=("SHOP_TOKEN",), tools=("whoami",)) as tools:
        assert [tool.name for tool in await tools.tools()] == ["shop__whoami"]
        [result], _, _ = await run(tools, ("shop__whoami", {}))
    assert "SHOP_TOKEN" in result.tool_output.content
    assert "OPENAI_API_KEY" not in result.tool_output.content


async def test_a_resource_can_be_read() -> None:
    async with servers() as tools:
        [result], _, _ = await run(tools, ("shop__read_resource", {"uri": "note://mill"}))
    assert "nine times" in result.tool_output.content


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"command": "/no/such/program"}, "cannot be used"),
        ({"args": (FIXTURE, "--broken")}, "no such database"),
        ({"tools": ("nothing",)}, "has no tool 'nothing'"),
        ({"command": "", "args": (), "url": "http://127.0.0.1:9/mcp"}, "cannot be used"),
    ],
)
async def test_a_server_that_cannot_be_used_is_named_with_its_reason(more: dict[str, Any], message: str) -> None:
    async with servers(**more) as tools:
        with pytest.raises(McpServerError, match=message):
            await tools.tools()


async def test_leaving_ends_the_server() -> None:
    async with servers() as tools:
        await tools.tools()
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "mcp shop"]


def test_a_circular_schema_becomes_a_plain_one() -> None:
    tree = {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}}}
    schema = {"type": "object", "properties": {"tree": {"$ref": "#/$defs/Tree"}}, "$defs": {"Tree": tree}}
    plain = plain_schema(schema)
    assert "$ref" not in json.dumps(plain)
    assert plain["properties"] == {
        "tree": {"type": "object", "properties": {"children": {"type": "array", "items": {}}}}
    }


@pytest.mark.parametrize(
    "schema",
    [{}, {"type": "array"}, {"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(2_000)}}],
)
def test_a_schema_that_no_model_takes_becomes_any_object(schema: dict[str, object]) -> None:
    assert plain_schema(schema) == {"type": "object", "properties": {}}


async def test_prompts_can_be_got_by_the_agent_and_listed_for_the_user() -> None:
    async with servers() as tools:
        offers = await tools.offers()
        assert [(one.full_name, one.kind, one.arguments) for one in offers] == [
            ("shop:compare", "prompt", ("first", "second")),
            ("shop:note://mill", "resource", ()),
        ]
        assert await tools.prompt("compare", {"first": "the ferry"}) == "Compare the ferry with the mill."
        got = ("shop__get_prompt", {"prompt": "compare", "arguments": {"first": "a", "second": "b"}})
        results, _, _ = await run(tools, got)
        assert "Compare a with b." in results[0].tool_output.content
        with pytest.raises(McpServerError, match="shop"):
            await tools.prompt("nothing", {})


async def test_tools_that_need_one_text_are_searches_for_research() -> None:
    async with servers() as tools:
        searches = {one.name: one for one in await tools.searches()}
        assert set(searches) == {"shop__search_documents", "shop__make", "shop__lookup"}
        assert searches["shop__lookup"].argument == "topic"
        found = await searches["shop__lookup"].search("the ferry")
        [node] = found.nodes
        assert (node.node.text, node.node.path) == ("The ferry was sold in 1911 for 700 marks.", "mcp://shop/lookup")
    async with servers(tools=("die",), timeout_s=5) as tools:
        assert await tools.searches() == []
