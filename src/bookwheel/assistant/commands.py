"""Commands by name: what the palette lists and what `/name argument` does in the prompt.

A front end adds its own (themes, quitting) to the registry; names are unique in it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TypeAlias

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.documents.document_filter import day_from, path_from, tags_from, type_from
from bookwheel.engine.record import EventRecord
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.engine.tools.approval import WEB_POLICIES
from bookwheel.errors import UsageError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.sessions.log_reader import read_part

_MOST_FOLDERS = 200
EXPORTS = ("md", "html", "json", "pdf", "bib", "csl")


Action: TypeAlias = Callable[[Assistant, str], Awaitable[str]]
Choices: TypeAlias = Callable[[Assistant], Iterable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """`id` is stable for key bindings; `argument` is a hint such as "PATH", "[NAME]" when it may be left out, or "".

    `action` returns a line to show when it is done, "" for none, and raises BookwheelError. `choices` are arguments to
    offer for completion.
    """

    id: str
    name: str
    help: str
    action: Action
    argument: str = ""
    choices: Choices | None = None

    @property
    def needs_argument(self) -> bool:
        return bool(self.argument) and not self.argument.startswith("[")


class CommandRegistry:
    """Commands in the order in which they were added."""

    def __init__(self, commands: Iterable[Command] = ()) -> None:
        self._commands: dict[str, Command] = {}
        for command in commands:
            self.add(command)

    def add(self, command: Command) -> None:
        """Raises UsageError when the name is taken."""
        if command.name in self._commands:
            raise UsageError(f"There are two commands /{command.name}.", hint="Give one of them another name.")
        self._commands[command.name] = command

    def all(self) -> tuple[Command, ...]:
        return tuple(self._commands.values())

    def matching(self, prefix: str) -> tuple[Command, ...]:
        """The commands whose names begin with `prefix`."""
        return tuple(command for name, command in self._commands.items() if name.startswith(prefix))

    def parse(self, line: str) -> tuple[Command, str]:
        """The command and the argument in a line such as `/export md notes.md`; an unambiguous beginning is enough.

        Raises UsageError for an unknown command and for a missing or superfluous argument.
        """
        name, _, argument = line.strip().removeprefix("/").partition(" ")
        found = (self._commands[name],) if name in self._commands else self.matching(name)
        if not name or len(found) != 1:
            known = ", ".join(f"/{command.name}" for command in found or self.all())
            problem = f"There is no command /{name}." if not found else f"/{name} is short for several commands."
            raise UsageError(problem, hint=f"Did you mean {known}?" if found else f"There are {known}.")
        command, argument = found[0], argument.strip()
        if command.needs_argument and not argument:
            raise UsageError(f"/{command.name} needs {command.argument}.", hint=command.help)
        if argument and not command.argument:
            raise UsageError(f"/{command.name} takes no argument.", hint=command.help)
        return command, argument

    async def run(self, assistant: Assistant, line: str) -> str:
        """Do what the line says; a line to show. Raises BookwheelError."""
        command, argument = self.parse(line)
        return await command.action(assistant, argument)


def standard_commands() -> CommandRegistry:
    """The commands that need no screen."""
    return CommandRegistry(
        [
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
                help="Write this session as md, html, json or pdf, or its sources as bib or csl",
                action=_export,
                choices=lambda _: EXPORTS,
            ),
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
            *filter_commands(),
            Command(id="run.stop", name="stop", help="Stop the answer and keep what has arrived", action=_stop),
            Command(id="run.again", name="again", help="Ask the last question once more", action=_again),
        ]
    )


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
        with Path(path).expanduser().open("rb") as log:
            return read_part(log).records
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error


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
    assistant.set_model(name)
    return ""


async def _web(assistant: Assistant, policy: str) -> str:
    assistant.set_web(policy)
    return ""


async def _add(assistant: Assistant, path: str) -> str:
    if path.lower().startswith(("http://", "https://")):
        raise UsageError("A web page is fetched before it can be added.", hint=f"To allow that: /fetch {path}")
    await assistant.documents.add([Path(path)])
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


def filter_commands() -> tuple[Command, ...]:
    """Each sets one part of the filter, and clears it when it is given no argument."""
    return (
        Command(
            id="filter.in",
            name="in",
            argument="[PATH]",
            help="Search only this folder or file of the library",
            action=_in,
            choices=_folders,
        ),
        Command(
            id="filter.type",
            name="type",
            argument="[TYPE…]",
            help="Search only documents of these types, such as pdf or markdown",
            action=_type,
            choices=types_present,
        ),
        Command(
            id="filter.tag",
            name="tag",
            argument="[TAG…]",
            help="Search only documents with these tags or in these collections, separated by commas",
            action=_tag,
            choices=tags_present,
        ),
        Command(
            id="filter.since",
            name="since",
            argument="[DATE]",
            help="Search only documents of this day, month or year, and later ones",
            action=_since,
        ),
        Command(
            id="filter.until",
            name="until",
            argument="[DATE]",
            help="Search only documents of this day, month or year, and earlier ones",
            action=_until,
        ),
        Command(
            id="filter.clear", name="clear-filter", help="Search all documents of the library again", action=_clear
        ),
    )


def types_present(assistant: Assistant) -> list[str]:
    """The types of the documents in the library."""
    return sorted({file.format.removeprefix(".") for file in assistant.documents.state.files if file.format})


def tags_present(assistant: Assistant) -> list[str]:
    """The tags and collections of the documents in the library."""
    return sorted({tag for file in assistant.documents.state.files for tag in file.tags})


async def _in(assistant: Assistant, path: str) -> str:
    roots = list(map(str, assistant.documents.roots))
    scope = (await asyncio.to_thread(path_from, path, roots),) if path else None
    return await _search_only(assistant, replace(assistant.status.selection, scope=scope))


async def _type(assistant: Assistant, names: str) -> str:
    wanted = [name for name in re.split(r"[,\s]+", names) if name]
    types = await asyncio.to_thread(lambda: tuple(dict.fromkeys(map(type_from, wanted))))
    return await _search_only(assistant, replace(assistant.status.selection, types=types))


async def _tag(assistant: Assistant, names: str) -> str:
    tags = tags_from(names) if names else ()
    return await _search_only(assistant, replace(assistant.status.selection, tags=tags))


async def _since(assistant: Assistant, day: str) -> str:
    return await _search_only(assistant, replace(assistant.status.selection, since=day_from(day) if day else None))


async def _until(assistant: Assistant, day: str) -> str:
    until = day_from(day, is_last=True) if day else None
    return await _search_only(assistant, replace(assistant.status.selection, until=until))


async def _clear(assistant: Assistant, _argument: str) -> str:
    return await _search_only(assistant, EVERYTHING)


async def _search_only(assistant: Assistant, selection: Selection) -> str:
    await assistant.documents.set_filter(selection)
    if assistant.status.selection == EVERYTHING:
        return "Searching all documents"
    return assistant.documents.filter_problem or f"Searching only: {assistant.status.filter}"


def _folders(assistant: Assistant) -> Iterator[str]:
    """The folders of the library, the outer ones first."""
    state = assistant.documents.state
    yield from state.roots
    folders = {str(PurePath(file.path).parent) for file in state.files} - set(state.roots)
    yield from sorted(folders, key=lambda folder: (folder.count("/"), folder))[:_MOST_FOLDERS]
