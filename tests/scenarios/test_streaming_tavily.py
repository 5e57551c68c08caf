"""The tutorial's streaming: an agent that searches the web, and every event that it sends."""

import pytest
from tests.scenarios.events import outline
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say

from bookwheel import (
    AgentInput,
    AgentOutput,
    AgentStream,
    AgentWorkflow,
    FunctionAgent,
    OpenAI,
    TavilyToolSpec,
    ToolCall,
    ToolCallResult,
)

QUESTION = "What's the weather like in San Francisco?"


async def test_the_answer_is_printed_as_it_is_written_after_a_search(
    server: OpenAIServer, llm: OpenAI, capsys: pytest.CaptureFixture[str]
) -> None:
    server.replies += [call(("search", {"query": "weather San Francisco"})), say("It is 20 degrees and sunny.")]

    tavily_tool = TavilyToolSpec(api_key="tvly-test", base_url=server.root_url)
    workflow = AgentWorkflow.from_tools_or_functions(
        tavily_tool.to_tool_list(),
        llm=llm,
        system_prompt="You're a helpful assistant that can search the web for information.",
    )
    handler = workflow.run(user_msg=QUESTION)
    events = []
    async for event in handler.stream_events():
        events.append(event)
        if isinstance(event, AgentStream):
            print(event.delta, end="", flush=True)
        elif isinstance(event, AgentInput):
            assert event.current_agent_name == "Agent"
            assert event.input[1].content == QUESTION
        elif isinstance(event, AgentOutput):
            assert event.response.role == "assistant"
        elif isinstance(event, ToolCallResult):
            assert (event.tool_name, event.tool_kwargs) == ("search", {"query": "weather San Francisco"})
            assert not event.tool_output.is_error
            # LlamaIndex's tool gives the model neither title nor address: it could not cite.
            assert "https://example.org/1" in str(event.tool_output)
        elif isinstance(event, ToolCall):
            assert event.tool_id == "call_0_search"
    await tavily_tool.aclose()

    assert capsys.readouterr().out == str(await handler) == "It is 20 degrees and sunny."
    assert outline(events) == [
        "AgentInput Agent", "AgentStream Agent", "AgentOutput Agent", "ToolCall search", "Retrieval",
        "ToolCallResult search", "AgentInput Agent", "AgentStream Agent", "AgentOutput Agent", "StopEvent",
    ]  # fmt: skip
    last = [event.response for event in events if isinstance(event, AgentStream)][-1]
    assert last == "It is 20 degrees and sunny."


@pytest.mark.parametrize("streaming", [True, False])
async def test_a_single_agent_searches_and_streams_as_on_the_page(
    server: OpenAIServer, llm: OpenAI, streaming: bool
) -> None:
    server.replies += [call(("search", {"query": "weather"})), say("Sunny.")]
    tavily_tool = TavilyToolSpec(api_key="tvly-test", base_url=server.root_url)
    workflow = FunctionAgent(
        tools=tavily_tool.to_tool_list(),
        llm=llm,
        system_prompt="You're a helpful assistant that can search the web for information.",
        streaming=streaming,
    )
    handler = workflow.run(user_msg=QUESTION)
    seen = "".join([event.delta async for event in handler.stream_events() if isinstance(event, AgentStream)])
    assert str(await handler) == "Sunny."
    assert seen == ("Sunny." if streaming else "")
    assert [bool(chat.json.get("stream")) for chat in server.chats] == [streaming, streaming]
    await tavily_tool.aclose()


async def test_pieces_come_while_the_model_still_writes(server: OpenAIServer, llm: OpenAI) -> None:
    from tests.support.wire_replies import Gate, Reply, chunk

    gate = Gate()
    server.replies.append(
        Reply([chunk({"content": "one "}), gate, chunk({"content": "two"}), chunk({}, finish_reason="stop")])
    )
    handler = AgentWorkflow.from_tools_or_functions([], llm=llm).run(user_msg="Count!")
    seen = ""
    async for event in handler.stream_events():
        if isinstance(event, AgentStream):
            seen += event.delta
            if seen == "one ":
                assert not handler.is_done()
                gate.opened.set()
    assert seen == "one two"
