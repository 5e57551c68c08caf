"""Changes the documents of the store on this disk, in one transaction for each commit."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import NamedTuple

from bookwheel.engine.locations import Location, locations_alone, without_locations
from bookwheel.engine.schema import JsonObject
from bookwheel.engine.stores.document_rows import DOCUMENT_COLUMNS, reason_column, stored_document
from bookwheel.engine.stores.embedded import vectors as sqlite_vectors
from bookwheel.engine.stores.embedded.documents import (
    IndexedDocument,
    generation_of,
    indexed_document,
    json_object,
)
from bookwheel.engine.stores.embedded.sqlite_file import SqliteFile
from bookwheel.engine.stores.embedded.texts import delete_text, put_text, text_of
from bookwheel.engine.stores.store_protocol import (
    LeftOutRow,
    NewDocument,
    StoredDocument,
    moved_metadata,
    path_bytes,
)


class Moved(NamedTuple):
    """The result of moving a document: the id of the one it replaced, its own, and itself if its name changed."""

    replaced: int | None
    document: int | None
    renamed: IndexedDocument | None


class DocumentsWriter:
    """Changes the documents in successive transactions; `commit` ends one."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        self._connection = file.connect_for_writing()
        self._connection.execute("PRAGMA wal_autocheckpoint = 0")  # see `checkpoint`
        self._generation = 0
        self._is_open = False

    def put(self, new: NewDocument, locations: Sequence[Location]) -> tuple[int, int | None]:
        """Store a document, `locations` being those of its passages.

        Returns its id, and the id of the one it replaced.
        """
        with self._changing() as connection:
            kept = _kept_vectors(connection, new.stored.ref)
            replaced = self._delete(connection, new.stored.ref)
            document = self._insert(connection, new)
            put_text(connection, document, new.document.text, new.passages, locations)
            connection.execute("DELETE FROM former_refs WHERE ref = ?", (new.stored.ref,))
            sqlite_vectors.restore(connection, document, new, kept)
        return document, replaced

    def remove(self, ref: str) -> int | None:
        """Forget a document. Returns the id that it had."""
        with self._changing() as connection:
            return self._delete(connection, ref)

    def touch(self, ref: str, *, size: int, mtime_ns: int) -> None:
        with self._changing() as connection:
            row = connection.execute(f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE ref = ?", (ref,)).fetchone()
            if row is not None:
                day = _iso(replace(stored_document(row), size=size, mtime_ns=mtime_ns).day)
                query = "UPDATE documents SET size = ?, mtime_ns = ?, day = ? WHERE ref = ?"
                connection.execute(query, (size, mtime_ns, day, ref))

    def move(self, ref: str, to: StoredDocument) -> Moved:
        """Give a document another ref and path. Returns what has to change in an index of its passages."""
        with self._changing() as connection:
            replaced = self._delete(connection, to.ref) if to.ref != ref else None
            query = f"SELECT id, metadata, places, {DOCUMENT_COLUMNS} FROM documents WHERE ref = ?"
            row = connection.execute(query, (ref,)).fetchone()
            if row is None or to.path is None:
                return Moved(replaced, None, None)
            document, before = int(row[0]), json_object(row[1])
            metadata = moved_metadata(before, to.path)
            raw = _compact(metadata)
            stored = replace(stored_document(row[3:]), ref=to.ref, path=to.path, size=to.size, mtime_ns=to.mtime_ns)
            is_renamed = metadata.get("file_name") != before.get("file_name")
            connection.execute(
                "UPDATE documents SET ref = ?, path = ?, size = ?, mtime_ns = ?, day = ?, metadata = ?,"
                " generation = iif(?, ?, generation) WHERE id = ?",
                (
                    to.ref,
                    path_bytes(to.path),
                    to.size,
                    to.mtime_ns,
                    _iso(stored.day),
                    raw,
                    is_renamed,
                    self._generation,
                    document,
                ),
            )
            connection.execute("DELETE FROM former_refs WHERE ref = ?", (to.ref,))
            connection.execute("INSERT OR REPLACE INTO former_refs VALUES (?, ?)", (ref, document))
            renamed = indexed_document(connection, document, raw, row[2], stored) if is_renamed else None
            return Moved(replaced, document, renamed)

    def set_left_out(self, root: str, rows: Iterable[LeftOutRow]) -> None:
        with self._changing() as connection:
            key = path_bytes(root)
            connection.execute("INSERT OR IGNORE INTO roots VALUES (?)", (key,))
            connection.execute("DELETE FROM left_out WHERE root = ?", (key,))
            values = ((key, path_bytes(row.path), _storable(row.reason)) for row in rows)
            connection.executemany("INSERT INTO left_out VALUES (?, ?, ?)", values)

    def commit(self) -> int | None:
        """End the transaction. Returns its generation; None when nothing was changed."""
        if not self._is_open:
            return None
        with self._file.errors():
            self._connection.execute("COMMIT")
        self._is_open = False
        return self._generation

    def log_size(self) -> int:
        """The bytes of the write-ahead log."""
        return self._file.log_size()

    def checkpoint(self) -> None:
        """Copy the write-ahead log into the file, as SQLite would within COMMIT; call it between transactions.

        What cannot be copied stays in the log, where it is as safe, until the next time.
        """
        with suppress(sqlite3.Error):
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def close(self) -> None:
        """Drop what was not committed."""
        self._is_open = False
        with self._file.errors():
            try:
                self._connection.rollback()
            finally:
                self._connection.close()

    def generation(self) -> int:
        """The last generation that was committed."""
        with self._file.errors():
            return generation_of(self._connection)

    def changed_since(self, generation: int) -> Iterator[IndexedDocument]:
        """The documents that were stored after `generation`."""
        with self._file.errors():
            query = (
                f"SELECT id, metadata, places, {DOCUMENT_COLUMNS} FROM documents"
                " WHERE generation > ? AND passages > 0 ORDER BY id"
            )
            for row in self._connection.execute(query, (generation,)).fetchall():
                yield indexed_document(self._connection, row[0], row[1], row[2], stored_document(row[3:]))

    def removed_since(self, generation: int) -> list[int]:
        """The ids of the documents that went away after `generation`."""
        with self._file.errors():
            rows = self._connection.execute("SELECT document FROM removed WHERE generation > ?", (generation,))
            return [document for (document,) in rows]

    def forget_removed(self) -> None:
        """Forget the list of removed documents: every derived index has applied it."""
        with self._file.errors():
            self._connection.execute("DELETE FROM removed")

    @contextmanager
    def _changing(self) -> Generator[sqlite3.Connection]:
        with self._file.errors():
            if not self._is_open:
                self._connection.execute("BEGIN IMMEDIATE")
                self._is_open = True
                self._generation = generation_of(self._connection) + 1
                self._connection.execute("UPDATE state SET generation = ?", (self._generation,))
            yield self._connection

    def _insert(self, connection: sqlite3.Connection, new: NewDocument) -> int:
        stored = new.stored
        path = None if stored.path is None else path_bytes(stored.path)
        cursor = connection.execute(
            f"INSERT INTO documents ({DOCUMENT_COLUMNS}, day, metadata, places, generation)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                stored.ref,
                path,
                stored.size,
                stored.mtime_ns,
                stored.sha256,
                stored.status,
                _storable(reason_column(stored)),
                _storable(stored.title),
                stored.pages,
                len(new.passages),
                stored.language,
                stored.format,
                _storable(stored.author),
                _iso(stored.date),
                _iso(stored.day),
                _compact(without_locations(new.document.metadata)),
                _compact(locations) if (locations := locations_alone(new.document.metadata)) else None,
                self._generation,
            ),
        )
        if cursor.lastrowid is None:
            raise sqlite3.DatabaseError(f"{stored.ref} got no id")
        return cursor.lastrowid

    def _delete(self, connection: sqlite3.Connection, ref: str) -> int | None:
        row = connection.execute("SELECT id FROM documents WHERE ref = ?", (ref,)).fetchone()
        if row is None:
            return None
        document = int(row[0])
        connection.execute("DELETE FROM documents WHERE id = ?", (document,))
        delete_text(connection, document)
        connection.execute("DELETE FROM former_refs WHERE document = ?", (document,))
        sqlite_vectors.forget(connection, document)
        connection.execute("INSERT INTO removed VALUES (?, ?)", (document, self._generation))
        return document


def _kept_vectors(connection: sqlite3.Connection, ref: str) -> sqlite_vectors.KeptVectors:
    row = connection.execute("SELECT id FROM documents WHERE ref = ?", (ref,)).fetchone()
    return {} if row is None else sqlite_vectors.kept_by_text(connection, row[0], lambda: text_of(connection, row[0]))


def _compact(data: JsonObject) -> str:
    return json.dumps(data, separators=(",", ":"))


def _iso(day: datetime.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _storable(text: str | None) -> str | None:
    # SQLite refuses lone surrogates in text; they come from file names.
    return text and text.encode("utf-8", "backslashreplace").decode("utf-8")
