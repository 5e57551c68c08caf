"""Selects the units of passages that answer a question best, by shared terms, position and form."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from bookwheel.engine.llms.extractive.asked.asked_question import LIGHT_SHARE, AskedQuestion
from bookwheel.engine.llms.extractive.asked.wanted_terms import WantedTerms
from bookwheel.engine.llms.extractive.chosen.evidence import ENOUGH, SETTLED, Evidence
from bookwheel.engine.llms.extractive.chosen.newer_notes import is_of_another_day
from bookwheel.engine.llms.extractive.chosen.quote_choice import QuoteChoice
from bookwheel.engine.llms.extractive.quotable import heading_fit as headings
from bookwheel.engine.llms.extractive.quotable.answered_questions import answer_to_itself, asked_terms
from bookwheel.engine.llms.extractive.quotable.candidates import (
    Candidate,
    Quote,
    as_entry,
    explaining_first,
    fullest_rows,
    has_answer,
    in_document,
    in_other_sections,
    is_list_of_other_section,
    is_of_other_sender,
    lacks_code,
    of_same_number,
    only_names_record,
    told_by,
)
from bookwheel.engine.llms.extractive.quotable.form_bonus import form_bonus
from bookwheel.engine.llms.extractive.quotable.list_candidates import group_candidates
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.extractive.quotable.release_sections import cost_of_place, release_candidates
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit, PassageMatch
from bookwheel.engine.text.code_lines import written_for_people
from bookwheel.engine.text.explained.definitions import explains
from bookwheel.engine.text.folding import fold
from bookwheel.engine.text.names import in_whole
from bookwheel.engine.text.question_terms import content_terms, terms
from bookwheel.lazy_regex import lazy_regex

# How many candidates are weighed as answers; among nearly equal ones, the first is quoted.
MAX_TRIED = 6
NEARLY_THE_SAME = 0.3
# Where no candidate has all words, the second in weight is quoted too: often it has what the first lacks. Beside one
# with all words of a short question, those that would be enough alone are: "led in sacks" names who did.
MUCH_LIGHTER = 2.5
# With synonyms a word that no passage has counts as there, and the question is asked a second time.
ENOUGH_BY_SYNONYMS = 2.0
# Shorter words look alike by chance.
SHORTEST_ALIKE, FIRST_WORDS = 4, 3
# The weight of the category asked for ("rules" in "which rules"), which the answer need not repeat.
CATEGORY_SHARE = 0.5
# For the first sentence under a title that is the term to define.
IS_THERE_IN_TITLE = 0.6
# The weight of words from earlier questions.
CONTEXT_SHARE = 0.6
# The weights of terms that are not in the unit itself but in its context.
LEAD_SHARE = 0.9
LEANING_SHARE = 0.85
QUESTION_HEADING_SHARE = 0.9
HEADING_SHARE = 0.6
NEIGHBOUR_SHARE = 0.3
TITLE_SHARE = 0.4


class Selector:
    """Weighs the units of all passages, in which the terms `wanted` are noted, against one question.

    With `by_synonyms`, those in other everyday words are noted too.
    """

    def __init__(
        self, asked: AskedQuestion, passages: Sequence[PassageView], wanted: WantedTerms, *, by_synonyms: bool = False
    ) -> None:
        self._asked = asked
        self._passages = passages
        self._enough = ENOUGH_BY_SYNONYMS if by_synonyms else ENOUGH
        self._terms_wanted = wanted
        self._wanted = frozenset(asked.terms)
        self._order = set(pairwise(asked.terms))
        self._thing_terms = asked.thing_terms
        self._weights = self._term_weights()
        self._anywhere = frozenset[str]().union(
            *(frozenset(unit_terms) for passage in passages for unit_terms in passage.terms),
            *(passage.terms_of(f"{passage.heading} {passage.title} {passage.file_name}") for passage in passages),
        )
        # "The limit for hotels in Paris": where it is so need not be near, but somewhere.
        named = (g for g in asked.named_groups if asked.word_to_explain or not asked.light.issuperset(g))
        self._missing_names = [frozenset(group) - self._anywhere - asked.thing_terms for group in named]
        self._in_whole = in_whole(asked.text)
        self._beside: list[Candidate] = []
        # The evidence of the units that were weighed, by number of the passage and index of the unit.
        self.weighed: dict[tuple[int, int], float] = {}
        self._choice = QuoteChoice(asked, self._weights, passages)
        self._total = sum(self._weights.values()) or 1.0

    def quotes(self) -> list[Quote]:
        """The quotations, best first; empty when none answers the question."""
        candidates = self._candidates()
        return self._choice.choose(self._supported(candidates), self._beside, candidates)

    def _candidates(self) -> list[Candidate]:
        found: list[Candidate] = []
        for passage in self._passages:
            for at in range(len(passage.units)):
                if passage.is_quotable(at, of_mail=self._asked.is_of_mail) or headings.is_value_in_heading(
                    self._asked, passage, at
                ):
                    found += filter(None, [self._score(passage, at)])
            if self._asked.asks_for_changes:
                found += release_candidates(self._asked, self._weights, passage)
            introduced = self._introduced.get(passage.document, frozenset())
            found += group_candidates(self._asked, self._weights, passage, introduced)
        return sorted(found, key=lambda c: (-c.score, c.passage.rank, c.at))

    @cached_property
    def _introduced(self) -> dict[str, frozenset[str]]:
        """The terms of the first two sentences of each document, without those of its sections: "Installing"."""
        found: dict[str, frozenset[str]] = {}
        for passage in self._passages if self._asked.is_how_to else ():
            if not passage.node.node.start_char_idx:
                found[passage.document] = frozenset[str]().union(*map(passage.own, passage.first_sentences()))
        for passage in self._passages if found else ():
            there = found.get(passage.document, frozenset())
            found[passage.document] = there - (passage.section_terms() - passage.title_terms)
        return found

    def _term_weights(self) -> dict[str, float]:
        # Rarer terms weigh more; a term that is in no unit counts as the rarest.
        all_units = [frozenset(unit_terms) for passage in self._passages for unit_terms in passage.terms]
        weights: dict[str, float] = {}
        for term in self._wanted:
            frequency = sum(term in unit_terms for unit_terms in all_units)
            weight = max(0.4, math.log((len(all_units) + 2.0) / (frequency + 1.0)))
            share = LIGHT_SHARE if term in self._asked.light else 1.0
            share *= CATEGORY_SHARE if term in self._asked.category else 1.0
            weights[term] = weight * (share if term in self._asked.own_terms else share * CONTEXT_SHARE)
        return weights

    def _weight(self, found: frozenset[str]) -> float:
        return sum(self._weights[term] for term in found)

    def _covered(self, passage: PassageView, at: int, own: frozenset[str]) -> tuple[float, frozenset[str]]:
        """The share of the question's weight in and around a unit, and the terms in and above it."""
        unit = passage.units[at]
        heading = passage.heading_terms(at) & self._wanted
        heading_share = QUESTION_HEADING_SHARE if unit.heading.endswith(("?", "？")) else HEADING_SHARE
        layers = [
            (1.0, own),
            (LEAD_SHARE, passage.lead_terms(at)),
            (LEANING_SHARE, frozenset[str]().union(*(passage.own(other) for other in passage.before(at)))),
            (heading_share, heading),
            (TITLE_SHARE, passage.title_terms),
            (NEIGHBOUR_SHARE, frozenset[str]().union(*(passage.own(other) for other in passage.neighbours(at)))),
        ]
        seen: frozenset[str] = frozenset()
        total = 0.0
        over = own
        for number, (share, found) in enumerate(layers):
            fresh = (found & self._wanted) - seen
            total += share * self._weight(fresh)
            seen |= fresh
            if number < 4:
                over |= fresh
        return total / self._total, over

    def _score(self, passage: PassageView, at: int) -> Candidate | None:
        unit = passage.units[at]
        own = passage.near_each_other(at)
        if self._asked.things and all(thing.is_in(passage.named(at)) for thing in self._asked.things):
            # "2025-03-05" has none of the words of "5 March 2025".
            own |= self._thing_terms & self._wanted
        elif self._asked.is_comparison:
            here = (thing for thing in self._asked.things if thing.is_in(passage.labelled(at)))
            own |= self._wanted.intersection(term for thing in here for term in content_terms(thing.text))
        # The line that identifies a record is not the answer, so its terms count equally for all lines.
        own -= self._thing_terms if passage.is_record(at) else frozenset[str]()
        covered, over = self._covered(passage, at, own)
        if not over:
            return None
        if asked_here := asked_terms(self._asked, passage, at, own) & self._wanted:
            return answer_to_itself(passage, at, over | asked_here, own | asked_here)
        if not own and unit.kind in ("row", "front"):
            return None
        score = (
            covered
            + form_bonus(self._asked, self._wanted, as_entry(passage, at), unit, passage.terms[at])
            + self._order_bonus(passage.terms[at])
            + (IS_THERE_IN_TITLE if passage.opens(at, self._asked.definition_terms) else 0.0)
            - cost_of_place(self._asked, passage, at)
        )
        return Candidate(passage, at, [at], over, own, score)

    def _order_bonus(self, unit_terms: list[str]) -> float:
        """A bonus for terms that follow each other in both the question and the text."""
        return min(0.15, 0.06 * sum(pair in self._order for pair in pairwise(unit_terms)))

    def _supported(self, candidates: list[Candidate]) -> list[Candidate]:
        """The candidates, starting with the one that answers; empty when none does."""
        candidates = [candidate for candidate in candidates if self._has_things(candidate)]
        evidence = self._evidence(matches := [self._match(passage) for passage in self._passages])
        may_answer = [c for c in candidates if self._may_answer(c, matches, evidence)]
        weighed: list[float] = []
        for tried, candidate in enumerate(may_answer[:MAX_TRIED]):
            others = [match for match in matches if match.rank != candidate.passage.rank]
            weighed.append(evidence.weigh(self._best(candidate, tried), matches[candidate.passage.rank], others))
            self.weighed[candidate.passage.node.number, candidate.at] = weighed[-1]
        if not weighed or (heaviest := max(weighed)) < self._enough:
            return []
        # Among candidates with all words of a short question, the first in order is the best.
        least = SETTLED / 2 if heaviest >= SETTLED / 2 else max(self._enough, heaviest - NEARLY_THE_SAME)
        pairs = list(zip(may_answer, weighed, strict=False))
        enough = [candidate for candidate, weight in pairs if weight >= least]
        if self._asked.value is not None and not any(map(self._has_answer, enough)):
            enough += [candidate for candidate, weight in pairs if self._enough <= weight < least]
        chosen = next(filter(self._has_answer, explaining_first(self._asked, enough)), enough[0])
        is_of_one = not (self._asked.is_list or self._asked.is_comparison or self._asked.is_yes_no)
        fullest = fullest_rows(chosen, enough, self._wanted) if is_of_one else []
        if fullest and chosen not in fullest:
            chosen, may_answer = fullest[0], [c for c in may_answer if c.unit.kind != "row" or c in fullest]
        if chosen.unit.kind == "front":
            # A field of the document says it in full.
            return [chosen]
        # A name answers "who"; what has none adds nothing to it.
        is_settled = heaviest >= SETTLED / 2
        is_any = (self._asked.value is not None and not is_settled) or not self._has_answer(chosen)
        others = [c for c in may_answer if c is not chosen and (is_any or self._has_answer(c))]
        others = of_same_number(chosen, others, self._order) if is_of_one else others
        is_part = chosen.unit.kind == "sentence" and not (self._asked.is_comparison or self._explains(chosen))
        if not is_settled or is_part:
            lightest = ENOUGH if is_settled else heaviest - MUCH_LIGHTER
            by_weight = sorted(pairs, key=lambda pair: -pair[1])
            heavy = [c for c, weight in by_weight if weight >= lightest and c in others and (c.near or not is_settled)]
            self._beside = [c for c in heavy if c.unit.kind in ("sentence", "item") and not c.overlaps(chosen)][:2]
        return [chosen, *others]

    def _evidence(self, matches: Sequence[PassageMatch]) -> Evidence:
        folders = frozenset[str]().union(*(passage.folder_terms for passage in self._passages))
        anywhere = frozenset[str]().union(*(match.all for match in matches))
        as_written = frozenset[str]().union(*(passage.as_written for passage in self._passages))
        return Evidence(self._asked, self._weights, anywhere, folders, as_written)

    def _has_answer(self, candidate: Candidate) -> bool:
        return has_answer(self._asked, candidate, self._terms_wanted.done)

    def _has_things(self, candidate: Candidate) -> bool:
        """Whether all codes, numbers and dates of the question are in or above the candidate, and no name is split."""
        if self._asked.things:
            scope = "\n".join(candidate.passage.scope_of(at) for at in candidate.group)
            if not self._asked.condition.isdisjoint(candidate.near | candidate.own):
                # "Where do we dance on 5 July if it rains?": the day stands above what is done in the rain.
                document = [one for one in self._passages if one.document == candidate.passage.document]
                scope = "\n".join((scope, *(text for one in document for text in one.texts)))
            if (
                not self._has_enough(scope)
                or not self._is_of_file(candidate)
                or (any(thing.is_another_in(candidate.text) for thing in self._asked.things))
                or (self._asked.function and not re.search(rf"\b{self._asked.function}(?:\(|`)", scope))
            ):
                return False
        if lacks_code(self._asked, candidate) or is_of_other_sender(self._asked, candidate.passage):
            return False
        if is_list_of_other_section(candidate, self._wanted) or only_names_record(self._asked, candidate):
            return False
        if self._has_another_year(candidate) or is_of_another_day(self._asked, candidate):
            return False
        if not all(name in fold(candidate.passage.scope_of(candidate.at)) for name in self._in_whole):
            return False
        return all(
            self._weights.keys().isdisjoint(missing) or missing <= self._anywhere for missing in self._missing_names
        )

    def _is_of_file(self, candidate: Candidate) -> bool:
        """Whether it is from the file that the question names, where that file is among the passages."""
        return not self._files or candidate.passage.file_name.casefold() in self._files

    @cached_property
    def _files(self) -> frozenset[str]:
        named = {thing.text.casefold() for thing in self._asked.things if thing.kind == "file"}
        return frozenset(named.intersection(passage.file_name.casefold() for passage in self._passages))

    def _has_enough(self, scope: str) -> bool:
        """Whether all things of the question are there; for "on 5 May or on 12 May", one of each kind."""
        things = self._asked.things
        if not self._asked.is_comparison or self._lacks_things:
            return all(thing.is_in(scope) for thing in things)
        return all(any(other.is_in(scope) for other in things if other.kind == thing.kind) for thing in things)

    @cached_property
    def _lacks_things(self) -> bool:
        """Whether a thing of the question is in none of the passages."""
        scopes = [passage.scope_of(at) for passage in self._passages for at in range(len(passage.units))]
        return any(not any(thing.is_in(scope) for scope in scopes) for thing in self._asked.things)

    def _has_another_year(self, candidate: Candidate) -> bool:
        """Whether the candidate, or its document, is of another year than the only year of the question."""
        years = self._asked.named.years
        value = self._asked.value
        if len(years) != 1 or self._asked.is_yes_no or (value is not None and value.kind == "date"):
            return False
        if value is not None and not any(
            years & view.vocabulary or years & frozenset(terms(view.date)) for view in self._passages
        ):
            # A diary without a year does not say what was harvested in 2024.
            return True
        passage = candidate.passage
        if not years.isdisjoint(passage.vocabulary):
            return False
        # "What did a ticket cost in 2024?": minutes of 2026 say what it costs now.
        of_document = f"{passage.date[:4]} {passage.title}" if value is not None else ""
        texts = (of_document, *(passage.texts[at] for at in self._choice.whole(candidate)))
        return any(_A_YEAR.search(text) for text in texts)

    def _may_answer(self, candidate: Candidate, matches: Sequence[PassageMatch], evidence: Evidence) -> bool:
        passage, at = candidate.passage, candidate.at
        match = matches[passage.rank]
        near = candidate.own | match.near[at] | match.about
        return evidence.may_answer(near) or evidence.says_head(
            candidate.own, lambda: in_document(passage, at, self._passages)
        )

    def _best(self, candidate: Candidate, tried: int) -> BestUnit:
        passage, at = candidate.passage, candidate.at
        beside = {at, *passage.neighbours(at), *passage.before(at)}
        # The PIN or the reason in another sentence is not an answer.
        of_question = self._wanted - passage.title_terms if candidate.own - passage.title_terms else self._wanted
        own_text = candidate.about(of_question, candidate.in_cells)
        answer = candidate.about(of_question, self._choice.answer_of(candidate))
        if is_code := candidate.is_code and not self._asked.names_code:
            own_text = answer = written_for_people(own_text)
        return BestUnit(
            at,
            f"{passage.heading_over(at)} {candidate.unit.heading} {passage.label_over(at)} {candidate.unit.lead}"
            f" {candidate.text}",
            own_text,
            answer,
            candidate.own,
            frozenset(
                word
                for other in beside
                for word in _WORDS.findall(passage.texts[other].casefold())
                if len(word) >= SHORTEST_ALIKE
            ),
            passage.column_terms(at),
            tried,
            candidate.score,
            passage.leans(at),
            candidate.is_row,
            candidate.unit.kind == "sentence" and len(candidate.group) == 1,
            self._is_near(candidate),
            *passage.loosely(at),
            headings.is_asked_above(self._asked, candidate, self._passages) or self._explains(candidate),
            self._wanted & (passage.in_other_rows(at) | in_other_sections(passage, at)),
            in_document(passage, at, self._passages) & self._wanted,
            candidate.unit.kind in ("item", "line") and len(candidate.group) == 1,
            is_code,
            told_by(candidate),
            headings.question_above(candidate),
            len(candidate.group) > 1 and headings.is_under_asked(self._asked, passage, at),
        )

    def _explains(self, candidate: Candidate) -> bool:
        """Whether it opens with the word that is to be explained, in another spelling or not, and says what it is."""
        is_there = self._wanted - self._asked.light <= candidate.own | candidate.passage.title_terms
        asked = self._asked.definition_terms if is_there else frozenset[str]()
        words = _WORDS.findall(candidate.text)[: FIRST_WORDS if len(asked) == 1 else 0]
        others = (word for word in words if self._terms_wanted.nearest(terms(word)[0]) in asked)
        text = as_entry(candidate.passage, candidate.at) if len(candidate.group) == 1 else candidate.text
        return is_there and any(explains(word, text) for word in (self._asked.word_to_explain, *others))

    def _is_near(self, candidate: Candidate) -> bool:
        """Whether a wanted term is in the candidate, in what it refers to, or in a heading that is not the title."""
        passage = candidate.passage
        if len(candidate.group) > 1 and headings.says_heading(self._asked, passage.heading_above(candidate.at)):
            return True
        beside = (other for at in candidate.group for other in (at, *passage.before(at)))
        there = passage.lead_terms(candidate.at) | (passage.heading_terms(candidate.at) - passage.title_terms)
        return not self._wanted.isdisjoint(there.union(*(passage.own(other) for other in beside)))

    def _match(self, passage: PassageView) -> PassageMatch:
        own = [passage.near_each_other(at) for at in range(len(passage.units))]
        near = [
            own[at].union(
                *(own[other] for other in passage.neighbours(at)),
                *(own[other] for other in passage.before(at)),
                passage.heading_terms(at) & self._wanted,
                passage.lead_terms(at) & self._wanted,
            )
            for at in range(len(passage.units))
        ]
        return PassageMatch(passage.rank, passage.score, near, self._wanted & passage.title_terms)


_WORDS = lazy_regex(r"\w+")
_A_YEAR = lazy_regex(r"(?<![\d.,-])(?:1[5-9]|20)\d\d(?![\d,-]|\.\d)")
