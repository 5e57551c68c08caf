"""Changes a shared index: what was put waits here until `commit` brings it over in one short transaction.

There is no lock for writers. Everything that a transaction adds is under new ids that only it knows; documents that it
replaces are locked in the order of their refs. Two writers of the same document do not collide: the later one wins.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, LiteralString

from bookwheel.engine.stores import postgres_merge, postgres_record, postgres_vectors
from bookwheel.engine.stores.base import LeftOutRow, NewDocument, StoredDocument, moved_metadata
from bookwheel.engine.stores.indexing import add_passages
from bookwheel.engine.stores.places import places_of, without_places
from bookwheel.engine.stores.postgres_postings import Postings
from bookwheel.engine.stores.postgres_record import BLOCK, COLUMNS, SHIFT, one_number

if TYPE_CHECKING:
    from bookwheel.engine.stores.postgres_server import Connection, PostgresServer

_IDS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class _Put:
    id: int
    new: NewDocument
    shared: str
    metadata: str
    passages: list[tuple[int, int, int, int, str | None]]
    """Id, start, end, digest and place of each."""

    @property
    def stored(self) -> StoredDocument:
        return self.new.stored


@dataclass(slots=True)
class _Changes:
    """What was put since the last commit."""

    puts: dict[str, _Put] = field(default_factory=dict[str, _Put])
    moved: dict[str, str] = field(default_factory=dict[str, str])
    """Where documents were that are put now, by where they are."""
    former_refs: dict[str, str] = field(default_factory=dict[str, str])
    removed: set[str] = field(default_factory=set[str])
    touched: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    left_out: dict[str, list[LeftOutRow]] = field(default_factory=dict[str, list[LeftOutRow]])
    postings: Postings = field(default_factory=Postings)

    def __bool__(self) -> bool:
        return bool(self.puts or self.removed or self.touched or self.left_out)


class PostgresWriter:
    """One writer of several. Implements `StoreWriter`."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._changes = _Changes()
        self._ids: list[int] = []

    def put(self, new: NewDocument) -> None:
        changes = self._changes
        stored, document = replace(new.stored, passages=len(new.passages)), new.document
        number = self._next_id()
        base = number << SHIFT
        places = places_of(document.metadata)
        put = _Put(
            number,
            replace(new, stored=stored),
            json.dumps(without_places(document.metadata), separators=(",", ":")),
            json.dumps(document.metadata, separators=(",", ":")),
            [
                (base + at, start, end, digest_of(document.text[start:end]), _json_or_none(places.metadata_at(start)))
                for at, (start, end) in enumerate(new.passages)
            ],
        )
        if put.passages:
            ranges = ((passage, start, end) for passage, start, end, _, _ in put.passages)
            add_passages(changes.postings, number, stored, document, ranges)
        self._forget(stored.ref)
        changes.removed.discard(stored.ref)
        changes.puts[stored.ref] = put

    def touch(self, ref: str, *, size: int, mtime_ns: int) -> None:
        waiting = self._changes.puts.get(ref)
        if waiting is None:
            self._changes.touched[ref] = size, mtime_ns
        else:
            stored = replace(waiting.stored, size=size, mtime_ns=mtime_ns)
            self._changes.puts[ref] = replace(waiting, new=replace(waiting.new, stored=stored))

    def move(self, ref: str, to: StoredDocument) -> bool:
        waiting = self._changes.puts.get(ref)
        if waiting is not None:
            new = waiting.new
        elif ref in self._changes.removed:
            return False
        else:
            new = self._server.read(lambda connection: postgres_record.whole(connection, ref))
        if new is None or to.path is None:
            return False
        # Stored anew, without being read again; the vectors go over when it is committed.
        stored = replace(new.stored, ref=to.ref, path=to.path, size=to.size, mtime_ns=to.mtime_ns)
        document = replace(new.document, metadata=moved_metadata(new.document.metadata, to.path), id_=to.ref)
        origin = self._changes.moved.get(ref, ref)
        if to.ref != ref:
            self.remove(ref)
        self.put(NewDocument(stored, document, new.passages))
        self._changes.moved[to.ref] = origin
        self._changes.former_refs[ref] = to.ref
        return True

    def remove(self, ref: str) -> None:
        self._forget(ref)
        self._changes.removed.add(ref)

    def set_left_out(self, root: str, rows: Iterable[LeftOutRow]) -> None:
        self._changes.left_out[root] = list(rows)

    def commit(self) -> None:
        changes = self._changes
        if changes:
            self._server.write(lambda connection: _write(connection, changes))
            self._changes = _Changes()

    def give_way(self) -> None:
        self.commit()

    def tidy(self) -> None:
        """Merge small batches, when nobody else does and it is time."""
        postgres_merge.merge_when_due(self._server)

    def _forget(self, ref: str) -> None:
        for waiting in (self._changes.puts, self._changes.touched, self._changes.moved, self._changes.former_refs):
            waiting.pop(ref, None)

    def _next_id(self) -> int:
        if not self._ids:
            self._ids = self._server.write(_new_ids)
        return self._ids.pop()


def digest_of(text: str) -> int:
    """The number by which passages that say the same are known."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)


def _new_ids(connection: Connection) -> list[int]:
    query = "SELECT nextval('bookwheel.document_ids') FROM generate_series(1, %s)"
    return sorted((number for (number,) in connection.execute(query, (_IDS_AT_ONCE,))), reverse=True)


def _write(connection: Connection, changes: _Changes) -> None:
    puts = [changes.puts[ref] for ref in sorted(changes.puts)]
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
    _touch(connection, changes.touched)
    _set_left_out(connection, changes.left_out)


def _locked(connection: Connection, refs: list[str]) -> dict[str, int]:
    """The ids of the documents that are there; nobody else changes them before this transaction ends."""
    query = "SELECT ref, id FROM bookwheel.documents WHERE ref = ANY(%s) ORDER BY ref FOR UPDATE"
    return dict(connection.execute(query, (refs,)).fetchall())


def _move_former_refs(connection: Connection, changes: _Changes, replaced: Mapping[str, int]) -> None:
    """What was read under an old ref is read under it still, until another document is stored there."""
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


def _copy_texts(connection: Connection, puts: list[_Put]) -> None:
    with connection.cursor().copy("COPY bookwheel.texts FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int8", "int4", "bytea"])
        for put in puts:
            text = put.new.document.text
            for start in range(0, len(text), BLOCK):
                block = text[start : start + BLOCK].encode("utf-8", "surrogatepass")
                copy.write_row((put.id, start // BLOCK, block))


def _copy_passages(connection: Connection, puts: list[_Put]) -> None:
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


def _copy_documents(connection: Connection, puts: list[_Put]) -> None:
    statement: LiteralString = f"COPY bookwheel.documents (id, {COLUMNS}, day, shared, metadata) FROM STDIN"
    with connection.cursor().copy(statement) as copy:
        for put in puts:
            copy.write_row(tuple(_document_row(put)))


def _document_row(put: _Put) -> Iterator[object]:
    stored = put.stored
    yield put.id
    yield stored.ref
    yield None if stored.path is None else os.fsencode(stored.path)
    yield from (stored.size, stored.mtime_ns, stored.sha256, stored.status, _storable(stored.reason))
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
        key = os.fsencode(root)
        # An update without effect: it holds off whoever else sets the same root.
        connection.execute(
            "INSERT INTO bookwheel.roots VALUES (%s) ON CONFLICT (path) DO UPDATE SET path = excluded.path", (key,)
        )
        connection.execute("DELETE FROM bookwheel.left_out WHERE root = %s", (key,))
        with connection.cursor().copy("COPY bookwheel.left_out FROM STDIN") as copy:
            for row in left_out[root]:
                copy.write_row((key, os.fsencode(row.path), _storable(row.reason)))


def _json_or_none(data: Mapping[str, object]) -> str | None:
    return json.dumps(data, separators=(",", ":")) if data else None


def _storable(text: str) -> str:
    # The server takes neither lone surrogates (they come from file names) nor NUL in text.
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "")
