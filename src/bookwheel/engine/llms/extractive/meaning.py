"""Chooses quotations by meaning: for answers in other words or in another language."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.llms.extractive.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.candidates import Candidate, Quote, lists_of
from bookwheel.engine.llms.extractive.passage_view import PassageView
from bookwheel.engine.llms.extractive.quote_choice import QuoteChoice
from bookwheel.engine.llms.llm_options import Closeness as Closeness
from bookwheel.engine.text.asked_values import COUNTED, has_value
from bookwheel.engine.text.languages import language_of
from bookwheel.engine.text.question_kinds import looks_like_answer
from bookwheel.engine.text.question_terms import terms
from bookwheel.lazy_dataclass import dataclass

MOST_UNITS = 160
# The cosines of one model are close together, so the best one is compared with their average.
MIN_MARGIN = 0.055
# Enough if the text alone, without its headings, is as near as that.
MIN_MARGIN_WITH_HEADINGS = 0.04
MIN_CLOSENESS = 0.80
# For the rest of a question, without the words that it shares with the unit: any sentence about Ada Rook is near to
# "Where does Ada Rook live?", but only an answer is near to "Where does … live?".
MIN_REST_MARGIN = 0.03
MIN_REST_CLOSENESS = 0.82
NEARLY_THE_SAME = 0.005
LEAST_WORDS = 3
# The steps may come a sentence after the one that says what they are for.
MOST_BEFORE_LIST = 2
MOST_TRIED = 3
_KINDS_WITH_A_FORM = ("who", "where")


@dataclass(frozen=True, slots=True)
class _Near:
    passage: PassageView
    at: int
    closeness: float


def quotes_by_meaning(asked: AskedQuestion, passages: Sequence[PassageView], closeness: Closeness) -> list[Quote]:
    """The unit nearest in meaning, if it is clearly nearer than others and has the value asked for; else nothing.

    Used when the search by words found no answer. A unit in the question's language that shares words with it must
    also be the nearest one to the rest of the question: it may be near because of these words, and lack the others.
    """
    language = language_of(asked.completed)
    units = [
        (passage, at)
        for passage in passages
        for at, unit in enumerate(passage.units)
        if unit.kind not in ("heading", "rule", "header", "front") and len(passage.texts[at].split()) >= LEAST_WORDS
    ][:MOST_UNITS]
    if not units:
        return []
    cosines = closeness(asked.completed, [_with_context(passage, at) for passage, at in units])
    near = sorted((_Near(*unit, cosine) for unit, cosine in zip(units, cosines, strict=True)), key=_by_closeness)
    average = _mean(cosines)
    for one in near[:MOST_TRIED]:
        if one.closeness < MIN_CLOSENESS or one.closeness - average < MIN_MARGIN_WITH_HEADINGS:
            break
        shared = _shared(asked, one)
        # Names are the same in all languages; a table of names and numbers is in none.
        is_foreign = language_of(one.passage.node.node.text) != language and shared <= asked.named.terms
        quote = _quote(asked, one)
        if _may_answer(asked, one, quote, is_foreign=is_foreign) and (
            (one.closeness - average >= MIN_MARGIN and (is_foreign or not shared))
            or _is_near_to_rest(asked, shared, one, units, closeness)
        ):
            return [quote]
    return []


def _shared(asked: AskedQuestion, one: _Near) -> frozenset[str]:
    """The words of the question that are in or above the unit."""
    passage, at = one.passage, one.at
    there = passage.own(at) | passage.heading_terms(at) | passage.title_terms | passage.lead_terms(at)
    return there & (frozenset(asked.terms) - asked.light)


def _is_near_to_rest(
    asked: AskedQuestion,
    shared: frozenset[str],
    one: _Near,
    units: Sequence[tuple[PassageView, int]],
    closeness: Closeness,
) -> bool:
    if shared >= frozenset(asked.terms) - asked.light or one.passage.units[one.at].kind == "row":
        return False
    rest = " ".join(word for word in asked.completed.split() if shared.isdisjoint(one.passage.terms_of(word)))
    least = MIN_REST_MARGIN if shared else MIN_MARGIN
    # Texts in one language are near to each other, whatever they say.
    language = language_of(one.passage.node.node.text)
    peers = [unit for unit in units if language_of(unit[0].node.node.text) == language]
    cosines = closeness(rest, [passage.texts[at] for passage, at in peers])
    own = cosines[peers.index((one.passage, one.at))]
    return own >= max(cosines) - NEARLY_THE_SAME and own >= MIN_REST_CLOSENESS and own - _mean(cosines) >= least


def _mean(cosines: Sequence[float]) -> float:
    return sum(cosines) / len(cosines)


def _by_closeness(near: _Near) -> float:
    return -near.closeness


def _with_context(passage: PassageView, at: int) -> str:
    unit = passage.units[at]
    return " ".join(
        part for part in (unit.heading or passage.heading or passage.title, unit.lead, passage.texts[at]) if part
    )


def _quote(asked: AskedQuestion, near: _Near) -> Quote:
    passage, at = near.passage, near.at
    if asked.is_how_to or asked.is_list:
        for group in lists_of(passage):
            if at in group:
                return Quote(passage.node, tuple(passage.units[other] for other in group), near.closeness)
            if at < group[0] <= at + MOST_BEFORE_LIST and passage.units[at].heading == passage.units[group[0]].heading:
                return Quote(passage.node, tuple(passage.units[other] for other in (at, *group)), near.closeness)
    whole = QuoteChoice(asked, {}).whole(Candidate(passage, at, [at]))
    return Quote(passage.node, tuple(passage.units[other] for other in whole), near.closeness)


def _may_answer(asked: AskedQuestion, near: _Near, quote: Quote, *, is_foreign: bool) -> bool:
    scope = "\n".join((near.passage.scope_of(near.at), *quote.texts))
    if not all(thing.is_in(scope) for thing in asked.things):
        return False
    if not asked.named.terms <= frozenset(near.passage.terms_of(f"{scope} {near.passage.node.node.text}")):
        return False
    text = "\n".join(quote.texts)
    if asked.kind in _KINDS_WITH_A_FORM and not looks_like_answer(asked.kind, text, "sentence"):
        return False
    counted = COUNTED.search(asked.text) if asked.value is not None and not is_foreign else None
    if counted is not None and frozenset(terms(counted[1])).isdisjoint(near.passage.terms_of(scope)):
        # "How many sheep are there?" asks for a number of sheep.
        return False
    return asked.value is None or has_value(asked.value, asked.completed, text)
