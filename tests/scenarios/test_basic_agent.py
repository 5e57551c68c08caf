"""The tutorial's first agent: two functions, one question."""

from collections.abc import Sequence
from typing import ClassVar

from tests.scenarios.events import outline
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say

from bookwheel import AgentWorkflow, BaseToolSpec, FunctionAgent, OpenAI


def multiply(a: float, b: float) -> float:
    """Multiply two numbers and returns the product"""
    return a * b


def add(a: float, b: float) -> float:
    """Add two numbers and returns the sum"""
    return a + b


async def test_an_agent_computes_with_functions(server: OpenAIServer, llm: OpenAI) -> None:
    server.replies += [call(("multiply", {"a": 2, "b": 4})), call(("add", {"a": 20, "b": 8})), say("It is 28.")]

    workflow = AgentWorkflow.from_tools_or_functions(
        [multiply, add],
        llm=llm,
        system_prompt="You are an agent that can perform basic mathematical operations using tools.",
    )
    handler = workflow.run(user_msg="What is 20+(2*4)?")
    events = [event async for event in handler.stream_events()]
    response = await handler

    assert str(response) == "It is 28."
    assert outline(events) == [
        "AgentInput Agent", "AgentStream Agent", "AgentOutput Agent", "ToolCall multiply", "ToolCallResult multiply",
        "AgentInput Agent", "AgentStream Agent", "AgentOutput Agent", "ToolCall add", "ToolCallResult add",
        "AgentInput Agent", "AgentStream Agent", "AgentOutput Agent", "StopEvent",
    ]  # fmt: skip
    offered = server.chats[0].json["tools"][0]["function"]
    assert offered["name"] == "multiply"
    assert "Multiply two numbers and returns the product" in offered["description"]
    assert offered["parameters"]["required"] == ["a", "b"]
    results = [message["content"] for message in server.chats[2].json["messages"] if message["role"] == "tool"]
    assert [float(result) for result in results] == [8, 28]


async def test_a_single_agent_runs_by_itself(server: OpenAIServer, llm: OpenAI) -> None:
    server.replies += [call(("multiply", {"a": 1234, "b": 4567})), say("5635678")]
    agent = FunctionAgent(
        tools=[multiply], llm=llm, system_prompt="You are a helpful assistant that can multiply two numbers."
    )
    assert str(await agent.run("What is 1234 * 4567?")) == "5635678"


class Shop(BaseToolSpec):
    """A ready-made set of tools, as those that LlamaIndex collects."""

    spec_functions: ClassVar[Sequence[str]] = ("stock_price",)

    def stock_price(self, ticker: str) -> str:
        """The price of a stock."""
        return f"{ticker}: 120.5"


async def test_tools_of_a_set_are_extended_by_functions(server: OpenAIServer, llm: OpenAI) -> None:
    server.replies += [call(("stock_price", {"ticker": "NVDA"})), say("It is 120.5.")]
    tools = Shop().to_tool_list()
    tools.extend([multiply, add])  # type: ignore[list-item] - as the tutorial does
    workflow = AgentWorkflow.from_tools_or_functions(tools, llm=llm, system_prompt="You may use tools.")
    assert str(await workflow.run(user_msg="What's the current stock price of NVIDIA?")) == "It is 120.5."
    assert [tool["function"]["name"] for tool in server.chats[0].json["tools"]] == ["stock_price", "multiply", "add"]
    assert server.chats[1].json["messages"][-1]["content"] == "NVDA: 120.5"
