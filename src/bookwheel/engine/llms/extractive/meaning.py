"""Chooses quotations by meaning: for answers in other words or in another language."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.llms.extractive.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.candidates import Candidate, Quote, lists_of
from bookwheel.engine.llms.extractive.passage_view import PassageView
from bookwheel.engine.llms.extractive.quote_choice import QuoteChoice
from bookwheel.engine.llms.llm_options import Closeness as Closeness
from bookwheel.engine.text.asked_values import has_value
from bookwheel.engine.text.languages import language_of
from bookwheel.lazy_dataclass import dataclass

MOST_UNITS = 160
# The cosines of one model are close together, so the best one is compared with their average.
MIN_MARGIN = 0.055
MIN_CLOSENESS = 0.80
LEAST_WORDS = 3
MOST_TRIED = 3


@dataclass(frozen=True, slots=True)
class _Near:
    passage: PassageView
    at: int
    closeness: float


def quotes_by_meaning(asked: AskedQuestion, passages: Sequence[PassageView], closeness: Closeness) -> list[Quote]:
    """The unit nearest in meaning, if it is clearly nearer than others and has the value asked for; else nothing.

    Used when the search by words found no answer. A unit in the question's language that shares words with it is left
    out: it is near because of these words, and lacks the others.
    """
    matter = frozenset(asked.terms) - asked.light
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
    average = sum(cosines) / len(cosines)
    for one in near[:MOST_TRIED]:
        if one.closeness < MIN_CLOSENESS or one.closeness - average < MIN_MARGIN:
            break
        is_foreign = language_of(one.passage.node.node.text) != language
        passage = one.passage
        shared = passage.own(one.at) | passage.heading_terms(one.at) | passage.title_terms
        if not is_foreign and not matter.isdisjoint(shared):
            continue
        quote = _quote(asked, one)
        if _may_answer(asked, one, quote):
            return [quote]
    return []


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
    whole = QuoteChoice(asked, {}).whole(Candidate(passage, at, [at]))
    return Quote(passage.node, tuple(passage.units[other] for other in whole), near.closeness)


def _may_answer(asked: AskedQuestion, near: _Near, quote: Quote) -> bool:
    scope = "\n".join((near.passage.scope_of(near.at), *quote.texts))
    if not all(thing.is_in(scope) for thing in asked.things):
        return False
    if not asked.named.terms <= frozenset(near.passage.terms_of(f"{scope} {near.passage.node.node.text}")):
        return False
    return asked.value is None or has_value(asked.value, asked.completed, "\n".join(quote.texts))
