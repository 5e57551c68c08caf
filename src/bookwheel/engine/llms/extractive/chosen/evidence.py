"""Decides whether a quotation answers a question or only shares words with it, with a weighted sum of features.

A search always finds passages. When no document has the answer, the words of the question are scattered, its names are
missing, its words occur only in other forms, and no passage scores much higher than the others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.chosen.sentence_evidence import ranking_features, weight_of_sentence
from bookwheel.engine.llms.extractive.chosen.yes_and_no import answers_whether
from bookwheel.engine.llms.extractive.quotable.form_bonus import names_code, says_whether
from bookwheel.engine.llms.extractive.quotable.weighed_units import (
    LEAST_LEXICAL_SCORE,
    BestUnit,
    PassageMatch,
    likeness,
    shared_pairs,
    shared_words,
    third_score,
)
from bookwheel.engine.llms.extractive.vetoes import value_vetoes as values
from bookwheel.engine.llms.extractive.vetoes.asked_attributes import lacks_attribute
from bookwheel.engine.llms.extractive.vetoes.near_misses import lacks_denial, lacks_place, without_subjects
from bookwheel.engine.llms.extractive.vetoes.roles_of_rows import is_of_another_role
from bookwheel.engine.llms.extractive.vetoes.said_otherwise import gives_head, gives_place
from bookwheel.engine.llms.extractive.vetoes.values_of_others import is_of_another
from bookwheel.engine.text.asked_values import MONTH_OR_WEEKDAY
from bookwheel.engine.text.converse_verbs import converse_of
from bookwheel.engine.text.languages import language_of
from bookwheel.engine.text.question_kinds import asks_who_did, is_bare_phrase, says_what_is_planned, says_where_it_is
from bookwheel.engine.text.question_terms import content_words, is_unspaced, terms
from bookwheel.engine.text.values.counted_nouns import COUNTED
from bookwheel.lazy_regex import lazy_regex

FEW, LEAST_BESIDE_CATEGORY = 3, 2
NOWHERE_SHARE = 0.25
# With at most this many words besides names, each of them must occur.
LITTLE = 2
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
# What a sentence may lack then by the trees: among many passages all words may stand together by chance.
SETTLED_IN_PROSE = 2.2
# What counts against a sentence where a word of a short question is in no passage, or no reason is there for "why".
LACKING_IN_PROSE = 2.0
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

_HAS_NAME = lazy_regex(r"(?<=[\w,;:)\]\"'’”] )[\"'“(*]?(?:[A-Z]\. ?)?[^\W\d_a-z]\w+|: [^\W\d_a-z]|[\u4e00-\u9fff]")
_WORDS = lazy_regex(r"\w+")
_FIGURE = lazy_regex(r"\d+")


class Evidence:
    """Weighs the quotations for one question; `weights` are those of the wanted terms."""

    def __init__(self, asked: AskedQuestion, weights: Mapping[str, float], anywhere: frozenset[str]) -> None:
        self._asked = asked
        self._anywhere = anywhere
        matter = frozenset(weights) - asked.light - asked.thing_terms
        # Of "Which pets may a tenant keep?" one word is left without the category.
        is_enough = len(matter - asked.category - asked.folders) >= LEAST_BESIDE_CATEGORY
        self._matter = matter - asked.category if is_enough else matter
        self._proper_names = asked.named.terms.intersection(weights) - (asked.light if asked.is_yes_no else frozenset())
        self._names = self._proper_names | asked.named.years.intersection(weights)
        self._words = [word for word in content_words(asked.completed) if not weights.keys().isdisjoint(terms(word))]
        self._weights = {
            term: weight * min(len(term), LONG_WORD) / LONG_WORD * (NAME_FACTOR if term in self._names else 1.0)
            for term, weight in weights.items()
        }
        self._is_unspaced = any(map(is_unspaced, content_words(asked.completed)))
        counted = COUNTED.search(asked.text)
        self._counted = frozenset(terms(counted[1])) & self._matter if counted else frozenset[str]()
        self._nowhere_in_short = self._matter - anywhere if len(self._matter) <= FEW else frozenset[str]()
        self._total = sum(self._weights.values()) or 1.0
        self._last = next((term for term in reversed(asked.terms) if term in self._matter), "")
        self._figures = frozenset(_FIGURE.findall(asked.completed))
        self._language = language_of(asked.completed)

    def may_answer(self, near: frozenset[str]) -> bool:
        """Whether a unit has enough words of the question: two, or one if it is a name."""
        least = len(self._matter) or (1 if self._asked.things else len(self._weights))
        needed = 1 if self._asked.is_yes_no else min(2, least)
        return len(near) >= needed or not near.isdisjoint(self._names)

    def weigh(self, best: BestUnit, passage: PassageMatch, others: Sequence[PassageMatch]) -> float:
        """The evidence that the unit, in `passage`, answers the question; at least `ENOUGH` if it does.

        Minus infinity when the unit lacks a value of the kind asked for.
        """
        if self._is_vetoed(best, passage):
            return -math.inf
        found = self.features(best, passage, others)
        rules = self._rule_weight(found, best, passage)
        if not self._is_for_trees(rules, best):
            return rules
        weight = weight_of_sentence(self._known_of_sentence(found, rules, best, passage, others), self._language)
        weight -= best.looseness(self._matter, self._near(best, passage), self._share_of_matter)
        weight -= LACKING_IN_PROSE * (found["asked_nowhere"] or found["reason_missing"])
        weight += best.rest_of_document(self._matter, self._near(best, passage), self._proper_names, passage)
        return rules if rules >= SETTLED / 2 and weight + SETTLED_IN_PROSE >= ENOUGH else weight

    def _rule_weight(self, found: Mapping[str, float], best: BestUnit, passage: PassageMatch) -> float:
        """The logistic weight of a unit, raised by `SETTLED` where all words of a short question are over it."""
        weight = WEIGHTS["always"] + sum(WEIGHTS.get(name, 0.0) * value for name, value in found.items())
        weight -= best.looseness(self._matter, self._near(best, passage), self._share_of_matter)
        asked_now = self._matter & (self._asked.own_terms or self._matter)
        weight += answers_whether(self._asked, best, self._near(best, passage), self._matter)
        is_settled = best.is_asked_above or (len(asked_now) <= FEW + 1 and self._is_settled(self._over(best, passage)))
        return weight + (SETTLED if is_settled else 0.0)

    def _near(self, best: BestUnit, passage: PassageMatch) -> frozenset[str]:
        return passage.near[best.at] | best.covered | passage.about

    def sentence_features(
        self, best: BestUnit, passage: PassageMatch, others: Sequence[PassageMatch]
    ) -> dict[str, float] | None:
        """What the trees know of a sentence, for fitting them; None for a unit that they do not decide."""
        if self._is_vetoed(best, passage):
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
        is_other = asked.is_yes_no or asked.is_how_to or is_definition or self._is_unspaced or not self._matter
        # A line over a list may have all the words of a short question, and the list answers it.
        is_lead = asked.is_list and best.own_text.rstrip().endswith((":", "："))
        says_where = asked.asks_where_it_is and says_where_it_is(best.own_text)
        says_who = asked.kind == "who" and best.names_doer(self._matter)
        is_whole = rules >= SETTLED / 2 and (asked.is_how_to or is_lead or says_where or says_who)
        return best.is_sentence and not (is_other or is_whole or best.is_asked_above)

    def _is_vetoed(self, best: BestUnit, passage: PassageMatch) -> bool:
        over = self._over(best, passage)
        near = over | passage.near[best.at]
        missing = self._missing_matter(near)
        names = frozenset[str]() if self._is_unspaced else self._proper_names
        return (
            values.lacks_value(self._asked, best, self._matter, self._weights.keys())
            or self._is_split(best, over)
            or lacks_denial(self._asked.text, f"{best.text} {best.answer}")
            or bool((missing | self._nowhere_in_short | best.kinds) & self._counted)
            or values.counts_what_title_names(self._asked, best, self._counted & passage.about, self._matter - over)
            or self._lacks_head(best, near)
            or bool(self._asked.birth & self._matter - near)
            or self._says_nothing_new(near, near | best.in_document)
            or values.counts_no_people(self._asked, best, over)
            or self._names_no_doer(best, near)
            or is_of_another(self._asked, best, self._matter, passage.about)
            or lacks_attribute(self._asked, best, near, self._matter, names, self._anywhere)
        )

    def _says_nothing_new(self, near: frozenset[str], there: frozenset[str]) -> bool:
        """Whether only words from earlier are near, or a word of "warranty of the piano" is not there."""
        asked_now = self._matter & self._asked.own_terms
        if is_bare_phrase(self._asked.text) and not asked_now <= there:
            return True
        return asked_now not in (frozenset(), self._matter) and asked_now.isdisjoint(near)

    def _over(self, best: BestUnit, passage: PassageMatch) -> frozenset[str]:
        """The wanted terms in and above the unit; under the column or heading asked for, the verb too."""
        over, category = best.covered | passage.about, self._asked.category
        over |= values.paying(self._asked, best) & self._matter
        if self._asked.may_one and says_whether(best.own_text) and self._asked.action.isdisjoint(passage.all):
            # "No music after ten" answers whether one may play it.
            over |= self._asked.action
        if best.is_row and self._matter - self._asked.passive <= over:
            over |= self._asked.passive & self._matter
        if self._counted and values.counts_in_cell(best, self._counted) and self._matter - self._asked.verb <= over:
            over |= self._asked.verb & self._matter
        if not category or not category <= over or (self._matter & over).isdisjoint(best.covered):
            return over
        # "English, Czech" under "Languages" says which languages she speaks.
        is_cell = category <= best.above | best.names if best.is_row else category.isdisjoint(terms(best.own_text))
        return over | self._asked.verb if is_cell else over

    def _is_split(self, best: BestUnit, over: frozenset[str]) -> bool:
        """Whether a row lacks a word of another row ("oat milk" of "goat milk"), or is found by its columns alone."""
        asked = self._matter & (self._asked.own_terms or self._matter)
        is_other = self._asked.is_comparison or self._asked.is_list or self._asked.is_how_to or self._is_unspaced
        # "When is the Low Farm collected?": a remark in another row, "no collection", has the verb.
        missing = asked - over - self._asked.passive
        is_another = not missing.isdisjoint(best.in_other_rows)
        is_another |= not missing <= self._anywhere and values.has_only_columns(self._asked, best, asked)
        return is_another and not is_other and len(asked) <= FEW + 1

    def _lacks_head(self, best: BestUnit, near: frozenset[str]) -> bool:
        """Whether nothing near says what is asked of the thing: "rent of flat 17", "What is the rent of flat 17?"."""
        head = self._asked.head & self._matter
        # In a long question other words show well enough what it is about.
        is_short = len(self._matter) <= FEW and not self._is_unspaced
        return bool(head) and is_short and head.isdisjoint(near) and not gives_head(head, best.own_text)

    def _names_no_doer(self, best: BestUnit, near: frozenset[str]) -> bool:
        """Whether "who" is asked and the unit only stands under the right title, tells of a plan, or has no name."""
        if self._asked.kind not in ("who", "where"):
            return False
        if self._asked.kind == "who" and "; " in best.own_text and best.is_row:
            cells = self._without_question(best.cells_for(self._asked.role), self._asked.completed.title())
            return _HAS_NAME.search(cells) is None or is_of_another_role(self._asked.text, best.own_text)
        if best.is_code and _HAS_NAME.search(self._without_question(f": {best.answer}")) is None:
            return True
        is_planned = asks_who_did(self._asked.text) and says_what_is_planned(best.own_text)
        if self._asked.kind == "who" and (is_planned or not best.is_near):
            return True
        asked = self._matter - self._proper_names
        is_place = self._asked.kind == "where" and not best.is_row
        told = without_subjects(best.answer) if is_place and best.is_prose else best.answer
        has_name = _HAS_NAME.search(self._without_question(told)) is not None
        if is_place and lacks_place(self._asked.text, best.answer, self._language, has_name=has_name):
            return True
        if self._asked.kind == "where" and asked and not self._is_unspaced and asked.isdisjoint(near):
            # "Where does Ada Rook live?": a place is near, but nothing says that she lives there.
            return not (self._proper_names <= best.covered and gives_place(asked, self._asked.text, best.own_text))
        # "Who wrote the manual?", "Where was he born?": nothing near says "wrote" or "born", and no name is there.
        needed = near if self._asked.kind == "who" else self._anywhere
        if self._asked.kind == "who" and asks_who_did(self._asked.text) and not converse_of(self._asked.text):
            # "It is made of cherry wood" does not say who built it: another word for the verb needs a name.
            needed &= frozenset(terms(f"{best.text} {best.answer}"))
        # "Who invented BM25?": a code is all that the unit must have.
        is_bare = self._asked.kind == "who" and not self._matter
        return not has_name and not self._is_unspaced and (is_bare or not self._matter <= needed)

    def _missing_matter(self, near: frozenset[str]) -> frozenset[str]:
        """The words besides names that are not near the unit; empty for a question with many of them."""
        asked = self._matter - self._names
        if len(asked) > LITTLE or self._is_unspaced:
            return frozenset()
        return (asked & (self._asked.own_terms or asked)) - near

    def _is_settled(self, over: frozenset[str]) -> bool:
        """Whether all words of the question are in or above the unit."""
        if not self._matter:
            # "What does to_order do?": the unit is known to contain it.
            return bool(self._asked.things)
        if len(self._matter) == 1 and self._matter <= self._names & over:
            return True
        carried = self._matter - self._asked.own_terms
        if carried and carried != self._matter and self._matter - carried <= over:
            # "And dogs?" after a question about cats: some of the words from earlier questions are enough.
            return not carried.isdisjoint(over)
        share = self._share_of_matter(self._matter & over)
        is_whole = share >= (UNSPACED_SHARE if self._is_unspaced else 0.999)
        is_plain = self._asked.value is None and len(self._matter) <= 1 and not self._asked.asks_where_it_is
        return is_whole and (not is_plain or any(thing.kind in ("code", "file") for thing in self._asked.things))

    def features(self, best: BestUnit, passage: PassageMatch, others: Sequence[PassageMatch]) -> dict[str, float]:
        """The features of the unit, by name."""
        over = self._over(best, passage)
        near = passage.near[best.at] | best.covered
        nowhere = self._matter - self._anywhere
        kind, value, wanted = self._asked.kind, self._asked.value, self._weights.keys()
        is_reason = value is not None and value.kind == "reason"
        has_name = _HAS_NAME.search(self._without_question(best.answer)) is not None
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
            "names_missing": len(self._names - passage.all) / max(1, len(self._names)),
            "nowhere": self._share_of_matter(nowhere),
            "last_word": float(bool(self._last) and self._last in near),
            "matter": math.log1p(len(self._matter)),
            "few": float(len(self._matter) <= FEW),
            "settled": float(self._is_settled(over)),
            "asked_nowhere": float(self._asks_for_what_is_nowhere(over)),
            "lacks": float(bool(self._missing_matter(near | over) - passage.all)),
            "row": self._fit_of_row(best, over) if best.is_row else 0.0,
            "has_figure": float(any(figure not in self._figures for figure in _FIGURE.findall(best.answer))),
            "who_without_name": float(kind == "who" and not has_name),
            "where_without_name": float(kind == "where" and not has_name),
            "reason_missing": float(is_reason and not values.gives_value(self._asked, best, self._matter, wanted)),
            "leans": float(best.leans),
            "names_in_unit": float(bool(self._names) and self._names <= best.covered | passage.about),
            "third": third_score(passage, others),
            "long": float(max(0, len(self._words) - LONG_QUESTION)),
            "english": float(self._language == "english"),
            "german": float(self._language == "german"),
            "spanish": float(self._language == "spanish"),
            "comparison": float(self._asked.is_comparison),
            "unspaced": float(self._is_unspaced),
        }

    def _asks_for_what_is_nowhere(self, over: frozenset[str]) -> bool:
        """Whether a large share of a short question is not in any of the passages."""
        if self._is_unspaced:
            return False
        nowhere = self._share_of_matter(self._matter - self._anywhere)
        return len(self._matter) <= FEW and nowhere >= NOWHERE_SHARE and not self._is_settled(over)

    def _fit_of_row(self, best: BestUnit, over: frozenset[str]) -> float:
        """Whether a row has all words (1), lacks some (-1), or lacks one but names the command or key (0)."""
        missing = self._matter & (self._asked.own_terms or self._matter) - over
        if self._is_unspaced or self._asked.is_comparison or not missing:
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

    def _without_question(self, text: str, more: str = "") -> str:
        asked = frozenset(_WORDS.findall(f"{self._asked.completed} {more}"))
        return " ".join(
            word for word in MONTH_OR_WEEKDAY.sub(" ", text).split() if word.strip(".,;:()*\"'") not in asked
        )

    def _share(self, found: frozenset[str]) -> float:
        return sum(self._weights[term] for term in found) / self._total
