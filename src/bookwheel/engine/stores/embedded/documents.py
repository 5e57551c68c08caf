"""The record of the library: documents, their texts and their passages, in one SQLite file.

A document's text is stored once, in blocks; a passage is a range of it. Every change of a document belongs to a
generation, the number of the commit that it came with, so that derived indexes can catch up.
"""

from __future__ import annotations

import datetime
import json
import os
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, cast

from bookwheel.engine.locations import Location, locations_alone, without_locations
from bookwheel.engine.schema import Document, JsonObject, TextNode
from bookwheel.engine.stores.byte_vectors import nearest_vectors, unequal_lengths
from bookwheel.engine.stores.document_rows import DOCUMENT_COLUMNS, reason_column, stored_document
from bookwheel.engine.stores.embedded import vectors as sqlite_vectors
from bookwheel.engine.stores.embedded.sqlite_file import SqliteFile
from bookwheel.engine.stores.embedded.texts import delete_text, passages_called, put_text, ranges_of, text_of
from bookwheel.engine.stores.lexical_terms import Chosen, chosen_of
from bookwheel.engine.stores.store_protocol import (
    EVERYTHING,
    LeftOutRow,
    NewDocument,
    Selection,
    StoredDocument,
    VectorCoverage,
    moved_metadata,
)


class IndexedDocument(NamedTuple):
    """A document as a derived index wants it."""

    id: int
    stored: StoredDocument
    document: Document
    passages: list[tuple[int, int, int]]
    """Id, start and end of each passage."""


class Moved(NamedTuple):
    """What moving a document did: the id of the one whose place it took, its own, and itself if its name changed."""

    replaced: int | None
    document: int | None
    renamed: IndexedDocument | None


class SqliteDocuments:
    """Reads the record; from any thread."""

    def __init__(self, path: Path) -> None:
        self.file = SqliteFile(path)
        # What holds for one generation of the record needs to be counted once.
        self._languages_at = lru_cache(maxsize=2)(self._count_languages)
        self._chosen_at = lru_cache(maxsize=8)(self._choose)

    def generation(self) -> int:
        with self.file.reading() as connection:
            return generation_of(connection)

    def documents(self, scope: Sequence[str] | None) -> list[StoredDocument]:
        with self.file.reading() as connection:
            if scope is None:
                rows = connection.execute(f"SELECT {DOCUMENT_COLUMNS} FROM documents ORDER BY path").fetchall()
                return list(map(stored_document, rows))
            found: dict[str, StoredDocument] = {}
            for root in scope:
                where, values = inside(root)
                rows = connection.execute(
                    f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE {where} ORDER BY path", values
                )
                found.update((stored.ref, stored) for stored in map(stored_document, rows))
        return sorted(found.values(), key=lambda stored: os.fsencode(stored.path or ""))

    def chosen(self, selection: Selection) -> Chosen | None:
        """The documents of a selection; None when it leaves out nothing."""
        return None if selection == EVERYTHING else self._chosen_at(self.generation(), selection)

    def _choose(self, _generation: int, selection: Selection) -> Chosen | None:
        where, values = selected(selection)
        with self.file.reading() as connection:
            (total,) = connection.execute("SELECT coalesce(sum(passages), 0) FROM documents").fetchone()
            query = f"SELECT id, passages FROM documents WHERE passages > 0 AND ({where})"
            return chosen_of(dict(connection.execute(query, values)), total)

    def find(self, ref: str) -> StoredDocument | None:
        with self.file.reading() as connection:
            row = connection.execute(f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE ref = ?", (ref,)).fetchone()
        return stored_document(row) if row else None

    def document(self, ref: str) -> Document | None:
        with self.file.reading() as connection:
            query = "SELECT id, metadata, places, ref FROM documents WHERE ref = ? AND status = 'indexed'"
            row = connection.execute(query, (ref,)).fetchone()
            if row is None:
                query = "SELECT id, metadata, places, documents.ref FROM former_refs JOIN documents ON id = document"
                row = connection.execute(f"{query} WHERE former_refs.ref = ? AND status = 'indexed'", (ref,)).fetchone()
            if row is None:
                return None
            document, metadata, locations, ref = row
            return Document(text=text_of(connection, document), metadata=_with_locations(metadata, locations), id_=ref)

    def passages(self, ids: Sequence[int]) -> dict[int, TextNode]:
        """The passages with these ids, as far as they are (still) there."""
        with self.file.reading() as connection:
            return passages_called(connection, ids)

    def left_out(self, root: str) -> list[LeftOutRow]:
        with self.file.reading() as connection:
            rows = connection.execute("SELECT path, reason FROM left_out WHERE root = ?", (os.fsencode(root),))
            return [LeftOutRow(os.fsdecode(path), reason) for path, reason in rows]

    def roots(self) -> list[str]:
        with self.file.reading() as connection:
            return [os.fsdecode(path) for (path,) in connection.execute("SELECT path FROM roots ORDER BY path")]

    def languages(self) -> dict[str, int]:
        return self._languages_at(self.generation())

    def _count_languages(self, _generation: int) -> dict[str, int]:
        with self.file.reading() as connection:
            query = "SELECT language, count(*) FROM documents WHERE passages > 0 GROUP BY language"
            return {str(language): int(count) for language, count in connection.execute(query)}

    def vector_coverage(self, model: str) -> VectorCoverage:
        with self.file.reading() as connection:
            return sqlite_vectors.coverage(connection, sqlite_vectors.model_called(connection, model))

    def unembedded(self, model: str, limit: int) -> list[TextNode]:
        with self.file.reading() as connection:
            ids = sqlite_vectors.unembedded(connection, sqlite_vectors.model_called(connection, model), limit)
        nodes = self.passages(ids)
        return [nodes[passage] for passage in ids if passage in nodes]

    def whole(self, ref: str) -> NewDocument | None:
        """A document as it was put."""
        with self.file.reading() as connection:
            query = f"SELECT id, metadata, places, {DOCUMENT_COLUMNS} FROM documents WHERE ref = ?"
            row = connection.execute(query, (ref,)).fetchone()
            if row is None:
                return None
            found = _indexed(connection, row[0], row[1], row[2], stored_document(row[3:]))
        document = Document(text=found.document.text, metadata=found.document.metadata, id_=ref)
        return NewDocument(found.stored, document, [(start, end) for _, start, end in found.passages])

    def vectors(self, ref: str) -> dict[str, dict[str, list[float]]]:
        """The vectors of a document, by model and by passage."""
        with self.file.reading() as connection:
            row = connection.execute("SELECT id FROM documents WHERE ref = ?", (ref,)).fetchone()
            return {} if row is None else sqlite_vectors.of_document(connection, row[0], ref)

    def put_vectors(self, model: str, vectors: Mapping[str, Sequence[float]]) -> None:
        with self.file.changing() as connection:
            sqlite_vectors.put_vectors(connection, model, vectors)

    def nearest(self, name: str, vector: Sequence[float], limit: int, selection: Selection) -> list[tuple[int, float]]:
        """The ids of the nearest passages with their cosines, best first."""
        where, values = ("", []) if selection == EVERYTHING else selected(selection)
        with self.file.reading() as connection:
            model = sqlite_vectors.model_called(connection, name)
            if model is None:
                return []
            if model.dimensions != len(vector):
                raise unequal_lengths(len(vector), model.dimensions, name)
            return nearest_vectors(sqlite_vectors.scan(connection, model, where, values), vector, limit)


class DocumentsWriter:
    """Changes the record in one transaction after another; `commit` ends one."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        self._connection = file.connect_for_writing()
        self._generation = 0
        self._is_open = False

    def put(self, new: NewDocument, locations: Sequence[Location]) -> tuple[int, int | None]:
        """Store a document, `locations` being those of its passages.

        Returns its id, and the id of the earlier one in whose place it is.
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
        """Give a document another ref and path. Tells what has to change in an index of its passages."""
        with self._changing() as connection:
            replaced = self._delete(connection, to.ref) if to.ref != ref else None
            query = f"SELECT id, metadata, places, {DOCUMENT_COLUMNS} FROM documents WHERE ref = ?"
            row = connection.execute(query, (ref,)).fetchone()
            if row is None or to.path is None:
                return Moved(replaced, None, None)
            document, before = int(row[0]), _json(row[1])
            metadata = moved_metadata(before, to.path)
            raw = _compact(metadata)
            stored = replace(stored_document(row[3:]), ref=to.ref, path=to.path, size=to.size, mtime_ns=to.mtime_ns)
            is_renamed = metadata.get("file_name") != before.get("file_name")
            connection.execute(
                "UPDATE documents SET ref = ?, path = ?, size = ?, mtime_ns = ?, day = ?, metadata = ?,"
                " generation = iif(?, ?, generation) WHERE id = ?",
                (
                    to.ref,
                    os.fsencode(to.path),
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
            renamed = _indexed(connection, document, raw, row[2], stored) if is_renamed else None
            return Moved(replaced, document, renamed)

    def set_left_out(self, root: str, rows: Iterable[LeftOutRow]) -> None:
        with self._changing() as connection:
            key = os.fsencode(root)
            connection.execute("INSERT OR IGNORE INTO roots VALUES (?)", (key,))
            connection.execute("DELETE FROM left_out WHERE root = ?", (key,))
            values = ((key, os.fsencode(row.path), row.reason) for row in rows)
            connection.executemany("INSERT INTO left_out VALUES (?, ?, ?)", values)

    def commit(self) -> int | None:
        """End the transaction. Returns its generation; None when nothing was changed."""
        if not self._is_open:
            return None
        with self._file.errors():
            self._connection.execute("COMMIT")
        self._is_open = False
        return self._generation

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
                yield _indexed(self._connection, row[0], row[1], row[2], stored_document(row[3:]))

    def removed_since(self, generation: int) -> list[int]:
        """The ids of the documents that went away after `generation`."""
        with self._file.errors():
            rows = self._connection.execute("SELECT document FROM removed WHERE generation > ?", (generation,))
            return [document for (document,) in rows]

    def forget_removed(self) -> None:
        """Every derived index knows now what was removed."""
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
        path = None if stored.path is None else os.fsencode(stored.path)
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
            raise sqlite3.DatabaseError(f"no id was given to {stored.ref}")
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


def inside(root: str) -> tuple[str, list[bytes]]:
    """The SQL condition that a document's path is `root` or below it, with its values."""
    exact = os.fsencode(root)
    below = exact.rstrip(b"/") + b"/"
    return "path = ? OR (path >= ? AND path < ?)", [exact, below, below[:-1] + b"0"]


def selected(selection: Selection) -> tuple[str, list[bytes | str]]:
    """The SQL condition that a document is selected, with its values."""
    clauses: list[str] = []
    values: list[bytes | str] = []
    if selection.scope is not None:
        roots = [inside(root) for root in selection.scope]
        clauses.append(" OR ".join(f"({clause})" for clause, _ in roots) or "FALSE")
        values += [value for _, pair in roots for value in pair]
    if selection.types:
        clauses.append(f"format IN ({', '.join('?' * len(selection.types))})")
        values += selection.types
    for sign, day in ((">=", selection.since), ("<=", selection.until)):
        if day is not None:
            clauses.append(f"day {sign} ?")
            values.append(day.isoformat())
    return " AND ".join(f"({clause})" for clause in clauses) or "TRUE", values


def _kept_vectors(connection: sqlite3.Connection, ref: str) -> sqlite_vectors.KeptVectors:
    row = connection.execute("SELECT id FROM documents WHERE ref = ?", (ref,)).fetchone()
    return {} if row is None else sqlite_vectors.kept_by_text(connection, row[0], lambda: text_of(connection, row[0]))


def generation_of(connection: sqlite3.Connection) -> int:
    (generation,) = connection.execute("SELECT generation FROM state").fetchone()
    return int(generation)


def _indexed(
    connection: sqlite3.Connection, document: int, metadata: str, locations: str | None, stored: StoredDocument
) -> IndexedDocument:
    content = Document(text=text_of(connection, document), metadata=_with_locations(metadata, locations))
    return IndexedDocument(document, stored, content, ranges_of(connection, document))


def _json(raw: str) -> JsonObject:
    return cast("JsonObject", json.loads(raw))  # written by `DocumentsWriter.put` alone


def _with_locations(metadata: str, locations: str | None) -> JsonObject:
    return _json(metadata) if locations is None else {**_json(metadata), **_json(locations)}


def _compact(data: JsonObject) -> str:
    return json.dumps(data, separators=(",", ":"))


def _iso(day: datetime.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _storable(text: str | None) -> str | None:
    # SQLite takes no lone surrogates in text; they come from file names.
    return text and text.encode("utf-8", "backslashreplace").decode("utf-8")
