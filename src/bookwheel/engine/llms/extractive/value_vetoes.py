"""Whether a unit lacks the value that a question asks for, or has one of another thing."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.weighed_units import BestUnit
from bookwheel.engine.text.asked_values import AskedValue, has_value
from bookwheel.engine.text.near_misses import (
    is_maker,
    is_price_of_another,
    is_value_of,
    only_restates,
    without_births,
)
from bookwheel.engine.text.question_terms import lazy_terms, terms
from bookwheel.lazy_regex import lazy_regex

_NAMED_VALUES = ("language", "colour", "firm")
_PRICES = lazy_terms("price cost fee fare charge amount rent deposit salary wage fine tax prize budget premium pay")
_FIGURE = lazy_regex(r"\d+")


def gives_value(asked: AskedQuestion, best: BestUnit, matter: frozenset[str], wanted: AbstractSet[str]) -> bool:
    """Whether the unit has a value of the kind asked for; True if none is asked for.

    `matter` are the words of the question that it must be about, `wanted` all of its words.
    """
    value = asked.value
    if value is None or has_value(value, asked.completed, best.answer):
        return True
    if value.kind in _NAMED_VALUES and best.is_row and is_value_of(asked.category, best.own_text):
        return True
    # "spent by May" over "3,905", a row below "Prices": a column of sums need not repeat the currency.
    # What the question calls the price ("cost", of a column "price") counts as well.
    names = matter | value.terms | (_PRICES() & wanted)
    is_of_sums = not names.isdisjoint(best.above) or not _PRICES().isdisjoint(terms(best.text))
    return value.kind == "money" and best.is_row and is_of_sums and _FIGURE.search(best.own_text) is not None


def lacks_value(asked: AskedQuestion, best: BestUnit, matter: frozenset[str], wanted: AbstractSet[str]) -> bool:
    """Whether the unit does not have the value asked for, as `gives_value` knows it, or that of another thing."""
    value = asked.value
    if value is None:
        return False
    if _is_of_another(asked, value, best, matter, wanted):
        return True
    if value.kind == "reason":
        # A reason is a sentence: the "To:" of a mail is not one.
        is_given = gives_value(asked, best, matter, wanted)
        return best.is_row or (not is_given and only_restates(best.own_text, matter))
    if value.kind == "date" and best.is_row and not asked.birth:
        return not has_value(value, asked.completed, without_births(best.answer))
    return not gives_value(asked, best, matter, wanted)


def _is_of_another(
    asked: AskedQuestion, value: AskedValue, best: BestUnit, matter: frozenset[str], wanted: AbstractSet[str]
) -> bool:
    if value.kind == "colour":
        # "Press the grey lever" in a manual does not say what colour the machine is.
        return wanted.isdisjoint(terms(best.own_text))
    if value.kind == "money":
        return is_price_of_another(best.own_text, wanted, matter | asked.thing_terms)
    return value.kind == "age" and is_maker(asked.completed, best.answer)
