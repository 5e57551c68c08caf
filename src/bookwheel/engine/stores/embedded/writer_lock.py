"""One writer at a time, over all processes: a lock that the kernel frees when its owner dies.

Two files: the writer holds `writer.lock`; processes that wait for it hold `waiting.lock` shared, so that the writer
notices between two batches and lets them write.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bookwheel.errors import StoreError
from bookwheel.paths import PRIVATE_FILE_MODE

_BUSY = (BlockingIOError, PermissionError)


def is_written(folder: Path) -> bool:
    """Whether a process writes the store in `folder` right now."""
    try:
        fd = os.open(folder / "writer.lock", os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return isinstance(error, _BUSY)
    finally:
        os.close(fd)
    return False


class WriterLock:
    """The right to write one store; held from `acquire` to `release`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer_fd: int | None = None
        self._waiting_fd: int | None = None

    def acquire(self, on_wait: Callable[[str], None] | None = None) -> None:
        """Wait until no other process writes; `on_wait` gets its name before the wait, and "" after it."""
        try:
            self._acquire(on_wait)
        except BaseException:
            self.release()
            raise

    def _acquire(self, on_wait: Callable[[str], None] | None) -> None:
        self._writer_fd = writer = self._open("writer.lock")
        self._waiting_fd = waiting = self._open("waiting.lock")
        if not self._try(writer, fcntl.LOCK_EX):
            if on_wait is not None:
                on_wait(self._holder())
            self._wait(waiting, fcntl.LOCK_SH)
            self._wait(writer, fcntl.LOCK_EX)
            self._wait(waiting, fcntl.LOCK_UN)
            if on_wait is not None:
                on_wait("")
        # The lock holds without its owner's name; that the disk is full is for the store to say.
        with suppress(OSError):
            os.ftruncate(writer, 0)
            os.pwrite(writer, f"process {os.getpid()}".encode(), 0)

    def is_waited_for(self) -> bool:
        """Whether another process waits to write."""
        if self._waiting_fd is None:
            return False
        if not self._try(self._waiting_fd, fcntl.LOCK_EX):
            return True
        self._wait(self._waiting_fd, fcntl.LOCK_UN)
        return False

    def release(self) -> None:
        """Let the next process write. May be called twice."""
        for fd in (self._writer_fd, self._waiting_fd):
            if fd is not None:
                os.close(fd)
        self._writer_fd = self._waiting_fd = None

    def let_others_write(self) -> None:
        """Release the lock, and return when the waiting processes have had it."""
        self.release()
        fd = self._open("waiting.lock")
        try:
            self._wait(fd, fcntl.LOCK_EX)
        finally:
            os.close(fd)

    def _open(self, name: str) -> int:
        path = self._folder / name
        try:
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE_FILE_MODE)
            os.fchmod(fd, PRIVATE_FILE_MODE)
        except OSError as error:
            raise StoreError(
                f"The index lock {path} cannot be opened: {error.strerror}.", hint="Check the rights of its folder."
            ) from error
        return fd

    def _holder(self) -> str:
        try:
            return (self._folder / "writer.lock").read_text("utf-8", errors="replace").strip() or "another process"
        except OSError:
            return "another process"

    def _try(self, fd: int, kind: int) -> bool:
        try:
            fcntl.flock(fd, kind | fcntl.LOCK_NB)
        except _BUSY:
            return False
        except OSError as error:
            raise self._unlockable(error) from error
        return True

    def _wait(self, fd: int, kind: int) -> None:
        try:
            fcntl.flock(fd, kind)
        except OSError as error:
            raise self._unlockable(error) from error

    def _unlockable(self, error: OSError) -> StoreError:
        return StoreError(
            f"The folder {self._folder} has no file locks ({error.strerror}), so the index there cannot be written.",
            hint="Set BOOKWHEEL_DATA_DIR to a folder on a local disk.",
        )
