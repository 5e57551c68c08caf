"""Writes the changes that a writer of a shared index has gathered, in one transaction.

New rows have new ids that no other process has; replaced documents are locked in the order of their refs. So writers
do not wait long for each other and cannot deadlock, and a transaction may be repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, LiteralString

from bookwheel.engine.stores.document_rows import DOCUMENT_COLUMNS, reason_column
from bookwheel.engine.stores.postgres import known_words
from bookwheel.engine.stores.postgres import vectors as postgres_vectors
from bookwheel.engine.stores.postgres.documents import BLOCK, one_number
from bookwheel.engine.stores.postgres.postings import Postings
from bookwheel.engine.stores.store_protocol import LeftOutRow, NewDocument, StoredDocument, path_bytes
from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from bookwheel.engine.stores.postgres.server import Connection


@dataclass(frozen=True, slots=True)
class Put:
    """A document to be stored, in the form of its rows."""

    id: int
    new: NewDocument
    shared: str
    metadata: str
    passages: list[tuple[int, int, int, int, str | None]]
    """Id, start, end, digest and location of each."""

    @property
    def stored(self) -> StoredDocument:
        return self.new.stored


@dataclass(slots=True)
class PendingChanges:
    """The changes since the last commit."""

    puts: dict[str, Put] = field(default_factory=dict[str, Put])
    moved: dict[str, str] = field(default_factory=dict[str, str])
    """The old ref of each moved document, by its new one."""
    former_refs: dict[str, str] = field(default_factory=dict[str, str])
    removed: set[str] = field(default_factory=set[str])
    touched: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    left_out: dict[str, list[LeftOutRow]] = field(default_factory=dict[str, list[LeftOutRow]])
    postings: Postings = field(default_factory=Postings)

    def __bool__(self) -> bool:
        return bool(self.puts or self.removed or self.touched or self.left_out)


def write_changes(connection: Connection, changes: PendingChanges) -> None:
    """Write all changes, unless they were committed already and only the answer of the server was lost."""
    puts = [changes.puts[ref] for ref in sorted(changes.puts)]
    if _are_stored(connection, [put.id for put in puts]):
        return
    with_passages = [put for put in puts if put.passages]
    _copy_texts(connection, puts)
    _copy_passages(connection, with_passages)
    if with_passages:
        _copy_postings(connection, changes.postings)
    replaced = _locked(connection, [*changes.puts, *changes.removed, *changes.touched])
    origins = ((put.id, changes.moved.get(put.stored.ref, put.stored.ref)) for put in with_passages)
    postgres_vectors.carry_over(connection, [(new, replaced[origin]) for new, origin in origins if origin in replaced])
    _move_former_refs(connection, changes, replaced)
    _delete(connection, [number for ref, number in replaced.items() if ref not in changes.touched])
    _copy_documents(connection, puts)
    if with_passages:
        known_words.remember(connection, changes.postings.words())
    _touch(connection, changes.touched)
    _set_left_out(connection, changes.left_out)


def _are_stored(connection: Connection, ids: list[int]) -> bool:
    query = "SELECT FROM bookwheel.documents WHERE id = ANY(%s) LIMIT 1"
    return connection.execute(query, (ids,)).fetchone() is not None


def _locked(connection: Connection, refs: list[str]) -> dict[str, int]:
    """The ids of the existing documents; no other process can change them before this transaction ends."""
    query = "SELECT ref, id FROM bookwheel.documents WHERE ref = ANY(%s) ORDER BY ref FOR UPDATE"
    return dict(connection.execute(query, (refs,)).fetchall())


def _move_former_refs(connection: Connection, changes: PendingChanges, replaced: Mapping[str, int]) -> None:
    """Documents can still be read under their old refs, until another document is stored there."""
    if changes.puts:
        connection.execute("DELETE FROM bookwheel.former_refs WHERE ref = ANY(%s)", ([*changes.puts],))
    for ref, origin in changes.moved.items():
        if origin in replaced:
            query = "UPDATE bookwheel.former_refs SET document = %s WHERE document = %s"
            connection.execute(query, (changes.puts[ref].id, replaced[origin]))
    for former, ref in changes.former_refs.items():
        while ref not in changes.puts and ref in changes.former_refs:
            ref = changes.former_refs[ref]
        if ref in changes.puts and former not in changes.puts:
            connection.execute(
                "INSERT INTO bookwheel.former_refs VALUES (%s, %s)"
                " ON CONFLICT (ref) DO UPDATE SET document = excluded.document",
                (former, changes.puts[ref].id),
            )


def _delete(connection: Connection, ids: list[int]) -> None:
    if not ids:
        return
    postgres_vectors.forget(connection, ids)
    connection.execute("DELETE FROM bookwheel.documents WHERE id = ANY(%s)", (ids,))
    connection.execute("DELETE FROM bookwheel.former_refs WHERE document = ANY(%s)", (ids,))
    connection.execute("DELETE FROM bookwheel.texts WHERE document = ANY(%s)", (ids,))
    connection.execute(
        """
        DELETE FROM bookwheel.passages p USING unnest(%s::int8[]) AS gone (id)
        WHERE p.id >= gone.id << 20 AND p.id < (gone.id + 1) << 20
        """,
        (ids,),
    )


def _copy_texts(connection: Connection, puts: list[Put]) -> None:
    with connection.cursor().copy("COPY bookwheel.texts FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int8", "int4", "bytea"])
        for put in puts:
            text = put.new.document.text
            for start in range(0, len(text), BLOCK):
                block = text[start : start + BLOCK].encode("utf-8", "surrogatepass")
                copy.write_row((put.id, start // BLOCK, block))


def _copy_passages(connection: Connection, puts: list[Put]) -> None:
    with connection.cursor().copy("COPY bookwheel.passages FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int8", "int4", "int4", "int8", "text"])
        for put in puts:
            for row in put.passages:
                copy.write_row(row)


def _copy_postings(connection: Connection, postings: Postings) -> None:
    batch = one_number(connection, "SELECT nextval('bookwheel.batch_ids')")
    lengths = postings.lengths
    connection.execute(
        "INSERT INTO bookwheel.batches VALUES (%s, %s, %s, %s, %s)",
        (batch, postings.passages, lengths["body"], lengths["name"], lengths["gram"]),
    )
    with connection.cursor().copy("COPY bookwheel.postings FROM STDIN") as copy:
        for rows in postings.rows(batch):
            copy.write(rows)


def _copy_documents(connection: Connection, puts: list[Put]) -> None:
    statement: LiteralString = f"COPY bookwheel.documents (id, {DOCUMENT_COLUMNS}, day, shared, metadata) FROM STDIN"
    with connection.cursor().copy(statement) as copy:
        for put in puts:
            copy.write_row(tuple(_document_row(put)))


def _document_row(put: Put) -> Iterator[object]:
    stored = put.stored
    yield put.id
    yield stored.ref
    yield None if stored.path is None else path_bytes(stored.path)
    yield from (stored.size, stored.mtime_ns, stored.sha256, stored.status, _storable(reason_column(stored)))
    yield None if stored.title is None else _storable(stored.title)
    yield from (stored.pages, stored.passages, stored.language, stored.format)
    yield None if stored.author is None else _storable(stored.author)
    yield from (stored.date, stored.day, put.shared, put.metadata)


def _touch(connection: Connection, touched: Mapping[str, tuple[int, int]]) -> None:
    for ref, (size, mtime_ns) in touched.items():
        day = StoredDocument(ref=ref, mtime_ns=mtime_ns).day
        connection.execute(
            "UPDATE bookwheel.documents SET size = %s, mtime_ns = %s, day = coalesce(date, %s) WHERE ref = %s",
            (size, mtime_ns, day, ref),
        )


def _set_left_out(connection: Connection, left_out: Mapping[str, list[LeftOutRow]]) -> None:
    for root in sorted(left_out):
        key = path_bytes(root)
        # An update without effect: it blocks other writers of the same root.
        connection.execute(
            "INSERT INTO bookwheel.roots VALUES (%s) ON CONFLICT (path) DO UPDATE SET path = excluded.path", (key,)
        )
        connection.execute("DELETE FROM bookwheel.left_out WHERE root = %s", (key,))
        with connection.cursor().copy("COPY bookwheel.left_out FROM STDIN") as copy:
            for row in left_out[root]:
                copy.write_row((key, path_bytes(row.path), _storable(row.reason)))


def _storable(text: str) -> str:
    # The server refuses lone surrogates (they come from file names) and NUL in text.
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "")
