"""Tasks beside the desk: they are cancelled when it closes, and their failures are kept."""

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
        """Cancel the tasks that still run and wait for them."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # A question that needs its result reports the failure again; `--debug` shows this one.
            self.last_error = error
