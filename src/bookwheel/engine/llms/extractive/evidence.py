"""Whether passages answer a question at all, or only share words with it: what speaks for the best quotation, weighed.

Passages are always found; when no document has the answer, they are about something near it. Then the words of the
question are spread thin, its names are missing, the words are there in other forms only, and no passage stands out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from bookwheel.engine.llms.extractive.asked_question import AskedQuestion
from bookwheel.engine.text.asked_values import COUNTED, has_value
from bookwheel.engine.text.question_terms import content_words, is_unspaced, terms
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

# Fitted by logistic regression, with the right passage among those found and with it taken out: the weights for a
# question of few words on two sheets of questions and half of three sets (English, German, Spanish), those for a long
# one mostly on the sets. `benchmarks/unanswerable.py` prints what the weights do for the other half.
FEW = 3
WEIGHTS_OF_SHORT = {
    "covered": 3.42,
    "own": 0.79,
    "stands_out": 3.14,
    "names_missing": -0.13,
    "unit_stands_out": -0.94,
    "rank": -0.52,
    "as_written": -1.18,
    "as_written_in_passage": 1.93,
    "count": 2.11,
    "value_missing": -3.43,
    "reason_missing": 1.62,
    "counted_missing": -0.49,
    "missing": -0.23,
    "nowhere": -1.47,
    "nowhere_share": 0.18,
    "matter": -1.35,
    "who_without_name": -1.16,
    "always": -2.34,
}
WEIGHTS_OF_LONG = {
    "covered": 0.54,
    "own": 1.11,
    "stands_out": 2.44,
    "names_missing": -1.41,
    "unit_stands_out": 1.97,
    "rank": -0.91,
    "as_written": 1.34,
    "as_written_in_passage": 1.03,
    "count": 1.09,
    "value_missing": -2.65,
    "reason_missing": -4.51,
    "counted_missing": -0.42,
    "missing": -0.36,
    "nowhere": 0.09,
    "nowhere_share": -0.96,
    "matter": 0.28,
    "who_without_name": 0.43,
    "always": -2.65,
}
ENOUGH = 0.0
# Where no blanks tell words apart, a pair of characters may belong to two words.
UNSPACED_SHARE = 0.6

MAX_STANDS_OUT = 0.4
MAX_RANK = 4
# Long words are rarer than short ones, whatever the passages at hand say.
LONG_WORD = 9
# A table, or a page without a full stop, holds any two words: they count together only so many words apart.
REACH = 60
NAME_FACTOR = 1.25

_HAS_NAME = lazy_regex(r"(?<=[\w,;:)\]\"'’”] )[\"'“(*]?[^\W\d_a-z]\w+|: [^\W\d_a-z]|[\u4e00-\u9fff]")
_WORDS = lazy_regex(r"\w+")


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
    pairs: int = 0


class Evidence:
    """Weighs the passages of one question; `weights` are those of the wanted terms."""

    def __init__(self, asked: AskedQuestion, weights: Mapping[str, float], anywhere: frozenset[str]) -> None:
        self._asked = asked
        self._anywhere = anywhere
        self._matter = frozenset(weights) - asked.light - asked.thing_terms - asked.category
        names = asked.named
        self._proper_names = names.terms.intersection(weights)
        self._names = self._proper_names | names.years.intersection(weights)
        self._words = [word for word in content_words(asked.completed) if not weights.keys().isdisjoint(terms(word))]
        self._weights = {
            term: weight * min(len(term), LONG_WORD) / LONG_WORD * (NAME_FACTOR if term in self._names else 1.0)
            for term, weight in weights.items()
        }
        self._is_unspaced = any(map(is_unspaced, content_words(asked.completed)))
        counted = COUNTED.search(asked.text)
        self._counted = frozenset(terms(counted[1])) & self._matter if counted else frozenset[str]()
        self._total = sum(self._weights.values()) or 1.0

    def may_answer(self, near: frozenset[str]) -> bool:
        """Whether a unit is about the question: one word of several is not, unless it is a name."""
        needed = min(2, len(self._matter) or len(self._weights))
        return len(near) >= needed or not near.isdisjoint(self._names)

    def is_enough(self, best: BestUnit, passage: PassageMatch, others: Iterable[PassageMatch]) -> bool:
        """Whether the best unit, of `passage`, answers the question, as far as words can tell."""
        over = best.covered | passage.about
        if self._lacks_value(best) or self._lacks_matter(over | passage.near[best.at], passage.all):
            return False
        return self._is_settled(over) or self._weigh(best, passage, others) >= ENOUGH

    def _lacks_value(self, best: BestUnit) -> bool:
        value = self._asked.value
        return value is not None and value.kind != "reason" and not has_value(value, self._asked.completed, best.answer)

    def _lacks_matter(self, near: frozenset[str], in_passage: frozenset[str]) -> bool:
        """Whether a short question names something that is not in the passage, or asks how many there are of it."""
        if len(self._matter) > FEW or self._is_unspaced:
            return False
        missing = (self._matter & (self._asked.own_terms or self._matter)) - near
        return bool(missing - in_passage) or bool(missing & self._counted)

    def _is_settled(self, over: frozenset[str]) -> bool:
        """Whether all that the question is about stands in or over the unit, and the value that it asks for in it."""
        if not self._matter:
            return False
        carried = self._matter - self._asked.own_terms
        if carried and carried != self._matter and self._matter - carried <= over:
            # "And dogs?" after a question about cats: of what is carried over, a part is enough.
            return not carried.isdisjoint(over)
        share = self._share_of_matter(self._matter & over)
        is_whole = share >= (UNSPACED_SHARE if self._is_unspaced else 0.999)
        return is_whole and (self._asked.value is not None or len(self._matter) > 1)

    def _weigh(self, best: BestUnit, passage: PassageMatch, others: Iterable[PassageMatch]) -> float:
        found = self.features(best, passage, others)
        weights = WEIGHTS_OF_SHORT if len(self._matter) <= FEW else WEIGHTS_OF_LONG
        return weights["always"] + sum(weights.get(name, 0.0) * value for name, value in found.items())

    def features(self, best: BestUnit, passage: PassageMatch, others: Iterable[PassageMatch]) -> dict[str, float]:
        """What speaks for and against the best unit, each as a number."""
        others = list(others)
        near = passage.near[best.at] | best.covered
        stands_out = self._share(passage.all) - max((self._share(other.all) for other in others), default=0.0)
        missing = self._matter - near
        nowhere = self._matter - self._anywhere
        value = self._asked.value
        lacks = value is not None and not has_value(value, self._asked.completed, best.answer)
        has_names = _HAS_NAME.search(self._without_question(best.answer)) is not None
        return {
            "covered": self._share(near),
            "own": self._share(best.own),
            "stands_out": min(stands_out, MAX_STANDS_OUT),
            "names_missing": len(self._names - passage.all) / max(1, len(self._names)),
            "unit_stands_out": self._share(near)
            - max((self._share(unit) for other in others for unit in other.near), default=0.0),
            "rank": float(min(passage.rank, MAX_RANK)),
            "as_written": self._as_written(best.text),
            "as_written_in_passage": self._as_written(passage.text),
            "count": math.log1p(len(best.own)),
            "value_missing": float(lacks and value is not None and value.kind != "reason"),
            "reason_missing": float(lacks and value is not None and value.kind == "reason"),
            "counted_missing": float(not self._counted <= near),
            "missing": float(min(len(missing), 3)),
            "nowhere": float(min(len(nowhere), 3)),
            "nowhere_share": self._share_of_matter(nowhere),
            "matter": math.log1p(len(self._matter)),
            "who_without_name": float(self._asked.kind == "who" and not has_names),
        }

    def _share_of_matter(self, found: frozenset[str]) -> float:
        total = sum(self._weights[term] for term in self._matter) or 1.0
        return sum(self._weights[term] for term in found) / total

    def _without_question(self, text: str) -> str:
        asked = frozenset(_WORDS.findall(self._asked.completed))
        return " ".join(word for word in text.split() if word.strip(".,;:()*\"'") not in asked)

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
