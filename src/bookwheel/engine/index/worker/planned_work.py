"""Carries out the plan of a refresh in the worker: its messages become updates, and its crashes become failed files."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import replace

from bookwheel.engine.index.file_task import Task, TaskDone
from bookwheel.engine.index.parse_limits import ParseLimits
from bookwheel.engine.index.plan import Plan
from bookwheel.engine.index.progress import FileRemoved, FileState, IngestProgress, IngestUpdate, LeftOut
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
from bookwheel.engine.index.worker.worker_owner import WorkerDiedError, is_out_of_memory, run_worker
from bookwheel.engine.stores.store_protocol import file_day
from bookwheel.errors import StoreError

# After so many deaths outside of a file the worker is not started again.
_MOST_DEATHS_BETWEEN_FILES = 2
# A recognition that hangs does so on every page: a folder of scans would take a minute a file.
_MOST_DEAD_RECOGNITIONS = 3


class PlannedWork:
    """The tasks of a plan, and the documents that it removes. `counts` gets the outcomes."""

    def __init__(self, plan: Plan, store: str, limits: ParseLimits, counts: Counter[str]) -> None:
        self._store = store
        self._limits = limits
        self._counts = counts
        self._left_out = plan.left_out
        self._waiting = dict(enumerate(plan.tasks))
        self._leaving = {stored.ref: stored for stored in plan.removed}
        self._total = len(plan.tasks)
        self._bytes_total = sum(task.size for task in plan.tasks)
        self._bytes_done = 0
        self._deaths = 0
        self._recognitions_that_died = 0
        self.passages = 0
        """The passages of the files that were done."""

    async def updates(self) -> AsyncGenerator[IngestUpdate, None]:
        """The updates of all files, until the worker has ended. Raises StoreError."""
        while True:
            job = Job(
                store=self._store,
                limits=self._limits,
                remove=list(self._leaving),
                left_out=self._left_out,
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
        self.passages += done.passages
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
        if task is not None and death.recognised and not task.not_recognised:
            # What the file holds besides scanned pages can be read.
            self._waiting[death.task] = replace(task, not_recognised=death.reason)
            self._recognitions_that_died += 1
            if self._recognitions_that_died >= _MOST_DEAD_RECOGNITIONS:
                self._recognise_no_more()
            return
        if task is not None and not task.failed:
            self._waiting[death.task] = replace(task, failed=death.reason)
            return
        self._deaths += 1
        if self._deaths > _MOST_DEATHS_BETWEEN_FILES:
            raise _explained(death.details) from death

    def _recognise_no_more(self) -> None:
        reason = f"OCR is not tried after {_MOST_DEAD_RECOGNITIONS} files on which it did not end"
        for number, task in self._waiting.items():
            if not task.not_recognised:
                self._waiting[number] = replace(task, not_recognised=reason)

    def _progress(self, holder: str = "") -> IngestProgress:
        done = self._total - len(self._waiting)
        return IngestProgress(done, self._total, self._bytes_done, self._bytes_total, holder)


def _explained(details: str) -> StoreError:
    """Why the process keeps ending, from the last lines of its standard error."""
    if is_out_of_memory(details):
        return StoreError(
            "The indexing process needs more memory than it may have.",
            hint="Close other programs, or raise the limit: ulimit -v. What is indexed stays searchable.",
        )
    said = [line for line in details.splitlines() if line.strip() and not line.startswith("note:")]
    return StoreError(
        f"The indexing process keeps ending unexpectedly. {said[-1] if said else ''}".strip(),
        hint="What is indexed stays searchable. Run: bookwheel doctor",
    )
