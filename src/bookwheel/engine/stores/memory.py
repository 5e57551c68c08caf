"""A store that lives as long as the process: for small sets of documents, for the library's users, and for tests."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import TypeAlias

from bookwheel.engine.locations import locations_of, without_locations
from bookwheel.engine.schema import Document, NodeWithScore, TextNode
from bookwheel.engine.stores.byte_vectors import (
    PackedVectors,
    nearest_vectors,
    packed,
    packed_size,
    unequal_lengths,
    unpacked,
)
from bookwheel.engine.stores.embedded.lexical_index import TantivyIndex
from bookwheel.engine.stores.embedding_turn import EmbeddingTurn
from bookwheel.engine.stores.lexical_terms import Chosen, add_passages, chosen_of
from bookwheel.engine.stores.store_protocol import (
    EVERYTHING,
    LeftOutRow,
    LexicalQuery,
    NewDocument,
    OnWait,
    Selection,
    StoredDocument,
    VectorCoverage,
    is_inside,
    moved_metadata,
    node_id,
    passage_of,
    path_bytes,
)
from bookwheel.lazy_dataclass import dataclass

_SHIFT = 20

_TakenVector: TypeAlias = tuple[str, str, bytes]
"""The model, the text of the passage, and its packed vector."""


@dataclass(frozen=True, slots=True)
class _MemoryDocument:
    id: int
    new: NewDocument


class MemoryStore:
    """Implements `Store` and, for its one writer at a time, `StoreWriter`."""

    def __init__(self) -> None:
        self._index = TantivyIndex(None)
        self._vectors = _Vectors()
        self._kept: dict[str, _MemoryDocument] = {}
        self._refs: dict[int, str] = {}
        self._former_refs: dict[str, int] = {}
        self._left_out: dict[str, list[LeftOutRow]] = {}
        self._last_id = 0
        self._generation = 0
        self._writing = threading.Lock()
        self._embedding = threading.Lock()

    def documents(self, scope: Sequence[str] | None = None) -> list[StoredDocument]:
        stored = [kept.new.stored for kept in list(self._kept.values())]
        if scope is not None:
            stored = [one for one in stored if one.path is not None and is_inside(one.path, scope)]
        return sorted(stored, key=lambda one: path_bytes(one.path or ""))

    def find(self, ref: str) -> StoredDocument | None:
        kept = self._kept.get(ref)
        return None if kept is None else kept.new.stored

    def document(self, ref: str) -> Document | None:
        kept = self._kept.get(ref) or self._kept.get(self._refs.get(self._former_refs.get(ref, 0), ""))
        return kept.new.document if kept is not None and kept.new.stored.status == "indexed" else None

    def left_out(self, root: str) -> list[LeftOutRow]:
        return list(self._left_out.get(root, ()))

    def roots(self) -> list[str]:
        return sorted(self._left_out)

    def languages(self) -> Mapping[str, int]:
        return Counter(kept.new.stored.language for kept in list(self._kept.values()) if kept.new.passages)

    def search(self, query: LexicalQuery, limit: int) -> list[NodeWithScore]:
        if not self._kept:
            return []
        return self._with_nodes(self._index.search(query, limit, self._chosen(query.selection)))

    def unembedded(self, model: str, limit: int) -> list[TextNode]:
        embedded = self._vectors.passages(model)
        newest = sorted(self._kept.values(), key=lambda kept: -kept.id)
        missing = (passage for kept in newest for passage in _numbers(kept) if passage not in embedded)
        nodes = (self._passage(passage) for passage in islice(missing, limit))
        return [node for node in nodes if node is not None]

    def vector_coverage(self, model: str) -> VectorCoverage:
        total = sum(len(kept.new.passages) for kept in list(self._kept.values()))
        return VectorCoverage(len(self._vectors.passages(model)), total)

    def put_vectors(self, model: str, vectors: Mapping[str, Sequence[float]]) -> None:
        numbered = ((self._number(name), vector) for name, vector in vectors.items())
        self._vectors.put(model, {passage: vector for passage, vector in numbered if passage is not None})

    def nearest(
        self, model: str, vector: Sequence[float], limit: int, selection: Selection = EVERYTHING
    ) -> list[NodeWithScore]:
        chosen = self._chosen(selection)
        return self._with_nodes(
            self._vectors.nearest(
                model, vector, limit, lambda passage: chosen is None or passage >> _SHIFT in chosen.documents
            )
        )

    def whole(self, ref: str) -> NewDocument | None:
        kept = self._kept.get(ref)
        return None if kept is None else kept.new

    def vectors(self, ref: str) -> Mapping[str, Mapping[str, Sequence[float]]]:
        kept = self._kept.get(ref)
        if kept is None:
            return {}
        names = (node_id(ref, start, end) for start, end in kept.new.passages)
        return self._vectors.of(dict(zip(_numbers(kept), names, strict=True)))

    def embedding_turn(self) -> EmbeddingTurn:
        return EmbeddingTurn(lambda: self._embedding.release if self._embedding.acquire(blocking=False) else None)

    def needs_repair(self) -> bool:
        return False

    @contextmanager
    def writer(self, on_wait: OnWait | None = None) -> Generator[MemoryStore]:
        if not self._writing.acquire(blocking=False):
            if on_wait is not None:
                on_wait("another thread")
            self._writing.acquire()
            if on_wait is not None:
                on_wait("")
        try:
            self._index.open_writer()
            yield self
            self.commit()
            self._index.settle()
        finally:
            self._index.close_writer()
            self._writing.release()

    def put(self, new: NewDocument) -> None:
        vectors = self._remove(new.stored.ref)
        self._last_id += 1
        stored = replace(new.stored, passages=len(new.passages))
        kept = _MemoryDocument(self._last_id, replace(new, stored=stored))
        self._former_refs.pop(stored.ref, None)
        self._keep(kept)
        self._vectors.give(_texts(kept), vectors)

    def touch(self, ref: str, *, size: int, mtime_ns: int) -> None:
        kept = self._kept.get(ref)
        if kept is None:
            return
        stored = replace(kept.new.stored, size=size, mtime_ns=mtime_ns)
        self._kept[ref] = _MemoryDocument(kept.id, replace(kept.new, stored=stored))

    def move(self, ref: str, to: StoredDocument) -> bool:
        if to.ref != ref:
            self._remove(to.ref)
        kept = self._kept.pop(ref, None)
        if kept is None or to.path is None:
            return False
        before, document = kept.new.stored, kept.new.document
        stored = replace(before, ref=to.ref, path=to.path, size=to.size, mtime_ns=to.mtime_ns)
        metadata = moved_metadata(document.metadata, to.path)
        self._index.delete(kept.id)
        moved = Document(text=document.text, metadata=metadata, id_=to.ref)
        self._keep(_MemoryDocument(kept.id, NewDocument(stored, moved, kept.new.passages)))
        self._former_refs[ref] = kept.id
        return True

    def remove(self, ref: str) -> None:
        self._remove(ref)

    def set_left_out(self, root: str, rows: Iterable[LeftOutRow]) -> None:
        self._left_out[root] = list(rows)

    def commit(self) -> None:
        self._generation += 1
        self._index.commit(self._generation)

    def give_way(self) -> None:
        self.commit()

    def close(self) -> None:
        """Does nothing: memory is freed with the store."""

    def _chosen(self, selection: Selection) -> Chosen | None:
        if selection == EVERYTHING:
            return None
        kept = list(self._kept.values())
        wanted = {one.id: len(one.new.passages) for one in kept if selection.takes(one.new.stored)}
        return chosen_of(wanted, sum(len(one.new.passages) for one in kept))

    def _remove(self, ref: str) -> list[_TakenVector]:
        """Forget a document. Returns its vectors."""
        kept = self._kept.pop(ref, None)
        if kept is None:
            return []
        del self._refs[kept.id]
        self._index.delete(kept.id)
        return self._vectors.take(_texts(kept))

    def _keep(self, kept: _MemoryDocument) -> None:
        new, base = kept.new, kept.id << _SHIFT
        self._kept[new.stored.ref] = kept
        self._refs[kept.id] = new.stored.ref
        ranges = [(base + number, start, end) for number, (start, end) in enumerate(new.passages)]
        add_passages(self._index, kept.id, new.stored, new.document, ranges)

    def _number(self, name: str) -> int | None:
        named = passage_of(name)
        kept = self._kept.get(named[0]) if named is not None else None
        if named is None or kept is None or named[1:] not in kept.new.passages:
            return None
        return (kept.id << _SHIFT) + list(kept.new.passages).index(named[1:])

    def _with_nodes(self, hits: list[tuple[int, float]]) -> list[NodeWithScore]:
        found = ((self._passage(passage), score) for passage, score in hits)
        return [NodeWithScore(node, score) for node, score in found if node is not None]

    def _passage(self, passage: int) -> TextNode | None:
        ref = self._refs.get(passage >> _SHIFT)
        kept = self._kept.get(ref) if ref is not None else None
        if kept is None or ref is None:
            return None
        start, end = kept.new.passages[passage & ((1 << _SHIFT) - 1)]
        document = kept.new.document
        return TextNode(
            text=document.text[start:end],
            metadata={**without_locations(document.metadata), **locations_of(document.metadata).metadata_at(start)},
            id_=node_id(ref, start, end),
            ref_doc_id=ref,
            start_char_idx=start,
            end_char_idx=end,
        )


def _numbers(kept: _MemoryDocument) -> range:
    base = kept.id << _SHIFT
    return range(base, base + len(kept.new.passages))


def _texts(kept: _MemoryDocument) -> dict[int, str]:
    text = kept.new.document.text
    return {number: text[start:end] for number, (start, end) in zip(_numbers(kept), kept.new.passages, strict=True)}


class _Vectors:
    """Vectors by model and by the number of the passage; safe to use from any thread."""

    def __init__(self) -> None:
        self._models: dict[str, dict[int, bytes]] = {}
        self._guard = threading.Lock()

    def passages(self, model: str) -> frozenset[int]:
        """The passages that have a vector of `model`."""
        with self._guard:
            return frozenset(self._models.get(model, ()))

    def put(self, model: str, vectors: Mapping[int, Sequence[float]]) -> None:
        """Keep vectors. Raises StoreError when one has another length than those before."""
        with self._guard:
            there = self._models.setdefault(model, {})
            for passage, vector in vectors.items():
                _check_length(model, there, len(vector))
                there[passage] = packed(vector)

    def nearest(
        self, model: str, vector: Sequence[float], limit: int, is_wanted: Callable[[int], bool]
    ) -> list[tuple[int, float]]:
        """The nearest of the wanted passages with their cosines, best first. Raises StoreError as `put` does."""
        with self._guard:
            there = self._models.get(model, {})
            _check_length(model, there, len(vector))
            wanted = {passage: kept for passage, kept in there.items() if is_wanted(passage)}
        return nearest_vectors([PackedVectors(list(wanted), b"".join(wanted.values()))], vector, limit)

    def of(self, passages: Mapping[int, str]) -> dict[str, dict[str, list[float]]]:
        """The vectors of `passages` (with their names), by model and by name."""
        with self._guard:
            return {
                model: {name: unpacked(there[passage]) for passage, name in passages.items() if passage in there}
                for model, there in self._models.items()
            }

    def take(self, passages: Mapping[int, str]) -> list[_TakenVector]:
        """Remove and return the vectors of `passages` (with their texts)."""
        with self._guard:
            return [
                (model, text, there.pop(passage))
                for model, there in self._models.items()
                for passage, text in passages.items()
                if passage in there
            ]

    def give(self, passages: Mapping[int, str], taken: Sequence[_TakenVector]) -> None:
        """Give passages the vectors of removed ones with the same text."""
        by_text = {(model, text): kept for model, text, kept in taken}
        with self._guard:
            for model, there in self._models.items():
                for passage, text in passages.items():
                    if (kept := by_text.get((model, text))) is not None:
                        there[passage] = kept


def _check_length(model: str, there: Mapping[int, bytes], dimensions: int) -> None:
    kept = next(iter(there.values()), None)
    if kept is not None and len(kept) != packed_size(dimensions):
        raise unequal_lengths(dimensions, len(kept) - packed_size(0), model)
