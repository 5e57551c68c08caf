"""Chooses quotations by meaning: for answers in other words or in another language."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.chosen.quote_choice import QuoteChoice
from bookwheel.engine.llms.extractive.quotable.candidates import Candidate, Quote, lists_of
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.extractive.vetoes.near_misses import lacks_denial
from bookwheel.engine.llms.llm_options import Closeness as Closeness
from bookwheel.engine.text.asked_values import has_value
from bookwheel.engine.text.languages import count_unsegmented, is_in_another_language, language_of
from bookwheel.engine.text.names import is_german
from bookwheel.engine.text.question_kinds import looks_like_answer
from bookwheel.engine.text.question_terms import content_terms, content_words, terms, words_of_terms
from bookwheel.engine.text.thesaurus.related_words import RelatedWords
from bookwheel.engine.text.value_patterns import MONTHS_BY_NAME, WEEKDAYS
from bookwheel.engine.text.values.counted_nouns import COUNTED
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

MOST_UNITS = 160
LEAST_WORDS = 3
# The steps may come a sentence after the one that says what they are for.
MOST_BEFORE_LIST = 2
MOST_TRIED = 5
# A language counts as much as all units together when it has so many.
FEW_UNITS = 15
MOST_LEAD = 0.1
# A long item would take long.
MOST_WORDS, MOST_MET = 60, 0.95
# What the words of a question that are there count, and those of a script without spaces.
USUALLY_MET = 0.86
_WORD = lazy_regex(r"[^\W\d_]{2,}|\d[\d.,:]*")
# How much water there is may be said in litres.
_HOW_MUCH = lazy_regex(r"(?i)how much|wie ?viel(?!e)|cuánt[oa]\b|quant[oa]\b|сколько")
# "What is the fine for those who come late?" does not ask who.
_ASKS_OTHERWISE = lazy_regex(
    r"(?i)^\W*(?:what|which|how|when|why|is|are|do|does|may|can|for whom|für wen|pour qui|para quién|per chi)\b"
)
_OWNER_OF_ITEM = lazy_regex(r"\A\W*[^\W\d_a-z][\w.'’-]+(?: [^\W\d_a-z][\w.'’-]+)?:")
_FULL_NAME = lazy_regex(r"[^\W\d_a-z][^\W\d_]+ [^\W\d_a-z][^\W\d_]+|[\u4e00-\u9fff]{2,}")
# "The lighthouses of Corran Bay" names nobody.
_NAMED_PLACE = lazy_regex(
    r"\b(?:in|at|of|on|near|around|im|aus|dans|en|à|nel\w*)(?: (?:the|der|dem|la|le|el|il))?(?: [^\W\d_a-z][\w'’-]+)+"
)
_DAY_OR_MONTH = lazy_regex(rf"(?i)\b(?:{WEEKDAYS}|{MONTHS_BY_NAME})\b")
# What stands before a place, in any of these languages: a text without it does not say where something is.
_BEFORE_PLACE = lazy_regex(
    r"(?i)\b(?:in|at|on|under|behind|beside|near|between|above|below|inside|outside|opposite|next to|over|by|to|from|im"
    r"|am|an|auf|unter|hinter|neben|bei|beim|zwischen|über|vor|ins?|zum|zur|gegenüber|dans|sous|sur|derrière|devant"
    r"|près|chez|au|aux|à|entre|en|sobre|bajo|debajo|detrás|junto|cerca|al|nel\w*|sotto|sopra|dietro|presso|vicino"
    r"|su\w?|accanto|em|n[oa]s?|sob|atrás|perto|op|achter|onder|naast)\b|[在位于にでへ里处側侧]|находится|располож\w*"
)


# Logistic regression: what speaks for a unit, and how much. The cosines of one model are close together, so they are
# scaled. Fitted on questions that the search by words refused; decision 0012 has the data.
WEIGHTS = {"spreads": 0.37, "rest_margin": 25.5, "words_met": 44.1, "shared": 2.36, "words": 0.278}
ENOUGH = 40.5
# For a unit in another language than the question, which shares few words with it: how far it is ahead of the others
# says most. Fitted on such questions about small folders, and on English ones over German text and the reverse.
WEIGHTS_ACROSS_LANGUAGES = {
    "closeness": 20.0,
    "lead": 41.6,
    "lead_of_passage": 16.4,
    "rest_margin": 33.3,
    "words_met": 18.7,
    "words": 0.127,
    "names_missing": -0.5,
}
ENOUGH_ACROSS_LANGUAGES = 33.7
# A name in two languages begins alike, where it is the same: "Warsaw" and "Warschau".
ALIKE_AT_START = 3
# No question's rest was nearer than that.
MOST_REST_MARGIN = 0.1
# Where all units are as near, or there are two, none stands out.
LEAST_SPREAD, LEAST_UNITS = 1e-3, 3
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
        self._related = RelatedWords(asked.completed)
        self._language = language_of(asked.completed)
        self._languages = {passage.node.number: self._language_in(passage) for passage in passages}
        self._units = [
            (passage, at)
            for passage in passages
            for at, unit in enumerate(passage.units)
            if unit.kind not in ("heading", "rule", "header", "front") and word_count(passage.texts[at]) >= LEAST_WORDS
        ][:MOST_UNITS]
        self._texts = [_with_context(passage, at) for passage, at in self._units]
        cosines: Sequence[float] = closeness(asked.completed, self._texts) if self._units else ()
        self._cosines = cosines
        self._average = sum(cosines) / max(1, len(cosines))
        near = (Near(*unit, cosine) for unit, cosine in zip(self._units, cosines, strict=True))
        averages = self._averages_by_language()
        # How far each unit is above the average of its language.
        self._above = {
            (passage.node.number, at): cosine - averages[self._languages[passage.node.number]]
            for (passage, at), cosine in zip(self._units, cosines, strict=True)
        }
        self.nearest = sorted(near, key=lambda one: -self._above[(one.passage.node.number, one.at)])[:MOST_TRIED]

    def _language_in(self, passage: PassageView) -> str:
        """The language of a passage; that of the question for one that shows no other, as a log or a table of names."""
        text = passage.node.node.text
        if not is_in_another_language(text, self._language):
            return self._language
        # One word of another language is not enough.
        return language_of(text, expected=self._language)

    def _averages_by_language(self) -> dict[str, float]:
        """The average cosine of the units of each language, nearer to that of all where they are few.

        Texts in the language of the question are nearer to it than others, whatever they say.
        """
        by_language: dict[str, list[float]] = {}
        for (passage, _), cosine in zip(self._units, self._cosines, strict=True):
            by_language.setdefault(self._languages[passage.node.number], []).append(cosine)
        return {
            language: (sum(some) + FEW_UNITS * self._average) / (len(some) + FEW_UNITS)
            for language, some in by_language.items()
        }

    def is_likely(self, one: Near, *, is_foreign: bool) -> bool:
        """Whether a unit is likely enough to answer."""
        if is_foreign:
            return _weighed(WEIGHTS_ACROSS_LANGUAGES, self.features_across_languages(one)) >= ENOUGH_ACROSS_LANGUAGES
        return self._is_likely_in_language(one)

    def features_across_languages(self, one: Near) -> dict[str, float]:
        """What speaks for a unit in another language, by name."""
        above, shared = self._above[(one.passage.node.number, one.at)], _shared(self._asked, one)
        others = [other for unit, other in self._above.items() if unit != (one.passage.node.number, one.at)]
        elsewhere = [other for (number, _), other in self._above.items() if number != one.passage.node.number]
        return {
            "closeness": one.closeness,
            "lead": min(above - max(others, default=0.0), MOST_LEAD),
            "lead_of_passage": min(above - max(elsewhere, default=0.0), MOST_LEAD),
            # The texts with what stands over them are embedded already.
            "rest_margin": self._rest_margin(one, shared, self._texts),
            "words_met": self._words_met(one, shared),
            "words": self._evidence_by_words(one),
            "names_missing": float(_lacks_names(self._asked, one)),
        }

    def _is_likely_in_language(self, one: Near) -> bool:
        """Most units cannot become so by what is left to embed, the words and the texts alone, so these wait."""
        shared = _shared(self._asked, one)
        likely = _weighed(WEIGHTS, self._features(one, shared))
        if likely + _weighed(WEIGHTS, {"rest_margin": MOST_REST_MARGIN, "words_met": MOST_MET}) < ENOUGH:
            return False
        alone = [passage.texts[at] for passage, at in self._units]
        likely += _weighed(WEIGHTS, {"rest_margin": self._rest_margin(one, shared, alone)})
        return likely + _weighed(WEIGHTS, {"words_met": self._words_met(one, shared)}) >= ENOUGH

    def _features(self, one: Near, shared: frozenset[str]) -> dict[str, float]:
        """What speaks for a unit, by name, without embedding more."""
        language = self._languages[one.passage.node.number]
        peers = [
            cosine
            for (passage, _), cosine in zip(self._units, self._cosines, strict=True)
            if self._languages[passage.node.number] == language
        ]
        above = one.closeness - sum(peers) / len(peers)
        return {
            "spreads": above / (statistics.pstdev(peers) + LEAST_SPREAD) if len(peers) >= LEAST_UNITS else 0.0,
            "shared": len(shared) / max(1, len(frozenset(self._asked.terms) - self._asked.light)),
            "words": self._evidence_by_words(one),
        }

    def _words_met(self, one: Near, shared: frozenset[str]) -> float:
        """How near in meaning the words of the question that a unit lacks are to its nearest words, on average.

        "The workshop was founded by Ivo" has a word near to "established", and none near to "insured".
        """
        missing = [
            word
            for word in dict.fromkeys(content_words(self._asked.completed))
            if not frozenset(terms(word)) <= self._asked.light and shared.isdisjoint(one.passage.terms_of(word))
        ]
        text = _with_context(one.passage, one.at)
        there = list(dict.fromkeys(_WORD.findall(text)))[:MOST_WORDS]
        if not missing or not there:
            return USUALLY_MET
        found = self._related.found_in(words_of_terms(text)).values()
        meant = frozenset(term for related in found for each in related for term in each.of)
        met = [max(self._closeness(word, there)) if meant.isdisjoint(terms(word)) else MOST_MET for word in missing]
        return sum(met) / len(met)

    def _evidence_by_words(self, one: Near) -> float:
        by_words = self._by_words.get((one.passage.node.number, one.at), LEAST_BY_WORDS)
        return min(max(by_words, LEAST_BY_WORDS), MOST_BY_WORDS)

    def is_foreign(self, one: Near) -> bool:
        """Whether a unit is in another language than the question."""
        return self._languages[one.passage.node.number] != self._language

    def _rest_margin(self, one: Near, shared: frozenset[str], texts: Sequence[str]) -> float:
        """How much nearer than others the unit is to the rest of the question, without the words that it shares.

        Any sentence about Ada Rook is near to "Where does Ada Rook live?", but only an answer to "Where does … live?".
        `texts` are those of the units, as they are compared.
        """
        if not shared:
            # The rest is the whole question, which has been compared.
            return min(one.closeness - self._average, MOST_REST_MARGIN)
        if shared >= frozenset(self._asked.terms) - self._asked.light:
            return 0.0
        rest = " ".join(word for word in self._asked.completed.split() if shared.isdisjoint(one.passage.terms_of(word)))
        # Texts in one language are near to each other, whatever they say.
        language = language_of(one.passage.node.node.text)
        peers = [n for n, unit in enumerate(self._units) if language_of(unit[0].node.node.text) == language]
        cosines = self._closeness(rest, [texts[n] for n in peers])
        own = cosines[peers.index(self._units.index((one.passage, one.at)))]
        return min(own - sum(cosines) / len(cosines), MOST_REST_MARGIN)


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


def word_count(text: str) -> int:
    """The number of words; two signs of a script without spaces are about one."""
    return len(text.split()) + count_unsegmented(text) // 2


def _weighed(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    return sum(weights[name] * value for name, value in features.items())


def _shared(asked: AskedQuestion, one: Near) -> frozenset[str]:
    """The words of the question that are in or above the unit."""
    passage, at = one.passage, one.at
    there = passage.own(at) | passage.heading_terms(at) | passage.title_terms | passage.lead_terms(at)
    return there & (frozenset(asked.terms) - asked.light)


def _with_context(passage: PassageView, at: int) -> str:
    """A unit with what stands over it: "The lamp turns red" is near to a question about an oven only with its title."""
    unit = passage.units[at]
    over = (passage.title, unit.heading or passage.heading, unit.lead)
    return " ".join(dict.fromkeys(part for part in (*over, passage.texts[at]) if part))


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
    if _lacks_names(asked, near) and not (is_foreign and _has_translated_names(asked, near)):
        return False
    text = "\n".join(quote.texts)
    if not is_foreign and lacks_denial(asked.text, f"{_with_context(near.passage, near.at)} {text}"):
        # Vectors hardly tell "which are vaccinated" from "which are not vaccinated".
        return False
    if not _has_form(asked, near, text):
        return False
    counted = COUNTED.search(asked.text) if asked.value is not None and not is_foreign else None
    if (
        counted is not None
        and _HOW_MUCH.match(counted[0]) is None
        and frozenset(terms(counted[1])).isdisjoint(near.passage.terms_of(scope))
    ):
        # "How many sheep are there?" asks for a number of sheep.
        return False
    return asked.value is None or has_value(asked.value, asked.completed, text)


def _has_form(asked: AskedQuestion, near: Near, text: str) -> bool:
    """Whether a text that is asked who or where names somebody who is not in the question, or a place."""
    if asked.kind == "where":
        return _BEFORE_PLACE.search(text) is not None
    if asked.kind != "who" or _ASKS_OTHERWISE.match(asked.text):
        return True
    if near.passage.units[near.at].kind == "row":
        return _FULL_NAME.search(text) is not None
    if _OWNER_OF_ITEM.match(text):
        return True
    known = frozenset(asked.terms)
    people = _DAY_OR_MONTH.sub("", _NAMED_PLACE.sub(" ", text))
    others = (word for word in people.split() if known.isdisjoint(terms(word)))
    return looks_like_answer("who", " ".join(others), "sentence")


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
