"""The units that may be quoted by meaning, with what speaks for each: in other words, or in another language."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.compared_words import ComparedWords
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.llm_options import Closeness, ComparesWords
from bookwheel.engine.text.languages import count_unsegmented, is_in_another_language, language_of
from bookwheel.engine.text.question_terms import content_words, terms, words_of_terms
from bookwheel.engine.text.thesaurus.related_words import RelatedWords
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

MOST_UNITS = 160
LEAST_WORDS = 3
MOST_TRIED = 5
# A language counts as much as all units together when it has so many.
FEW_UNITS = 15
MOST_LEAD = 0.1
# A long item would take long.
MOST_WORDS, MOST_MET = 60, 0.95
# What the words of a question that are there count, and those of a script without spaces.
USUALLY_MET = 0.86
# Lines at the head of a mail: names are near to many questions.
_ADDRESSES = lazy_regex(r"(?:From|To|Cc|Bcc|Reply-To|Sender|Message-ID): ")
_WORD = lazy_regex(r"[^\W\d_]{2,}|\d[\d.,:]*")


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
# The same with a model that compares words in their contexts. Fitted on questions about nine small folders that words
# refused, with as many that the folders do not answer; a higher threshold than fitted, for as few of these as before.
WEIGHTS_WITH_WORDS = {
    "lead_without_name": 32.4,
    "question_word": 2.1,
    "missing": 4.93,
    "shared": 0.874,
    "words": 0.287,
    "rest_margin": 20.0,
    "words_met": 33.6,
}
ENOUGH_WITH_WORDS = 32.6
WEIGHTS_WITH_WORDS_ACROSS = {
    "closeness": 20.8,
    "lead": 23.8,
    "question_word": 2.48,
    "missing": 4.5,
    "least_missing": 2.19,
    "shared": 1.57,
    "rest_margin": 22.5,
}
ENOUGH_WITH_WORDS_ACROSS = 21.95
# A unit that is further behind the first is not weighed beside it: single words may be near in any text.
NEARLY_FIRST = 0.01
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
            (passage, at) for passage in passages for at in range(len(passage.units)) if _may_be_compared(passage, at)
        ][:MOST_UNITS]
        self._texts = [with_context(passage, at) for passage, at in self._units]
        self.words = self._compared_words()
        cosines: Sequence[float] = closeness(asked.completed, self._texts) if self._units else ()
        self._cosines = cosines
        self._average = sum(cosines) / max(1, len(cosines))
        averages = self._averages_by_language()
        # How far each unit is above the average of its language.
        self._above = [
            cosine - averages[self._languages[passage.node.number]]
            for (passage, _), cosine in zip(self._units, cosines, strict=True)
        ]
        share = self.words.share if self.words is not None else _nothing
        best = sorted(range(len(self._units)), key=lambda unit: -self._above[unit] - share(unit))
        self._numbers = {(passage.node.number, at): unit for unit, (passage, at) in enumerate(self._units)}
        self.nearest = [Near(*self._units[unit], cosines[unit]) for unit in best[:MOST_TRIED]]

    def _compared_words(self) -> ComparedWords | None:
        """The words of the question beside those of the units; None where the embedding model has none."""
        if not self._units or not isinstance(self._closeness, ComparesWords):
            return None
        nearest = self._closeness.nearest_words(self._asked.completed, self._texts)
        return ComparedWords(self._asked, nearest) if nearest is not None and nearest.words else None

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

    def surplus(self, one: Near, *, is_foreign: bool) -> float:
        """How much more speaks for a unit than is enough to quote it; below zero it is too little."""
        if self.words is not None:
            return self._surplus_with_words(one, self.words, is_foreign=is_foreign)
        if is_foreign:
            return _weighed(WEIGHTS_ACROSS_LANGUAGES, self.features_across_languages(one)) - ENOUGH_ACROSS_LANGUAGES
        return self._surplus_in_language(one)

    def _surplus_with_words(self, one: Near, words: ComparedWords, *, is_foreign: bool) -> float:
        features = self.features_with_words(one, words)
        if is_foreign:
            return _weighed(WEIGHTS_WITH_WORDS_ACROSS, features) - ENOUGH_WITH_WORDS_ACROSS
        most = _weighed(WEIGHTS_WITH_WORDS, {**features, "words_met": MOST_MET}) - ENOUGH_WITH_WORDS
        if most < 0:
            # Most units cannot become likely by the words that are left to embed alone.
            return most
        met = self._words_met(one, _shared(self._asked, one))
        return _weighed(WEIGHTS_WITH_WORDS, {**features, "words_met": met}) - ENOUGH_WITH_WORDS

    def is_nearly_first(self, one: Near) -> bool:
        """Whether a unit is hardly behind the nearest one by its cosine."""
        return self._lead(self._numbers[(one.passage.node.number, one.at)]) >= -NEARLY_FIRST

    def features_with_words(self, one: Near, words: ComparedWords) -> dict[str, float]:
        """What speaks for a unit, by name, where words are compared in their contexts."""
        unit, shared = self._numbers[(one.passage.node.number, one.at)], _shared(self._asked, one)
        missing, least = words.of_missing(
            unit, lambda word: not shared.isdisjoint(one.passage.terms_of(word)), self._meant(one)
        )
        lead = self._lead(unit)
        return {
            "closeness": one.closeness,
            "lead": lead,
            # The only sentence with the name is ahead of all others, whatever is asked.
            "lead_without_name": 0.0 if self._asked.named.groups else lead,
            "question_word": words.of_question_word(unit),
            "missing": missing,
            "least_missing": least,
            "shared": self._share_of(shared),
            "words": self._evidence_by_words(one),
            # The texts with what stands over them are embedded already.
            "rest_margin": self._rest_margin(one, shared, self._texts),
        }

    def _lead(self, unit: int, *, of_passage: bool = False) -> float:
        """How far a unit is above the next one, or above the next one of another passage."""
        own = self._units[unit][0].node.number
        others = (
            above
            for n, ((passage, _), above) in enumerate(zip(self._units, self._above, strict=True))
            if n != unit and not (of_passage and passage.node.number == own)
        )
        return min(self._above[unit] - max(others, default=0.0), MOST_LEAD)

    def _share_of(self, shared: frozenset[str]) -> float:
        return len(shared) / max(1, len(frozenset(self._asked.terms) - self._asked.light))

    def _meant(self, one: Near) -> frozenset[str]:
        """The terms of the question that the unit has other words for."""
        found = self._related.found_in(words_of_terms(with_context(one.passage, one.at))).values()
        return frozenset(term for related in found for each in related for term in each.of)

    def features_across_languages(self, one: Near) -> dict[str, float]:
        """What speaks for a unit in another language, by name."""
        unit, shared = self._numbers[(one.passage.node.number, one.at)], _shared(self._asked, one)
        return {
            "closeness": one.closeness,
            "lead": self._lead(unit),
            "lead_of_passage": self._lead(unit, of_passage=True),
            # The texts with what stands over them are embedded already.
            "rest_margin": self._rest_margin(one, shared, self._texts),
            "words_met": self._words_met(one, shared),
            "words": self._evidence_by_words(one),
            "names_missing": float(lacks_names(self._asked, one)),
        }

    def _surplus_in_language(self, one: Near) -> float:
        """Most units cannot become likely by what is left to embed, the words and the texts alone, so these wait."""
        shared = _shared(self._asked, one)
        known = self._features(one, shared)
        most = _weighed(WEIGHTS, {**known, "rest_margin": MOST_REST_MARGIN, "words_met": MOST_MET}) - ENOUGH
        if most < 0:
            return most
        alone = [passage.texts[at] for passage, at in self._units]
        rest = {"rest_margin": self._rest_margin(one, shared, alone), "words_met": self._words_met(one, shared)}
        return _weighed(WEIGHTS, known | rest) - ENOUGH

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
            "shared": self._share_of(shared),
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
        text = with_context(one.passage, one.at)
        there = list(dict.fromkeys(_WORD.findall(text)))[:MOST_WORDS]
        if not missing or not there:
            return USUALLY_MET
        meant = self._meant(one)
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


def _may_be_compared(passage: PassageView, at: int) -> bool:
    text = passage.texts[at]
    is_said = passage.units[at].kind not in ("heading", "rule", "header", "front") and word_count(text) >= LEAST_WORDS
    return is_said and _ADDRESSES.match(text) is None


def word_count(text: str) -> int:
    """The number of words; two signs of a script without spaces are about one."""
    return len(text.split()) + count_unsegmented(text) // 2


def _weighed(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in features.items())


def _shared(asked: AskedQuestion, one: Near) -> frozenset[str]:
    """The words of the question that are in or above the unit."""
    passage, at = one.passage, one.at
    there = passage.own(at) | passage.heading_terms(at) | passage.title_terms | passage.lead_terms(at)
    return there & (frozenset(asked.terms) - asked.light)


def with_context(passage: PassageView, at: int) -> str:
    """A unit with what stands over it: "The lamp turns red" is near to a question about an oven only with its title."""
    unit = passage.units[at]
    over = (passage.title, unit.heading or passage.heading, unit.lead)
    return " ".join(dict.fromkeys(part for part in (*over, passage.texts[at]) if part))


def lacks_names(asked: AskedQuestion, near: Near) -> bool:
    """Whether a name of the question is not in the passage or its context."""
    return not asked.named.terms <= near.passage.terms_of(around(near))


def around(near: Near) -> str:
    return f"{near.passage.scope_of(near.at)} {near.passage.node.node.text}"


def _nothing(_unit: int) -> float:
    return 0.0
