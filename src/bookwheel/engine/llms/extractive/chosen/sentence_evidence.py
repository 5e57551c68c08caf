"""Weighs a sentence of prose by boosted decision trees, which say how likely it answers the question.

Rows, lists and how-tos are decided by rules, because a few exact words settle them. In prose the same words mean much
in a small folder or a passage that stands out, and little among eight passages that are alike; a sum of features
cannot say that. `benchmarks/fit_sentences.py` fitted the trees; docs/decisions/0012 has the data and the figures.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias, cast

from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit, PassageMatch
from bookwheel.lazy_dataclass import dataclass

Tree: TypeAlias = list[tuple[int, float, int, int]]
"""Nodes, the root first: a feature, a threshold, the nodes for values up to it and above it; or `LEAF`, a weight."""

LEAF = -1

# The weight in the trees at which a sentence is quoted, by language of the question: as many wrong quotations in each.
ENOUGH_IN_TREES = {"english": -0.04, "german": -0.55, "spanish": -0.42}
ENOUGH_IN_OTHERS = -0.3
# Of more than nine words, some may stand in another passage: what each further word adds, of at most five.
LONG, MOST_LONG, FOR_EACH_LONG = 1.0, 5.0, 0.5
LOWER_RANKS = {"second_score": 0, "fourth_score": 3, "sixth_score": 5}


@dataclass(frozen=True, slots=True)
class SentenceTrees:
    """The fitted trees, whose weights are added, and the names of their features in order."""

    features: list[str]
    trees: list[Tree]

    def weigh(self, found: Mapping[str, float]) -> float:
        """The logarithm of the odds that the sentence answers."""
        values = [found[name] for name in self.features]
        return sum(_leaf(tree, values) for tree in self.trees)


def _leaf(tree: Tree, values: Sequence[float]) -> float:
    feature, value, below, above = tree[0]
    while feature != LEAF:
        feature, value, below, above = tree[below if values[feature] <= value else above]
    return value


@lru_cache(maxsize=1)
def sentence_trees() -> SentenceTrees:
    """The trees that are shipped; reading them takes less than two milliseconds."""
    stored = cast("dict[str, object]", json.loads(Path(__file__).with_name("sentence_trees.json").read_text("utf-8")))
    return SentenceTrees(cast("list[str]", stored["features"]), cast("list[Tree]", stored["trees"]))


def weight_of_sentence(found: Mapping[str, float], language: str) -> float:
    """The evidence that the sentence answers; at least zero if it is enough."""
    for_length = FOR_EACH_LONG * min(max(found["long"] - LONG, 0.0), MOST_LONG)
    return sentence_trees().weigh(found) + for_length - ENOUGH_IN_TREES.get(language, ENOUGH_IN_OTHERS)


def ranking_features(
    matter: frozenset[str],
    share_of_matter: Callable[[frozenset[str]], float],
    share: Callable[[frozenset[str]], float],
    best: BestUnit,
    passage: PassageMatch,
    others: Sequence[PassageMatch],
) -> dict[str, float]:
    """What is missing in and near a sentence, and how its passage compares with the others found."""
    near = passage.near[best.at] | best.covered | passage.about
    own = best.covered | passage.about
    scores = sorted((match.score for match in others), reverse=True)
    whole = share(passage.all)
    missing = len(matter - passage.all)
    return {
        "missing_near": share_of_matter(matter - near),
        "missing_in_unit": share_of_matter(matter - own),
        "rarest_missing_in_unit": max((share_of_matter(frozenset((term,))) for term in matter - own), default=0.0),
        "words_in_unit": float(len(matter & best.covered)),
        "words_near": float(len(matter & (passage.near[best.at] | best.covered))),
        "in_passage": whole,
        "lead_in_words": whole - max((share(match.all) for match in others), default=0.0),
        "rivals": sum(len(matter - match.all) <= missing for match in others) / max(1, len(others)),
        "passages": float(len(others) + 1),
        "ln_score": math.log1p(max(0.0, passage.score)),
        "length": math.log1p(len(best.own_text.split())),
        **{name: scores[at] / (passage.score or 1.0) if at < len(scores) else 0.0 for name, at in LOWER_RANKS.items()},
    }
