"""Processes the passages found: folds duplicates and spreads results over documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Self

from bookwheel.engine.schema import NodeWithScore

SAME_WORDS = 0.85
_FEW = 8
_LONG = 8
_FACT = 40
FREE_PER_DOCUMENT = 3
CROWD_FACTOR = 0.93


def fold_duplicates(nodes: Sequence[NodeWithScore], enough: int | None = None) -> list[NodeWithScore]:
    """The best of each group of near-duplicates, at most `enough`; the order stays."""
    kept = _DifferentPassages()
    found: list[NodeWithScore] = []
    for node in nodes:
        if len(found) == enough:
            break
        if kept.add(_Words(node.text)):
            found.append(node)
    return found


def spread_over_documents(nodes: Sequence[NodeWithScore]) -> list[NodeWithScore]:
    """Spread the list over documents: from a document's fourth passage on, each counts a little less.

    Scores stay as they were; only the order changes.
    """
    seen: Counter[str | None] = Counter()
    ranked = [(node.get_score() * _crowding(seen, node), node) for node in nodes]
    ranked.sort(key=lambda pair: -pair[0])
    return [node for _, node in ranked]


def best_different(nodes: Sequence[NodeWithScore], wanted: int, most: int) -> list[NodeWithScore]:
    """The first `wanted` of `most` different passages, spread over documents; `nodes` come best first.

    Only so many are compared as can be among them: to compare all takes twice the time, two fifths of a search.
    """
    kept, seen = _DifferentPassages(), Counter[str | None]()
    ranked: list[tuple[float, int, NodeWithScore]] = []
    for node in nodes if wanted > 0 else ():
        score = node.get_score()
        # What a document's place takes from a score never raises it above.
        if len(ranked) == most or (len(ranked) >= wanted and -ranked[wanted - 1][0] >= max(score, 0.0)):
            break
        if kept.add(_Words(node.text)):
            ranked.append((-score * _crowding(seen, node), len(ranked), node))
            ranked.sort()
    return [node for _, _, node in ranked[:wanted]]


def _crowding(seen: Counter[str | None], node: NodeWithScore) -> float:
    document = node.node.ref_doc_id
    crowd = max(seen[document] - FREE_PER_DOCUMENT + 1, 0)
    seen[document] += 1
    return CROWD_FACTOR**crowd


class _Words:
    """The words of a passage; only passages that share half of their first few long words are compared.

    The first of all words are "a", "about" and "and" in every text.
    """

    __slots__ = ("_words", "few")

    def __init__(self, text: str) -> None:
        self._words = text.lower().split()
        self.few = sorted({word for word in self._words if len(word) >= _LONG} or set(self._words))[:_FEW]

    def is_same(self, other: Self) -> bool:
        mine, others = frozenset(self._words), frozenset(other._words)
        shared = len(mine & others)
        if shared < SAME_WORDS * (len(mine) + len(others) - shared):
            return False
        # "Flat 3 costs 940 euros" and "Flat 5 costs 870 euros" are two facts; two copies of a page have two numbers.
        is_short = len(mine) <= _FACT
        return not (is_short and _has_figure(mine - others) and _has_figure(others - mine))


def _has_figure(words: frozenset[str]) -> bool:
    return any(any(map(str.isdigit, word)) for word in words)


class _DifferentPassages:
    """Different passages. To compare each with all before it would take a third of a search."""

    def __init__(self) -> None:
        self._having: dict[str, list[_Words]] = {}

    def add(self, words: _Words) -> bool:
        """Keep a passage, unless one is kept that is nearly the same."""
        shared: dict[_Words, int] = {}
        for word in words.few:
            for other in self._having.get(word, ()):
                shared[other] = shared.get(other, 0) + 1
        for other, count in shared.items():
            if 2 * count >= min(len(words.few), len(other.few)) and words.is_same(other):
                return False
        for word in words.few:
            self._having.setdefault(word, []).append(words)
        return True
