"""Reads small files that may be hostile: only regular files, only up to a limit, any bytes."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from bookwheel.lazy_dataclass import dataclass


class NotReadableError(Exception):
    """The file exists but cannot be used; the text is the reason."""


@dataclass(frozen=True, slots=True)
class SmallFile:
    """A file's text (a byte order mark removed) and its permission bits."""

    text: str
    mode: int


def read_small_file(path: Path, limit: int) -> SmallFile | None:
    """The file at `path`, or None when there is none.

    Raises NotReadableError when it is not a regular file, is longer than `limit` bytes, or is not UTF-8.
    """
    try:
        # O_NONBLOCK: opening a FIFO would otherwise wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise NotReadableError(error.strerror or str(error)) from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotReadableError("is not a regular file")
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(limit + 1)
    finally:
        os.close(descriptor)
    if len(data) > limit:
        raise NotReadableError(f"is larger than {limit // 1024} kB")
    return SmallFile(_decoded(data), stat.S_IMODE(status.st_mode))


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NotReadableError(f"line {line}: not UTF-8") from error
