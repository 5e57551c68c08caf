"""Changes a shared index: changes are gathered here, and `commit` writes them.

There is no lock for writers. Two writers of the same document do not collide: the later one wins.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from bookwheel.engine.locations import locations_of, without_locations
from bookwheel.engine.stores.lexical_terms import add_passages
from bookwheel.engine.stores.postgres import documents as postgres_documents
from bookwheel.engine.stores.postgres import merge as postgres_merge
from bookwheel.engine.stores.postgres.commit import PendingChanges, Put, write_changes
from bookwheel.engine.stores.postgres.documents import SHIFT
from bookwheel.engine.stores.store_protocol import LeftOutRow, NewDocument, StoredDocument, moved_metadata

if TYPE_CHECKING:
    from bookwheel.engine.stores.postgres.server import Connection, PostgresServer

_IDS_AT_ONCE = 64


class PostgresWriter:
    """One writer of several. Implements `StoreWriter`."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._changes = PendingChanges()
        self._ids: list[int] = []

    def put(self, new: NewDocument) -> None:
        changes = self._changes
        stored, document = replace(new.stored, passages=len(new.passages)), new.document
        number = self._next_id()
        base = number << SHIFT
        locations = locations_of(document.metadata)
        put = Put(
            number,
            replace(new, stored=stored),
            json.dumps(without_locations(document.metadata), separators=(",", ":")),
            json.dumps(document.metadata, separators=(",", ":")),
            [
                (
                    base + at,
                    start,
                    end,
                    _digest_of(document.text[start:end]),
                    _json_or_none(locations.metadata_at(start)),
                )
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
            new = self._server.write(lambda connection: postgres_documents.whole(connection, ref))  # waits for it too
        if new is None or to.path is None:
            return False
        # Stored again without reading the file; its vectors are carried over by the commit.
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
            self._server.write(lambda connection: write_changes(connection, changes))
            self._changes = PendingChanges()

    def give_way(self) -> None:
        self.commit()

    def tidy(self) -> None:
        """Merge small batches, when no other process does and it is time."""
        postgres_merge.merge_when_due(self._server)

    def _forget(self, ref: str) -> None:
        for waiting in (self._changes.puts, self._changes.touched, self._changes.moved, self._changes.former_refs):
            waiting.pop(ref, None)

    def _next_id(self) -> int:
        if not self._ids:
            self._ids = self._server.write(_new_ids)
        return self._ids.pop()


def _digest_of(text: str) -> int:
    """The same number for passages with the same text."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True)


def _new_ids(connection: Connection) -> list[int]:
    query = "SELECT nextval('bookwheel.document_ids') FROM generate_series(1, %s)"
    return sorted((number for (number,) in connection.execute(query, (_IDS_AT_ONCE,))), reverse=True)


def _json_or_none(data: Mapping[str, object]) -> str | None:
    return json.dumps(data, separators=(",", ":")) if data else None
