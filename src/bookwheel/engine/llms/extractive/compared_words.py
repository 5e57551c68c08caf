"""The words of a question in their context, compared with those of each unit that may be quoted."""

from __future__ import annotations

from collections.abc import Callable, Set

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.llm_options import NearestWords
from bookwheel.engine.text.question_terms import content_terms, terms

# A word as near as this is there: nearer ones differ in how they are used.
MOST_NEAR, SYNONYM_NEAR = 0.6, 0.7
# What no missing word counts.
NONE_MISSING = 0.5
# Cosines of texts are closer together than those of words, so a word counts less for the order of the units.
SHARE_OF_WORDS = 0.2


class ComparedWords:
    """How near each word of the question is to the nearest word of each unit.

    "Started" is near to "founded", and "bike" is not near to "workshop". A question word is near to what tells of its
    answer, as "who" to "by".
    """

    def __init__(self, asked: AskedQuestion, nearest: NearestWords) -> None:
        self._words = nearest.words
        self._near = nearest.near
        self._terms = [frozenset(terms(word)) for word in nearest.words]
        wanted = frozenset(content_terms(asked.completed))
        content = [n for n, own in enumerate(self._terms) if own & wanted and not own <= asked.light]
        # Pairs of characters are the terms of a script without spaces, whose words are single ones.
        self._content = content or list(range(len(self._terms)))
        first = [near[0] for near in self._near if near]
        self._usual_first = sum(first) / max(1, len(first))

    def share(self, unit: int) -> float:
        """What the words of the question add to the cosine of a unit."""
        near = self._near[unit]
        return SHARE_OF_WORDS * sum(near[n] for n in self._content) / max(1, len(self._content))

    def of_question_word(self, unit: int) -> float:
        """How much nearer than in other units the first word of the question is."""
        return self._near[unit][0] - self._usual_first if self._near[unit] else 0.0

    def of_missing(self, unit: int, has: Callable[[str], bool], meant: Set[str]) -> tuple[float, float]:
        """How near the words that a unit lacks are to it: on average, where more than enough counts no more, and least.

        `meant` are the terms that it has synonyms of.
        """
        met = [
            max(self._near[unit][n], SYNONYM_NEAR) if self._terms[n] & meant else self._near[unit][n]
            for n in self._content
            if not has(self._words[n])
        ]
        if not met:
            return NONE_MISSING, NONE_MISSING
        return sum(min(max(near, 0.0), MOST_NEAR) for near in met) / len(met), min(met)
