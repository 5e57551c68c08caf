"""Whether passages answer a question at all, or only share words with it: what speaks for the best quotation, weighed.

Passages are always found; when no document has the answer, they are about something near it. Then the words of the
question are spread thin, its names are missing, the words are there in other forms only, and no passage stands out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bookwheel.engine.llms.extractive.asked_question import AskedQuestion
from bookwheel.engine.text.asked_values import has_value
from bookwheel.engine.text.question_terms import content_words, is_unspaced, terms

# The weights are fitted on half of the questions of three sets (English, German, Spanish), with the right passage
# among those found and with it taken out; `benchmarks/unanswerable.py` prints what they do for the other half. What is
# taken off for names and figures that are not there at all is set by hand.
COVERED = 3.76
STANDS_OUT = 3.01
NAMES_MISSING = 1.26
# Beside that: what is told of ACME is no answer to what was asked of Borealis.
NO_NAME_AT_ALL = 1.2
RANK = 0.47
AS_WRITTEN = 1.54
AS_WRITTEN_IN_PASSAGE = 1.61
COUNT = 1.81
NO_FIGURE = 3.0
NO_REASON = 1.0
ENOUGH = 5.0

MAX_STANDS_OUT = 0.4
MAX_RANK = 4
# Long words are rarer than short ones, whatever the passages at hand say.
LONG_WORD = 9
# A table, or a page without a full stop, holds any two words: they count together only so many words apart.
REACH = 60
NAME_FACTOR = 1.25

_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class PassageMatch:
    """A passage as far as it is about the question: the wanted terms in each unit with its neighbours and headings.

    `about` are those of the title; `rank` counts from 0.
    """

    text: str
    rank: int
    near: Sequence[frozenset[str]]
    about: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.about.union(*self.near)


@dataclass(frozen=True, slots=True)
class BestUnit:
    """The unit that would be quoted first: its index in its passage, its words and wanted terms with its heading's.

    `answer` is all that would be quoted with it, `covered` the wanted terms in it and over it.
    """

    at: int
    text: str
    own: frozenset[str]
    answer: str
    covered: frozenset[str]


class Evidence:
    """Weighs the passages of one question; `weights` are those of the wanted terms."""

    def __init__(self, asked: AskedQuestion, weights: Mapping[str, float]) -> None:
        self._asked = asked
        names = asked.named
        self._proper_names = names.terms.intersection(weights)
        self._names = self._proper_names | names.years.intersection(weights)
        self._words = [word for word in content_words(asked.completed) if not weights.keys().isdisjoint(terms(word))]
        self._weights = {
            term: weight * min(len(term), LONG_WORD) / LONG_WORD * (NAME_FACTOR if term in self._names else 1.0)
            for term, weight in weights.items()
        }
        self._total = sum(self._weights.values()) or 1.0

    def may_answer(self, near: frozenset[str]) -> bool:
        """Whether a unit is about the question: one word of several is not, unless it is a name."""
        return len(near) >= min(2, len(self._weights)) or not near.isdisjoint(self._names)

    def is_enough(self, best: BestUnit, passage: PassageMatch, others: Iterable[PassageMatch]) -> bool:
        """Whether the best unit, of `passage`, answers the question, as far as words can tell."""
        return self._weigh(best, passage, others) >= ENOUGH

    def _weigh(self, best: BestUnit, passage: PassageMatch, others: Iterable[PassageMatch]) -> float:
        stands_out = self._share(passage.all) - max((self._share(other.all) for other in others), default=0.0)
        return (
            COVERED * self._share(passage.near[best.at] | best.covered)
            + STANDS_OUT * min(stands_out, MAX_STANDS_OUT)
            - self._without_names(passage.all)
            - RANK * min(passage.rank, MAX_RANK)
            + AS_WRITTEN * self._as_written(best.text)
            + AS_WRITTEN_IN_PASSAGE * self._as_written(passage.text)
            + COUNT * math.log1p(len(best.own))
            - self._without_value(best)
        )

    def _without_value(self, best: BestUnit) -> float:
        value = self._asked.value
        if value is None or has_value(value, self._asked.completed, best.answer):
            return 0.0
        return NO_REASON if value.kind == "reason" else NO_FIGURE

    def _without_names(self, found: frozenset[str]) -> float:
        missing = NAMES_MISSING * len(self._names - found) / max(1, len(self._names))
        is_of_others = bool(self._proper_names) and self._proper_names.isdisjoint(found)
        return missing + (NO_NAME_AT_ALL if is_of_others else 0.0)

    def _share(self, found: frozenset[str]) -> float:
        return sum(self._weights[term] for term in found) / self._total

    def _as_written(self, text: str) -> float:
        """Of the question's words, how many stand in the text in the same form."""
        folded = text.casefold()
        there = frozenset(_WORDS.findall(folded))
        # Where no blanks tell words apart, a run of text is one "word".
        words = [word.casefold() for word in self._words]
        found = sum(word in there or (is_unspaced(word) and word in folded) for word in words)
        return found / max(1, len(self._words))


def near_each_other(unit_terms: Sequence[str], wanted: frozenset[str]) -> frozenset[str]:
    """The wanted terms of a unit; of a long one, those that stand together where most of them do."""
    places = [(at, term) for at, term in enumerate(unit_terms) if term in wanted]
    if len(unit_terms) <= REACH:
        return frozenset(term for _, term in places)
    best: frozenset[str] = frozenset()
    for first, (start, _) in enumerate(places):
        together = frozenset(term for at, term in places[first:] if at < start + REACH)
        best = max(best, together, key=len)
    return best
