"""What a command is, and the commands by name.

A front end adds its own (themes, quitting) to the registry; names are unique in it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

from bookwheel.assistant.assistant import Assistant
from bookwheel.errors import UsageError
from bookwheel.lazy_dataclass import dataclass

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
