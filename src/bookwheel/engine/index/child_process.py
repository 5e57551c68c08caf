"""Python processes that work for this one: started without the user's keys, and stopped by their owner."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from bookwheel.engine.stores.store_registry import scheme_of
from bookwheel.errors import StoreError

_LONGEST_MESSAGE = 64_000_000
_GRACE_S = 1.0
_END_OF_STDERR = 600
# A child needs to find Python, its packages and the temporary folder; no key of the user's is among these.
_PASSED_ON = frozenset(
    (
        "PATH HOME USER LOGNAME LANG LANGUAGE TMPDIR TEMP TMP TZ PYTHONPATH PYTHONHOME VIRTUAL_ENV LD_LIBRARY_PATH "
        "DYLD_LIBRARY_PATH COVERAGE_PROCESS_START TESSDATA_PREFIX"
    ).split()
)


def shared_file() -> IO[bytes]:
    """A file without a name, for what must not get lost in a pipe when a child dies."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("bookwheel"), "w+b", buffering=0)
    return TemporaryFile(buffering=0)


async def start_child(
    module: str, *arguments: str, store: str, errors: IO[bytes], pass_fds: Sequence[int] = ()
) -> asyncio.subprocess.Process:
    """Start `python -m module`, with pipes for its input and output. Raises StoreError when the system won't.

    `store` is the location of the index that it works on: of a shared one it needs to know what PG… variables say.
    """
    prefixes = ("LC_", "PG") if scheme_of(store) else ("LC_",)
    environment = {name: value for name, value in os.environ.items() if name in _PASSED_ON or name.startswith(prefixes)}
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # never import from the folder that the user stands in: it may hold anything
            "-m",
            module,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors.fileno(),
            env=environment,
            cwd=Path(sys.prefix),
            pass_fds=pass_fds,
            limit=_LONGEST_MESSAGE,
        )
    except OSError as error:
        raise StoreError(
            f"The indexing process cannot be started: {error.strerror}.", hint="Close other programs and try again."
        ) from error


async def end_child(process: asyncio.subprocess.Process) -> None:
    """Stop it by closing its input and SIGTERM; kill it when it does not end, or when this wait is cancelled.

    When this returns or raises, the process is gone and its pipes are closed.
    """
    if process.stdin is not None:
        process.stdin.close()
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    try:
        async with asyncio.timeout(_GRACE_S):
            await _gone(process)
    except TimeoutError:
        await _killed(process)
    except asyncio.CancelledError:
        await _killed(process)
        raise


async def _killed(process: asyncio.subprocess.Process) -> None:
    """Wait for its end also when cancelled once more, as at the end of the loop: nothing refuses SIGKILL."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    cancelled: asyncio.CancelledError | None = None
    while True:
        try:
            await _gone(process)
            break
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled


async def _gone(process: asyncio.subprocess.Process) -> None:
    """Wait for its end and for the end of its output: asyncio closes the pipes then, and not before."""
    await process.wait()
    if process.stdout is not None:
        await process.stdout.read()


def end_of(errors: IO[bytes]) -> str:
    """The last that a child wrote to its standard error. Blocks."""
    errors.seek(0)
    return errors.read()[-_END_OF_STDERR:].decode("utf-8", errors="replace").strip()
