"""A file's bytes, read safely: links and pipes cannot make it read another file or wait for ever."""

from __future__ import annotations

import os
import stat

from bookwheel.errors import DocumentError
from bookwheel.lazy_dataclass import dataclass

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class FileBytes:
    """The bytes of a file, with its size and time from before they were read."""

    data: bytes
    size: int
    mtime_ns: int


def read_file(root: str, path: str, *, largest_file: int, follows_links: bool = False) -> FileBytes:
    """Read the file `path`, which is `root` itself or below it. Links below `root` are followed only if that is asked.

    A file that changes meanwhile is read again. Raises FileNotFoundError when it is gone, OSError when it cannot be
    read, DocumentError when it is not a regular file or keeps changing.
    """
    if follows_links:
        root = path
    found = _read_once(root, path, largest_file) or _read_once(root, path, largest_file)
    if found is None:
        raise DocumentError("it changed while it was read; it will be read again the next time")
    return found


def _read_once(root: str, path: str, largest_file: int) -> FileBytes | None:
    fd = _open(root, path)
    with os.fdopen(fd, "rb", buffering=0) as file:
        before = os.fstat(fd)
        if not stat.S_ISREG(before.st_mode):
            raise DocumentError("it is not a regular file")
        if before.st_size > largest_file:
            raise DocumentError(f"it is larger than {largest_file / 1e6:,.0f} MB")
        data = _read_all(file.fileno(), before.st_size)
        after = os.fstat(fd)
    unchanged = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and len(
        data
    ) == after.st_size
    return FileBytes(data, before.st_size, before.st_mtime_ns) if unchanged else None


def _read_all(fd: int, size: int) -> bytes:
    # Reading one byte more than expected shows that the file grows; an endless one is not read on.
    pieces: list[bytes] = []
    missing = size + 1
    while missing > 0 and (piece := os.read(fd, missing)):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _open(root: str, path: str) -> int:
    """Open `path` folder by folder from `root` on, so that no folder can be swapped for a link on the way."""
    if path == root:
        # The path that the user named may be a link; but never wait for a pipe or a device.
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    *folders, name = os.path.relpath(path, root).split(os.sep)
    if ".." in folders:
        raise DocumentError("it is not inside the folder that was named")
    fd = os.open(root, _FOLDER)
    try:
        for folder in folders:
            inner = os.open(folder, _FOLDER | os.O_NOFOLLOW, dir_fd=fd)
            os.close(fd)
            fd = inner
        return os.open(name, _FILE, dir_fd=fd)
    finally:
        os.close(fd)
