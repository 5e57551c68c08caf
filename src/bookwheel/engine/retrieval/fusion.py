"""Reciprocal rank fusion, with each ranking weighted by how clearly its best passage stands out from the rest.

Plain fusion gives all rankings the same weight. But the words of a question in another language match many passages a
little, and the vector of a product number is near to many: such a flat ranking is mostly chance. See decision 0011.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from bookwheel.engine.retrieval.postprocess import fold_duplicates, spread_over_documents
from bookwheel.engine.schema import NodeWithScore

# For rankings of this length. The constant of the original method is 60, for lists of a thousand.
DEPTH = 20
RRF_K = 3


def fuse(rankings: Sequence[Sequence[NodeWithScore]], shares: Sequence[float]) -> list[NodeWithScore]:
    """One ranking of several, near-duplicates folded and the passages spread over their documents.

    `shares` scales the weight of each ranking; a score is at most 1 / (1 + RRF_K), for a passage that all rank first.
    """
    longest = max(map(len, rankings), default=0)
    weights = [share * _clearness(ranking, longest) for ranking, share in zip(rankings, shares, strict=True)]
    whole = sum(weights) or 1.0
    nodes: dict[str, NodeWithScore] = {}
    scores: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for rank, found in enumerate(ranking, start=1):
            nodes.setdefault(found.node_id, found)
            scores[found.node_id] = scores.get(found.node_id, 0.0) + weight / whole / (RRF_K + rank)
    best = sorted(scores.items(), key=lambda item: -item[1])
    fused = [NodeWithScore(nodes[name].node, score, nodes[name].word_score) for name, score in best]
    return spread_over_documents(fold_duplicates(fused))


def _clearness(ranking: Sequence[NodeWithScore], longest: int) -> float:
    """The square of how many standard deviations the best score is above the mean.

    A ranking that ends early found nothing else: half of the entries by which another one is longer count as scored
    zero. (With all of them, one name that a question in another language shares with a passage would outweigh its
    meaning; with none, the one passage that has an error's number would be lost.)
    """
    if not ranking:
        return 0.0
    scores = [found.get_score() for found in ranking] + [0.0] * ((longest - len(ranking)) // 2)
    mean = math.fsum(scores) / len(scores)
    variance = math.fsum((score - mean) ** 2 for score in scores) / len(scores)
    return (max(scores) - mean) ** 2 / variance if variance > 0 else 1.0
