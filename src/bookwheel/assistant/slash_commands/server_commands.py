"""The commands for MCP servers: `/server` lists their prompts and resources, and asks with one of them."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bookwheel.assistant.protocols import ServerPort, ServerSource
from bookwheel.assistant.slash_commands.command_registry import Command
from bookwheel.errors import UsageError

if TYPE_CHECKING:
    from bookwheel.assistant.assistant import Assistant
    from bookwheel.engine.tools.mcp.server_texts import ServerOffer


def server_commands() -> tuple[Command, ...]:
    """One command."""
    return (
        Command(
            id="server.use",
            name="server",
            argument="[SERVER:NAME …]",
            help="Ask with a prompt (NAME=VALUE…) or about a resource of an MCP server; alone, list them",
            action=_use,
            choices=_known,
        ),
    )


def _known(assistant: Assistant) -> Iterable[str]:
    source = assistant.workflows
    return [offer.full_name for offer in source.servers.known] if isinstance(source, ServerSource) else []


async def _use(assistant: Assistant, argument: str) -> str:
    source = assistant.workflows
    if not isinstance(source, ServerSource):
        raise UsageError("This desk has no MCP servers.", hint="They are set in [mcp.NAME] of the settings.")
    servers = source.servers
    offers = servers.known or await servers.offers()
    if not argument:
        return _listed(offers)
    full_name, _, rest = argument.partition(" ")
    offer = next((offer for offer in offers if offer.full_name == full_name), None)
    if offer is None:
        raise UsageError(f"No MCP server offers '{full_name}'.", hint=_listed(offers))
    if offer.kind == "prompt":
        await assistant.ask(await _prompt(servers, offer, rest))
    else:
        question = rest.strip() or "What does it say?"
        resource = f"the resource {offer.name} of the MCP server {offer.server}"
        await assistant.ask(f"Read {resource}. {question}", mode="agent")
    return ""


async def _prompt(servers: ServerPort, offer: ServerOffer, rest: str) -> str:
    """The text of a prompt with the values given as NAME=VALUE, or in the order of its arguments."""
    try:
        words = shlex.split(rest)
    except ValueError as error:
        raise UsageError("A quotation mark is not closed.", hint=f"The prompt needs: {_arguments(offer)}.") from error
    given = dict[str, str]()
    free = [name for name in offer.arguments if not any(word.startswith(f"{name}=") for word in words)]
    for word in words:
        name, is_named, value = word.partition("=")
        if is_named and name in offer.arguments:
            given[name] = value
        elif free:
            given[free.pop(0)] = word
        else:
            raise UsageError(f"'{word}' is not an argument of {offer.name}.", hint=f"It takes: {_arguments(offer)}.")
    return await servers.prompt(offer.server, offer.name, given)


def _arguments(offer: ServerOffer) -> str:
    return ", ".join(offer.arguments) or "nothing"


def _listed(offers: Iterable[ServerOffer]) -> str:
    lines = [f"{one.full_name}({', '.join(one.arguments)})" if one.arguments else one.full_name for one in offers]
    return f"They offer: {', '.join(lines)}" if lines else "The MCP servers offer nothing"
