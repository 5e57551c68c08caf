"""Processes the passages found: folds duplicates and spreads results over documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Self

from bookwheel.engine.schema import NodeWithScore

SAME_WORDS = 0.85
_FEW = 8
FREE_PER_DOCUMENT = 3
CROWD_FACTOR = 0.93


def fold_duplicates(nodes: Sequence[NodeWithScore], enough: int | None = None) -> list[NodeWithScore]:
    """The best of each group of near-duplicates, at most `enough`; the order stays."""
    kept: list[_Words] = []
    found: list[NodeWithScore] = []
    for node in nodes:
        if len(found) == enough:
            break
        words = _Words(node.text)
        if not any(words.is_same(other) for other in kept):
            kept.append(words)
            found.append(node)
    return found


def spread_over_documents(nodes: Sequence[NodeWithScore]) -> list[NodeWithScore]:
    """Spread the list over documents: from a document's fourth passage on, each counts a little less.

    Scores stay as they were; only the order changes.
    """
    seen: Counter[str | None] = Counter()
    ranked: list[tuple[float, NodeWithScore]] = []
    for node in nodes:
        document = node.node.ref_doc_id
        crowd = max(seen[document] - FREE_PER_DOCUMENT + 1, 0)
        seen[document] += 1
        ranked.append((node.get_score() * CROWD_FACTOR**crowd, node))
    ranked.sort(key=lambda pair: -pair[0])
    return [node for _, node in ranked]


class _Words:
    """The words of a passage; the first few in alphabetical order are compared first, which decides most pairs."""

    __slots__ = ("_few", "_words")

    def __init__(self, text: str) -> None:
        self._words = frozenset(text.lower().split())
        self._few = frozenset(sorted(self._words)[:_FEW])

    def is_same(self, other: Self) -> bool:
        mine, theirs = len(self._words), len(other._words)
        if mine < SAME_WORDS * theirs or theirs < SAME_WORDS * mine:
            return False
        if 2 * len(self._few & other._few) < min(len(self._few), len(other._few)):
            return False
        shared = len(self._words & other._words)
        return shared >= SAME_WORDS * (mine + theirs - shared)
