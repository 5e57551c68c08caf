"""One SQLite file: its connections, its schema, and the mapping of its errors."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
import weakref
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bookwheel.engine.selection import folded_tag
from bookwheel.engine.stores.embedded.texts import TEXT_SCHEMA, check_texts
from bookwheel.engine.stores.store_protocol import DamagedStoreError, UnreadableValueError, unstorable
from bookwheel.errors import StoreError
from bookwheel.paths import PRIVATE_FILE_MODE, make_private_dir

SCHEMA_VERSION = 4
_BUSY_TIMEOUT_S = 15.0
_CERTAIN = b"certain"
_NO_SHARED_FILES = ("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_IOERR_SHM", "SQLITE_FULL")
_PAGE_CACHE_KIB = 8_000
_SHARED_MEMORY_BYTES = 32_768
"""What SQLite makes the file beside its log larger by."""
# Of the beginning of the file, mapped by readers: to copy pages out of it takes a tenth of a search. Not all of it, for
# the pages that were read count as memory of the process, and so do their neighbours.
_MAPPED_BYTES = 64_000_000

# A document's id is never used twice; its passages and blocks of text have ids from `id << 20` on, so that neither
# needs an index of its own.
_SCHEMA = f"""
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ref TEXT NOT NULL UNIQUE,
    path BLOB,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    title TEXT,
    pages INTEGER,
    passages INTEGER NOT NULL,
    language TEXT NOT NULL,
    format TEXT NOT NULL,
    author TEXT,
    date TEXT,
    day TEXT,
    metadata TEXT NOT NULL,
    places TEXT,
    generation INTEGER NOT NULL
);
CREATE INDEX documents_by_path ON documents (path);
CREATE INDEX documents_by_generation ON documents (generation);
CREATE TABLE former_refs (ref TEXT PRIMARY KEY, document INTEGER NOT NULL);
CREATE INDEX former_refs_by_document ON former_refs (document);
CREATE TABLE removed (document INTEGER PRIMARY KEY, generation INTEGER NOT NULL);
CREATE TABLE roots (path BLOB PRIMARY KEY);
CREATE TABLE left_out (root BLOB NOT NULL, path BLOB NOT NULL, reason TEXT NOT NULL);
CREATE INDEX left_out_by_root ON left_out (root);
CREATE TABLE state (generation INTEGER NOT NULL);
INSERT INTO state VALUES (0);
{TEXT_SCHEMA}"""


class SqliteFile:
    """Connections to one SQLite file; they are kept for reuse and handed to one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        # Present while the file is believed to be damaged; the next writer checks and removes it.
        self._mark = path.with_name(f"{path.name}.check")
        self._name, self._mark_name = os.fspath(path), os.fspath(self._mark)
        # Closes the connections of a store that is dropped without being closed.
        weakref.finalize(self, _close_all, self._idle)

    @contextmanager
    def connection(self) -> Generator[sqlite3.Connection]:
        """A connection of which each statement sees the state of the file at its time; for a single one.

        Without a file it sees an empty database. Raises DamagedStoreError for a file that is damaged or of another
        version.
        """
        with self.errors():
            connection = self._take()
            try:
                yield connection
            finally:
                self._give_back(connection)

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """A connection that sees one state of the file as long as it is used; else as `connection`."""
        with self.connection() as connection:
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def changing(self) -> Generator[sqlite3.Connection]:
        """A short separate transaction; it waits for the writer's. Raises as `reading`."""
        with self.connection() as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.rollback()

    @contextmanager
    def errors(self) -> Generator[None]:
        """Maps SQLite's exceptions and undecodable values to our errors, with the path and what to do."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._explained(error) from error
        except UnicodeEncodeError as error:  # of a caller's text: like its other errors, it says nothing about the file
            raise unstorable(error) from error
        except (UnicodeDecodeError, json.JSONDecodeError, UnreadableValueError) as error:
            # SQLite has no checksums: it does not notice overwritten bytes inside a value.
            self.mark_as_damaged(is_certain=True)
            raise self._damaged(f"a value cannot be decoded: {type(error).__name__}") from error

    def connect_for_writing(self) -> sqlite3.Connection:
        """A new connection, which the caller closes; the file is made when it is missing."""
        with self.errors():
            make_private_dir(self.path.parent)
            self._make_file()
            connection = _connect_with_journal(self.path)
            try:
                if _version(connection) == 0:
                    connection.executescript(
                        f"BEGIN IMMEDIATE;{_schema()}PRAGMA user_version = {SCHEMA_VERSION};COMMIT;"
                    )
                self._check_version(connection)
            except BaseException:
                connection.close()
                raise
            return connection

    def log_size(self) -> int:
        """The bytes of the write-ahead log; 0 without one."""
        try:
            return os.stat(f"{os.fspath(self.path)}-wal").st_size
        except OSError:
            return 0

    def exists(self) -> bool:
        return os.path.exists(self._name)

    @property
    def is_marked(self) -> bool:
        """Whether a reader found damage that no writer has checked yet."""
        return os.path.exists(self._mark_name)

    def mark_as_damaged(self, *, is_certain: bool = False) -> None:
        """Have the next writer check the file, or set it aside without a check when the damage is certain.

        Does nothing without the right to write there.
        """
        with contextlib.suppress(OSError):
            fd = os.open(self._mark, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE_FILE_MODE)
            with os.fdopen(fd, "wb") as mark:
                mark.write(_CERTAIN if is_certain else b"")

    def repair(self) -> None:
        """For the writer: check a marked file, and set it aside when it is damaged."""
        if not self.is_marked:
            return
        with contextlib.suppress(OSError):
            if self._mark.read_bytes() == _CERTAIN or self.damage(is_thorough=True):
                self.set_aside()
        self.unmark()

    def unmark(self) -> None:
        """Remove the mark: the file is in order, or was set aside."""
        with contextlib.suppress(OSError):
            self._mark.unlink(missing_ok=True)

    def damage(self, *, is_thorough: bool = False) -> str:
        """The first problem in the file, or "": of its structure, or a text that cannot be decoded.

        SQLite has no checksums, so a text that was replaced by another valid one is not noticed.
        Reads all of the file, about 1 s for 500 MB; a thorough check, with all indexes, several times that.
        """
        if not self.exists():
            return ""
        check = "integrity_check" if is_thorough else "quick_check"
        try:
            with contextlib.closing(_connect_for_reading(self.path)) as connection:
                (found,) = connection.execute(f"PRAGMA {check}(1)").fetchone()
                if found == "ok" and _version(connection) == SCHEMA_VERSION:
                    check_texts(connection)
        except UnicodeDecodeError:
            return "a text cannot be decoded"
        except sqlite3.DatabaseError as error:
            if _name_of(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                return ""
            return str(error)
        return "" if found == "ok" else str(found).replace("\n", " ")

    def set_aside(self) -> Path:
        """Move a file that cannot be used out of the way. Returns its new name."""
        self.close()
        kept = self.path.with_name(f"{self.path.name}.damaged")
        try:
            os.replace(self.path, kept)
            self.unmark()
            for suffix in ("-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        except FileNotFoundError:
            return kept
        except OSError as error:
            raise StoreError(
                f"The damaged index {self.path} cannot be moved away: {error.strerror}.",
                hint="Check the rights of its folder, or move the file yourself.",
            ) from error
        return kept

    def close(self) -> None:
        """Close the connections that are not in use."""
        with self._guard:
            _close_all(self._idle)

    def _make_file(self) -> None:
        # Never open an existing file: closing it would drop the locks that SQLite holds on it in this process.
        try:
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE_MODE))
        except FileExistsError:
            pass
        except OSError as error:
            raise StoreError(
                f"The index {self.path} cannot be made: {error.strerror}.",
                hint="Check the rights of its folder, and whether the disk is full.",
            ) from error
        self.path.chmod(PRIVATE_FILE_MODE)

    def _take(self) -> sqlite3.Connection:
        with self._guard:
            idle = self._idle.pop() if self._idle else None
        if self.is_marked:
            if idle is not None:
                idle.close()
            raise self._damaged("found when it was last read")
        if idle is not None:
            return idle
        if not self.exists():
            return _nothing()
        connection = _connect_for_reading(self.path)
        try:
            if _version(connection) == 0:  # a writer is about to make it
                connection.close()
                return _nothing()
            self._check_version(connection)
            # A file of another machine has no write-ahead log; what is mapped of it may be out of date.
            if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
                connection.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if isinstance(connection, _Nothing) or not self.exists():
            connection.close()
            return
        with self._guard:
            self._idle.append(connection)

    def _check_version(self, connection: sqlite3.Connection) -> None:
        version = _version(connection)
        if version != SCHEMA_VERSION:
            raise DamagedStoreError(
                f"The index {self.path} was written by another version of Bookwheel.",
                hint="It is rebuilt from your documents the next time they are indexed.",
            )

    def _damaged(self, why: str) -> DamagedStoreError:
        return DamagedStoreError(
            f"The index {self.path} is damaged ({why}).",
            hint="It is set aside and rebuilt from your documents the next time they are indexed.",
        )

    def _is_disk_full(self) -> bool:
        with contextlib.suppress(OSError):
            disk = os.statvfs(self.path.parent)
            return disk.f_bavail * disk.f_frsize < _SHARED_MEMORY_BYTES
        return False

    def _explained(self, error: sqlite3.Error) -> StoreError:
        name = _name_of(error)
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return StoreError(
                f"The index {self.path} is in use by another program.", hint="Try again when it has finished."
            )
        # Where the shared memory of the log does not fit on the disk, SQLite calls it an error of the disk.
        if name.startswith("SQLITE_FULL") or (name.startswith("SQLITE_IOERR") and self._is_disk_full()):
            return StoreError(
                f"The disk is full: the index {self.path} cannot be written.",
                hint="Free some space, then index again; nothing that was indexed is lost.",
            )
        is_undecodable = "Could not decode" in str(error)  # Python's own error, without a name
        if (
            name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT"))
            or _is_structural(error, name)
            or is_undecodable
        ):
            self.mark_as_damaged(is_certain=is_undecodable)
            return self._damaged(str(error))
        return StoreError(
            f"The index {self.path} cannot be used: {error}.", hint="Check the disk and the rights of that folder."
        )


def _name_of(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", "")


def _is_structural(error: sqlite3.Error, name: str) -> bool:
    # "no such table" and "no such column" have the generic error code.
    return name == "SQLITE_ERROR" and "no such" in str(error)


def _connect_for_reading(path: Path) -> sqlite3.Connection:
    try:
        connection = _connect(path)
    except sqlite3.OperationalError as error:
        # On a read-only or full disk SQLite cannot make the files that it shares with writers; there is no writer then.
        if not _name_of(error).startswith(_NO_SHARED_FILES):
            raise
        return _connect(path, "mode=ro&immutable=1")
    return connection


def _connect(path: Path, options: str = "mode=rw", *, has_log: bool = True) -> sqlite3.Connection:
    # As bytes, because a name need not be UTF-8. Each is encoded: what need not be, `urllib.parse` knows, in 1 ms.
    uri = f"file:%{os.fsencode(path).hex('%')}?{options}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, cached_statements=64
    )
    try:
        # SQLite's own lower() knows ASCII only.
        connection.create_function("folded_tag", 1, folded_tag, deterministic=True)
        connection.execute("PRAGMA synchronous = NORMAL")
        if not has_log:
            # The file may have been moved here with its log, which an exclusive user can read without shared memory.
            for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = DELETE", "locking_mode = NORMAL"):
                connection.execute(f"PRAGMA {pragma}")
        connection.execute("SELECT count(*) FROM sqlite_schema")  # opens the files beside it, or fails
        connection.execute(f"PRAGMA cache_size = -{_PAGE_CACHE_KIB}")
    except BaseException:
        connection.close()
        raise
    return connection


def _connect_with_journal(path: Path) -> sqlite3.Connection:
    """With a write-ahead log, beside which readers go on; with a rollback journal where shared memory does not work."""
    from bookwheel.engine.stores.embedded.file_system import is_remote

    if is_remote(path.parent):
        return _connect(path, has_log=False)
    connection = _connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    return connection


def _close_all(idle: list[sqlite3.Connection]) -> None:
    while idle:
        idle.pop().close()


class _Nothing(sqlite3.Connection):
    """A database without documents, used while there is no file."""


def _nothing() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, factory=_Nothing)
    connection.create_function("folded_tag", 1, folded_tag, deterministic=True)
    connection.executescript(_schema())
    return connection


def _schema() -> str:
    from bookwheel.engine.stores.embedded.vectors import VECTOR_SCHEMA

    return f"{_SCHEMA}{VECTOR_SCHEMA}PRAGMA user_version = {SCHEMA_VERSION};"


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
