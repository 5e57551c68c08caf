"""The connection to one MCP server, opened on first use and again after the server has ended."""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

from bookwheel.engine.workflow.tasks import start_task
from bookwheel.errors import BookwheelError, McpServerError, MissingExtraError
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from mcp import Client
    from mcp.client.context import ClientRequestContext
    from mcp_types import CallToolResult, ElicitRequestParams, ElicitResult, Prompt, PromptMessage, Resource, Tool

EXTRA = "mcp"
CONNECT_S = 30.0
MAX_TOOLS = 64
MAX_RESOURCES = 200
MAX_PROMPTS = 100
_MAX_PAGES = 8
_TAIL = 400
_NO_OUTPUT = logging.NullHandler()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """A server that is started with `command`, or reached at `url` with `token`.

    `env` names the environment variables passed to the command. `tools` are the tools that an agent gets; empty means
    all. Without `asks` calls need no approval. `timeout_s` limits one call, in seconds.
    """

    name: str
    command: str = ""
    args: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    url: str = ""
    token: str = ""
    tools: tuple[str, ...] = ()
    asks: bool = True
    timeout_s: float = 60.0


class Progress(Protocol):
    """Called with the progress of a call: the amount done, the total, and a message of the server."""

    async def __call__(self, progress: float, total: float | None, message: str | None) -> None: ...


Elicit = Callable[["ElicitRequestParams"], Awaitable["ElicitResult"]]


class McpConnection:
    """Sends calls to one server, one at a time, so that a question of the server belongs to the current call.

    The package requires that the task which opened a connection closes it, so a task here holds the connection open.
    Every failure is an `McpServerError` with the server's name; other calls are not affected.
    """

    def __init__(self, address: ServerAddress) -> None:
        self.address = address
        self._turn = asyncio.Lock()
        self._holder: asyncio.Task[None] | None = None
        self._client: Client | None = None
        self._leave = asyncio.Event()
        self._elicit: Elicit | None = None

    async def open(self) -> None:
        """Connect where that is not done: starting a server takes none of the time of a call. Raises as `tools`."""
        async with self._used():
            pass

    async def tools(self) -> list[Tool]:
        """The tools that the server has, at most `MAX_TOOLS`. Raises McpServerError and MissingExtraError."""
        found: list[Tool] = []
        async with self._used() as client:
            cursor: str | None = None
            for _ in range(_MAX_PAGES):
                page = await client.list_tools(cursor=cursor)
                found += page.tools
                if not (cursor := page.next_cursor) or len(found) >= MAX_TOOLS:
                    break
        return found[:MAX_TOOLS]

    async def resources(self) -> list[Resource]:
        """The resources of the server; empty when it has none. Raises as `tools`."""
        async with self._used() as client:
            if client.server_capabilities.resources is None:
                return []
            return (await client.list_resources()).resources[:MAX_RESOURCES]

    async def read(self, uri: str) -> list[Any]:
        """The contents of a resource. Raises as `tools`."""
        async with self._used() as client:
            return list((await client.read_resource(uri)).contents)

    async def prompts(self) -> list[Prompt]:
        """The prompts of the server; empty when it has none. Raises as `tools`."""
        async with self._used() as client:
            if client.server_capabilities.prompts is None:
                return []
            return (await client.list_prompts()).prompts[:MAX_PROMPTS]

    async def prompt(self, name: str, arguments: Mapping[str, str]) -> list[PromptMessage]:
        """The messages of a prompt. Raises as `tools`."""
        async with self._used() as client:
            return (await client.get_prompt(name, dict(arguments))).messages

    async def call(
        self, tool: str, arguments: Mapping[str, Any], *, progress: Progress, elicit: Elicit
    ) -> CallToolResult:
        """The result of a tool; a question of the server goes to `elicit`. Raises as `tools`."""
        async with self._used() as client:
            self._elicit = elicit
            try:
                return await client.call_tool(tool, dict(arguments), progress_callback=progress)
            finally:
                self._elicit = None

    async def aclose(self) -> None:
        """Close the connection; a server that was started here ends."""
        holder, self._holder = self._holder, None
        if holder is not None:
            self._leave.set()
            with suppress(Exception):  # the failing call reported it
                await holder

    @asynccontextmanager
    async def _used(self) -> AsyncGenerator[Client]:
        from mcp import MCPError
        from mcp_types import CONNECTION_CLOSED

        async with self._turn:
            client = await self._connected()
            try:
                yield client
            except BookwheelError:
                raise
            except MCPError as error:
                if error.code == CONNECTION_CLOSED:
                    await self.aclose()
                raise McpServerError(f"The MCP server '{self.address.name}' failed: {_short(str(error))}") from error
            except (OSError, RuntimeError, ValueError) as error:
                await self.aclose()
                raise McpServerError(
                    f"The MCP server '{self.address.name}' stopped: {_short(str(error) or type(error).__name__)}",
                    hint="The next call connects again.",
                ) from error

    async def _connected(self) -> Client:
        if self._holder is not None and not self._holder.done() and self._client is not None:
            return self._client
        await self.aclose()
        self._leave = asyncio.Event()
        ready: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
        self._holder = start_task(self._hold(ready), name=f"mcp {self.address.name}", when_done=lambda task: None)
        try:
            async with asyncio.timeout(CONNECT_S):
                client = await asyncio.shield(ready)
        except TimeoutError as error:
            self._holder.cancel()
            raise McpServerError(
                f"The MCP server '{self.address.name}' did not answer within {CONNECT_S:.0f} seconds.",
                hint=f"Check [mcp.{self.address.name}] in the settings, and whether the server runs.",
            ) from error
        self._client = client
        return client

    async def _hold(self, ready: asyncio.Future[Client]) -> None:
        """Open the connection, hold it until `_leave` is set, and close it."""
        log = await asyncio.to_thread(tempfile.TemporaryFile, mode="w+", encoding="utf-8", errors="replace")
        try:
            client = await asyncio.to_thread(self._new_client, log)
            async with client:
                if not ready.done():
                    ready.set_result(client)
                await self._leave.wait()
        except asyncio.CancelledError:
            ready.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - the package's errors share no base class, and come in groups
            if not ready.done():
                ready.set_exception(await asyncio.to_thread(_not_started, self.address, error, log))
        finally:
            self._client = None
            await asyncio.to_thread(log.close)

    def _new_client(self, log: IO[str]) -> Client:
        """Make the client. Blocks during imports."""
        try:
            from mcp import Client
            from mcp.client.stdio import StdioServerParameters, stdio_client
        except ModuleNotFoundError as error:
            raise MissingExtraError(EXTRA, f"The MCP server '{self.address.name}'") from error

        # Without a handler the package's warnings, which quote what the server sent, would be printed on the terminal.
        logging.getLogger("mcp").addHandler(_NO_OUTPUT)
        address = self.address
        if address.url:
            transport = _http_transport(address)
        else:
            environment = {name: value for name in address.env if (value := os.environ.get(name)) is not None}
            parameters = StdioServerParameters(command=address.command, args=list(address.args), env=environment)
            transport = stdio_client(parameters, errlog=log)  # pyright: ignore[reportArgumentType] - any text file does
        return Client(
            transport,
            # Also the limit of the first exchange, while the server starts. The limit of a call ends earlier.
            read_timeout_seconds=address.timeout_s + CONNECT_S,
            elicitation_callback=self._asked,
        )

    async def _asked(self, context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        from mcp_types import ElicitResult

        if self._elicit is None:
            return ElicitResult(action="decline")
        return await self._elicit(params)


def _http_transport(address: ServerAddress) -> Any:
    """The package's transport over HTTP, with the token of the address."""
    import httpx2
    from mcp.client.streamable_http import streamable_http_client

    headers = {"Authorization": f"Bearer {address.token}"} if address.token else {}
    client = httpx2.AsyncClient(headers=headers, timeout=httpx2.Timeout(address.timeout_s), trust_env=False)
    return streamable_http_client(address.url, http_client=client)


def _not_started(address: ServerAddress, error: Exception, log: IO[str]) -> BookwheelError:
    """Why a connection could not be opened, with the last output of the server. Blocks."""
    if isinstance(error, BookwheelError):
        return error
    while isinstance(error, ExceptionGroup):
        error = cast("ExceptionGroup[Exception]", error).exceptions[0]
    log.seek(0)
    said = _short(log.read()[-_TAIL:])
    what = address.url or address.command
    reason = _short(str(error)) or type(error).__name__
    return McpServerError(
        f"The MCP server '{address.name}' ({what}) cannot be used: {reason}." + (f" Output: {said}" if said else ""),
        hint=f"Check [mcp.{address.name}] in the settings.",
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TAIL else f"{line[:_TAIL]}…"
