"""The tutorial's agents that hand over: one researches, one writes, one reviews."""

from typing import Any

from tests.scenarios.events import outline
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say

from bookwheel import (
    AgentOutput,
    AgentWorkflow,
    Context,
    FunctionAgent,
    OpenAI,
    TavilyToolSpec,
    ToolCall,
    ToolCallResult,
)


async def record_notes(ctx: Context[Any], notes: str, notes_title: str) -> str:
    """Useful for recording notes on a given topic."""
    async with ctx.store.edit_state() as state:
        state["state"]["research_notes"][notes_title] = notes
    return "Notes recorded."


async def write_report(ctx: Context[Any], report_content: str) -> str:
    """Useful for writing a report on a given topic."""
    async with ctx.store.edit_state() as state:
        state["state"]["report_content"] = report_content
    return "Report written."


async def review_report(ctx: Context[Any], review: str) -> str:
    """Useful for reviewing a report and providing feedback."""
    async with ctx.store.edit_state() as state:
        state["state"]["review"] = review
    return "Report reviewed."


def newsroom(llm: OpenAI, search: TavilyToolSpec) -> AgentWorkflow:
    """The three agents of the tutorial."""
    research_agent = FunctionAgent(
        name="ResearchAgent",
        description="Useful for searching the web for information on a given topic and recording notes on the topic.",
        system_prompt="You are the ResearchAgent that can search the web and record notes on a given topic.",
        llm=llm,
        tools=[*search.to_tool_list()[:1], record_notes],
        can_handoff_to=["WriteAgent"],
    )
    write_agent = FunctionAgent(
        name="WriteAgent",
        description="Useful for writing a report on a given topic.",
        system_prompt="You are the WriteAgent that can write a report on a given topic.",
        llm=llm,
        tools=[write_report],
        can_handoff_to=["ReviewAgent", "ResearchAgent"],
    )
    review_agent = FunctionAgent(
        name="ReviewAgent",
        description="Useful for reviewing a report and providing feedback.",
        system_prompt="You are the ReviewAgent that can review a report and provide feedback.",
        llm=llm,
        tools=[review_report],
        can_handoff_to=["WriteAgent"],
    )
    return AgentWorkflow(
        agents=[research_agent, write_agent, review_agent],
        root_agent="ResearchAgent",
        initial_state={
            "research_notes": {},
            "report_content": "Not written yet.",
            "review": "Review required.",
        },
    )


async def test_a_report_is_researched_written_and_reviewed(server: OpenAIServer, llm: OpenAI) -> None:
    server.replies += [
        call(("search", {"query": "history of the web"})),
        call(("record_notes", {"notes": "It began in 1989.", "notes_title": "The web"})),
        call(("handoff", {"to_agent": "WriteAgent", "reason": "the notes are complete"})),
        call(("write_report", {"report_content": "# The web\n\nIt began in 1989."})),
        call(("handoff", {"to_agent": "ReviewAgent", "reason": "the report is written"})),
        call(("review_report", {"review": "Well done."})),
        say("The report is done and approved."),
    ]
    search = TavilyToolSpec(api_key="tvly-test", base_url=server.root_url)
    workflow = newsroom(llm, search)

    handler = workflow.run(user_msg="Write me a report on the history of the web.")
    events = []
    printed: list[str] = []
    current_agent = None
    async for event in handler.stream_events():
        events.append(event)
        name = event.get("current_agent_name")
        if name and name != current_agent:
            current_agent = name
            printed.append(f"Agent: {current_agent}")
        if isinstance(event, AgentOutput) and event.tool_calls:
            printed.append(f"Planning to use tools: {[each.tool_name for each in event.tool_calls]}")
        elif isinstance(event, ToolCallResult):
            printed.append(f"Tool result: {event.tool_output}")
        elif isinstance(event, ToolCall):
            printed.append(f"Calling tool: {event.tool_name}")
    await search.aclose()

    assert str(await handler) == "The report is done and approved."
    assert [line for line in printed if line.startswith("Agent: ")] == [
        "Agent: ResearchAgent", "Agent: WriteAgent", "Agent: ReviewAgent",
    ]  # fmt: skip
    assert [line for line in printed if line.startswith("Tool result: ")][-1] == "Tool result: Report reviewed."
    calls = [line for line in outline(events) if line.startswith("ToolCall ")]
    assert calls == [
        f"ToolCall {name}" for name in ("search", "record_notes", "handoff", "write_report", "handoff", "review_report")
    ]
    state = await handler.ctx.store.get("state")
    assert state == {
        "research_notes": {"The web": "It began in 1989."},
        "report_content": "# The web\n\nIt began in 1989.",
        "review": "Well done.",
    }


async def test_each_agent_is_offered_its_own_tools_and_only_the_agents_that_it_may_hand_over_to(
    server: OpenAIServer, llm: OpenAI
) -> None:
    server.replies += [
        call(("handoff", {"to_agent": "ReviewAgent", "reason": "I cannot wait"})),
        call(("handoff", {"to_agent": "WriteAgent", "reason": "the notes are complete"})),
        say("I am writing."),
    ]
    search = TavilyToolSpec(api_key="tvly-test", base_url=server.root_url)
    handler = newsroom(llm, search).run(user_msg="Write me a report.")
    refused, taken = [event async for event in handler.stream_events() if isinstance(event, ToolCallResult)]
    await search.aclose()
    assert refused.tool_output.is_error
    assert not taken.tool_output.is_error
    assert (await handler).current_agent_name == "WriteAgent"
    offered = [[tool["function"]["name"] for tool in request.json["tools"]] for request in server.chats]
    assert offered == [
        ["search", "record_notes", "handoff"], ["search", "record_notes", "handoff"], ["write_report", "handoff"],
    ]  # fmt: skip
