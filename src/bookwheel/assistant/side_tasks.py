"""Work beside the desk that nobody waits for: owned, cancelled at the end, its failures kept."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from bookwheel.engine.workflow.tasks import start_task


class SideTasks:
    """Owns its tasks until `aclose`; `last_error` is what the latest failed one raised."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self.last_error: BaseException | None = None

    def start(self, work: Coroutine[object, object, None], *, name: str) -> None:
        self._tasks.add(start_task(work, name=name, when_done=self._done))

    async def aclose(self) -> None:
        """Cancel what is still at work and wait for it."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # What it hinders says so itself when it is asked for; `--debug` shows this.
            self.last_error = error
