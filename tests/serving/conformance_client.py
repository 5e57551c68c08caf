"""Bookwheel's MCP client for the protocol's conformance runner: connects, lists the tools and calls each of them.

python -m tests.serving.conformance_client ADDRESS
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from mcp_types import ElicitRequestParams, ElicitResult

from bookwheel.engine.tools.mcp.connection import McpConnection, ServerAddress
from bookwheel.errors import McpServerError

_VALUES: dict[str, object] = {"number": 3, "integer": 3, "string": "x", "boolean": True}


async def visit(address: str) -> None:
    connection = McpConnection(ServerAddress(name="conformance", url=address, timeout_s=10))
    try:
        for tool in await connection.tools():
            try:
                await connection.call(tool.name, arguments_for(tool.input_schema), progress=ignored, elicit=accepted)
            except McpServerError as error:
                print(error, file=sys.stderr)
        await connection.resources()
        await connection.prompts()
    finally:
        await connection.aclose()


def arguments_for(schema: dict[str, Any]) -> dict[str, object]:
    properties: dict[str, Any] = schema.get("properties") or {}
    return {name: _VALUES.get(about.get("type", "string"), "x") for name, about in properties.items()}


async def ignored(progress: float, total: float | None, message: str | None) -> None:
    pass


async def accepted(params: ElicitRequestParams) -> ElicitResult:
    """As a user who leaves every field as it is."""
    fields: dict[str, Any] = (getattr(params, "requested_schema", None) or {}).get("properties") or {}
    content = {name: about["default"] for name, about in fields.items() if "default" in about}
    return ElicitResult(action="accept", content=content)


if __name__ == "__main__":
    asyncio.run(visit(sys.argv[-1]))
