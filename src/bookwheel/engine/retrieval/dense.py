"""Dense retrieval: the passages of a store whose vectors are nearest to the question's."""

from __future__ import annotations

import asyncio

from bookwheel.engine.blocking import run_blocking
from bookwheel.engine.embeddings.embedding_model import (
    BaseEmbedding,
    EmbeddingModel,
    EmbeddingSource,
    name_of,
    query_embedding,
)
from bookwheel.engine.retrieval.retriever import DEFAULT_SIMILARITY_TOP_K, BaseRetriever
from bookwheel.engine.retrieval.stale_quotes import why_stale
from bookwheel.engine.schema import NodeWithScore, QueryBundle
from bookwheel.engine.stores.store_protocol import EVERYTHING, Selection, Store
from bookwheel.errors import ModelUnreachableError


class DenseRetriever(BaseRetriever):
    """The passages nearest in meaning, of those that have a vector of the model; `score` is the cosine.

    `deadline_s` bounds how long the model may take for the question's vector; None for no limit.
    Raises ModelError when the model fails or takes longer, StoreError when its vectors have another length, and what
    `source` raises.
    """

    def __init__(
        self,
        store: Store,
        source: EmbeddingSource,
        *,
        similarity_top_k: int = DEFAULT_SIMILARITY_TOP_K,
        selection: Selection = EVERYTHING,
        deadline_s: float | None = None,
    ) -> None:
        self._store = store
        self._source = source
        self.similarity_top_k = similarity_top_k
        self._selection = selection
        self._deadline_s = deadline_s

    @property
    def coverage(self) -> float:
        """The share of passages that have a vector, from 0 to 1. Reads from disk."""
        there = self._store.vector_coverage(name_of(self._source()))
        return there.embedded / there.total if there.total else 0.0

    def why_stale(self, node_id: str, quote: str) -> str:
        return why_stale(self._store, node_id, quote)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        if self._selection.scope == () or not self.coverage:
            return []
        model = self._source()
        vector = query_bundle.embedding or run_blocking(self._vector(model, query_bundle.query_str))
        return self._store.nearest(name_of(model), vector, self.similarity_top_k, self._selection)

    async def _vector(self, model: EmbeddingModel, query: str) -> list[float]:
        if isinstance(model, BaseEmbedding):
            await model.warm_up()
        try:
            async with asyncio.timeout(self._deadline_s):
                return await query_embedding(model, query)
        except TimeoutError as error:
            raise ModelUnreachableError(
                f"{name_of(model)} did not embed the question within {self._deadline_s:g} seconds."
            ) from error
