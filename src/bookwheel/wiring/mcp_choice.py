"""Connects the agent to the MCP servers of the settings, at its first question."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from bookwheel.errors import ConfigError, McpServerError

if TYPE_CHECKING:
    from bookwheel.config.mcp_servers import McpServer
    from bookwheel.config.setting_tables import Config
    from bookwheel.engine.tools.function_tool import FunctionTool
    from bookwheel.engine.tools.mcp.connection import ServerAddress
    from bookwheel.engine.tools.mcp.server_tools import McpTools


class McpChoice:
    """The servers' tools; connections and permissions last as long as this object."""

    def __init__(self, config: Config) -> None:
        self._servers = config.mcp
        self._made: list[McpTools] | None = None
        self.notices: list[str] = []

    async def tools(self) -> list[FunctionTool]:
        """The tools of the servers that answer; `notices` says which do not. Raises MissingExtraError and ConfigError.

        One server that is down must not keep the agent from answering.
        """
        self.notices = []
        if not self._servers:
            return []
        if self._made is None:
            from bookwheel.engine.tools.mcp.connection import McpConnection
            from bookwheel.engine.tools.mcp.server_tools import McpTools

            self._made = [McpTools(McpConnection(_address(server))) for server in self._servers]
        tools: list[FunctionTool] = []
        for server in self._made:
            try:
                tools += await server.tools()
            except McpServerError as error:
                self.notices.append(f"{error.message} Its tools are left out.")
        return tools

    async def aclose(self) -> None:
        """End the servers that were started."""
        for server in self._made or ():
            await server.aclose()


def _address(server: McpServer) -> ServerAddress:
    from bookwheel.engine.tools.mcp.connection import ServerAddress

    token = os.environ.get(server.token_env, "").strip() if server.token_env else ""
    if server.token_env and not token:
        raise ConfigError(
            f"mcp.{server.name}.token_env names {server.token_env}, which is not set.", hint="Set it, or remove it."
        )
    return ServerAddress(
        name=server.name,
        command=server.command,
        args=server.args,
        env=server.env,
        url=server.url,
        token=token,
        tools=server.tools,
        asks=server.approve == "ask",
        timeout_s=server.timeout_s,
    )
