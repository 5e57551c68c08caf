"""One run at a time: further questions are queued, and the end of each run starts the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bookwheel.assistant.active_run import ActiveRun
from bookwheel.assistant.call_journal import NEW, RunAgain
from bookwheel.assistant.documents.document_filter import NO_FILTER, DeskFilter
from bookwheel.assistant.outcome import STOPPED
from bookwheel.assistant.question_pictures import Picture
from bookwheel.engine.events.run_events import RunError
from bookwheel.engine.record import EventRecord
from bookwheel.errors import UsageError
from bookwheel.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class QueuedQuestion:
    """A question with the id of its run and the filter; `note` is shown with it, `again` is what it repeats.

    `pictures` are sent to the model with it.
    """

    run_id: str
    question: str
    mode: str
    note: str = ""
    filter: DeskFilter = NO_FILTER
    again: RunAgain = NEW
    pictures: tuple[Picture, ...] = ()


class RunQueue:
    """Starts runs with `begin`; `active` is the one that is going on."""

    def __init__(self, begin: Callable[[QueuedQuestion], ActiveRun]) -> None:
        self._begin = begin
        self._waiting: list[QueuedQuestion] = []
        self._ends: dict[str, EventRecord] = {}
        self._changed = asyncio.Event()
        self.active: ActiveRun | None = None

    @property
    def waiting(self) -> tuple[str, ...]:
        """The queued questions."""
        return tuple(asked.question for asked in self._waiting)

    def add(self, asked: QueuedQuestion) -> None:
        self._waiting.append(asked)
        self._start_next()

    def remove(self, index: int) -> str | None:
        """Remove a queued question; its text, None for an unknown index."""
        if not 0 <= index < len(self._waiting):
            return None
        removed = self._waiting.pop(index)
        self._notify()
        return removed.question

    async def cancel(self, reason: RunError = STOPPED) -> bool:
        """Stop the active run for this reason; False when there is none."""
        run = self.active
        if run is None:
            return False
        await run.cancel(reason)
        return True

    async def stop_all(self, reason: RunError = STOPPED) -> None:
        """Empty the queue, stop the active run for this reason, forget the runs that have ended."""
        self._waiting.clear()
        await self.cancel(reason)
        self._ends.clear()
        self._notify()

    async def wait_finished(self, run_id: str) -> EventRecord:
        """Wait for the `RunFinished` of a run. Raises UsageError for a run that is neither active nor queued."""
        while run_id not in self._ends:
            if not self._is_coming(run_id):
                raise UsageError(
                    f"The run {run_id} was not asked here, or was removed from the queue.", hint="Ask again."
                )
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
        self._notify()
        self._start_next()

    def _notify(self) -> None:
        """Wake all waiting coroutines; later ones wait for the next change."""
        self._changed.set()
        self._changed = asyncio.Event()
