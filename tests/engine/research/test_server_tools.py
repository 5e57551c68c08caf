"""Tools of MCP servers inside research branches: searched when the documents have nothing, with permission, citable."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.engine.research.conftest import Researching, follow, notes
from tests.support import mcp_fixture

from bookwheel.engine.events.research_events import BranchSearched, NoteTaken
from bookwheel.engine.events.run_events import Notice
from bookwheel.engine.events.workflow_events import HumanResponseEvent, InputRequiredEvent
from bookwheel.engine.research.outside_search import OutsideTool
from bookwheel.engine.tools.mcp.connection import McpConnection, ServerAddress
from bookwheel.engine.tools.mcp.server_tools import McpTools

QUOTE = "The ferry was sold in 1911 for 700 marks."


async def test_a_branch_searches_with_a_servers_tool_and_cites_what_it_found(researching: Researching) -> None:
    question = "What was the ferry sold for?"
    replies = {
        "plan": {"items": [{"question": question, "why": ""}, {"question": "Who sold the barge?", "why": ""}]},
        f"read {question}": notes((1, QUOTE)),
        f"section {question}": f"{QUOTE[:-1]} [1].",
    }
    researching.script.replies = replies
    fixture = str(Path(mcp_fixture.__file__))
    server = McpTools(McpConnection(ServerAddress(name="shop", command=sys.executable, args=(fixture,))))
    try:
        [lookup] = [one for one in await server.searches() if one.name == "shop__lookup"]
        tool = OutsideTool(name=lookup.name, search=lookup, argument=lookup.argument, rule=lookup.rule)
        handler = researching.workflow({"mill.md": "A mill."}, tools=[tool]).run("What became of the boats?")
        asked: list[str] = []

        async def answer() -> None:
            async for event in handler.stream_events(from_start=True):
                if isinstance(event, InputRequiredEvent):
                    asked.append(f"{event['tool_name']} {event['tool_kwargs']} {event['branch']}")
                    said = "once" if event["branch"] == "1" else "deny"
                    handler.ctx.send_event(HumanResponseEvent(response=said, request_id=event.request_id))

        async with asyncio.TaskGroup() as tasks:
            answering = tasks.create_task(answer())
            outcome = await follow(handler)
            answering.cancel()
    finally:
        await server.aclose()
    assert outcome.report is not None, outcome.error
    assert asked[0] == f"shop__lookup {{'topic': '{question}'}} 1"
    searched = [(event.branch, event.where) for event in outcome.of(BranchSearched) if event.where != "documents"]
    assert searched == [("1", "shop__lookup")]
    [note] = outcome.of(NoteTaken)
    assert (note.path, note.quote) == ("mcp://shop/lookup", QUOTE)
    assert [one.path for one in outcome.report.citations] == ["mcp://shop/lookup"]
    said = [event.text for event in outcome.of(Notice)]
    assert "Branch 2 continues without shop__lookup. You did not allow it shop__lookup." in said
