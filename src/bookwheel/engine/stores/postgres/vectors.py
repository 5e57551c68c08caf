"""Vectors of passages in a shared index, with pgvector: 16-bit floats at unit length, found by HNSW.

Without the extension everything else works. The tables are made with the first vectors.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import mul
from typing import TYPE_CHECKING, LiteralString, NamedTuple, TypeAlias, cast

from psycopg import errors, sql

from bookwheel.engine.schema import NodeWithScore, TextNode
from bookwheel.engine.stores.byte_vectors import unequal_lengths
from bookwheel.engine.stores.postgres.documents import (
    PASSAGE_COLUMNS,
    PASSAGE_TEXT,
    node_of,
    one_number,
    scored_node,
    selected,
)
from bookwheel.engine.stores.store_protocol import Selection, VectorCoverage, node_id, passage_of
from bookwheel.errors import StoreError

if TYPE_CHECKING:
    from bookwheel.engine.stores.postgres.server import Connection

# How many passages HNSW visits: more finds more of the nearest, and takes longer.
EF_SEARCH = 200
_MOST_INDEXED_DIMENSIONS = 4_000  # of a halfvec
_OLDEST_VERSION = (0, 8)  # iterative scans
_HOW_TO_GET_IT = (
    "Install pgvector 0.8 or newer on the server, and let a superuser run: CREATE EXTENSION vector. "
    "Search by words works without it."
)


_Place: TypeAlias = tuple[str, int, int]


class _Model(NamedTuple):
    id: int
    dimensions: int


_NO_MODEL = _Model(0, 0)


def coverage(connection: Connection, name: str) -> VectorCoverage:
    """How many passages have a vector."""
    total = one_number(connection, "SELECT sum(passages) FROM bookwheel.documents")
    model = _model_called(connection, name)
    if model is None:
        return VectorCoverage(0, total)
    return VectorCoverage(
        one_number(connection, "SELECT count(*) FROM bookwheel.vectors WHERE model = %s", (model.id,)), total
    )


def unembedded(connection: Connection, name: str, limit: int) -> list[TextNode]:
    """Passages without a vector, those of the documents stored last first."""
    model = _model_called(connection, name)
    without: LiteralString = "TRUE"
    values: list[object] = []
    if model is not None:
        without = "NOT EXISTS (SELECT FROM bookwheel.vectors v WHERE v.model = %s AND v.passage = p.id)"
        values = [model.id]
    query: LiteralString = f"""
        SELECT {PASSAGE_COLUMNS} FROM bookwheel.documents d
        JOIN bookwheel.passages p ON p.id >= d.id << 20 AND p.id < (d.id + 1) << 20 {PASSAGE_TEXT}
        WHERE d.passages > 0 AND {without} ORDER BY d.id DESC, p.id LIMIT %s"""
    return list(map(node_of, connection.execute(query, (*values, limit))))


def put(connection: Connection, name: str, vectors: Mapping[str, Sequence[float]]) -> None:
    """Keep vectors by the ids of their passages; those of removed passages are skipped."""
    by_passage = _by_passage(connection, vectors)
    if not by_passage:
        return
    [dimensions, *others] = {len(vector) for vector in vectors.values()}
    if others:
        raise StoreError(f"{name} gave vectors of different lengths.", hint="Choose another embedding model.")
    texts = [_as_text(vector) for vector in by_passage.values()]
    model = _model_for(connection, name, dimensions)
    statement = """
        INSERT INTO bookwheel.vectors (model, passage, embedding)
        SELECT {model}, passage, embedding::{schema}.halfvec
        FROM unnest(%s::int8[], %s::text[]) AS new (passage, embedding)
        ON CONFLICT (model, passage) DO UPDATE SET embedding = excluded.embedding"""
    connection.execute(_composed(connection, statement, model), (list(by_passage), texts))


def nearest(
    connection: Connection, name: str, vector: Sequence[float], limit: int, selection: Selection
) -> list[NodeWithScore]:
    """The nearest of the selected passages with their cosines, best first."""
    model = _model_called(connection, name)
    if model is None or limit < 1:
        return []
    if model.dimensions != len(vector):
        raise unequal_lengths(len(vector), model.dimensions, name)
    where, values = selected(selection)
    joined: LiteralString = "JOIN bookwheel.documents d ON d.id = v.passage >> 20" if values else ""
    statement: LiteralString = f"""
        WITH best AS (
            SELECT v.passage, v.embedding::{{schema}}.halfvec({{dimensions}})
                OPERATOR({{schema}}.<#>) %s::{{schema}}.halfvec({{dimensions}}) AS distance
            FROM bookwheel.vectors v {joined} WHERE v.model = {{model}} AND {where} ORDER BY distance LIMIT %s
        )
        SELECT -b.distance, {PASSAGE_COLUMNS} FROM best b JOIN bookwheel.passages p ON p.id = b.passage
        JOIN bookwheel.documents d ON d.id = p.id >> 20 {PASSAGE_TEXT} ORDER BY b.distance, p.id"""
    query = _composed(connection, statement, model)
    with connection.transaction():
        # Continues the scan when the passages found are not selected.
        connection.execute(
            "SELECT set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', %s, true)",
            (str(min(max(EF_SEARCH, limit), 1_000)),),
        )
        rows = connection.execute(query, (_as_text(vector), *values, limit)).fetchall()
    return list(map(scored_node, rows))


def of_document(connection: Connection, ref: str) -> dict[str, dict[str, list[float]]]:
    """The vectors of a document: by model, then by the ids of its passages."""
    if not _has_vectors(connection):
        return {}
    rows = connection.execute(
        """
        SELECT m.name, p.first, p.after, v.embedding::text
        FROM bookwheel.documents d CROSS JOIN bookwheel.embedding_models m
        JOIN bookwheel.passages p ON p.id >= d.id << 20 AND p.id < (d.id + 1) << 20
        JOIN bookwheel.vectors v ON v.model = m.id AND v.passage = p.id WHERE d.ref = %s
        """,
        (ref,),
    )
    found: defaultdict[str, dict[str, list[float]]] = defaultdict(dict)
    for name, start, end, numbers in rows:
        found[name][node_id(ref, start, end)] = list(map(float, numbers[1:-1].split(",")))
    return found


def carry_over(connection: Connection, replaced: Sequence[tuple[int, int]]) -> None:
    """Give new documents the vectors of those they replace, for passages with the same text."""
    if not replaced or not _has_vectors(connection):
        return
    connection.execute(
        """
        INSERT INTO bookwheel.vectors (model, passage, embedding)
        SELECT DISTINCT ON (m.id, n.id) m.id, n.id, v.embedding
        FROM unnest(%s::int8[], %s::int8[]) AS pair (new, old)
        JOIN bookwheel.passages n ON n.id >= pair.new << 20 AND n.id < (pair.new + 1) << 20
        JOIN bookwheel.passages o ON o.id >= pair.old << 20 AND o.id < (pair.old + 1) << 20 AND o.digest = n.digest
        CROSS JOIN bookwheel.embedding_models m
        JOIN bookwheel.vectors v ON v.model = m.id AND v.passage = o.id
        """,
        ([new for new, _ in replaced], [old for _, old in replaced]),
    )


def forget(connection: Connection, documents: Sequence[int]) -> None:
    """Delete the vectors of documents."""
    if _has_vectors(connection):
        connection.execute(
            """
            DELETE FROM bookwheel.vectors v USING bookwheel.embedding_models m, unnest(%s::int8[]) AS gone (id)
            WHERE v.model = m.id AND v.passage >= gone.id << 20 AND v.passage < (gone.id + 1) << 20
            """,
            (list(documents),),
        )


def _by_passage(connection: Connection, vectors: Mapping[str, Sequence[float]]) -> dict[int, Sequence[float]]:
    places = {place: vector for node, vector in vectors.items() if (place := passage_of(node)) is not None}
    # Shared locks: a process that replaces one of these documents waits, so that no vector outlives its passage.
    rows = connection.execute(
        """
        SELECT d.ref, p.first, p.after, p.id FROM (
            SELECT id, ref FROM bookwheel.documents WHERE ref = ANY(%s) ORDER BY ref FOR SHARE
        ) d JOIN bookwheel.passages p ON p.id >= d.id << 20 AND p.id < (d.id + 1) << 20 AND p.first = ANY(%s)
        """,
        ([*{ref for ref, _, _ in places}], [*{start for _, start, _ in places}]),
    )
    return {passage: places[place] for *rest, passage in rows if (place := cast("_Place", tuple(rest))) in places}


def _model_called(connection: Connection, name: str) -> _Model | None:
    query = "SELECT id, dimensions FROM bookwheel.embedding_models WHERE name = %s"
    row = connection.execute(query, (name,)).fetchone()
    return None if row is None else _Model(*row)


def _has_vectors(connection: Connection) -> bool:
    return connection.execute("SELECT FROM bookwheel.embedding_models LIMIT 1").fetchone() is not None


def _model_for(connection: Connection, name: str, dimensions: int) -> _Model:
    model = _model_called(connection, name)
    if model is None:
        _make_table(connection)
        connection.execute(
            "INSERT INTO bookwheel.embedding_models (name, dimensions) VALUES (%s, %s) ON CONFLICT (name) DO NOTHING",
            (name, dimensions),
        )
        model = _model_called(connection, name)
        if model is not None and model.dimensions == dimensions:
            _make_index(connection, model)
    if model is None or model.dimensions != dimensions:
        raise unequal_lengths(dimensions, model.dimensions if model is not None else 0, name)
    return model


def _make_table(connection: Connection) -> None:
    connection.execute("LOCK TABLE bookwheel.embedding_models IN SHARE ROW EXCLUSIVE MODE")
    try:
        if connection.execute("SELECT FROM pg_extension WHERE extname = 'vector'").fetchone() is None:
            connection.execute("CREATE EXTENSION vector")
        _check_version(connection)
        statement = """
            CREATE TABLE IF NOT EXISTS bookwheel.vectors (
                model int4 NOT NULL,
                passage int8 NOT NULL,
                embedding {schema}.halfvec NOT NULL,
                PRIMARY KEY (model, passage)
            )"""
        connection.execute(_composed(connection, statement))
    except (errors.InsufficientPrivilege, errors.FeatureNotSupported, errors.UndefinedFile) as error:
        reason = (error.diag.message_primary or str(error)).rstrip(".")
        raise StoreError(f"The shared index cannot store vectors: {reason}.", hint=_HOW_TO_GET_IT) from error


def _check_version(connection: Connection) -> None:
    row = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'").fetchone()
    version = str(row[0]) if row is not None else ""
    if tuple(int(part) for part in version.split(".")[:2] if part.isdecimal()) < _OLDEST_VERSION:
        raise StoreError(f"The shared index cannot store vectors: pgvector is {version} there.", hint=_HOW_TO_GET_IT)


def _make_index(connection: Connection, model: _Model) -> None:
    if model.dimensions > _MOST_INDEXED_DIMENSIONS:
        return
    statement = """
        CREATE INDEX IF NOT EXISTS {index} ON bookwheel.vectors
        USING hnsw ((embedding::{schema}.halfvec({dimensions})) {schema}.halfvec_ip_ops) WHERE model = {model}"""
    try:
        with connection.transaction():
            connection.execute(_composed(connection, statement, model))
    except errors.InsufficientPrivilege:
        return  # only the owner of the table may; without the index all vectors are scanned


def _composed(connection: Connection, statement: LiteralString, model: _Model = _NO_MODEL) -> sql.Composed:
    """The statement with the schema of pgvector, which need not be on the search path."""
    query = "SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'vector'"
    row = connection.execute(query).fetchone()
    return sql.SQL(statement).format(
        schema=sql.Identifier("public" if row is None else str(row[0])),
        model=sql.Literal(model.id),
        dimensions=sql.Literal(model.dimensions),
        index=sql.Identifier(f"vectors_of_{model.id}"),
    )


def _as_text(vector: Sequence[float]) -> str:
    """A vector at unit length, as pgvector reads it. Raises StoreError when it holds a value that is not a number."""
    length = math.sqrt(sum(map(mul, vector, vector)))
    if not math.isfinite(length):
        raise StoreError(
            "The embedding model gave a vector with values that are not numbers.", hint="Choose another model."
        )
    return f"[{','.join(f'{value / (length or 1.0):.6g}' for value in vector)}]"
