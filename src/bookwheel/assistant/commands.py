"""Commands by name: what the palette lists and what `/name argument` does in the prompt.

A front end adds its own (themes, quitting) to the registry; names are unique in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.command import Command
from bookwheel.assistant.filter_commands import filter_commands
from bookwheel.errors import UsageError


class CommandRegistry:
    """Commands in the order in which they were added."""

    def __init__(self, commands: Iterable[Command] = ()) -> None:
        self._commands: dict[str, Command] = {}
        for command in commands:
            self.add(command)

    def add(self, command: Command) -> None:
        """Raises UsageError when the name is taken."""
        if command.name in self._commands:
            raise UsageError(f"There are two commands /{command.name}.")
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
            problem = f"There is no command /{name}." if not found else f"/{name} could be several commands."
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
            Command(id="session.delete", name="delete", help="Delete this session for good", action=_delete),
            Command(
                id="session.export",
                name="export",
                argument="FORMAT PATH",
                help="Write this session to a file, as md, html or json",
                action=_export,
                choices=lambda _: ("md", "html", "json"),
            ),
            Command(
                id="desk.mode",
                name="mode",
                argument="MODE",
                help="Answer by query (search once, then answer) or by agent (with tools)",
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
                argument="off|ask|on",
                help="Let the agent search the web: never, after asking, or always",
                action=_web,
                choices=lambda _: ("off", "ask", "on"),
            ),
            Command(id="library.add", name="add", argument="PATH", help="Add a file or folder", action=_add),
            Command(
                id="library.remove",
                name="remove",
                argument="PATH",
                help="Take a file or folder off the desk",
                action=_remove,
                choices=lambda assistant: map(str, assistant.roots),
            ),
            Command(id="library.refresh", name="refresh", help="Look for new and changed files", action=_refresh),
            *filter_commands(),
            Command(id="run.stop", name="stop", help="Stop the answer and keep what came", action=_stop),
            Command(id="run.again", name="again", help="Ask the last question once more", action=_again),
        ]
    )


async def _new(assistant: Assistant, _argument: str) -> str:
    await assistant.new_session()
    return ""


async def _open(assistant: Assistant, session_id: str) -> str:
    await assistant.open_session(session_id)
    return ""


async def _rename(assistant: Assistant, title: str) -> str:
    await assistant.rename_session(assistant.session.id, title)
    return f"This session is now called {title}"


async def _delete(assistant: Assistant, _argument: str) -> str:
    title = assistant.session.title
    await assistant.delete_session(assistant.session.id)
    return f"Deleted: {title}"


async def _export(assistant: Assistant, argument: str) -> str:
    format_, _, path = argument.partition(" ")
    if not path.strip():
        raise UsageError("/export needs a format and a path.", hint="Such as /export md answer.md")
    written = await assistant.export(format_, Path(path.strip()))
    return f"Written to {written}"


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
    await assistant.add_roots([Path(path)])
    return ""


async def _remove(assistant: Assistant, path: str) -> str:
    root = next((root for root in assistant.roots if str(root) == path or root.name == path), None)
    if root is None:
        raise UsageError(f"{path} is not on the desk.", hint=f"On the desk: {', '.join(map(str, assistant.roots))}")
    await assistant.remove_root(root)
    return ""


async def _refresh(assistant: Assistant, _argument: str) -> str:
    await assistant.refresh()
    return ""


async def _stop(assistant: Assistant, _argument: str) -> str:
    return "" if await assistant.cancel() else "Nothing is running"


async def _again(assistant: Assistant, _argument: str) -> str:
    runs = list(assistant.transcript.runs)
    if not runs:
        raise UsageError("Nothing has been asked in this session.")
    await assistant.ask_again(runs[-1])
    return ""
