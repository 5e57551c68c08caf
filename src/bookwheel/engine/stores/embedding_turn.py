"""The right to embed an index: of all processes that share it, one at a time has it."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from bookwheel.errors import StoreError
from bookwheel.paths import PRIVATE_FILE_MODE

Unlock: TypeAlias = Callable[[], None]


class EmbeddingTurn:
    """The right to embed an index, from `take` to `release`.

    `try_lock` returns the function that unlocks, or None while another process has the lock.
    """

    def __init__(self, try_lock: Callable[[], Unlock | None]) -> None:
        self._try_lock = try_lock
        self._unlock: Unlock | None = None
        self._is_over = False
        self._guard = threading.Lock()

    def take(self) -> bool:
        """Whether this process has it now. Raises StoreError when the lock cannot be used."""
        with self._guard:
            if self._is_over:
                return False
            if self._unlock is None:
                self._unlock = self._try_lock()
            return self._unlock is not None

    def release(self) -> None:
        """Give it up for good, also while another thread is taking it."""
        with self._guard:
            self._is_over = True
            if self._unlock is not None:
                self._unlock()
                self._unlock = None


def try_lock_file(path: Path) -> Unlock | None:
    """Lock a file that is made for this. Raises StoreError when that fails."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE_FILE_MODE)
    except OSError as error:
        raise StoreError(
            f"The lock {path} cannot be opened: {error.strerror}.", hint="Check the rights of its folder."
        ) from error
    if _is_locked(fd):
        return lambda: os.close(fd)
    os.close(fd)
    return None


def _is_locked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        # A file system without locks: at worst, two processes embed some passages twice.
        return True
    return True
