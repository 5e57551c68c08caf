"""What a command is: a name, what it takes, what it does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from bookwheel.assistant.assistant import Assistant

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
