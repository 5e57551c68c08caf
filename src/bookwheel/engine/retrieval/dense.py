"""Dense retrieval: the passages whose vectors are nearest to the question's, kept in memory and scanned whole."""

from __future__ import annotations

import heapq
import math
import threading
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bookwheel.engine.embeddings.base import EmbeddingModel
from bookwheel.engine.retrieval.retriever import DEFAULT_SIMILARITY_TOP_K, BaseRetriever
from bookwheel.engine.schema import Document, NodeWithScore, QueryBundle, TextNode
from bookwheel.engine.stores.base import Store
from bookwheel.errors import StoreError

BATCH = 64

Split = Callable[[Document], Sequence[TextNode]]


@dataclass(frozen=True, slots=True)
class _Embedded:
    node: TextNode
    vector: array[float]


class PassageVectors:
    """The vectors of a store's passages, brought in step with it before each search; safe to use from any thread.

    A passage is embedded once for each version of its document. For indexes that fit into memory.
    """

    def __init__(self, store: Store, embed_model: EmbeddingModel, split: Split) -> None:
        self._store = store
        self._embed_model = embed_model
        self._split = split
        self._documents: dict[tuple[str, str], list[_Embedded]] = {}
        self._lock = threading.Lock()

    def nearest(self, query: QueryBundle, limit: int) -> list[NodeWithScore]:
        """The nearest passages by cosine, best first. Raises StoreError when the vectors differ in length."""
        with self._lock:
            self._follow_store()
            passages = [passage for embedded in self._documents.values() for passage in embedded]
        if not passages:
            return []
        wanted = _unit(query.embedding or self._embed_model.get_query_embedding(query.query_str))
        scored = ((_cosine(wanted, passage.vector), passage.node) for passage in passages)
        best = heapq.nlargest(limit, scored, key=lambda pair: pair[0])
        return [NodeWithScore(node, score) for score, node in best]

    def _follow_store(self) -> None:
        there = {(stored.ref, stored.sha256): stored.ref for stored in self._store.documents()}
        for gone in self._documents.keys() - there.keys():
            del self._documents[gone]
        for version, ref in there.items():
            if version not in self._documents:
                document = self._store.document(ref)
                self._documents[version] = list(self._embed(document)) if document is not None else []

    def _embed(self, document: Document) -> Iterator[_Embedded]:
        nodes = self._split(document)
        for start in range(0, len(nodes), BATCH):
            batch = nodes[start : start + BATCH]
            vectors = self._embed_model.get_text_embedding_batch([node.text for node in batch])
            for node, vector in zip(batch, vectors, strict=True):
                yield _Embedded(node, _unit(vector))


class DenseRetriever(BaseRetriever):
    """The passages nearest in meaning; blocks while new ones are embedded."""

    def __init__(self, vectors: PassageVectors, *, similarity_top_k: int = DEFAULT_SIMILARITY_TOP_K) -> None:
        self._vectors = vectors
        self._top_k = similarity_top_k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return self._vectors.nearest(query_bundle, self._top_k)


def _unit(vector: Sequence[float]) -> array[float]:
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return array("f", [value / length for value in vector])


def _cosine(one: array[float], other: array[float]) -> float:
    if len(one) != len(other):
        raise StoreError(
            f"The question has a vector of {len(one)} numbers, a passage one of {len(other)}.",
            hint="Embed both with the same model: make the index anew.",
        )
    return sum(a * b for a, b in zip(one, other, strict=True))
