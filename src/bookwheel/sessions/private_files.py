"""Private files: 0600 with any umask, never through a symbolic link, written completely or not at all."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from bookwheel.paths import PRIVATE_DIR_MODE, PRIVATE_FILE_MODE

TEMPORARY_SUFFIX = ".tmp"

_FLAGS = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def open_folder(path: Path) -> int:
    """A descriptor of the folder, which only its owner may enter from now on. Raises OSError."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    with suppress(OSError):  # a read-only file system: the permissions stay as they are
        if stat.S_IMODE(os.fstat(fd).st_mode) != PRIVATE_DIR_MODE:
            os.fchmod(fd, PRIVATE_DIR_MODE)
    return fd


def open_private(name: str, flags: int, folder: int) -> int:
    """Open the plain file `name` in `folder`; OSError for a link, a folder, a pipe or a device."""
    fd = os.open(name, flags | _FLAGS, PRIVATE_FILE_MODE, dir_fd=folder)
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(f"{name} is not a plain file")
        if stat.S_IMODE(status.st_mode) != PRIVATE_FILE_MODE and flags & (os.O_WRONLY | os.O_RDWR):
            os.fchmod(fd, PRIVATE_FILE_MODE)
    except OSError:
        os.close(fd)
        raise
    return fd


def write_all(fd: int, data: bytes) -> None:
    """Write every byte; a short write is continued. Raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def write_atomically(name: str, data: bytes, folder: int) -> None:
    """Put a file in place whole and durable, or leave the old one as it was. Raises OSError."""
    temporary = f".{name}{TEMPORARY_SUFFIX}"
    with suppress(FileNotFoundError):
        os.unlink(temporary, dir_fd=folder)
    try:
        fd = open_private(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, folder)
        try:
            write_all(fd, data)
            os.fsync(fd)
        finally:
            os.close(fd)
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)
    except OSError:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise


def remove_temporary_files(folder: int) -> None:
    """Remove the half-written files of a killed process; their content is not used."""
    for name in os.listdir(folder):
        if name.startswith(".") and name.endswith(TEMPORARY_SUFFIX):
            with suppress(OSError):
                os.unlink(name, dir_fd=folder)
