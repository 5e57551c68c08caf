"""The commands that need no screen: of the session, the desk, the library and the run."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.slash_commands.command_registry import Command, CommandRegistry
from bookwheel.assistant.slash_commands.filter_commands import filter_commands
from bookwheel.engine.record import EventRecord
from bookwheel.engine.tools.approval import WEB_POLICIES
from bookwheel.errors import UsageError
from bookwheel.paths import from_home
from bookwheel.sessions.log_reader import read_part
from bookwheel.transcript.formats import FORMATS


def standard_commands() -> CommandRegistry:
    """The commands that need no screen."""
    return CommandRegistry(
        [*_session_commands(), *_desk_commands(), *_library_commands(), *filter_commands(), *_run_commands()]
    )


def _session_commands() -> list[Command]:
    return [
        Command(id="session.new", name="new", help="Begin a new session on the same documents", action=_new),
        Command(id="session.open", name="open", argument="ID", help="Open a saved session", action=_open),
        Command(id="session.rename", name="rename", argument="TITLE", help="Rename this session", action=_rename),
        Command(
            id="session.delete", name="delete", help="Delete this session; /undelete brings it back", action=_delete
        ),
        Command(
            id="session.undelete",
            name="undelete",
            argument="[ID]",
            help="Bring back the session deleted last, or that one; they are kept for a week",
            action=_undelete,
        ),
        Command(id="session.import", name="import", argument="FILE", help="Open an event log", action=_import),
        Command(
            id="session.export",
            name="export",
            argument="FORMAT PATH",
            help="Write this session as md, html, json or pdf, or its sources as bib, csl or ris",
            action=_export,
            choices=lambda _: FORMATS,
        ),
    ]


def _desk_commands() -> list[Command]:
    return [
        Command(
            id="desk.open",
            name="desk",
            argument="[NAME]",
            help="Switch to a named desk, or make one of what is open; without a name, list them",
            action=_desk,
        ),
        Command(id="desk.delete", name="delete-desk", argument="NAME", help="Delete a named desk", action=_no_desk),
        Command(
            id="desk.mode",
            name="mode",
            argument="MODE",
            help="Answer by query (search once), by agent (with tools) or by research (a plan, a report)",
            action=_mode,
            choices=lambda assistant: assistant.modes,
        ),
        Command(
            id="desk.model",
            name="model",
            argument="NAME",
            help="Choose the model for the next questions",
            action=_model,
            choices=lambda assistant: assistant.models(),
        ),
        Command(
            id="desk.web",
            name="web",
            argument="|".join(WEB_POLICIES),
            help="Let the agent search the web: never, after asking you, or always",
            action=_web,
            choices=lambda _: WEB_POLICIES,
        ),
    ]


def _library_commands() -> list[Command]:
    return [
        Command(id="library.add", name="add", argument="PATH", help="Add a file or folder", action=_add),
        Command(
            id="library.fetch",
            name="fetch",
            argument="ADDRESS",
            help="Fetch a web page and add it as a document; its host sees your network address",
            action=_fetch,
        ),
        Command(
            id="library.remove",
            name="remove",
            argument="PATH",
            help="Remove a file or folder from the library; it stays on disk",
            action=_remove,
            choices=lambda assistant: map(str, assistant.documents.roots),
        ),
        Command(id="library.refresh", name="refresh", help="Look for new and changed files", action=_refresh),
    ]


def _run_commands() -> list[Command]:
    return [
        Command(id="run.stop", name="stop", help="Stop the answer and keep what has arrived", action=_stop),
        Command(id="run.again", name="again", help="Ask the last question once more", action=_again),
    ]


async def _new(assistant: Assistant, _argument: str) -> str:
    await assistant.sessions.new()
    return ""


async def _open(assistant: Assistant, session_id: str) -> str:
    await assistant.sessions.open(session_id)
    return ""


async def _rename(assistant: Assistant, title: str) -> str:
    await assistant.sessions.rename(assistant.sessions.info.id, title)
    return f"Renamed this session to {title}"


async def _delete(assistant: Assistant, _argument: str) -> str:
    title = assistant.sessions.info.title
    await assistant.sessions.delete(assistant.sessions.info.id)
    return f"Deleted: {title} · /undelete brings it back"


async def _undelete(assistant: Assistant, session_id: str) -> str:
    await assistant.sessions.open(await assistant.sessions.restore(session_id))
    return f"Restored: {assistant.sessions.info.title}"


async def _import(assistant: Assistant, path: str) -> str:
    records = await asyncio.to_thread(_records_in, path)
    await assistant.sessions.open((await assistant.sessions.add(records)).id)
    return f"Imported {assistant.sessions.info.title}"


def _records_in(path: str) -> list[EventRecord]:
    try:
        with from_home(path).open("rb") as log:
            return read_part(log).records
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror or error}.", hint="Name an exported event log: an events.jsonl."
        ) from error


async def _export(assistant: Assistant, argument: str) -> str:
    format_, _, path = argument.partition(" ")
    if not path.strip():
        raise UsageError("/export needs a format and a path.", hint="Such as /export md answer.md")
    written = await assistant.sessions.export(format_, Path(path.strip()))
    return f"Written to {written}"


async def _desk(assistant: Assistant, name: str) -> str:
    if name:
        await assistant.open_desk(name)
        return f"Desk: {name}"
    names = await assistant.keeper.names()
    return f"Desks: {', '.join(names)}" if names else "No named desk yet: /desk NAME makes one of what is open"


async def _no_desk(assistant: Assistant, name: str) -> str:
    await assistant.delete_desk(name)
    return f"Deleted the desk {name}; its documents and sessions stay"


async def _mode(assistant: Assistant, mode: str) -> str:
    assistant.set_mode(mode)
    return ""


async def _model(assistant: Assistant, name: str) -> str:
    from bookwheel.assistant.model_change import change_model

    return await change_model(assistant, name)


async def _web(assistant: Assistant, policy: str) -> str:
    assistant.set_web(policy)
    return ""


async def _add(assistant: Assistant, path: str) -> str:
    await assistant.documents.add_typed(path)
    return ""


async def _fetch(assistant: Assistant, address: str) -> str:
    if assistant.status.web == "off":
        raise UsageError("The web is off.", hint="To allow it: /web ask")
    return f"Saved and added: {(await assistant.documents.add_page(address)).name}"


async def _remove(assistant: Assistant, path: str) -> str:
    root = next((root for root in assistant.documents.roots if str(root) == path or root.name == path), None)
    if root is None:
        raise UsageError(
            f"'{path}' is not in the library.", hint=f"It holds: {', '.join(map(str, assistant.documents.roots))}"
        )
    await assistant.documents.remove(root)
    return ""


async def _refresh(assistant: Assistant, _argument: str) -> str:
    await assistant.documents.refresh()
    return ""


async def _stop(assistant: Assistant, _argument: str) -> str:
    return "" if await assistant.cancel() else "Nothing is running"


async def _again(assistant: Assistant, _argument: str) -> str:
    runs = list(assistant.sessions.transcript.runs)
    if not runs:
        raise UsageError("This session has no question yet.", hint="Type one and press Enter.")
    await assistant.ask_again(runs[-1])
    return ""
