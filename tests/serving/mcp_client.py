"""The package's own MCP client on the real program."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from mcp import Client, StdioServerParameters
from mcp_types import TextContent
from tests.cli.program import environment

from bookwheel.engine.schema import JsonObject

TIMEOUT_S = 60


@asynccontextmanager
async def served(*arguments: str | Path) -> AsyncIterator[Client]:
    """A client of `bookwheel mcp`, which runs as a child process."""
    command = ["-m", "bookwheel", "mcp", *map(str, arguments)]
    parameters = StdioServerParameters(command=sys.executable, args=command, env=environment({"PYTHONWARNINGS": ""}))
    async with Client(parameters, read_timeout_seconds=TIMEOUT_S) as client:
        yield client


async def call(client: Client, tool: str, **arguments: object) -> JsonObject:
    """The result of a tool; it is the same as data and as text, and it is small."""
    result = await client.call_tool(tool, arguments)
    [content] = result.content
    assert isinstance(content, TextContent)
    assert not result.is_error, content.text
    assert json.loads(content.text) == result.structured_content
    assert 2 * len(content.text.encode()) / 3 < 8_000
    return json.loads(content.text)


async def refusal(client: Client, tool: str, **arguments: object) -> str:
    """The message with which a tool refuses its arguments."""
    result = await client.call_tool(tool, arguments)
    [content] = result.content
    assert isinstance(content, TextContent)
    assert result.is_error
    return content.text
