"""One refresh of the index: the worker's messages become updates, and its crashes become failed files."""

from __future__ import annotations

import asyncio
import datetime
import time
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from bookwheel.engine.index.file_task import Task, TaskDone
from bookwheel.engine.index.parse_limits import ParseLimits
from bookwheel.engine.index.plan import Plan
from bookwheel.engine.index.progress import (
    FileRemoved,
    FileState,
    IngestDone,
    IngestProgress,
    IngestUpdate,
    LeftOut,
)
from bookwheel.engine.index.worker.worker_messages import (
    NO_TASK,
    End,
    Failure,
    Job,
    Message,
    Reading,
    Removed,
    Results,
    Waiting,
)
from bookwheel.engine.stores.store_protocol import file_day
from bookwheel.errors import StoreError

if TYPE_CHECKING:
    from bookwheel.engine.index.worker.worker_owner import WorkerDiedError

_UPDATES_IN_A_ROW = 200
# After so many deaths outside of a file the worker is not started again.
_MOST_DEATHS_BETWEEN_FILES = 2


class Refresh:
    """Carries out a plan."""

    def __init__(self, plan: Plan, store: str, limits: ParseLimits, started: float) -> None:
        self._plan = plan
        self._store = store
        self._limits = limits
        self._started = started
        self._waiting = dict(enumerate(plan.tasks))
        self._leaving = {stored.ref: stored for stored in plan.removed}
        self._counts: Counter[str] = Counter()
        self._passages = sum(stored.passages for stored in plan.unchanged)
        self._bytes_total = sum(task.size for task in plan.tasks)
        self._bytes_done = 0
        self._deaths = 0

    async def updates(self) -> AsyncGenerator[IngestUpdate, None]:
        """The updates of the refresh, `IngestDone` last."""
        for number, update in enumerate(self._beginning()):
            if number % _UPDATES_IN_A_ROW == 0:
                await asyncio.sleep(0)  # let other tasks run
            yield update
        if not self._plan.is_empty:
            async with aclosing(self._work()) as updates:
                async for update in updates:
                    yield update
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
            yield self._progress()

    async def _work(self) -> AsyncGenerator[IngestUpdate, None]:
        # Late: most refreshes find nothing to do.
        from bookwheel.engine.index.worker.worker_owner import WorkerDiedError, run_worker

        while True:
            job = Job(
                store=self._store,
                limits=self._limits,
                remove=list(self._leaving),
                left_out=self._plan.left_out,
                tasks=self._waiting,
            )
            try:
                async with aclosing(run_worker(job)) as messages:
                    async for message in messages:
                        for update in self._updates_of(message):
                            yield update
                return
            except WorkerDiedError as death:
                self._bury(death)

    def _updates_of(self, message: Message) -> Iterator[IngestUpdate]:
        match message:
            case Waiting(holder):
                yield self._progress(holder)
            case Reading(number, fraction):
                task = self._waiting[number]
                yield FileState(
                    path=task.path, root=task.root, status="indexing", size=task.size, fraction=min(fraction, 1.0)
                )
            case Results(results):
                for number, done in results:
                    yield from self._left(done.moved_from)
                    yield self._settled(self._waiting.pop(number), done)
                yield self._progress()
            case Removed(refs):
                for ref in refs:
                    for update in self._left(ref):
                        self._counts["removed"] += 1
                        yield update
            case Failure() | End():
                return

    def _left(self, ref: str) -> Iterator[IngestUpdate]:
        """The updates for the path that a document has moved away from."""
        stored = self._leaving.pop(ref, None)
        if stored is not None and stored.path is not None:
            yield FileRemoved(stored.path)

    def _settled(self, task: Task, done: TaskDone) -> IngestUpdate:
        self._bytes_done += task.size
        self._passages += done.passages
        self._counts["removed" if done.outcome == "gone" else done.outcome] += 1
        match done.outcome:
            case "gone":
                return FileRemoved(task.path)
            case "left_out":
                return LeftOut(task.path, task.root, done.reason)
            case "indexed" | "moved" | "unchanged" | "failed":
                return FileState(
                    path=task.path,
                    root=task.root,
                    status="failed" if done.reason else "indexed",
                    size=task.size,
                    fraction=1.0,
                    passages=done.passages,
                    pages=done.pages,
                    title=done.title,
                    reason=done.reason,
                    format=done.format,
                    author=done.author,
                    date=None if done.date is None else datetime.date.fromisoformat(done.date),
                    changed=file_day(task.mtime_ns),
                    remarks=tuple(done.remarks),
                    tags=tuple(done.tags),
                )

    def _bury(self, death: WorkerDiedError) -> None:
        task = self._waiting.get(death.task) if death.task != NO_TASK else None
        if task is not None and not task.failed:
            self._waiting[death.task] = replace(task, failed=death.reason)
            return
        self._deaths += 1
        if self._deaths > _MOST_DEATHS_BETWEEN_FILES:
            raise StoreError(
                f"The indexing process keeps ending unexpectedly. {death.details.rpartition(chr(10))[2]}".strip(),
                hint="What is indexed stays searchable. Run: bookwheel doctor",
            ) from death

    def _progress(self, holder: str = "") -> IngestProgress:
        total = len(self._plan.tasks)
        return IngestProgress(total - len(self._waiting), total, self._bytes_done, self._bytes_total, holder)

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
            seconds=time.monotonic() - self._started,
            damage=self._plan.damage,
        )
