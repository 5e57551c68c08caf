"""Connects the agent to the MCP servers of the settings, at its first question."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from bookwheel.errors import ConfigError, McpServerError, UsageError

if TYPE_CHECKING:
    from bookwheel.config.mcp_servers import McpServer
    from bookwheel.config.setting_tables import Config
    from bookwheel.engine.research.outside_search import OutsideTool
    from bookwheel.engine.tools.function_tool import FunctionTool
    from bookwheel.engine.tools.mcp.connection import ServerAddress
    from bookwheel.engine.tools.mcp.server_texts import ServerOffer
    from bookwheel.engine.tools.mcp.server_tools import McpTools

T = TypeVar("T")


class McpChoice:
    """The servers' tools; connections and permissions last as long as this object."""

    def __init__(self, config: Config) -> None:
        self._servers = config.mcp
        self._made: list[McpTools] | None = None
        self.notices: list[str] = []
        self.known: list[ServerOffer] = []

    async def tools(self) -> list[FunctionTool]:
        """The tools of the servers that answer; `notices` says which do not. Raises MissingExtraError and ConfigError.

        One server that is down must not keep the agent from answering.
        """
        return await self._of_each(lambda server: server.tools())

    async def searches(self) -> list[OutsideTool]:
        """The tools that search, for the branches of research: those with one argument, a text. Raises as `tools`."""
        from bookwheel.engine.research.outside_search import OutsideTool

        found = await self._of_each(lambda server: server.searches())
        return [OutsideTool(name=one.name, search=one, argument=one.argument, rule=one.rule) for one in found]

    async def offers(self) -> list[ServerOffer]:
        """The prompts and resources of the servers that answer. Raises as `tools`."""
        self.known = await self._of_each(lambda server: server.offers())
        return self.known

    async def prompt(self, server: str, name: str, arguments: Mapping[str, str]) -> str:
        """The text of a server's prompt. Raises McpServerError and UsageError."""
        return await self._called(server).prompt(name, arguments)

    async def _of_each(self, wanted: Callable[[McpTools], Awaitable[list[T]]]) -> list[T]:
        self.notices = []
        found: list[T] = []
        for server in self._all():
            try:
                found += await wanted(server)
            except McpServerError as error:
                self.notices.append(f"{error.message} Its tools are left out.")
        return found

    def _all(self) -> list[McpTools]:
        if self._made is None and self._servers:
            from bookwheel.engine.tools.mcp.connection import McpConnection
            from bookwheel.engine.tools.mcp.server_tools import McpTools

            self._made = [McpTools(McpConnection(_address(server))) for server in self._servers]
        return self._made or []

    def _called(self, name: str) -> McpTools:
        for server in self._all():
            if server.name == name:
                return server
        known = ", ".join(server.name for server in self._servers) or "none"
        raise UsageError(f"There is no MCP server '{name}' in the settings.", hint=f"There are: {known}.")

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
