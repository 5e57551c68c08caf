"""LlamaIndex's recorded runs that depend on the server: refusals, retries, the web search."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.support.llamaindex_traces import Seen, recorded, seen_here, seen_there
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, error, say

from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.events import Event, ToolCallResult
from bookwheel.engine.llms.openai.models import OpenAI
from bookwheel.engine.tools.tavily import TavilyToolSpec
from bookwheel.errors import ModelError

SYSTEM = "You are a helpful assistant."


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


@pytest.fixture
async def llm(server: OpenAIServer) -> AsyncIterator[OpenAI]:
    llm = OpenAI("scripted", api_key="k", base_url=server.base_url, max_retries=2)
    yield llm
    await llm.aclose()


def refusal(code: int) -> Any:
    return error(code, f"scripted {code}", headers={"retry-after": "0"})


async def events_of(workflow: AgentWorkflow, question: str) -> list[Event]:
    return [event async for event in workflow.run(user_msg=question).stream_events()]


async def test_two_429s_are_not_seen_in_the_events(server: OpenAIServer, llm: OpenAI) -> None:
    there = recorded("status_429")
    server.replies += [refusal(429), refusal(429), say(there["result"]["str"])]
    workflow = AgentWorkflow.from_tools([], llm=llm, system_prompt=SYSTEM)

    here = await events_of(workflow, there["events"][0]["input"][-1]["content"])

    # A retry emits a Notice, which LlamaIndex does not have: the user should know why nothing arrives.
    assert without(here, "Notice") == seen_there(there["events"])
    assert {type(event).__name__ for event in here} - {entry[0] for entry in seen_there(there["events"])} <= {"Notice"}
    assert len(server.chats) == len(there["llm_requests"])


@pytest.mark.parametrize("streaming", [True, False])
async def test_endless_500s_end_after_as_many_requests(server: OpenAIServer, llm: OpenAI, streaming: bool) -> None:
    """LlamaIndex's own retries on top of the client's make 6 requests where it does not stream; ours make 3 in both."""
    there = recorded("status_500_forever")
    server.replies += [refusal(500)] * 9
    with pytest.raises(ModelError, match="scripted 500"):
        await (ask_streaming(llm) if streaming else llm.acomplete("x"))
    assert len(server.chats) == there["streaming_True"]["requests"]


async def ask_streaming(llm: OpenAI) -> None:
    async for _ in await llm.astream_complete("x"):
        pass


async def test_a_web_search_is_the_same_run_but_gives_the_model_more(server: OpenAIServer, llm: OpenAI) -> None:
    there = recorded("tavily")
    server.replies += [call(("search", {"query": "weather in San Francisco"})), say(there["result"]["str"])]
    spec = TavilyToolSpec(base_url=server.root_url, approval="on")
    workflow = AgentWorkflow.from_tools(spec.to_tool_list(), llm=llm, system_prompt=SYSTEM)

    here = await events_of(workflow, there["events"][0]["input"][-1]["content"])
    await spec.aclose()

    assert [_shape(entry) for entry in without(here, "Retrieval", "Notice")] == [
        _shape(entry) for entry in seen_there(there["events"])
    ]
    (result,) = (event for event in here if isinstance(event, ToolCallResult))
    recorded_result = next(event for event in there["events"] if event["class"] == "ToolCallResult")
    # LlamaIndex gives the model the bare texts; without an address nothing can be cited.
    assert "example.org" not in recorded_result["tool_output"]["content"]
    assert re.findall(r"(?m)^(?:URL|Date): (.+)$", result.tool_output.content)[:2] == [
        "https://example.org/1",
        "2026-01-01",
    ]


def without(events: list[Event], *classes: str) -> list[Seen]:
    """The run without events that only ours has."""
    return seen_here([event for event in events if type(event).__name__ not in classes])


def _shape(entry: Seen) -> Seen:
    """Without the search's own text, which the two fake engines make up differently, and the call's id."""
    match entry[0]:
        case "ToolCallResult":
            return (*entry[:2], *entry[3:4], *entry[5:])
        case "ToolCall":
            return (*entry[:2], *entry[3:])
        case "AgentInput":
            return (*entry[:2], tuple(("tool",) if message[0] == "tool" else message for message in entry[2]))
        case "AgentOutput":
            return (*entry[:3], tuple((name, kwargs) for name, _, kwargs in entry[3]))
        case _:
            return entry
