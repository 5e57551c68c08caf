"""One refresh of the index: what its plan found, what the worker does about it, and the end with the counts."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

from bookwheel.engine.index.parse_limits import ParseLimits
from bookwheel.engine.index.plan import Plan
from bookwheel.engine.index.progress import (
    FileRemoved,
    FileState,
    IngestDone,
    IngestProgress,
    IngestUpdate,
    LeftOut,
    WorkClock,
)

_UPDATES_IN_A_ROW = 200


class Refresh:
    """Carries out a plan."""

    def __init__(self, plan: Plan, store: str, limits: ParseLimits, started: float) -> None:
        self._plan = plan
        self._store = store
        self._limits = limits
        self._clock = WorkClock(started)
        self._counts: Counter[str] = Counter()
        self._passages = sum(stored.passages for stored in plan.unchanged)

    async def updates(self) -> AsyncGenerator[IngestUpdate, None]:
        """The updates of the refresh, `IngestDone` last."""
        for number, update in enumerate(self._beginning()):
            if number % _UPDATES_IN_A_ROW == 0:
                await asyncio.sleep(0)  # let other tasks run
            yield update
        if not self._plan.is_empty:
            # Late: most refreshes find nothing to do.
            from bookwheel.engine.index.worker.planned_work import PlannedWork

            work = PlannedWork(self._plan, self._store, self._limits, self._counts)
            async with aclosing(work.updates()) as updates:
                async for update in updates:
                    if isinstance(update, IngestProgress):
                        self._clock.follow(update)
                    yield update
            self._passages += work.passages
        yield self._end()

    def _beginning(self) -> Iterator[IngestUpdate]:
        for found in self._plan.walks:
            if found.problem:
                self._counts["failed"] += 1
                yield FileState(path=found.root, root=found.root, status="failed", reason=found.problem)
            for row in found.left_out:
                self._counts["left_out"] += 1
                yield LeftOut(row.path, found.root, row.reason)
        for path in self._plan.vanished:
            yield FileRemoved(path)
        for stored in self._plan.unchanged:
            self._counts["left_out" if stored.status == "left_out" else "unchanged"] += 1
        for task in self._plan.tasks:
            yield FileState(path=task.path, root=task.root, status="waiting", size=task.size)
        if self._plan.tasks or self._plan.needs_repair:
            size = sum(task.size for task in self._plan.tasks)
            yield IngestProgress(0, len(self._plan.tasks), 0, size)

    def _end(self) -> IngestDone:
        count = self._counts
        return IngestDone(
            indexed=count["indexed"],
            moved=count["moved"],
            unchanged=count["unchanged"],
            removed=count["removed"],
            failed=count["failed"],
            left_out=count["left_out"],
            passages=self._passages,
            seconds=self._clock.seconds,
            damage=self._plan.damage,
        )
