"""The package's own ACP client, as an editor would use it: on the agent in this process, or on the real program."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from acp.core import ClientSideConnection, connect_to_agent, run_agent
from acp.helpers import text_block
from acp.schema import (
    AgentMessageChunk,
    AgentPlanUpdate,
    AllowedOutcome,
    DeniedOutcome,
    PermissionOption,
    PromptResponse,
    RequestPermissionResponse,
    ToolCallProgress,
    ToolCallStart,
    ToolCallUpdate,
    UserMessageChunk,
)
from tests.cli.program import environment

from bookwheel import wiring
from bookwheel.cli.given_options import Options
from bookwheel.serving.acp_agent import DocumentAgent

if TYPE_CHECKING:
    from acp.interfaces import Agent


@dataclass(slots=True)
class Editor:
    """Keeps what it is shown. `choice` answers permission requests; None cancels them."""

    updates: list[Any] = field(default_factory=list[Any])
    asked: list[tuple[ToolCallUpdate, list[PermissionOption]]] = field(default_factory=list)
    choice: str | None = None
    shown: asyncio.Event = field(default_factory=asyncio.Event)

    async def session_update(self, session_id: str, update: object, **kwargs: object) -> None:
        self.updates.append(update)
        self.shown.set()

    async def request_permission(
        self, session_id: str, tool_call: ToolCallUpdate, options: list[PermissionOption], **kwargs: object
    ) -> RequestPermissionResponse:
        self.asked.append((tool_call, options))
        if self.choice is None:
            return RequestPermissionResponse(outcome=DeniedOutcome(outcome="cancelled"))
        return RequestPermissionResponse(outcome=AllowedOutcome(outcome="selected", option_id=self.choice))

    def on_connect(self, conn: object) -> None:
        """The test holds the connection itself."""

    def text(self) -> str:
        """All that the agent said."""
        return "".join(update.content.text for update in self.updates if isinstance(update, AgentMessageChunk))

    def questions(self) -> list[str]:
        return [update.content.text for update in self.updates if isinstance(update, UserMessageChunk)]

    def calls(self) -> list[ToolCallStart]:
        return [update for update in self.updates if isinstance(update, ToolCallStart)]

    def plans(self) -> list[list[tuple[str, str]]]:
        """Each plan shown, as its entries with their status."""
        shown = [update for update in self.updates if isinstance(update, AgentPlanUpdate)]
        return [[(entry.content, entry.status) for entry in update.entries] for update in shown]

    def results(self) -> list[ToolCallProgress]:
        return [update for update in self.updates if isinstance(update, ToolCallProgress)]


@asynccontextmanager
async def editor(
    *roots: Path, mode: str = "query", choice: str | None = None
) -> AsyncIterator[tuple[Editor, ClientSideConnection]]:
    """An editor connected over a socket to what `bookwheel acp` serves, in this process."""
    config = await asyncio.to_thread(Options().load)
    agent = DocumentAgent(partial(wiring.build, config, mode=mode, stays_open=True), roots)
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours)
    agent_reader, agent_writer = await asyncio.open_connection(sock=theirs)
    user = Editor(choice=choice)
    connection = connect_to_agent(user, writer, reader)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(run_agent(cast("Agent", agent), agent_writer, agent_reader))
            try:
                await connection.initialize(protocol_version=1)
                yield user, connection
            finally:
                await connection.close()
                writer.close()
    finally:
        await agent.aclose()
        agent_writer.close()


@asynccontextmanager
async def editor_of_program(*arguments: str | Path) -> AsyncIterator[tuple[Editor, ClientSideConnection]]:
    """An editor with `bookwheel acp` as its agent; leaving it closes the agent's standard input."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bookwheel", "acp", *map(str, arguments),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=environment({"PYTHONWARNINGS": ""}),
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    user = Editor()
    connection = connect_to_agent(user, process.stdin, process.stdout)  # pyright: ignore[reportArgumentType]
    try:
        await connection.initialize(protocol_version=1)
        yield user, connection
    finally:
        await connection.close()
        process.stdin.close()
        try:
            assert await asyncio.wait_for(process.wait(), 60) == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def ask(connection: ClientSideConnection, session_id: str, question: str) -> PromptResponse:
    return await connection.prompt(session_id=session_id, prompt=[text_block(question)])
