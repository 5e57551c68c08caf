"""The vectors of passages: up to 256 neighbours in a row, so that a scan reads few rows.

A passage's number in its row is the end of its id, so that no ids are kept beside the vectors.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from bookwheel.engine.stores.byte_vectors import (
    PackedVectors,
    has_vector,
    packed,
    packed_size,
    unequal_lengths,
    unpacked,
)
from bookwheel.engine.stores.store_protocol import (
    NewDocument,
    PassageRange,
    UnreadableValueError,
    VectorCoverage,
    node_id,
    passage_of,
)
from bookwheel.errors import StoreError

VECTOR_SCHEMA = """
CREATE TABLE embedding_models (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, dimensions INTEGER NOT NULL);
CREATE TABLE vectors (
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL,
    block INTEGER NOT NULL,
    embedded INTEGER NOT NULL,
    data BLOB NOT NULL
);
CREATE INDEX vectors_by_block ON vectors (model, block, embedded);
"""
_SHIFT = 20  # from a document's id to those of its passages, as in `documents`
_BLOCK_SHIFT = 8
_PER_BLOCK = 1 << _BLOCK_SHIFT
_BLOCKS_SHIFT = _SHIFT - _BLOCK_SHIFT
_OF_DOCUMENT = f"block >= documents.id << {_BLOCKS_SHIFT} AND block < (documents.id + 1) << {_BLOCKS_SHIFT}"
_SCANNED_BYTES = 4_000_000

KeptVectors = Mapping[int, Mapping[str, bytes]]
"""By model, then by the text of the passage."""


class StoredModel(NamedTuple):
    """An embedding model that has vectors in the store."""

    id: int
    dimensions: int


def model_called(connection: sqlite3.Connection, name: str) -> StoredModel | None:
    """The model of that name, if it has vectors in the store."""
    row = connection.execute("SELECT id, dimensions FROM embedding_models WHERE name = ?", (name,)).fetchone()
    return StoredModel(*row) if row is not None else None


def coverage(connection: sqlite3.Connection, model: StoredModel | None) -> VectorCoverage:
    """How many passages have a vector."""
    (total,) = connection.execute("SELECT coalesce(sum(passages), 0) FROM documents").fetchone()
    if model is None:
        return VectorCoverage(0, int(total))
    query = "SELECT coalesce(sum(embedded), 0) FROM vectors WHERE model = ?"
    (embedded,) = connection.execute(query, (model.id,)).fetchone()
    return VectorCoverage(int(embedded), int(total))


def unembedded(connection: sqlite3.Connection, model: StoredModel | None, limit: int) -> list[int]:
    """The ids of passages without a vector, those of the documents stored last first."""
    query = f"""
        SELECT id, passages FROM documents WHERE passages > (
            SELECT coalesce(sum(embedded), 0) FROM vectors
            WHERE model = ? AND {_OF_DOCUMENT}
        ) ORDER BY id DESC LIMIT ?"""
    found: list[int] = []
    model_id = model.id if model is not None else 0
    for document, passages in connection.execute(query, (model_id, limit)):
        there = _passages_with_vectors(connection, model, document)
        base = document << _SHIFT
        found += [passage for passage in range(base, base + passages) if passage not in there][: limit - len(found)]
        if len(found) >= limit:
            break
    return found


def put_vectors(connection: sqlite3.Connection, name: str, vectors: Mapping[str, Sequence[float]]) -> None:
    """Keep vectors by the ids of nodes; those of removed passages are skipped. Raises StoreError."""
    if not vectors:
        return
    by_passage = _by_passage(connection, vectors)
    if by_passage:
        [dimensions, *others] = {len(vector) for vector in vectors.values()}
        if others:
            raise StoreError(f"{name} gave vectors of different lengths.", hint="Choose another embedding model.")
        _write(connection, _model_for(connection, name, dimensions), by_passage)


def scan(
    connection: sqlite3.Connection, model: StoredModel, where: str = "", values: Sequence[object] = ()
) -> Iterator[PackedVectors]:
    """All vectors of the documents that meet the condition, some megabytes at a time."""
    size = packed_size(model.dimensions)
    query = "SELECT block, data FROM vectors WHERE model = ?"
    if where:
        query = (
            f"SELECT block, data FROM documents JOIN vectors ON model = ? AND {_OF_DOCUMENT}"
            f" WHERE passages > 0 AND ({where})"
        )
    ids, pieces, waiting = array("q"), list[bytes](), 0
    for block, data in connection.execute(query, (model.id, *values)):
        if len(data) % size:
            raise UnreadableValueError(f"{len(data)} bytes are no vectors of {size}")
        first = block << _BLOCK_SHIFT
        ids.extend(range(first, first + len(data) // size))
        pieces.append(data)
        waiting += len(data)
        if waiting >= _SCANNED_BYTES:
            yield PackedVectors(ids, b"".join(pieces))
            ids, pieces, waiting = array("q"), [], 0
    if pieces:
        yield PackedVectors(ids, b"".join(pieces))


def of_document(connection: sqlite3.Connection, document: int, ref: str) -> dict[str, dict[str, list[float]]]:
    """The vectors of a document: by model, then by the ids of its passages."""
    ranges = _ranges_of(connection, document)
    rows = connection.execute("SELECT name, id, dimensions FROM embedding_models").fetchall()
    return {
        name: {
            node_id(ref, *ranges[passage]): unpacked(vector)
            for passage, vector in _vectors_of(connection, StoredModel(number, dimensions), document)
        }
        for name, number, dimensions in rows
    }


def forget(connection: sqlite3.Connection, document: int) -> None:
    """Delete the vectors of a document."""
    for (model,) in connection.execute("SELECT id FROM embedding_models").fetchall():
        connection.execute(
            "DELETE FROM vectors WHERE model = ? AND block >= ? AND block < ?", (model, *_blocks(document))
        )


def kept_by_text(connection: sqlite3.Connection, document: int, read_text: Callable[[], str]) -> KeptVectors:
    """The vectors of a document by text, for the passages of a new version that have the same text."""
    kept: dict[int, dict[str, bytes]] = {}
    for row in connection.execute("SELECT id, dimensions FROM embedding_models").fetchall():
        model = StoredModel(*row)
        by_passage = dict(_vectors_of(connection, model, document))
        if by_passage:
            text, ranges = read_text(), _ranges_of(connection, document)
            kept[model.id] = {text[slice(*ranges[passage])]: vector for passage, vector in by_passage.items()}
    return kept


def restore(connection: sqlite3.Connection, document: int, new: NewDocument, kept: KeptVectors) -> None:
    """Give the passages of a new version the vectors that were kept."""
    base = document << _SHIFT
    for model_id, by_text in kept.items():
        found = {
            base + number: vector
            for number, (start, end) in enumerate(new.passages)
            if (vector := by_text.get(new.document.text[start:end])) is not None
        }
        _write(connection, model_id, found)


def _by_passage(connection: sqlite3.Connection, vectors: Mapping[str, Sequence[float]]) -> dict[int, bytes]:
    by_document: defaultdict[str, dict[PassageRange, Sequence[float]]] = defaultdict(dict)
    for node, vector in vectors.items():
        if (place := passage_of(node)) is not None:
            ref, start, end = place
            by_document[ref][start, end] = vector
    found: dict[int, bytes] = {}
    for ref, by_range in by_document.items():
        row = connection.execute("SELECT id FROM documents WHERE ref = ?", (ref,)).fetchone()
        if row is not None:
            starts = ", ".join(str(start) for start, _ in by_range)
            for passage, place in _ranges_of(connection, row[0], f"AND first IN ({starts})").items():
                if place in by_range:
                    found[passage] = packed(by_range[place])
    return found


def _model_for(connection: sqlite3.Connection, name: str, dimensions: int) -> int:
    connection.execute("INSERT OR IGNORE INTO embedding_models (name, dimensions) VALUES (?, ?)", (name, dimensions))
    model = model_called(connection, name)
    if model is None or model.dimensions != dimensions:
        raise unequal_lengths(dimensions, model.dimensions if model is not None else 0, name)
    return model.id


def _write(connection: sqlite3.Connection, model: int, vectors: Mapping[int, bytes]) -> None:
    by_block: defaultdict[int, list[int]] = defaultdict(list)
    for passage in vectors:
        by_block[passage >> _BLOCK_SHIFT].append(passage)
    for block, passages in by_block.items():
        row = connection.execute(
            "SELECT id, data FROM vectors WHERE model = ? AND block = ?", (model, block)
        ).fetchone()
        size = len(vectors[passages[0]])
        data = bytearray(row[1] if row is not None else size * _places_in(connection, block))
        for passage in passages:
            start = (passage % _PER_BLOCK) * size
            data[start : start + size] = vectors[passage]
        embedded = sum(has_vector(data, start) for start in range(0, len(data), size))
        if row is None:
            query = "INSERT INTO vectors (model, block, embedded, data) VALUES (?, ?, ?, ?)"
            connection.execute(query, (model, block, embedded, data))
        else:
            connection.execute("UPDATE vectors SET embedded = ?, data = ? WHERE id = ?", (embedded, data, row[0]))


def _places_in(connection: sqlite3.Connection, block: int) -> int:
    first = block << _BLOCK_SHIFT
    query = "SELECT count(*) FROM passages WHERE id >= ? AND id < ?"
    (count,) = connection.execute(query, (first, first + _PER_BLOCK)).fetchone()
    return int(count)


def _passages_with_vectors(connection: sqlite3.Connection, model: StoredModel | None, document: int) -> set[int]:
    return set() if model is None else {passage for passage, _ in _vectors_of(connection, model, document)}


def _vectors_of(connection: sqlite3.Connection, model: StoredModel, document: int) -> Iterator[tuple[int, bytes]]:
    size = packed_size(model.dimensions)
    query = "SELECT block, data FROM vectors WHERE model = ? AND block >= ? AND block < ?"
    for block, data in connection.execute(query, (model.id, *_blocks(document))):
        for number in range(len(data) // size):
            if has_vector(data, number * size):
                yield (block << _BLOCK_SHIFT) + number, data[number * size : (number + 1) * size]


def _ranges_of(connection: sqlite3.Connection, document: int, condition: str = "") -> dict[int, PassageRange]:
    query = f"SELECT id, first, after FROM passages WHERE id >= ? AND id < ? {condition}"
    span = (document << _SHIFT, (document + 1) << _SHIFT)
    rows: Iterable[tuple[int, int, int]] = connection.execute(query, span)
    return {passage: (start, end) for passage, start, end in rows}


def _blocks(document: int) -> tuple[int, int]:
    return document << _BLOCKS_SHIFT, (document + 1) << _BLOCKS_SHIFT
