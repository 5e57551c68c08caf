"""Decides whether a quotation answers a question or only shares words with it, with a weighted sum of features.

A search always finds passages. When no document has the answer, the words of the question are scattered, its names are
missing, its words occur only in other forms, and no passage scores much higher than the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_codes import asks_for_function
from bookwheel.engine.llms.extractive.asked.asked_matter import FEW, AskedMatter
from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.asked.implied_terms import says_hours
from bookwheel.engine.llms.extractive.chosen.sentence_evidence import ranking_features, weight_of_sentence
from bookwheel.engine.llms.extractive.chosen.yes_and_no import answers_whether
from bookwheel.engine.llms.extractive.quotable.form_bonus import names_code
from bookwheel.engine.llms.extractive.quotable.weighed_units import (
    IN_DOCUMENT,
    LEAST_LEXICAL_SCORE,
    BestUnit,
    PassageMatch,
    likeness,
    shared_pairs,
    shared_words,
    third_score,
)
from bookwheel.engine.llms.extractive.vetoes import value_vetoes as values
from bookwheel.engine.llms.extractive.vetoes.asked_doers import tells_whom_to_turn_to
from bookwheel.engine.llms.extractive.vetoes.forbidden import Vetoes, has_name
from bookwheel.engine.text.asked_values import has_value
from bookwheel.engine.text.question_kinds import says_where_it_is
from bookwheel.engine.text.question_terms import content_words, terms
from bookwheel.lazy_regex import lazy_regex

NOWHERE_SHARE = 0.25
# Fitted by logistic regression on questions with the right passage present and removed: does this quotation have the
# answer? docs/decisions/0012 has the data, the figures and the rejected features.
WEIGHTS: dict[str, float] = {
    "covered": 3.69,
    "matter_own": -0.25,
    "matter_near": 0.22,
    "alike": -0.42,
    "as_written": 1.14,
    "phrases": 0.82,
    "last_word": 0.28,
    "stands_out": 1.86,
    "rank": -0.05,
    "tried": -0.13,
    "score": 1.27,
    "rarest_missing": 0.99,
    "names_missing": -0.65,
    "nowhere": -0.68,
    "asked_nowhere": -3.0,
    "lacks": -1.01,
    "row": 1.2,
    "settled": 0.76,
    "matter": 0.38,
    "few": -0.06,
    "has_figure": 0.11,
    "who_without_name": 0.21,
    "where_without_name": -0.9,
    "reason_missing": -2.2,
    "leans": 0.23,
    "names_in_unit": 0.3,
    "third": -3.2,
    "long": 0.8,
    "english": -0.6,
    "german": 0.4,
    "spanish": -0.22,
    "comparison": 2.1,
    "unspaced": 1.2,
    "always": -2.63,
}
# Added when every word of a short question is in or above the unit, which is enough by itself.
SETTLED = 9.0
ENOUGH = 0.0
# What counts for a list under a heading, or a line, that says what is asked for.
UNDER_ASKED = 0.6
# What counts for "Ask the warden" where it is asked whom to ask.
TURN_TO = 1.2
# What counts for a value where one word of the question is in another paragraph, as the thing of a whole paper is.
SAID_ELSEWHERE = 1.1
# What a sentence may lack then by the trees: among many passages all words may stand together by chance.
SETTLED_IN_PROSE = 2.2
# What counts against a sentence where a word of a short question is in no passage, or no reason is there for "why".
LACKING_IN_PROSE = 2.0
# What counts for a sentence that says of the value that it is another now.
OF_CHANGE = 0.6
# The trees know no larger weights.
HEAVIEST = 6.0
# In scripts without spaces a pair of characters may belong to two words.
UNSPACED_SHARE = 0.6

MAX_RANK, USUAL_LEAD = 4, 0.5
# Words of a question beyond which some may stand in another passage.
LONG_QUESTION = 8
# Words of at least this length have full weight: long words are rarer in general.
LONG_WORD = 9
NAME_FACTOR = 1.25

_FIGURE = lazy_regex(r"\d+")


class Evidence:
    """Weighs the quotations for one question; `weights` are those of the wanted terms.

    `anywhere` are the terms of all passages, `folders` those that the names of their folders have,
    `as_written` those that stand somewhere in a form of their own.
    """

    def __init__(
        self,
        asked: AskedQuestion,
        weights: Mapping[str, float],
        anywhere: frozenset[str],
        folders: frozenset[str],
        as_written: frozenset[str],
    ) -> None:
        self._asked = asked
        self._about = about = AskedMatter(asked, weights.keys(), anywhere, folders, as_written)
        self._vetoes = Vetoes(about)
        self._matter = about.matter
        self._words = [word for word in content_words(asked.completed) if not weights.keys().isdisjoint(terms(word))]
        self._weights = {
            term: weight * min(len(term), LONG_WORD) / LONG_WORD * (NAME_FACTOR if term in about.names else 1.0)
            for term, weight in weights.items()
        }
        self._total = sum(self._weights.values()) or 1.0
        self._last = next((term for term in reversed(asked.terms) if term in self._matter), "")
        self._figures = frozenset(_FIGURE.findall(asked.completed))

    def may_answer(self, near: frozenset[str]) -> bool:
        """Whether a unit has enough words of the question: two, or one if it is a name."""
        least = len(self._matter) or (1 if self._asked.things else len(self._weights))
        needed = 1 if self._asked.is_yes_no else min(2, least)
        return len(near) >= needed or not near.isdisjoint(self._about.names)

    def says_head(self, own: frozenset[str], in_document: Callable[[], frozenset[str]]) -> bool:
        """Whether "The notice period is ten days" has what is asked for, and its document says of what."""
        head = self._asked.head & self._matter
        thing = self._matter - head
        return bool(head) and head <= own and len(thing) == 1 and thing <= in_document()

    def weigh(self, best: BestUnit, passage: PassageMatch, others: Sequence[PassageMatch]) -> float:
        """The evidence that the unit, in `passage`, answers the question; at least `ENOUGH` if it does.

        Minus infinity when the unit lacks a value of the kind asked for.
        """
        if self._vetoes.forbid(best, passage):
            return -math.inf
        found = self.features(best, passage, others)
        rules = self._rule_weight(found, best, passage)
        elsewhere = self._said_elsewhere(best, passage)
        if not self._is_for_trees(rules, best):
            return rules + elsewhere
        weight = weight_of_sentence(self._known_of_sentence(found, rules, best, passage, others), self._about.language)
        weight -= best.looseness(self._matter, self._near(best, passage), self._share_of_matter)
        weight += TURN_TO * tells_whom_to_turn_to(self._asked.text, best.answer)
        weight -= LACKING_IN_PROSE * (found["asked_nowhere"] or found["reason_missing"])
        weight += best.rest_of_document(
            self._matter, self._near(best, passage), self._about.proper_names, passage, self._asked.head
        )
        weight += elsewhere
        if rules >= SETTLED / 2 and weight + SETTLED_IN_PROSE >= ENOUGH:
            return rules
        return weight + self._weight_of_change(weight, best, passage)

    def _weight_of_change(self, weight: float, best: BestUnit, passage: PassageMatch) -> float:
        """What counts for a sentence that says that the value is another now, in few words of the question."""
        is_near = ENOUGH - OF_CHANGE <= weight < ENOUGH and self._asked.value is not None
        if not is_near or not self._matter <= self._near(best, passage) or self._about.is_unspaced:
            return 0.0
        # Imported late: few sentences fail by so little.
        from bookwheel.engine.llms.extractive.chosen.later_changes import says_change

        return OF_CHANGE if says_change(best.own_text) else 0.0

    def _said_elsewhere(self, best: BestUnit, passage: PassageMatch) -> float:
        """What counts for a value whose unit has all words but one, which another paragraph of its document has.

        "2. Fee. A singer now pays 19 euros" below "1. Concert.", of what a singer pays for the concert.
        """
        missing, value = self._matter - self._near(best, passage), self._asked.value
        if len(missing) != 1 or value is None or not best.is_prose or not missing <= best.in_document:
            return 0.0
        is_whole = len(best.covered & self._matter) > 1 and missing.isdisjoint(self._about.proper_names)
        return SAID_ELSEWHERE * (is_whole and has_value(value, self._asked.completed, best.own_text))

    def _rule_weight(self, found: Mapping[str, float], best: BestUnit, passage: PassageMatch) -> float:
        """The logistic weight of a unit, raised by `SETTLED` where all words of a short question are over it."""
        weight = WEIGHTS["always"] + sum(WEIGHTS.get(name, 0.0) * value for name, value in found.items())
        weight -= best.looseness(self._matter, self._near(best, passage), self._share_of_matter)
        asked_now = self._matter & (self._asked.own_terms or self._matter)
        if best.is_under_asked:
            weight += UNDER_ASKED
            weight += IN_DOCUMENT * (self._matter - self._near(best, passage) <= best.in_document)
        weight += answers_whether(self._asked, best, self._near(best, passage), self._matter)
        most = FEW + (3 if says_hours(best.own_text) else 1)
        is_settled = best.is_asked_above or (
            # Words of the name of a paper do not make a question long: they stand over every unit of it.
            len(asked_now - (self._about.proper_names & passage.about)) <= most
            and self._is_settled(self._vetoes.over(best, passage))
        )
        return weight + (SETTLED if is_settled else 0.0)

    def _near(self, best: BestUnit, passage: PassageMatch) -> frozenset[str]:
        return passage.near[best.at] | best.covered | passage.about

    def sentence_features(
        self, best: BestUnit, passage: PassageMatch, others: Sequence[PassageMatch]
    ) -> dict[str, float] | None:
        """What the trees know of a sentence, for fitting them; None for a unit that they do not decide."""
        if self._vetoes.forbid(best, passage):
            return None
        found = self.features(best, passage, others)
        rules = self._rule_weight(found, best, passage)
        is_weighed = self._is_for_trees(rules, best)
        return self._known_of_sentence(found, rules, best, passage, others) if is_weighed else None

    def _known_of_sentence(
        self,
        found: Mapping[str, float],
        rules: float,
        best: BestUnit,
        passage: PassageMatch,
        others: Sequence[PassageMatch],
    ) -> dict[str, float]:
        return {
            **found,
            **ranking_features(self._matter, self._share_of_matter, self._share, best, passage, others),
            "rules": min(rules, HEAVIEST),
            "is_settled": float(rules >= SETTLED / 2),
        }

    def _is_for_trees(self, rules: float, best: BestUnit) -> bool:
        """Whether the trees decide: a sentence, and a question of the kinds that they were fitted on."""
        asked = self._asked
        is_definition = len(self._matter) == 1 and bool(asked.definition_terms)
        is_other = asked.is_yes_no or asked.is_how_to or is_definition or self._about.is_unspaced or not self._matter
        # A line over a list may have all the words of a short question, and the list answers it.
        is_lead = asked.is_list and best.own_text.rstrip().endswith((":", "："))
        says_where = asked.asks_where_it_is and says_where_it_is(best.own_text)
        says_who = asked.kind == "who" and best.names_doer(self._matter)
        is_whole = rules >= SETTLED / 2 and (asked.is_how_to or is_lead or says_where or says_who)
        return best.is_sentence and not (is_other or is_whole or best.is_asked_above)

    def _is_settled(self, over: frozenset[str]) -> bool:
        """Whether all words of the question are in or above the unit."""
        if not self._matter:
            # "What does to_order do?": the unit is known to contain it.
            return bool(self._asked.things)
        if len(self._matter) == 1 and self._matter <= self._about.names & over:
            return True
        carried = self._matter - self._asked.own_terms
        if carried and carried != self._matter and self._matter - carried <= over:
            # "And dogs?" after a question about cats: some of the words from earlier questions are enough.
            return not carried.isdisjoint(over)
        share = self._share_of_matter(self._matter & over)
        is_whole = share >= (UNSPACED_SHARE if self._about.is_unspaced else 0.999)
        is_plain = self._asked.value is None and len(self._matter) <= 1 and not self._asked.asks_where_it_is
        return is_whole and (
            not is_plain
            or asks_for_function(self._asked.text)
            or any(thing.kind in ("code", "file") for thing in self._asked.things)
        )

    def features(self, best: BestUnit, passage: PassageMatch, others: Sequence[PassageMatch]) -> dict[str, float]:
        """The features of the unit, by name."""
        over = self._vetoes.over(best, passage)
        near = passage.near[best.at] | best.covered
        nowhere = self._matter - self._about.anywhere
        kind, value, wanted = self._asked.kind, self._asked.value, self._weights.keys()
        is_reason = value is not None and value.kind == "reason"
        is_named = has_name(self._about.without_question(best.answer))
        return {
            "covered": self._share(near),
            "matter_own": self._share_of_matter(self._matter & best.covered),
            "matter_near": self._share_of_matter(self._matter & near),
            "stands_out": self._stands_out(passage, others),
            "rank": float(min(passage.rank, MAX_RANK)),
            "tried": float(best.tried),
            "score": best.score,
            "alike": likeness(self._words, best.around),
            "as_written": shared_words(self._words, best.text),
            "phrases": shared_pairs(self._asked.text, best.own_text),
            "rarest_missing": max((self._share_of_matter({term}) for term in self._matter - passage.all), default=0.0),
            "names_missing": len(self._about.names - passage.all) / max(1, len(self._about.names)),
            "nowhere": self._share_of_matter(nowhere),
            "last_word": float(bool(self._last) and self._last in near),
            "matter": math.log1p(len(self._matter)),
            "few": float(len(self._matter) <= FEW),
            "settled": float(self._is_settled(over)),
            "asked_nowhere": float(self._asks_for_what_is_nowhere(over)),
            "lacks": float(bool(self._about.missing(near | over) - passage.all)),
            "row": self._fit_of_row(best, over) if best.is_row else 0.0,
            "has_figure": float(any(figure not in self._figures for figure in _FIGURE.findall(best.answer))),
            "who_without_name": float(kind == "who" and not is_named),
            "where_without_name": float(kind == "where" and not is_named),
            "reason_missing": float(is_reason and not values.gives_value(self._asked, best, self._matter, wanted)),
            "leans": float(best.leans),
            "names_in_unit": float(bool(self._about.names) and self._about.names <= best.covered | passage.about),
            "third": third_score(passage, others),
            "long": float(max(0, len(self._words) - LONG_QUESTION)),
            "english": float(self._about.language == "english"),
            "german": float(self._about.language == "german"),
            "spanish": float(self._about.language == "spanish"),
            "comparison": float(self._asked.is_comparison),
            "unspaced": float(self._about.is_unspaced),
        }

    def _asks_for_what_is_nowhere(self, over: frozenset[str]) -> bool:
        """Whether a large share of a short question is not in any of the passages."""
        if self._about.is_unspaced:
            return False
        nowhere = self._share_of_matter(self._matter - self._about.anywhere)
        return len(self._matter) <= FEW and nowhere >= NOWHERE_SHARE and not self._is_settled(over)

    def _fit_of_row(self, best: BestUnit, over: frozenset[str]) -> float:
        """Whether a row has all words (1), lacks some (-1), or lacks one but names the command or key (0)."""
        missing = self._matter & (self._asked.own_terms or self._matter) - over
        if self._about.is_unspaced or self._asked.is_comparison or not missing:
            return 1.0
        # "`c` | Copy the code" is as much as a table of keys says of "How do I copy the code of a recipe?".
        may_lack = self._asked.is_how_to and len(missing) == 1 and len(self._matter) >= FEW
        return 0.0 if may_lack and names_code(best.own_text) and missing.isdisjoint(best.in_other_rows) else -1.0

    def _stands_out(self, passage: PassageMatch, others: Sequence[PassageMatch]) -> float:
        """The lead of the passage over the best other one, as a share of the best score."""
        if not others:
            # In a folder of one document nothing can be compared.
            return USUAL_LEAD
        highest = max(match.score for match in (passage, *others))
        if highest >= LEAST_LEXICAL_SCORE:
            return (passage.score - max((match.score for match in others), default=0.0)) / highest
        return self._share(passage.all) - max((self._share(match.all) for match in others), default=0.0)

    def _share_of_matter(self, found: AbstractSet[str]) -> float:
        total = sum(self._weights[term] for term in self._matter) or 1.0
        return sum(self._weights[term] for term in found) / total

    def _share(self, found: frozenset[str]) -> float:
        return sum(self._weights[term] for term in found) / self._total
