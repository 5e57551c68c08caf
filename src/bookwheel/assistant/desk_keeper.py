"""Saves what is chosen on the desk: for the named desk that is open, else for the next start."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bookwheel.assistant.side_tasks import SideTasks
from bookwheel.config.setting_tables import MODE, MODEL, WEB
from bookwheel.engine.selection import Selection
from bookwheel.errors import UsageError

if TYPE_CHECKING:
    from bookwheel.config.kept import NamedDesk

_OF_DESK: Mapping[str, str] = {MODEL: "model", MODE: "mode", WEB: "web"}


class ChoicePort(Protocol):
    """Where single choices are kept; blocks."""

    def keep(self, choices: Mapping[str, str]) -> None: ...


class DeskPort(Protocol):
    """Where named desks are kept; blocks."""

    def names(self) -> list[str]: ...

    def load(self, name: str) -> NamedDesk | None: ...

    def save(self, desk: NamedDesk) -> None: ...

    def delete(self, name: str) -> None: ...


class DeskKeeper:
    """Saves choices in threads, one write at a time; without stores nothing is saved. `desk` is the open named desk."""

    def __init__(self, tasks: SideTasks, choices: ChoicePort | None, desks: DeskPort | None) -> None:
        self._tasks = tasks
        self._choices = choices
        self._desks = desks
        self._waiting: dict[str, str] = {}
        self._saved: NamedDesk | None = None
        self._is_paused = False
        self._writing = asyncio.Lock()
        self.desk: NamedDesk | None = None

    @property
    def name(self) -> str:
        """The name of the open desk; "" when it has none."""
        return self.desk.name if self.desk is not None else ""

    def open(self, desk: NamedDesk | None) -> None:
        """Note that this desk is open, and save it again, so that its file has the time of its last use."""
        self.desk, self._saved = desk, None

    @contextmanager
    def paused(self) -> Generator[None]:
        """Keep nothing meanwhile."""
        self._is_paused = True
        try:
            yield
        finally:
            self._is_paused = False

    def keep(self, name: str, value: str) -> None:
        """Keep a choice: for the open desk if it is one of a desk, else for the next start."""
        if self._is_paused:
            return
        if self.desk is not None and name in _OF_DESK:
            self._change(replace(self.desk, **{_OF_DESK[name]: value}))
        elif self._choices is not None:
            self._waiting[name] = value
            self._tasks.start(self._write(), name="keep choices")

    def follow(self, roots: Sequence[Path], selection: Selection) -> None:
        """Keep the folders and the filter of the open desk."""
        if self.desk is not None:
            self._change(replace(self.desk, folders=tuple(map(str, roots)), selection=selection))

    async def names(self) -> list[str]:
        """All named desks, the one used last first."""
        return await asyncio.to_thread(self._desks.names) if self._desks is not None else []

    async def load(self, name: str) -> NamedDesk | None:
        """The named desk, None when there is none. Raises ConfigError for an unusable name."""
        if self._desks is None:
            raise UsageError("Named desks are not available here.", hint="They work in the app on your own documents.")
        return await asyncio.to_thread(self._desks.load, name)

    async def delete(self, name: str) -> None:
        """Delete a named desk; if it is open it stays, without its name. Raises ConfigError when there is none."""
        if name == self.name:
            self.open(None)
        if self._desks is not None:
            async with self._writing:
                await asyncio.to_thread(self._desks.delete, name)

    async def aclose(self) -> None:
        """Write what is not written yet."""
        await self._write()

    def _change(self, desk: NamedDesk) -> None:
        if desk != self.desk or desk != self._saved:
            self.desk = desk
            self._tasks.start(self._write(), name="keep the desk")

    async def _write(self) -> None:
        async with self._writing:
            waiting, self._waiting = self._waiting, {}
            if waiting and self._choices is not None:
                await asyncio.to_thread(self._choices.keep, waiting)
            desk = self.desk
            if desk is not None and desk != self._saved and self._desks is not None:
                self._saved = desk
                await asyncio.to_thread(self._desks.save, desk)
