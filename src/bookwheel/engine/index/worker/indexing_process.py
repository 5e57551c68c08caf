"""The indexing process: parses, splits and writes, so that a broken file can kill only this process.

    python -P -m bookwheel.engine.index.worker.indexing_process TASK_IN_HAND_FD

Started by `worker_owner`; see `worker_messages` for their messages.
"""

from __future__ import annotations

import atexit
import gc
import math
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from threading import Lock
from types import FrameType

from bookwheel.engine.index.file_task import Task, TaskDone
from bookwheel.engine.index.ingest import Ingest, Leaving
from bookwheel.engine.index.parse_limits import ParserGuard, may_kill
from bookwheel.engine.index.progress import is_slow
from bookwheel.engine.index.worker.commit_aside import CommitAside
from bookwheel.engine.index.worker.worker_messages import (
    NO_TASK,
    End,
    Failure,
    Job,
    Message,
    Reading,
    Removed,
    Results,
    TaskInHand,
    Waiting,
    job_from_line,
    message_to_line,
)
from bookwheel.engine.stores.store_protocol import DamagedStoreError, Store, StoredDocument, StoreWriter
from bookwheel.engine.stores.store_registry import store_at
from bookwheel.errors import StoreError

# Commit soon at first, then every second or two, and less often as the work grows. Each commit makes new segments,
# which are merged later. The seconds are computing time of all threads: on a busy machine, commits by the clock would
# take most of it. When the process is killed, at most a tenth of the work or these seconds are lost.
_FIRST_COMMIT_AFTER_S = 0.15
_COMMIT_EVERY_CPU_S = 3.0
_COMMIT_SHARE = 0.1
_COMMIT_AT_LEAST_EVERY_S = 5.0
_COMMIT_BYTES = 100_000_000
_TELL_EVERY_S = 0.1
_LOOK_FOR_OWNER_EVERY_S = 0.1
# Readers leave hardly any cycles; to look for them as often as Python does takes a fiftieth of a reading.
_COLLECT_AT = (20_000, 20, 20)


class _Stopped(BaseException):
    """The owner asked to stop. Not an Exception, which would count as a failure of the running reader."""


class _Owner:
    """The process that started this one."""

    def __init__(self) -> None:
        self._looked_at = 0.0
        self._told_to_stop = False
        self._sending = Lock()

    def send(self, message: Message) -> None:
        line = message_to_line(message)
        try:
            with self._sending:
                sys.stdout.write(line)
                sys.stdout.flush()
        except BrokenPipeError as error:
            raise _Stopped from error

    def stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._told_to_stop = True

    def check(self) -> None:
        """Raise _Stopped when the owner has ended or asks to stop."""
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_FOR_OWNER_EVERY_S:
            self._looked_at = now
            readable, _, _ = select.select([sys.stdin], [], [], 0)
            if readable and not os.read(sys.stdin.fileno(), 1):
                self._told_to_stop = True
        if self._told_to_stop:
            raise _Stopped


class Worker:
    """Does one job."""

    def __init__(self, job: Job, owner: _Owner, in_hand: TaskInHand) -> None:
        self._job = job
        self._owner = owner
        self._in_hand = in_hand
        self._store: Store = store_at(job.store)
        self._guard = ParserGuard(job.limits)
        self._ingest = Ingest(
            self._store,
            job.limits.largest_file,
            job.limits.follows_links,
            before_parsing=self._watch_parsing,
            before_recognising=self._watch_recognition,
        )
        self._writer: CommitAside | None = None
        self._results: list[tuple[int, TaskDone]] = []
        self._number = NO_TASK
        self._uncommitted_bytes = 0
        self._commit_at = time.monotonic() + _FIRST_COMMIT_AFTER_S
        self._commit_at_cpu = math.inf
        self._told_at = 0.0
        self._only_quick_so_far = True

    def run(self) -> None:
        """Do the job; finished work is committed even when the owner asks to stop."""
        with self._store.writer(lambda holder: self._owner.send(Waiting(holder))) as whole:
            writer = self._writer = CommitAside(whole, self._guard.stop_watching)
            try:
                leaving = self._clear(writer)
                sizes = {stored.size for stored in leaving}
                # Files that may be moved documents come first: those documents cannot be removed before.
                self._do_all(writer, lambda task: task.size in sizes)
                self._remove_rest(writer)
                self._do_all(writer, lambda task: task.size not in sizes)
            finally:
                self._guard.stop_watching()
                self._in_hand.set(NO_TASK)
                writer.wait()
            self._commit(writer)
        self._store.close()
        self._owner.send(End())

    def _clear(self, writer: StoreWriter) -> list[StoredDocument]:
        """Remove documents whose files are gone; those that may have been moved are returned."""
        sizes = {task.size for task in self._job.tasks.values()}
        known = [stored for ref in self._job.remove if (stored := self._store.find(ref)) is not None]
        leaving = [stored for stored in known if stored.sha256 and stored.size in sizes]
        self._ingest.leaving = Leaving(leaving)
        waiting = {stored.ref for stored in leaving}
        for root, rows in self._job.left_out.items():
            writer.set_left_out(root, rows)
        self._remove(writer, [ref for ref in self._job.remove if ref not in waiting])
        return leaving

    def _remove_rest(self, writer: StoreWriter) -> None:
        rest = [stored.ref for stored in self._ingest.leaving.rest()]
        self._ingest.leaving = Leaving()
        if rest or self._results:
            self._commit(writer)
        self._remove(writer, rest)

    def _remove(self, writer: StoreWriter, refs: Sequence[str]) -> None:
        for ref in refs:
            writer.remove(ref)
        if refs:
            writer.commit()
            self._owner.send(Removed(refs))

    def _do_all(self, writer: CommitAside, is_meant: Callable[[Task], bool]) -> None:
        for number, task in self._job.tasks.items():
            if is_meant(task):
                self._owner.check()
                self._commit_before_first_slow(writer, task)
                self._do(writer, number, task)
                self._commit_when_due(writer)

    def _do(self, writer: StoreWriter, number: int, task: Task) -> None:
        self._number = number
        self._in_hand.set(number)
        self._told_at = time.monotonic()
        done = self._ingest.bring_in(writer, task, lambda fraction: self._tell_fraction(number, fraction))
        self._guard.relax()
        self._in_hand.set(NO_TASK)
        self._results.append((number, done))
        self._uncommitted_bytes += task.size

    def _watch_parsing(self, format_name: str, size: int) -> None:
        if self._writer is not None and may_kill(format_name, size):
            # What was done before is reported before this process may end.
            self._writer.wait()
        if is_slow(self._job.tasks[self._number].path, size):
            # Few readers tell how far they are, and a large table takes half a minute.
            self._owner.send(Reading(self._number, 0.0))
        self._guard.watch(format_name, size)

    def _watch_recognition(self, format_name: str, size: int) -> None:
        self._in_hand.set(self._number, recognises=True)
        self._guard.watch(format_name, size, recognises=True)

    def _tell_fraction(self, number: int, fraction: float) -> None:
        now = time.monotonic()
        if now - self._told_at >= _TELL_EVERY_S:
            self._told_at = now
            self._owner.send(Reading(number, fraction))
            self._owner.check()

    def _commit_before_first_slow(self, writer: StoreWriter, task: Task) -> None:
        # Slow files come last, and a long PDF may take seconds: commit so that those before it can be found.
        if self._only_quick_so_far and is_slow(task.path, task.size):
            self._only_quick_so_far = False
            if self._results:
                self._commit(writer)

    def _commit_when_due(self, writer: CommitAside) -> None:
        is_time = time.monotonic() >= self._commit_at or time.process_time() >= self._commit_at_cpu
        if not is_time and self._uncommitted_bytes < _COMMIT_BYTES:
            return
        if writer.may_commit_aside():
            results = self._results
            writer.commit_aside(lambda: self._owner.send(Results(results)))
            self._begin_batch()
        else:
            self._commit(writer)

    def _commit(self, writer: StoreWriter) -> None:
        self._guard.stop_watching()
        writer.give_way()
        if self._results:
            self._owner.send(Results(self._results))
        self._begin_batch()

    def _begin_batch(self) -> None:
        self._results = []
        self._uncommitted_bytes = 0
        computed = time.process_time()
        self._commit_at = time.monotonic() + _COMMIT_AT_LEAST_EVERY_S
        self._commit_at_cpu = computed + max(_COMMIT_EVERY_CPU_S, _COMMIT_SHARE * computed)


def main() -> None:
    """Read the job, do it, report how it ended."""
    # As a measurement of coverage does; Python does not say so in public.
    others_wait_for_end = getattr(atexit, "_ncallbacks", lambda: 1)() > 0
    os.umask(0o077)
    gc.freeze()
    gc.set_threshold(*_COLLECT_AT)
    in_hand = TaskInHand(int(sys.argv[1]))
    owner = _Owner()
    signal.signal(signal.SIGTERM, owner.stop)
    # Ctrl+C in the terminal goes to the whole process group; the owner decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = _read_line(sys.stdin.fileno())
    try:
        Worker(job_from_line(line), owner, in_hand).run()
    except StoreError as error:
        owner.send(Failure(error.message, error.hint, isinstance(error, DamagedStoreError)))
    except _Stopped:
        pass
    if not others_wait_for_end:
        os._exit(0)  # to take the interpreter apart takes 10 ms, and all is written and sent


def _read_line(fd: int) -> bytes:
    # Not through `sys.stdin`: its buffer would hide from `select` that the pipe has ended.
    pieces: list[bytes] = []
    while (piece := os.read(fd, 1 << 20)) and not piece.endswith(b"\n"):
        pieces.append(piece)
    return b"".join([*pieces, piece])


if __name__ == "__main__":
    main()
