"""`/server`: prompts and resources of MCP servers, asked from the prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.support.desk import Workflows, desk

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.slash_commands.command_registry import CommandRegistry
from bookwheel.assistant.slash_commands.server_commands import server_commands
from bookwheel.engine.tools.mcp.server_texts import ServerOffer
from bookwheel.errors import UsageError

OFFERS = [
    ServerOffer(server="shop", kind="prompt", name="compare", arguments=("first", "second")),
    ServerOffer(server="shop", kind="resource", name="note://mill"),
]


@dataclass
class Servers:
    known: Sequence[ServerOffer] = ()

    async def offers(self) -> Sequence[ServerOffer]:
        self.known = OFFERS
        return OFFERS

    async def prompt(self, server: str, name: str, arguments: Mapping[str, str]) -> str:
        return f"{server} {name} {dict(arguments)}"


@dataclass
class Serving(Workflows):
    servers: Servers = field(default_factory=Servers)


async def asked(assistant: Assistant, line: str) -> tuple[str, str]:
    """The question and the mode that the command asks in."""
    await CommandRegistry(server_commands()).run(assistant, line)
    run = list(assistant.sessions.transcript.runs)[-1]
    await assistant.wait_finished(run)
    [started] = [
        record.run_started
        for record in await assistant.sessions.current.records()
        if record.run == run and record.run_started is not None
    ]
    return started.user_msg, started.mode


async def test_a_prompt_or_resource_of_a_server_is_asked(tmp_path: Path) -> None:
    async with desk(tmp_path, Serving()) as assistant:
        commands = CommandRegistry(server_commands())
        listed = await commands.run(assistant, "/server")
        assert listed == "They offer: shop:compare(first, second), shop:note://mill"
        assert list(server_commands()[0].choices(assistant)) == ["shop:compare", "shop:note://mill"]  # type: ignore[misc]
        asked_for = await asked(assistant, "/server shop:compare second=b 'the a'")
        assert asked_for == ("shop compare {'second': 'b', 'first': 'the a'}", "query")
        assert await asked(assistant, "/server shop:note://mill How fast?") == (
            "Read the resource note://mill of the MCP server shop. How fast?",
            "agent",
        )
        for line, message in (
            ("/server shop:nothing", "No MCP server offers 'shop:nothing'"),
            ("/server shop:compare a b c", "'c' is not an argument of compare"),
            ("/server shop:compare 'a", "quotation mark is not closed"),
        ):
            with pytest.raises(UsageError, match=message):
                await commands.run(assistant, line)


async def test_without_servers_the_command_says_where_they_are_set(tmp_path: Path) -> None:
    async with desk(tmp_path) as assistant:
        with pytest.raises(UsageError, match="no MCP servers"):
            await CommandRegistry(server_commands()).run(assistant, "/server")
