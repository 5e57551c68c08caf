"""The owner's side of the indexing worker: starts it, listens, and tells what it died of."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from bookwheel.engine.index.limits import Limits
from bookwheel.engine.index.messages import NO_TASK, End, Failure, Job, Message, TaskInHand, message_from_line
from bookwheel.errors import StoreError

_LONGEST_MESSAGE = 64_000_000
_GRACE_S = 1.0
_END_OF_STDERR = 600
# The worker needs to find Python, its packages and the temporary folder; no key of the user's is among these.
_PASSED_ON = frozenset(
    (
        "PATH HOME USER LOGNAME LANG LANGUAGE TMPDIR TEMP TMP TZ PYTHONPATH PYTHONHOME VIRTUAL_ENV LD_LIBRARY_PATH "
        "DYLD_LIBRARY_PATH COVERAGE_PROCESS_START"
    ).split()
)


class WorkerDiedError(Exception):
    """The worker ended before it had said so; `task` is the one that it was at, or NO_TASK."""

    def __init__(self, task: int, reason: str, details: str) -> None:
        super().__init__(f"{reason}: {details}")
        self.task = task
        self.reason = reason
        self.details = details


async def run_worker(job: Job) -> AsyncGenerator[Message, None]:
    """Start a worker on `job` and yield what it says, `End` last.

    Raises StoreError when the index cannot be written, WorkerDiedError when the process dies. Closing the generator
    ends the process.
    """
    with _shared_file() as in_hand_file, _shared_file() as errors:
        in_hand = TaskInHand(in_hand_file.fileno())
        in_hand.set(NO_TASK)
        process = await _start(in_hand_file.fileno(), errors.fileno())
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(job.to_line())
            with contextlib.suppress(ConnectionError):  # it died at once; the exit code tells of what
                await process.stdin.drain()
            async for line in process.stdout:
                message = message_from_line(line)
                if isinstance(message, Failure):
                    raise StoreError(message.message, hint=message.hint)
                yield message
                if isinstance(message, End):
                    return
            code = await process.wait()
            details = await asyncio.to_thread(_end_of, errors)
            raise WorkerDiedError(in_hand.get(), _cause_of_death(code, details, job.limits), details)
        finally:
            await _end(process)


def _shared_file() -> IO[bytes]:
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("bookwheel"), "w+b", buffering=0)
    return TemporaryFile(buffering=0)


async def _start(in_hand: int, errors: int) -> asyncio.subprocess.Process:
    environment = {name: value for name, value in os.environ.items() if name in _PASSED_ON or name.startswith("LC_")}
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # never import from the folder that the user stands in: it may hold anything
            "-m",
            "bookwheel.engine.index.worker",
            str(in_hand),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env=environment,
            cwd=Path(sys.prefix),
            pass_fds=(in_hand,),
            limit=_LONGEST_MESSAGE,
        )
    except OSError as error:
        raise StoreError(
            f"The indexing process cannot be started: {error.strerror}.", hint="Close other programs and try again."
        ) from error


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_GRACE_S):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        raise


def _cause_of_death(code: int, details: str, limits: Limits) -> str:
    match -code:
        case signal.SIGXCPU:
            return f"reading it took more than {limits.cpu_seconds} seconds of computing"
        case signal.SIGKILL:
            return "the indexing process was killed while reading it (out of memory?)"
        case signal.SIGSEGV | signal.SIGBUS | signal.SIGABRT | signal.SIGILL:
            return "it crashes the reader"
        case -1 if not details:  # the timer of `limits` ends the process without a word
            return f"reading it took longer than {limits.wall_seconds:g} seconds"
        case _:
            return f"the indexing process ended while reading it (code {code})"


def _end_of(errors: IO[bytes]) -> str:
    errors.seek(0)
    return errors.read()[-_END_OF_STDERR:].decode("utf-8", errors="replace").strip()
