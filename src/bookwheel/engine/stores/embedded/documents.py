"""The documents of the library with their texts and passages, in one SQLite file.

A document's text is stored once, in blocks; a passage is a range of it. Every change of a document belongs to a
generation, the number of the commit that it came with, so that derived indexes can catch up.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import cast

from bookwheel.engine.schema import Document, JsonObject, TextNode
from bookwheel.engine.selection import folded_tag
from bookwheel.engine.stores.document_rows import DOCUMENT_COLUMNS, HAS_TAGS, stored_document
from bookwheel.engine.stores.embedded.sqlite_file import SqliteFile
from bookwheel.engine.stores.embedded.texts import passages_called, ranges_of, text_of
from bookwheel.engine.stores.lexical_terms import Chosen, chosen_of
from bookwheel.engine.stores.store_protocol import (
    EVERYTHING,
    LeftOutRow,
    NewDocument,
    Selection,
    StoredDocument,
    VectorCoverage,
    path_bytes,
)
from bookwheel.lazy_dataclass import dataclass

_LISTED = f"{DOCUMENT_COLUMNS}, CASE WHEN instr(metadata, '{HAS_TAGS}') THEN metadata END"
_HAS_TAG = "folded_tag(value) = ? OR substr(folded_tag(value), 1, length(?) + 1) = ? || '/'"


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document as a derived index wants it."""

    id: int
    stored: StoredDocument
    document: Document
    passages: list[tuple[int, int, int]]
    """Id, start and end of each passage."""


class SqliteDocuments:
    """Reads the documents; from any thread."""

    def __init__(self, path: Path) -> None:
        self.file = SqliteFile(path)
        # Counted once for each generation.
        self._languages_at = lru_cache(maxsize=2)(self._count_languages)
        self._chosen_at = lru_cache(maxsize=8)(self._choose)

    def generation(self) -> int:
        with self.file.connection() as connection:
            return generation_of(connection)

    def documents(self, scope: Sequence[str] | None) -> list[StoredDocument]:
        with self.file.reading() as connection:
            if scope is None:
                rows = connection.execute(f"SELECT {_LISTED} FROM documents ORDER BY path").fetchall()
                return list(map(stored_document, rows))
            found: dict[str, StoredDocument] = {}
            for root in scope:
                where, values = inside(root)
                rows = connection.execute(f"SELECT {_LISTED} FROM documents WHERE {where} ORDER BY path", values)
                found.update((stored.ref, stored) for stored in map(stored_document, rows))
        return sorted(found.values(), key=lambda stored: path_bytes(stored.path or ""))

    def chosen(self, selection: Selection, generation: int | None = None) -> Chosen | None:
        """The documents of a selection; None when it selects all. `generation` is that of now, where it is known."""
        if selection == EVERYTHING:
            return None
        return self._chosen_at(self.generation() if generation is None else generation, selection)

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
        """The passages with these ids, those that still exist."""
        with self.file.reading() as connection:
            return passages_called(connection, ids)

    def left_out(self, root: str) -> list[LeftOutRow]:
        with self.file.reading() as connection:
            rows = connection.execute("SELECT path, reason FROM left_out WHERE root = ?", (path_bytes(root),))
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
        from bookwheel.engine.stores.embedded import vectors as sqlite_vectors

        with self.file.reading() as connection:
            return sqlite_vectors.coverage(connection, sqlite_vectors.model_called(connection, model))

    def unembedded(self, model: str, limit: int) -> list[TextNode]:
        from bookwheel.engine.stores.embedded import vectors as sqlite_vectors

        with self.file.reading() as connection:
            ids = sqlite_vectors.unembedded(connection, sqlite_vectors.model_called(connection, model), limit)
        nodes = self.passages(ids)
        return [nodes[passage] for passage in ids if passage in nodes]

    def whole(self, ref: str) -> NewDocument | None:
        """A document as it was stored."""
        with self.file.reading() as connection:
            query = f"SELECT id, metadata, places, {DOCUMENT_COLUMNS} FROM documents WHERE ref = ?"
            row = connection.execute(query, (ref,)).fetchone()
            if row is None:
                return None
            found = indexed_document(connection, row[0], row[1], row[2], stored_document(row[3:]))
        document = Document(text=found.document.text, metadata=found.document.metadata, id_=ref)
        return NewDocument(found.stored, document, [(start, end) for _, start, end in found.passages])

    def vectors(self, ref: str) -> dict[str, dict[str, list[float]]]:
        """The vectors of a document, by model and by passage."""
        from bookwheel.engine.stores.embedded import vectors as sqlite_vectors

        with self.file.reading() as connection:
            row = connection.execute("SELECT id FROM documents WHERE ref = ?", (ref,)).fetchone()
            return {} if row is None else sqlite_vectors.of_document(connection, row[0], ref)

    def put_vectors(self, model: str, vectors: Mapping[str, Sequence[float]]) -> None:
        from bookwheel.engine.stores.embedded import vectors as sqlite_vectors

        with self.file.changing() as connection:
            sqlite_vectors.put_vectors(connection, model, vectors)

    def nearest(self, name: str, vector: Sequence[float], limit: int, selection: Selection) -> list[tuple[int, float]]:
        """The ids of the nearest passages with their cosines, best first."""
        from bookwheel.engine.stores.byte_vectors import nearest_vectors, unequal_lengths
        from bookwheel.engine.stores.embedded import vectors as sqlite_vectors

        where, values = ("", []) if selection == EVERYTHING else selected(selection)
        with self.file.reading() as connection:
            model = sqlite_vectors.model_called(connection, name)
            if model is None:
                return []
            if model.dimensions != len(vector):
                raise unequal_lengths(len(vector), model.dimensions, name)
            return nearest_vectors(sqlite_vectors.scan(connection, model, where, values), vector, limit)


def inside(root: str) -> tuple[str, list[bytes]]:
    """The SQL condition that a document's path is `root` or below it, with its values."""
    exact = path_bytes(root)
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
    if selection.tags:
        has_tag = " OR ".join([_HAS_TAG] * len(selection.tags))
        clauses.append(
            f"instr(metadata, '{HAS_TAGS}') AND EXISTS (SELECT 1 FROM json_each(metadata, '$.tags') WHERE {has_tag})"
        )
        values += [value for tag in map(folded_tag, selection.tags) for value in (tag, tag, tag)]
    for sign, day in ((">=", selection.since), ("<=", selection.until)):
        if day is not None:
            clauses.append(f"day {sign} ?")
            values.append(day.isoformat())
    return " AND ".join(f"({clause})" for clause in clauses) or "TRUE", values


def generation_of(connection: sqlite3.Connection) -> int:
    (generation,) = connection.execute("SELECT generation FROM state").fetchone()
    return int(generation)


def indexed_document(
    connection: sqlite3.Connection, document: int, metadata: str, locations: str | None, stored: StoredDocument
) -> IndexedDocument:
    content = Document(text=text_of(connection, document), metadata=_with_locations(metadata, locations))
    return IndexedDocument(document, stored, content, ranges_of(connection, document))


def json_object(raw: str) -> JsonObject:
    return cast("JsonObject", json.loads(raw))  # only `DocumentsWriter.put` writes it


def _with_locations(metadata: str, locations: str | None) -> JsonObject:
    return json_object(metadata) if locations is None else {**json_object(metadata), **json_object(locations)}
