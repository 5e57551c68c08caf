"""Small files of settings: read although they may be hostile (only regular files, only up to a limit, any bytes).

They are changed by one window at a time.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from bookwheel.errors import ConfigError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.paths import make_private_dir

# A window that was stopped in the middle of a change does not hold up the others for good.
_LONGEST_WAIT_S = 5.0
_LOOK_EVERY_S = 0.01


class NotReadableError(Exception):
    """The file exists but cannot be used; the text is the reason."""


def not_writable(path: Path, error: OSError) -> ConfigError:
    """The error for a file of settings or choices that cannot be written."""
    return ConfigError(
        f"{path} cannot be written: {error.strerror or error}.",
        hint="Check the rights of its folder, and whether the disk is full.",
    )


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


@contextmanager
def one_writer_in(folder: Path) -> Generator[None]:
    """Read, change and write a file in `folder` (made when missing) while no other window does.

    Blocks while another one has it. Where the file system has no locks nothing is held. Raises OSError.
    """
    import fcntl  # late: a start changes no file

    descriptor = os.open(make_private_dir(folder), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        end = time.monotonic() + _LONGEST_WAIT_S
        with suppress(OSError):
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > end:
                        break
                    time.sleep(_LOOK_EVERY_S)
        yield
    finally:
        os.close(descriptor)
