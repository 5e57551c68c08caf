"""Chooses quotations by meaning: for answers in other words or in another language."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.chosen.quote_choice import QuoteChoice
from bookwheel.engine.llms.extractive.quotable.candidates import Candidate, Quote, lists_of
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.extractive.vetoes.near_misses import lacks_denial
from bookwheel.engine.llms.llm_options import Closeness as Closeness
from bookwheel.engine.text.asked_values import has_value
from bookwheel.engine.text.languages import is_in_another_language, language_of
from bookwheel.engine.text.names import is_german
from bookwheel.engine.text.question_kinds import looks_like_answer
from bookwheel.engine.text.question_terms import content_terms, terms
from bookwheel.engine.text.values.counted_nouns import COUNTED
from bookwheel.lazy_dataclass import dataclass

MOST_UNITS = 160
LEAST_WORDS = 3
# The steps may come a sentence after the one that says what they are for.
MOST_BEFORE_LIST = 2
MOST_TRIED = 3
_KINDS_WITH_A_FORM = ("who", "where")


# Logistic regression: what speaks for a unit, and how much. The cosines of one model are close together, so they are
# scaled. Fitted on questions that the search by words refused; decision 0012 has the data.
WEIGHTS = {
    "closeness": 25.1,
    "margin": -14.8,
    "rest_margin": 24.0,
    "shared": 1.7,
    "foreign": 0.9,
    "row": -1.2,
    "alone": -0.74,
    "words": 0.27,
}
ENOUGH = 21.2
# For prose in another language than the question, which shares few words with it: how far it stands out from the other
# units, in standard deviations, says most. Fitted on English questions over German text and the reverse.
WEIGHTS_ACROSS_LANGUAGES = {
    "closeness": 19.4,
    "spreads": 1.49,
    "rest_margin": 23.5,
    "words": 0.32,
    "names_missing": -0.5,
}
ENOUGH_ACROSS_LANGUAGES = 19.3
PROSE = ("sentence", "item")
# A name in two languages begins alike, where it is the same: "Warsaw" and "Warschau".
ALIKE_AT_START = 3
# Among few units all are near: one must stand out.
LEAST_MARGIN = 0.04
# No question's rest was nearer than that.
MOST_REST_MARGIN = 0.1
# Where all units are as near, none stands out.
LEAST_SPREAD = 1e-4
# The evidence by words of a unit that was not weighed, or that lacks something: the least that counts.
LEAST_BY_WORDS, MOST_BY_WORDS = -7.0, 1.5


@dataclass(frozen=True, slots=True)
class Near:
    """A unit, and its cosine to the question."""

    passage: PassageView
    at: int
    closeness: float


class ComparedUnits:
    """The units that may be quoted, as they are compared with the question, and what the words say about them."""

    def __init__(
        self,
        asked: AskedQuestion,
        passages: Sequence[PassageView],
        closeness: Closeness,
        by_words: Mapping[tuple[int, int], float],
    ) -> None:
        self._asked = asked
        self._closeness = closeness
        self._by_words = by_words
        self._language = language_of(asked.completed)
        self._units = [
            (passage, at)
            for passage in passages
            for at, unit in enumerate(passage.units)
            if unit.kind not in ("heading", "rule", "header", "front") and len(passage.texts[at].split()) >= LEAST_WORDS
        ][:MOST_UNITS]
        self._texts = [_with_context(passage, at) for passage, at in self._units]
        cosines: Sequence[float] = closeness(asked.completed, self._texts) if self._units else ()
        self._cosines = cosines
        self._average = sum(cosines) / max(1, len(cosines))
        near = (Near(*unit, cosine) for unit, cosine in zip(self._units, cosines, strict=True))
        self.nearest = sorted(near, key=lambda one: -one.closeness)[:MOST_TRIED]

    def is_likely(self, one: Near, *, is_foreign: bool) -> bool:
        """Whether a unit is likely enough to answer."""
        if is_foreign and one.passage.units[one.at].kind in PROSE:
            return _weighed(WEIGHTS_ACROSS_LANGUAGES, self.features_across_languages(one)) >= ENOUGH_ACROSS_LANGUAGES
        return self._is_likely_in_language(one, is_foreign=is_foreign)

    def features_across_languages(self, one: Near) -> dict[str, float]:
        """What speaks for prose in another language, by name."""
        margin, shared = one.closeness - self._average, _shared(self._asked, one)
        # The texts with their headings are embedded already.
        rest = self._rest_margin(one, shared, self._texts) if shared else margin
        return {
            "closeness": one.closeness,
            "spreads": margin / (statistics.pstdev(self._cosines) + LEAST_SPREAD),
            "rest_margin": min(rest, MOST_REST_MARGIN),
            "words": self._evidence_by_words(one),
            "names_missing": float(_lacks_names(self._asked, one)),
        }

    def _is_likely_in_language(self, one: Near, *, is_foreign: bool) -> bool:
        """Most units cannot become so by what is left to embed, the texts without their headings, so these wait."""
        margin = one.closeness - self._average
        if margin < LEAST_MARGIN:
            return False
        shared = _shared(self._asked, one)
        likely = _weighed(WEIGHTS, self._features(one, shared, margin, is_foreign=is_foreign))
        # Without a shared word the rest is the whole question, which has been compared.
        if likely + _weighed(WEIGHTS, {"rest_margin": MOST_REST_MARGIN if shared else margin}) < ENOUGH:
            return False
        alone = [passage.texts[at] for passage, at in self._units]
        rest = min(self._rest_margin(one, shared, alone), MOST_REST_MARGIN) if shared else margin
        # The rank as a logarithm: the second to be first matters more than the twelfth to be eleventh.
        rank = math.log1p(self._rank_in(one, alone))
        return likely + _weighed(WEIGHTS, {"rest_margin": rest, "alone": rank}) >= ENOUGH

    def _features(self, one: Near, shared: frozenset[str], margin: float, *, is_foreign: bool) -> dict[str, float]:
        """What speaks for a unit, by name, without embedding more."""
        return {
            "closeness": one.closeness,
            "margin": margin,
            "shared": len(shared) / max(1, len(frozenset(self._asked.terms) - self._asked.light)),
            "foreign": float(is_foreign),
            "row": float(one.passage.units[one.at].kind == "row"),
            "words": self._evidence_by_words(one),
        }

    def _evidence_by_words(self, one: Near) -> float:
        by_words = self._by_words.get((one.passage.node.number, one.at), LEAST_BY_WORDS)
        return min(max(by_words, LEAST_BY_WORDS), MOST_BY_WORDS)

    def is_foreign(self, one: Near) -> bool:
        """Whether a unit is in another language than the question; a log or a table of names is in none."""
        return is_in_another_language(one.passage.node.node.text, self._language)

    def _rest_margin(self, one: Near, shared: frozenset[str], texts: Sequence[str]) -> float:
        """How much nearer than others the unit is to the rest of the question, without the words that it shares.

        Any sentence about Ada Rook is near to "Where does Ada Rook live?", but only an answer to "Where does … live?".
        `texts` are those of the units, as they are compared.
        """
        if shared >= frozenset(self._asked.terms) - self._asked.light:
            return 0.0
        rest = " ".join(word for word in self._asked.completed.split() if shared.isdisjoint(one.passage.terms_of(word)))
        # Texts in one language are near to each other, whatever they say.
        language = language_of(one.passage.node.node.text)
        peers = [n for n, unit in enumerate(self._units) if language_of(unit[0].node.node.text) == language]
        cosines = self._closeness(rest, [texts[n] for n in peers])
        own = cosines[peers.index(self._units.index((one.passage, one.at)))]
        return own - sum(cosines) / len(cosines)

    def _rank_in(self, one: Near, texts: Sequence[str]) -> int:
        cosines = self._closeness(self._asked.completed, texts)
        own = cosines[self._units.index((one.passage, one.at))]
        return sum(cosine > own for cosine in cosines)


def quotes_by_meaning(
    asked: AskedQuestion,
    passages: Sequence[PassageView],
    closeness: Closeness,
    by_words: Mapping[tuple[int, int], float],
) -> list[Quote]:
    """A unit near in meaning, if it is likely enough to answer and has the value asked for; else nothing.

    Used when the search by words found no answer. `by_words` is the evidence that it weighed, by number of the passage
    and index of the unit: words that are nearly enough count here too.
    """
    units = ComparedUnits(asked, passages, closeness, by_words)
    for one in units.nearest:
        is_foreign = units.is_foreign(one)
        quote = quote_of(asked, one)
        if may_answer(asked, one, quote, is_foreign=is_foreign):
            return [quote] if units.is_likely(one, is_foreign=is_foreign) else []
    return []


def _weighed(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    return sum(weights[name] * value for name, value in features.items())


def _shared(asked: AskedQuestion, one: Near) -> frozenset[str]:
    """The words of the question that are in or above the unit."""
    passage, at = one.passage, one.at
    there = passage.own(at) | passage.heading_terms(at) | passage.title_terms | passage.lead_terms(at)
    return there & (frozenset(asked.terms) - asked.light)


def _with_context(passage: PassageView, at: int) -> str:
    unit = passage.units[at]
    return " ".join(
        part for part in (unit.heading or passage.heading or passage.title, unit.lead, passage.texts[at]) if part
    )


def quote_of(asked: AskedQuestion, near: Near) -> Quote:
    """What is quoted of a unit: it with its list, or with what it refers to."""
    passage, at = near.passage, near.at
    if asked.is_how_to or asked.is_list:
        for group in lists_of(passage):
            if at in group:
                return Quote(passage.node, tuple(passage.units[other] for other in group), near.closeness)
            if at < group[0] <= at + MOST_BEFORE_LIST and passage.units[at].heading == passage.units[group[0]].heading:
                return Quote(passage.node, tuple(passage.units[other] for other in (at, *group)), near.closeness)
    whole = QuoteChoice(asked, {}).whole(Candidate(passage, at, [at]))
    return Quote(passage.node, tuple(passage.units[other] for other in whole), near.closeness)


def may_answer(asked: AskedQuestion, near: Near, quote: Quote, *, is_foreign: bool) -> bool:
    """Whether the values, names and things asked for are there."""
    scope = "\n".join((near.passage.scope_of(near.at), *quote.texts))
    if not all(thing.is_in(scope) for thing in asked.things):
        return False
    may_be_translated = is_foreign and near.passage.units[near.at].kind in PROSE
    if _lacks_names(asked, near) and not (may_be_translated and _has_translated_names(asked, near)):
        return False
    text = "\n".join(quote.texts)
    if not is_foreign and lacks_denial(asked.text, f"{_with_context(near.passage, near.at)} {text}"):
        # Vectors hardly tell "which are vaccinated" from "which are not vaccinated".
        return False
    if asked.kind in _KINDS_WITH_A_FORM and not looks_like_answer(asked.kind, text, "sentence"):
        return False
    counted = COUNTED.search(asked.text) if asked.value is not None and not is_foreign else None
    if counted is not None and frozenset(terms(counted[1])).isdisjoint(near.passage.terms_of(scope)):
        # "How many sheep are there?" asks for a number of sheep.
        return False
    return asked.value is None or has_value(asked.value, asked.completed, text)


def _lacks_names(asked: AskedQuestion, near: Near) -> bool:
    """Whether a name of the question is not in the passage or its context."""
    return not asked.named.terms <= near.passage.terms_of(_around(near))


def _has_translated_names(asked: AskedQuestion, near: Near) -> bool:
    """Whether each name of the question may be there in another language: a word of it begins like one there.

    A single noun of a German question has a capital, whether it is a name or not.
    """
    starts = {term[:ALIKE_AT_START] for term in content_terms(_around(near))}
    shortest = 2 if is_german(asked.completed) else 1
    groups = (group for group in asked.named.groups if len(group) >= shortest)
    return all(any(term[:ALIKE_AT_START] in starts for term in group) for group in groups)


def _around(near: Near) -> str:
    return f"{near.passage.scope_of(near.at)} {near.passage.node.node.text}"
