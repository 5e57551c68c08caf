"""Scores passages anew where other everyday words count: the search by words did not know them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import chain

from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView

# Of a word that is there only as the kind of the thing.
_KIND_SHARE = 0.5


def rescored(views: Sequence[PassageView], wanted: Sequence[str]) -> list[PassageView]:
    """The passages in the order of scores to which each word of the question adds that is there as a synonym.

    In each, the words are already noted. A word weighs as one that stands in the passage that scores highest.
    """
    found = [_noted(view, frozenset(wanted)) for view in views]
    counts = Counter(chain.from_iterable(own | synonyms | kinds for own, synonyms, kinds in found))
    weights = {term: math.log1p(len(views) / (counts[term] or 1)) for term in wanted}

    def weight(terms: frozenset[str]) -> float:
        return sum(weights.get(term, 0.0) for term in terms)

    best = max(range(len(views)), key=lambda at: views[at].score)
    unit = views[best].score / (weight(found[best][0]) or 1.0)
    for view, (own, synonyms, kinds) in zip(views, found, strict=True):
        view.score = max(view.score, unit * weight(own)) + unit * (
            weight(synonyms - own) + _KIND_SHARE * weight(kinds - own - synonyms)
        )
    ordered = sorted(views, key=lambda view: (-view.score, view.rank))
    for rank, view in enumerate(ordered):
        view.rank = rank
    return ordered


def _noted(view: PassageView, wanted: frozenset[str]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The wanted terms of a passage and its title: in a form of their own, as synonyms, as kinds."""
    units = view.noted
    return (
        view.title_terms.union(*(found.own for found in units)) & wanted,
        frozenset[str]().union(*(found.synonyms for found in units)) & wanted,
        frozenset[str]().union(*(found.kinds for found in units)) & wanted,
    )
