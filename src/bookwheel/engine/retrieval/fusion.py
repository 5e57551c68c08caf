"""Fuses rankings by their standard scores, each weighted by how clearly its best passage stands out from the rest.

The words of a question in another language match many passages a little, and the vector of a product number is near to
many: the scores of such a ranking are flat, and mostly chance. See decision 0011.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from bookwheel.engine.retrieval.postprocess import fold_duplicates, spread_over_documents
from bookwheel.engine.schema import NodeWithScore

# Fewer passages give no mean to compare with.
DEPTH = 60
# Passages this many standard deviations below the mean, and lower ones, count nothing.
_BELOW = 1.0
# Scores that differ by less than this share are equal.
_ROUNDING = 1e-9


def fuse(rankings: Sequence[Sequence[NodeWithScore]], shares: Sequence[float]) -> list[NodeWithScore]:
    """One ranking of several, near-duplicates folded and the passages spread over their documents.

    `shares` scales the weight of each ranking. A score is 1 for a passage that all rank first, at least 0 for others.
    """
    longest = max(map(len, rankings), default=0)
    spreads = [_spread(ranking, longest) for ranking in rankings]
    weights = [share * high * (high + _BELOW) for (_, _, high), share in zip(spreads, shares, strict=True)]
    whole = sum(weights) or 1.0
    nodes: dict[str, NodeWithScore] = {}
    scores: dict[str, float] = {}
    for ranking, (mean, deviation, high), weight in zip(rankings, spreads, weights, strict=True):
        for found in ranking:
            above = (found.get_score() - mean) / deviation + _BELOW
            nodes.setdefault(found.node_id, found)
            scores[found.node_id] = scores.get(found.node_id, 0.0) + weight / whole * max(0.0, above) / (high + _BELOW)
    best = sorted(scores.items(), key=lambda item: -item[1])
    fused = [NodeWithScore(nodes[name].node, score, nodes[name].word_score) for name, score in best]
    return spread_over_documents(fold_duplicates(fused))


def _spread(ranking: Sequence[NodeWithScore], longest: int) -> tuple[float, float, float]:
    """The mean and the standard deviation of the scores, and how many deviations the best one is above the mean.

    A ranking that ends early found nothing else: half of the entries by which another one is longer count as scored
    zero. (With all of them, one name that a question in another language shares with a passage would outweigh its
    meaning; with none, the one passage that has an error's number would be lost.)
    """
    if not ranking:
        return 0.0, 1.0, 0.0
    scores = [found.get_score() for found in ranking] + [0.0] * ((longest - len(ranking)) // 2)
    mean, best = math.fsum(scores) / len(scores), max(scores)
    if best - min(scores) <= _ROUNDING * abs(best):
        # Equal scores: each of them is the best. Their mean may be rounded to more than all of them.
        return mean - 1.0, 1.0, 1.0
    deviation = math.sqrt(math.fsum((score - mean) ** 2 for score in scores) / len(scores))
    return mean, deviation, (best - mean) / deviation
