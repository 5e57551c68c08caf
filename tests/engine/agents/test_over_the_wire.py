"""Agents over a real socket: what is sent, and cancelling closes the connection at once."""

import asyncio
from typing import Any

import pytest
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import Gate, Reply, call, chunk, say

from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.events import AgentOutput, AgentStream
from bookwheel.engine.llms.openai.models import OpenAI
from bookwheel.engine.workflow.context import Context
from bookwheel.errors import WorkflowCancelledByUser


def multiply(a: int, b: int) -> int:
    """Multiply two numbers."""
    return a * b


async def test_a_tool_call_goes_out_and_its_result_back() -> None:
    async with OpenAIServer() as server:
        server.replies += [call(("multiply", {"a": 3, "b": 4})), say("Twelve.")]
        llm = OpenAI(model="scripted", api_key="k", base_url=server.base_url)
        result = await AgentWorkflow.from_tools([multiply], llm=llm, system_prompt="Compute.").run("3*4?")
        await llm.aclose()

        assert str(result) == "Twelve."
        assert result.usage.total_tokens == 36
        first, second = (request.json for request in server.requests)
        assert [tool["function"]["name"] for tool in first["tools"]] == ["multiply"]
        assert [message["role"] for message in second["messages"]] == ["system", "user", "assistant", "tool"]
        assert second["messages"][3] == {"role": "tool", "content": "12", "tool_call_id": "call_0_multiply"}


async def test_cancelling_closes_the_connection_and_leaves_the_context_clean() -> None:
    async with OpenAIServer() as server:
        gate = Gate()
        server.replies += [Reply([chunk({"content": "one "}), gate, chunk({"content": "two"})]), say("fresh")]
        llm = OpenAI(model="scripted", api_key="k", base_url=server.base_url)
        workflow = AgentWorkflow.from_tools([multiply], llm=llm)
        ctx: Context[Any] = Context(workflow)
        handler = workflow.run("slow", ctx=ctx)
        async for event in handler.stream_events():
            if isinstance(event, AgentStream):
                await handler.cancel_run()
        async with asyncio.timeout(60):
            await server.requests[0].hung_up.wait()
        with pytest.raises(WorkflowCancelledByUser):
            await handler

        assert str(await workflow.run("again", ctx=ctx)) == "fresh"
        await llm.aclose()
        assert [message["content"] for message in server.requests[1].json["messages"]] == ["again"]


async def test_each_piece_gives_the_providers_own_chunk_and_keeps_it_as_text() -> None:
    """As dicts the chunks of a long answer took six times the memory of their text."""
    async with OpenAIServer() as server:
        server.replies.append(say("one two"))
        llm = OpenAI(model="scripted", api_key="k", base_url=server.base_url)
        handler = AgentWorkflow.from_tools_or_functions([], llm=llm).run("Count!")
        events = [event async for event in handler.stream_events()]
        await llm.aclose()
    first, second = [event for event in events if isinstance(event, AgentStream)]
    assert first.raw == first["raw"] == chunk({"content": "one "})
    assert [type(value) for value in vars(first).values() if value is not None].count(dict) == 0
    assert second.raw["choices"][0]["delta"] == {"content": "two"}
    (output,) = [event for event in events if isinstance(event, AgentOutput)]
    assert output.raw == second.raw
    assert "raw" not in first.model_dump()
