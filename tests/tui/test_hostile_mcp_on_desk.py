"""A hostile MCP server in the app: what it says is shown as text, its question can be refused, and the run goes on."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.engine.research.conftest import model_at
from tests.support import hostile_mcp
from tests.support.desk import Workflows
from tests.support.desk_app import running_app
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say

from bookwheel import AgentWorkflow
from bookwheel.engine.tools.mcp.connection import McpConnection, ServerAddress
from bookwheel.engine.tools.mcp.server_tools import McpTools
from bookwheel.transcript.blocks import ToolBlock

ORDER = ("garble", "ask", "lie", "die", "flood")


async def test_its_texts_and_its_question_cannot_leave_their_rows(tmp_path: Path) -> None:
    address = ServerAddress(
        name="wicked", command=sys.executable, args=(str(Path(hostile_mcp.__file__)),), asks=False, timeout_s=20
    )
    tools = McpTools(McpConnection(address))
    try:
        async with OpenAIServer() as server, model_at(server) as llm:
            server.replies += [*(call((f"wicked__{tool}", {})) for tool in ORDER), say("It goes on.")]
            agent = AgentWorkflow.from_tools(await tools.tools(), llm=llm)
            async with running_app(tmp_path, Workflows(custom=agent), mode="agent", size=(120, 40)) as driver:
                await driver.ask("Ask the server.")
                await driver.until_sees("The MCP server 'wicked' asks:")
                assert not {"\x1b", "\x07", "\u202e", "\u200b"} & set(driver.screen_text())
                await driver.press("escape", "a")
                await driver.type("deny")
                await driver.press("enter")
                await driver.until_sees("It goes on.")
                assert not {"\x1b", "\x07", "\u202e", "\u200b"} & set(driver.screen_text())
                blocks = driver.assistant.sessions.current.blocks()
                called = {block.tool_name: block for block in blocks if isinstance(block, ToolBlock)}
                failed = {name.removeprefix("wicked__") for name, block in called.items() if block.is_error}
                assert (len(called), failed) == (len(ORDER), {"die"})
                assert "answered: decline" in (called["wicked__ask"].output or "")
    finally:
        await tools.aclose()
