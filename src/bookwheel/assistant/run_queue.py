"""One run at a time: questions that come meanwhile wait, and each end starts the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bookwheel.assistant.active_run import Turn
from bookwheel.assistant.document_filter import NO_FILTER, DeskFilter
from bookwheel.engine.record import EventRecord
from bookwheel.errors import UsageError


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the id of its run and the documents that are asked; `note` is told with it."""

    run_id: str
    question: str
    mode: str
    note: str = ""
    filter: DeskFilter = NO_FILTER


class RunQueue:
    """Starts turns with `begin`; `turn` is the one that goes on."""

    def __init__(self, begin: Callable[[Asked], Turn]) -> None:
        self._begin = begin
        self._waiting: list[Asked] = []
        self._ends: dict[str, EventRecord] = {}
        self._changed = asyncio.Event()
        self.turn: Turn | None = None

    @property
    def waiting(self) -> tuple[str, ...]:
        """The questions that wait."""
        return tuple(asked.question for asked in self._waiting)

    def add(self, asked: Asked) -> None:
        self._waiting.append(asked)
        self._start_next()

    def take_back(self, index: int) -> str | None:
        """Remove a waiting question; its text."""
        if not 0 <= index < len(self._waiting):
            return None
        taken = self._waiting.pop(index)
        self._tell()
        return taken.question

    async def cancel(self) -> bool:
        """Stop the turn that goes on; False when there is none."""
        turn = self.turn
        if turn is None:
            return False
        await turn.cancel()
        return True

    async def stop_all(self) -> None:
        """Forget what waits, stop the turn, forget the ends."""
        self._waiting.clear()
        await self.cancel()
        self._ends.clear()
        self._tell()

    async def wait_finished(self, run_id: str) -> EventRecord:
        """The `RunFinished` of a run, when it has come; UsageError for a run that never will."""
        while run_id not in self._ends:
            if not self._is_coming(run_id):
                raise UsageError(f"The run {run_id} was not asked here, or was taken back.")
            await self._changed.wait()
        return self._ends[run_id]

    def _is_coming(self, run_id: str) -> bool:
        is_running = self.turn is not None and self.turn.request.run_id == run_id
        return is_running or any(asked.run_id == run_id for asked in self._waiting)

    def _start_next(self) -> None:
        if self.turn is None and self._waiting:
            self.turn = self._begin(self._waiting.pop(0))
            self.turn.start(self._turn_ended)

    def _turn_ended(self, turn: Turn) -> None:
        if turn.finished is not None:
            self._ends[turn.request.run_id] = turn.finished
        self.turn = None
        self._tell()
        self._start_next()

    def _tell(self) -> None:
        """Wake all who wait, and let the next ones wait for the next change."""
        self._changed.set()
        self._changed = asyncio.Event()
