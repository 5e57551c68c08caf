"""Python processes that work for this one: started without the user's keys, and stopped by their owner."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from bookwheel.address_space import ONE_ARENA, is_limited
from bookwheel.engine.stores.store_registry import scheme_of
from bookwheel.errors import StoreError
from bookwheel.signals import signal_child

_LONGEST_MESSAGE = 64_000_000
_GRACE_S = 1.0
_END_OF_STDERR = 600
# Half of what a start with `-m`, and with all that these two import, takes.
_START = """from bookwheel.deferred_modules import import_lightly
import_lightly("pathlib")
import_lightly("dataclasses")
from {module} import main
main()"""
# What a child needs to find Python, its packages and the temporary folder. None of these holds a key.
_PASSED_ON = frozenset(
    (
        "PATH HOME USER LOGNAME LANG LANGUAGE TMPDIR TEMP TMP TZ PYTHONPATH PYTHONHOME VIRTUAL_ENV LD_LIBRARY_PATH "
        "DYLD_LIBRARY_PATH COVERAGE_PROCESS_START TESSDATA_PREFIX"
    ).split()
)


def shared_file() -> IO[bytes]:
    """An unnamed file, for data that must survive in full when a child dies, unlike that in a pipe."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("bookwheel"), "w+b", buffering=0)
    from tempfile import TemporaryFile

    return TemporaryFile(buffering=0)


async def start_child(
    module: str, *arguments: str, store: str, errors: IO[bytes], pass_fds: Sequence[int] = ()
) -> asyncio.subprocess.Process:
    """Start Python with `main` of a module, with pipes for its input and output.

    Raises StoreError when the system refuses.
    `store` is the location of the index that it works on: for a shared one the PG… variables are passed on.
    """
    prefixes = ("LC_", "PG") if scheme_of(store) else ("LC_",)
    environment = {name: value for name, value in os.environ.items() if name in _PASSED_ON or name.startswith(prefixes)}
    if is_limited():
        environment |= ONE_ARENA
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # never import from the working directory: it may hold anything
            "-c",
            _START.format(module=module),
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
    signal_child(process, signal.SIGTERM)
    try:
        async with asyncio.timeout(_GRACE_S):
            await _gone(process)
    except TimeoutError:
        await _killed(process)
    except asyncio.CancelledError:
        await _killed(process)
        raise


async def _killed(process: asyncio.subprocess.Process) -> None:
    """Wait for its end even if cancelled again, as when the loop ends: a process cannot refuse SIGKILL."""
    signal_child(process, signal.SIGKILL)
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
    """The last lines of a child's standard error. Blocks."""
    errors.seek(0)
    return errors.read()[-_END_OF_STDERR:].decode("utf-8", errors="replace").strip()
