"""Values that a text gives without the figure, the word or the unit that is asked for: "pays a third", "over ten"."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.text.asked_values import AskedValue
from bookwheel.engine.text.question_terms import terms
from bookwheel.engine.text.value_patterns import WORD_NUMBERS
from bookwheel.lazy_regex import lazy_regex

_LEAST_AGE_ASKED = lazy_regex(
    r"(?i)\b(?:ab wann|from when|à partir de quand|desde cuándo|da quando|vanaf wanneer) (?:darf|dürfen|kann|können|may"
    r"|can|puis-je|peut-on|puedo|se puede|posso|si può|mag|kan)\b"
    r"|\bhow old (?:must|do|does|should|has|have)\b|\b(?:from|at|until|to) what age\b"
    r"|\bwie alt (?:muss|müssen|soll)\b"
    r"|\b(?:ab|bis zu) welchem alter\b|\bquel âge (?:faut|doit)|\b(?:partir de|jusqu['’]à) quel âge\b"
    r"|\b(?:a partir de|desde|hasta) qué edad\b|\bda che età\b"
)
_LEAST_AGE = lazy_regex(
    r"(?i)\b(?:over|above|under|below|from|ab|über|unter|von|dès|plus de|moins de|a partir de|mayores de|menores de"
    rf"|desde|oltre|sotto) (?:the age of )?(?:\d{{1,2}}|(?:{WORD_NUMBERS}))\b(?! ?(?:%|:|euros?|kg|km|cm|m\b))"
)
_OF_LIQUID = lazy_regex(
    r"(?i)\d ?(?:[cmdh]?l|[a-z]*lit(?:re|er)s?n?|litros?|litri|m³|m3|gallons?|pints?"
    r"|kubikmeter\w*|cubic \w+|mètres? cubes?)\b"
)
_BARE_SETTING = lazy_regex(r"\W*([\w.-]+[._-][\w-]+)\W{0,2}[:=]\W{0,2}\d+\W*")


def is_least_age(asked: AskedQuestion, value: AskedValue, text: str) -> bool:
    """Whether it is asked how old one must be, and a text says "over ten" without years."""
    return (
        value.kind in ("age", "date")
        and bool(_LEAST_AGE_ASKED.search(asked.text))
        and _LEAST_AGE.search(text) is not None
    )


def counts_unsaid(asked: AskedQuestion, best: BestUnit, counted: AbstractSet[str], over: AbstractSet[str]) -> bool:
    """Whether a text says how many or how much without the word that is counted: "The tank holds 180 litres".

    So does a setting with two words of the question in its name: "keep.music: 45" of "How many tracks are kept?".
    """
    if not counted or asked.value is None:
        return False
    if asked.value.kind == "figure":
        return counted.isdisjoint(over) and _OF_LIQUID.search(best.own_text) is not None
    setting = _BARE_SETTING.fullmatch(best.own_text.strip())
    named = frozenset(terms(setting[1])) if setting is not None else frozenset[str]()
    return len(named.intersection(asked.terms)) > 1 and named <= frozenset(asked.terms)
