"""Writes small files as a whole; caches of Bookwheel's own making are trusted when read."""

from __future__ import annotations

import os
from binascii import crc32
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def read_own(path: Path, largest: int) -> memoryview:
    """What `write_own` wrote; nothing for a file that is missing, damaged, longer, or may be written by others."""
    with suppress(OSError):
        fd = open_own(path)
        try:
            # No more than there is: Python makes room for all that it is asked for.
            data = memoryview(os.read(fd, min(os.fstat(fd).st_size, largest)))
        finally:
            os.close(fd)
        if crc32(data[4:]) == int.from_bytes(data[:4], "big"):
            return data[4:]
    return memoryview(b"")


def open_own(path: Path) -> int:
    """A descriptor of a file that `write_own` wrote. Raises OSError, also for a file that others may write."""
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    status = os.fstat(fd)
    if status.st_uid != os.geteuid() or status.st_mode & 0o022:
        os.close(fd)
        raise PermissionError(f"others may write {path}")
    return fd


def write_own(path: Path, data: bytes) -> None:
    """Replace the file as a whole; without the right to write, nothing is kept."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with suppress(OSError):
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            with open(fd, "wb") as file:
                file.write(crc32(data).to_bytes(4, "big") + data)
            os.replace(temporary, path)
        except BaseException:  # also Ctrl+C
            with suppress(FileNotFoundError):
                os.unlink(temporary)
            raise


def replace_file(path: Path, data: bytes, *, mode: int = 0o600, may_replace: bool = True) -> None:
    """Write the file whole, or leave it as it was.

    Raises OSError, FileExistsError when there is one that may not be replaced.
    """
    from tempfile import mkstemp  # late: it takes 3 ms, and a start writes no such file

    descriptor, name = mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mkstemp makes it 0600
    try:
        with open(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        if may_replace:
            os.replace(name, path)
        else:
            os.link(name, path)  # unlike a rename, it never replaces a file that another program wrote meanwhile
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)
