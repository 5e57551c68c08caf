"""The append-only file `events.jsonl`: one process writes it, and every line is complete.

The lock is a `flock` on the session's folder, which the kernel drops with its owner. An incomplete last line, left by a
killed process, is moved to `events.torn`. After a failed `fsync` the kernel may have dropped the pages and reports it
only once; everything is then written again into a fresh file.
"""

from __future__ import annotations

import errno
import fcntl
import os

from bookwheel.engine.record import parse_line
from bookwheel.sessions.private_files import open_private, remove_temporary_files, write_all

EVENTS = "events.jsonl"
TORN = "events.torn"
MAX_BYTES = 2 << 30

_FRESH = f".{EVENTS}.tmp"
_SYNC_EVERY = 4 << 20
_BLOCK = 1 << 20


class LockedError(Exception):
    """Another process writes this session, or this file system has no locks."""


def lock_folder(folder: int) -> None:
    """Lock the session for this process, until the descriptor is closed. Raises LockedError with the reason."""
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LockedError("it is open in another window") from None
    except OSError as error:
        raise LockedError(f"this file system cannot lock it ({error.strerror})") from error


class Journal:
    """Open for appending, under the folder's lock. Methods raise OSError and may be called again after it."""

    def __init__(self, folder: int) -> None:
        self._folder = folder
        self._fd = open_private(EVENTS, os.O_RDWR | os.O_CREAT | os.O_APPEND, folder)
        self._size = os.fstat(self._fd).st_size
        self._unsynced: list[bytes] = []
        self._unsynced_bytes = 0
        self._has_torn_tail = False
        self._is_doubtful = False
        self.set_aside = 0
        """Bytes of an incomplete last line that were moved aside when the file was opened."""
        try:
            remove_temporary_files(folder)
            self._mend_tail()
        except OSError:
            os.close(self._fd)
            raise

    @property
    def is_empty(self) -> bool:
        """Whether no line is in the file."""
        return self._size == 0

    @property
    def is_removed(self) -> bool:
        """Whether the file was deleted meanwhile; what is in it can still be read through the open descriptor."""
        return os.fstat(self._fd).st_nlink == 0

    def restore(self, folder: int) -> None:
        """Write the whole log again, into `folder`."""
        self._folder = folder
        self._rewrite()

    def append(self, data: bytes) -> None:
        """Add whole lines; after an OSError none of them is there."""
        if self._size + len(data) > MAX_BYTES:
            raise OSError(errno.EFBIG, f"the session has grown to {MAX_BYTES >> 30} GB, which is its limit")
        if self._has_torn_tail:
            self._cut_back()
        try:
            write_all(self._fd, data)
        except OSError:
            self._has_torn_tail = True
            self._cut_back()
            raise
        self._size += len(data)
        self._unsynced.append(data)
        self._unsynced_bytes += len(data)
        if self._unsynced_bytes > _SYNC_EVERY:
            self.sync()

    def sync(self) -> None:
        """Return when all that was appended would survive a power cut."""
        if not self._unsynced and not self._is_doubtful:
            return
        if not self._is_doubtful:
            try:
                os.fsync(self._fd)
            except OSError:
                self._is_doubtful = True
        if self._is_doubtful:
            self._rewrite()
        self._unsynced.clear()
        self._unsynced_bytes = 0

    def close(self) -> None:
        os.close(self._fd)

    def _cut_back(self) -> None:
        os.ftruncate(self._fd, self._size)
        self._has_torn_tail = False

    def _rewrite(self) -> None:
        """Put the synced beginning and the unsynced lines, which are still in memory, into a new file."""
        fd = open_private(_FRESH, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND, self._folder)
        try:
            self._copy_to(fd, self._size - self._unsynced_bytes)
            for lines in self._unsynced:
                write_all(fd, lines)
            os.fsync(fd)
            os.replace(_FRESH, EVENTS, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            os.fsync(self._folder)
        except OSError:
            os.close(fd)
            raise
        os.close(self._fd)
        self._fd = fd
        self._is_doubtful = False

    def _copy_to(self, fd: int, count: int) -> None:
        done = 0
        while done < count and (block := os.pread(self._fd, min(_BLOCK, count - done), done)):
            write_all(fd, block)
            done += len(block)

    def _mend_tail(self) -> None:
        """Complete a last line that only lacks its newline; move an incomplete one aside."""
        start = self._last_line_start()
        if start == self._size:
            return
        tail = os.pread(self._fd, self._size - start, start)
        try:
            parse_line(tail.decode("utf-8"))
        except ValueError:
            self._move_aside(tail)
            os.ftruncate(self._fd, start)
            self._size = start
        else:
            write_all(self._fd, b"\n")
            self._size += 1
        os.fsync(self._fd)

    def _last_line_start(self) -> int:
        position = self._size
        while position > 0:
            start = max(0, position - _BLOCK)
            newline = os.pread(self._fd, position - start, start).rfind(b"\n")
            if newline >= 0:
                return start + newline + 1
            position = start
        return 0

    def _move_aside(self, tail: bytes) -> None:
        self.set_aside = len(tail)
        fd = open_private(TORN, os.O_WRONLY | os.O_CREAT | os.O_APPEND, self._folder)
        try:
            write_all(fd, tail + b"\n")
            os.fsync(fd)
        finally:
            os.close(fd)
        os.fsync(self._folder)
