"""Whose turn it is to embed an index: one process of a machine at a time, by a lock that the kernel frees."""

from __future__ import annotations

import fcntl
import os
import threading
from pathlib import Path

from bookwheel.engine.stores.registry import scheme_of
from bookwheel.errors import StoreError
from bookwheel.paths import PRIVATE_FILE_MODE

_NAME = "embedding.lock"


class EmbeddingTurn:
    """The right to embed the index at `location`, from `take` to `release`.

    A shared index has no turns: several may embed it, each on a machine of its own.
    """

    def __init__(self, location: str) -> None:
        self._file = Path(location) / _NAME if scheme_of(location) is None else None
        self._fd: int | None = None
        self._is_over = False
        self._guard = threading.Lock()

    def take(self) -> bool:
        """Whether it is ours now. Raises StoreError when the folder cannot be written."""
        with self._guard:
            if self._file is None or self._fd is not None or self._is_over:
                return not self._is_over
            try:
                fd = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE_FILE_MODE)
            except OSError as error:
                raise StoreError(f"The lock {self._file} cannot be opened: {error.strerror}.") from error
            if not _locked(fd):
                os.close(fd)
                return False
            self._fd = fd
            return True

    def release(self) -> None:
        """Give it back for good, also while another thread is about to take it."""
        with self._guard:
            self._is_over = True
            if self._fd is not None:
                os.close(self._fd)
                self._fd = None


def _locked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        # A file system without locks: at worst, two processes embed some passages twice.
        return True
    return True
