"""One run at a time: questions that come meanwhile wait, and each end starts the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bookwheel.assistant.active_run import ActiveRun
from bookwheel.assistant.document_filter import NO_FILTER, DeskFilter
from bookwheel.engine.record import EventRecord
from bookwheel.errors import UsageError


@dataclass(frozen=True, slots=True)
class QueuedQuestion:
    """A question with the id of its run and the documents that are asked; `note` is told with it."""

    run_id: str
    question: str
    mode: str
    note: str = ""
    filter: DeskFilter = NO_FILTER


class RunQueue:
    """Starts runs with `begin`; `run` is the one that goes on."""

    def __init__(self, begin: Callable[[QueuedQuestion], ActiveRun]) -> None:
        self._begin = begin
        self._waiting: list[QueuedQuestion] = []
        self._ends: dict[str, EventRecord] = {}
        self._changed = asyncio.Event()
        self.active: ActiveRun | None = None

    @property
    def waiting(self) -> tuple[str, ...]:
        """The questions that wait."""
        return tuple(asked.question for asked in self._waiting)

    def add(self, asked: QueuedQuestion) -> None:
        self._waiting.append(asked)
        self._start_next()

    def remove(self, index: int) -> str | None:
        """Remove a waiting question; its text."""
        if not 0 <= index < len(self._waiting):
            return None
        taken = self._waiting.pop(index)
        self._tell()
        return taken.question

    async def cancel(self) -> bool:
        """Stop the run that goes on; False when there is none."""
        run = self.active
        if run is None:
            return False
        await run.cancel()
        return True

    async def stop_all(self) -> None:
        """Forget what waits, stop the run, forget the ends."""
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
        is_running = self.active is not None and self.active.request.run_id == run_id
        return is_running or any(asked.run_id == run_id for asked in self._waiting)

    def _start_next(self) -> None:
        if self.active is None and self._waiting:
            self.active = self._begin(self._waiting.pop(0))
            self.active.start(self._run_ended)

    def _run_ended(self, run: ActiveRun) -> None:
        if run.finished is not None:
            self._ends[run.request.run_id] = run.finished
        self.active = None
        self._tell()
        self._start_next()

    def _tell(self) -> None:
        """Wake all who wait, and let the next ones wait for the next change."""
        self._changed.set()
        self._changed = asyncio.Event()
