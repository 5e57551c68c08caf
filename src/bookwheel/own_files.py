"""Small files of Bookwheel's own making that are trusted when read: caches in the data folder."""

from __future__ import annotations

import os
from binascii import crc32
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def read_own(path: Path, largest: int) -> bytes:
    """What `write_own` wrote; b"" for a file that is missing, damaged, longer, or may be written by others."""
    with suppress(OSError):
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(fd, "rb") as file:
            if os.fstat(fd).st_uid != os.geteuid() or os.fstat(fd).st_mode & 0o022:
                return b""
            data = file.read(largest)
        if crc32(data[4:]).to_bytes(4, "big") == data[:4]:
            return data[4:]
    return b""


def write_own(path: Path, data: bytes) -> None:
    """Replace the file as a whole; without the right to write, nothing is kept."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with suppress(OSError):
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(crc32(data).to_bytes(4, "big") + data)
        os.replace(temporary, path)
