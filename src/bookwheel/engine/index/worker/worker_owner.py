"""The owner's side of the indexing worker: starts it, reads its messages, and explains its death."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncGenerator

from bookwheel.engine.index.child_process import end_child, end_of, shared_file, start_child
from bookwheel.engine.index.parse_limits import ParseLimits
from bookwheel.engine.index.worker.worker_messages import (
    NO_TASK,
    End,
    Failure,
    Job,
    Message,
    TaskInHand,
    message_from_line,
)
from bookwheel.engine.stores.store_protocol import DamagedStoreError
from bookwheel.errors import StoreError

_MODULE = "bookwheel.engine.index.worker.indexing_process"
_OUT_OF_MEMORY = ("memory allocation of", "MemoryError", "Cannot allocate memory")


class WorkerDiedError(Exception):
    """The worker ended without an `End` message; `task` is the one in hand, or NO_TASK.

    `recognised`: it was recognising a page by OCR.
    """

    def __init__(self, task: int, reason: str, details: str, *, recognised: bool = False) -> None:
        super().__init__(f"{reason}: {details}")
        self.task = task
        self.recognised = recognised
        self.reason = reason
        self.details = details


async def run_worker(job: Job) -> AsyncGenerator[Message, None]:
    """Start a worker on `job` and yield its messages, `End` last.

    Raises StoreError when the index cannot be written, WorkerDiedError when the process dies. Closing the generator
    ends the process.
    """
    with shared_file() as in_hand_file, shared_file() as errors:
        in_hand = TaskInHand(in_hand_file.fileno())
        in_hand.set(NO_TASK)
        descriptor = in_hand_file.fileno()
        process = await start_child(_MODULE, str(descriptor), store=job.store, errors=errors, pass_fds=[descriptor])
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            with contextlib.suppress(ConnectionError):  # it ended at once; its exit code gives the reason
                for piece in job.to_line():
                    process.stdin.write(piece)
                    await process.stdin.drain()
                    await asyncio.sleep(0)
            async for line in process.stdout:
                message = message_from_line(line)
                if isinstance(message, Failure):
                    kind = DamagedStoreError if message.is_damaged else StoreError
                    raise kind(message.message, hint=message.hint)
                yield message
                if isinstance(message, End):
                    return
            code = await process.wait()
            details = await asyncio.to_thread(end_of, errors)
            task, recognised = in_hand.get()
            size = 0 if task == NO_TASK else job.tasks[task].size
            cause = _cause_of_death(code, details, job.limits, size, recognised=recognised)
            raise WorkerDiedError(task, cause, details, recognised=recognised)
        finally:
            await end_child(process)


def is_out_of_memory(details: str) -> bool:
    """Whether the last lines of a process say that it got no memory. Rust's libraries abort then."""
    return any(sign in details for sign in _OUT_OF_MEMORY)


def _cause_of_death(code: int, details: str, limits: ParseLimits, size: int, *, recognised: bool) -> str:
    reading = "recognising a page" if recognised else "reading it"
    if is_out_of_memory(details):
        return f"{reading} takes too much memory"
    match -code:
        case signal.SIGXCPU:
            return f"{reading} took more than {limits.cpu_seconds_of(size)} seconds of computing"
        case signal.SIGKILL:
            return f"the indexing process was killed while {reading} (out of memory?)"
        case signal.SIGSEGV | signal.SIGBUS | signal.SIGABRT | signal.SIGILL:
            return "it crashes the recognition of its pages" if recognised else "it crashes the reader"
        case -1 if not details:  # the timer of `limits` ends the process silently
            seconds = limits.recognition_seconds if recognised else limits.wall_seconds_of(size)
            return f"{reading} took longer than {seconds:g} seconds"
        case _:
            return f"the indexing process ended while {reading} (code {code})"
