"""Answers a run's questions without an app: asks the user, if there is a terminal."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from bookwheel.engine.events.logged_events import UserQuestion
from bookwheel.engine.tools.approval import DENY
from bookwheel.markup.sanitize import clean_line, reveal, reveal_line
from bookwheel.transcript.call_arguments import shortened_arguments

_TERMINAL = Path("/dev/tty")
_MAX_LINE = 4096
_MAX_ARGUMENTS = 4_000


def is_approval(question: UserQuestion) -> bool:
    """Whether the question asks for a yes or no to a tool call."""
    return DENY in question.choices


class Human(Protocol):
    """The user who may be asked."""

    async def answer(self, question: UserQuestion) -> str | None:
        """The answer, or None without one."""
        ...


class NoTerminal:
    """Without a terminal no question can be answered."""

    async def answer(self, question: UserQuestion) -> str | None:
        return None


class TerminalUser:
    """Asks on the terminal itself, so that standard output holds only the answer; one question at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def answer(self, question: UserQuestion) -> str | None:
        async with self._turn:
            return await self._ask(question)

    async def _ask(self, question: UserQuestion) -> str | None:
        descriptor = os.open(_TERMINAL, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            os.write(descriptor, f"\n{_asked(question)}\n".encode())
            while True:
                os.write(descriptor, _prompt(question.choices).encode())
                line = await _line_from(descriptor)
                if line is None:
                    return None
                if choice := _choice(line.strip(), question.choices):
                    return choice
        finally:
            os.close(descriptor)


def _asked(question: UserQuestion) -> str:
    """The question, with the call exactly as it would run."""
    asked = reveal(question.prefix)
    if not question.tool_name:
        return asked
    arguments = shortened_arguments(question.tool_kwargs, _MAX_ARGUMENTS)
    call = f"{asked}\n  {reveal_line(question.tool_name)}  {arguments}"
    return f"{call}\n  session and always allow: {reveal_line(question.rule)}" if question.rule else call


def _prompt(choices: Sequence[str]) -> str:
    return f"({' / '.join(clean_line(choice) for choice in choices)}) > " if choices else "> "


def _choice(line: str, choices: Sequence[str]) -> str:
    """The choice that begins with `line`, if there is just one; any text where there are no choices."""
    if not choices:
        return line
    found = [choice for choice in choices if line and choice.startswith(line.lower())]
    return found[0] if len(found) == 1 else ""


async def _line_from(descriptor: int) -> str | None:
    """A line that is typed at the terminal, None at its end. Unlike `input` in a thread it can be cancelled."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    # The terminal delivers whole lines, so one read gets the line.
    loop.add_reader(descriptor, lambda: None if ready.done() else ready.set_result(None))
    try:
        await ready
        data = os.read(descriptor, _MAX_LINE)
    finally:
        loop.remove_reader(descriptor)
    return data.decode("utf-8", "replace") if data else None
