"""Opens the database of a Zotero library without changing a file of it, also while Zotero is running.

Zotero holds its database locked. Reading it as immutable would miss what is still in the files beside it, and opening
it to read would make such files: so the database is copied with them when there are any.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from typing import TypeVar
from urllib.parse import quote

from bookwheel.errors import DocumentError

T = TypeVar("T")

# The write-ahead log, and the rollback journal of older Zoteros. Not `-shm`: SQLite makes it again.
_BESIDE = ("-wal", "-journal")
_MOST_TRIES = 3
_LARGEST = 4_000_000_000
_CHANGING = "it keeps changing while it is read; it will be read again the next time"


def read_database(path: str, read: Callable[[sqlite3.Connection], T]) -> T:
    """What `read` makes of the database. Raises DocumentError with the reason alone. Blocks."""
    try:
        for _ in range(_MOST_TRIES):
            before = _state(path)
            if len(before) == 1:
                with closing(_opened(path, "immutable=1")) as connection:
                    found = read(connection)
                if _state(path) == before:
                    return found
                continue
            with _copied(path) as copy:
                if _state(path) == before:
                    with closing(_opened(copy, "mode=rw")) as connection:
                        return read(connection)
    except sqlite3.DatabaseError as error:
        raise DocumentError(f"it cannot be read as a Zotero database: {error}") from error
    except OSError as error:
        raise DocumentError(f"it cannot be read: {(error.strerror or 'unknown error').lower()}") from error
    raise DocumentError(_CHANGING)


def _state(path: str) -> tuple[tuple[int, int], ...]:
    """Size and time of the database, and of the files beside it that hold changes. Raises OSError."""
    state = [_size_and_time(path)]
    if state[0][0] > _LARGEST:
        raise DocumentError(f"it is larger than {_LARGEST // 1_000_000_000} GB")
    for suffix in _BESIDE:
        try:
            beside = _size_and_time(path + suffix)
        except FileNotFoundError:
            continue
        if beside[0]:
            state.append(beside)
    return tuple(state)


def _size_and_time(path: str) -> tuple[int, int]:
    status = os.stat(path)
    return status.st_size, status.st_mtime_ns


@contextmanager
def _copied(path: str) -> Generator[str]:
    with tempfile.TemporaryDirectory(prefix="bookwheel-") as folder:  # 0700
        copy = os.path.join(folder, "zotero.sqlite")
        shutil.copyfile(path, copy)
        for suffix in _BESIDE:
            if os.path.exists(path + suffix):
                shutil.copyfile(path + suffix, copy + suffix)
        yield copy


def _opened(path: str, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(os.fsencode(path))}?{options}", uri=True, isolation_level=None)
    connection.execute("PRAGMA query_only = ON")
    return connection
