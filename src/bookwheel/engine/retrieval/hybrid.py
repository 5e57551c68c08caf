"""Hybrid retrieval: what several retrievers find, fused by the ranks that they give."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.retrieval.postprocess import fold_duplicates, spread_over_documents
from bookwheel.engine.retrieval.retriever import DEFAULT_SIMILARITY_TOP_K, BaseRetriever
from bookwheel.engine.schema import NodeWithScore, QueryBundle

# Of "Reciprocal Rank Fusion outperforms Condorcet and individual rank learning methods" (Cormack and others, 2009).
RRF_K = 60


class HybridRetriever(BaseRetriever):
    """Fuses the rankings of `retrievers` by reciprocal rank: a passage's score is the sum of 1 / (60 + its rank)."""

    def __init__(
        self, retrievers: Sequence[BaseRetriever], *, similarity_top_k: int = DEFAULT_SIMILARITY_TOP_K
    ) -> None:
        self._retrievers = tuple(retrievers)
        self._top_k = similarity_top_k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        nodes: dict[str, NodeWithScore] = {}
        scores: dict[str, float] = {}
        for retriever in self._retrievers:
            for rank, found in enumerate(retriever.retrieve(query_bundle), start=1):
                nodes.setdefault(found.node_id, found)
                scores[found.node_id] = scores.get(found.node_id, 0.0) + 1 / (RRF_K + rank)
        best = sorted(scores.items(), key=lambda item: -item[1])
        fused = [NodeWithScore(nodes[name].node, score) for name, score in best]
        return spread_over_documents(fold_duplicates(fused))[: self._top_k]
