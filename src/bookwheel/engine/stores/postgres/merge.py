"""Merges small batches of postings, and leaves out the postings of removed documents.

It blocks no writer and no reader: it reads and replaces rows that no other writer touches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookwheel.engine.stores.postgres.documents import one_number
from bookwheel.engine.stores.postgres.postings import PASSAGE

if TYPE_CHECKING:
    from typing import LiteralString

    from bookwheel.engine.stores.postgres.server import Connection, PostgresServer

MOST_SMALL = 16
_SMALL = 20_000
_MOST_AT_ONCE = 60_000
_MERGE_LOCK = 0x6D657267  # any number that no other program locks


def merge_when_due(server: PostgresServer) -> None:
    """Merge when there are many small batches, or more removed than present passages."""
    # As a write, which waits for a lost server: what was just committed must not look as if it had failed.
    if server.write(_due):
        server.write(_merge)


def _due(connection: Connection) -> list[int]:
    """The batches to be merged into one; empty when it is not time."""
    batches: list[tuple[int, int]] = connection.execute(
        "SELECT id, passages FROM bookwheel.batches ORDER BY id"
    ).fetchall()
    small = [(number, passages) for number, passages in batches if passages < _SMALL]
    if len(small) >= MOST_SMALL:
        return _first(small)
    there = one_number(connection, "SELECT sum(passages) FROM bookwheel.documents")
    is_mostly_gone = sum(passages for _, passages in batches) > 2 * there + _SMALL
    return _first(batches) if is_mostly_gone else []


def _first(batches: list[tuple[int, int]]) -> list[int]:
    chosen: list[int] = []
    total = 0
    for number, passages in batches:
        if chosen and total + passages > _MOST_AT_ONCE:
            break
        chosen.append(number)
        total += passages
    return chosen


def _merge(connection: Connection) -> None:
    lock = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (_MERGE_LOCK,)).fetchone()
    if lock == (False,):
        return  # another process merges
    batches = _due(connection)
    if not batches:
        return
    merged = one_number(connection, "SELECT nextval('bookwheel.batch_ids')")
    postings: LiteralString = f"""
        INSERT INTO bookwheel.postings (term, batch, passages, hits)
        SELECT term, %s, count(*), array_agg(hit ORDER BY hit) FROM (
            SELECT term, unnest(hits) AS hit FROM bookwheel.postings WHERE batch = ANY(%s)
        ) old JOIN bookwheel.documents d ON d.id = ({PASSAGE}) >> 20 GROUP BY term"""
    connection.execute(postings, (merged, batches))
    # The lengths of removed passages are not stored separately: totals shrink in proportion to the passages.
    connection.execute(
        f"""
        WITH gone AS (DELETE FROM bookwheel.batches WHERE id = ANY(%s) RETURNING *),
        before AS (
            SELECT sum(passages) AS passages, sum(body) AS body, sum(name) AS name, sum(gram) AS gram FROM gone
        ), after AS (
            SELECT count(DISTINCT {PASSAGE}) AS passages FROM (
                SELECT unnest(hits) AS hit FROM bookwheel.postings WHERE batch = %s
            ) hits
        )
        INSERT INTO bookwheel.batches
        SELECT %s, after.passages, body * after.passages / before.passages, name * after.passages / before.passages,
            gram * after.passages / before.passages
        FROM before, after WHERE after.passages > 0
        """,
        (batches, merged, merged),
    )
    connection.execute("DELETE FROM bookwheel.postings WHERE batch = ANY(%s)", (batches,))
