"""Whether a text says which one of a kind is asked for, and not only "the band", "my exam", "an actor"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.heading_fit import gives_gear
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.llms.extractive.vetoes.asked_names import has_new_name, words_in
from bookwheel.engine.llms.extractive.vetoes.said_otherwise import gives_kind
from bookwheel.engine.text.asked_values import MONTH_OR_WEEKDAY
from bookwheel.engine.text.names import GERMAN
from bookwheel.engine.text.question_terms import lazy_terms
from bookwheel.engine.text.value_patterns import UNITS
from bookwheel.lazy_regex import lazy_regex

_WHICH = lazy_regex(
    r"(?i)^\W*(?:(?:in|at|on|to|from|for|with|by) )?(?:which|welche[rsmn]?|quel(?:le)?s?|quale|welke)"
    r" (?P<asked>(?:[^\W\d_]+ ){1,3}?)(?P<verb>(?:is|are|was|were|do|does|did|has|have|had|can|may|must|will|ist"
    r"|sind|war|hat|haben"
    r"|est|sont|a|ont|è|sono|ha|hanno|is|zijn|heeft)\b|(?=[^\W\d_]+ )(?:(?!.*\b(?:do|does|did)\b)))"
)
_ARTICLE = lazy_regex(
    r"(?i)\b(?:the|an?|some|one|this|that|his|her|its|their|our|der|die|das|dem|den|des|eine?[nmrs]?|ein|le|la|les"
    r"|une?|l['’]|el|los|las"
    r"|il|lo|gli|un[ao]?|de|het|een|o|os|as|um|uma) ?\Z"
)
# What follows a noun and says which one it is: a name, a number, "of Sweden", "called Rex".
_DESCRIBES = lazy_regex(
    r"\s*(?:[,:(„“\"'«*–—-]|\d|[^\W\d_a-zß-ÿ]|(?:of|from|in|with|by|at|on|for|near|next|behind|called|named|who"
    r"|which|that|von|vom|aus|mit|im|der|des|eine[rs]"
    r"|namens|de|du|d'|des|con|del|della|di|da|do|van|met|uit)\b)"
)
_LETTERS = lazy_regex(r"[^\W\d_]+")
_PRONOUNS = (
    r"(?:it|he|she|they|this|that|these|those|we|you|who|which|one|all|both|er|sie|es|wir|ihr|dies\w*|jene\w*|man|alle"
    r"|beide|ils?|elles?|nous|on|tous|él|ell[oa]s?|esto|todos|lui|lei|loro|questo|tutti|el[ea]s?|nós|hij|zij|ze|het)\b"
)
# "**Prices.** A friend who does not want to be named".
_SUM = lazy_regex(rf"(?i)\d[\d.,]* ?(?:{UNITS['money']})")
_MARKER = lazy_regex(r"(?m)^\s*(?:\(?\d{1,3}[.)]|§+ ?\d{1,3}\w?)\s")
_FIGURE = lazy_regex(r"\d+")
# These are given in figures: no name is a frequency.
_OF_FIGURES = lazy_terms(
    "frequency channel wavelength voltage pressure number code port page percentage rate dose capacity frequenz"
    " spannung"
    " druck nummer seite kapazität fréquence tension pression numéro capacité frecuencia presión número capacidad"
    " frequenza pressione numero capacità"
)


def only_repeats_kind(question: str, text: str) -> bool:
    """Whether "which actor" is asked and the text says no more of it than "an actor": no name, number or quality."""
    match = _WHICH.match(question)
    if match is None:
        return False
    asked = [word.casefold() for word in _LETTERS.findall(match["asked"])]
    # "Which dry cleaner did …": the noun is the last word. "Which pipe band played": it is the first, or goes on.
    before, noun, following = (asked[:-1], asked[-1], []) if match["verb"] else ([], asked[0], asked[1:])
    behind = _LETTERS.findall(question[match.end("asked") :].casefold())
    following = following or ([] if match["verb"] else behind[:1])
    noun = re.escape(noun.removesuffix("s"))
    places = list(re.finditer(rf"(?i)\b{noun}(?:s|es|n|en|e)?\b", text))
    # "Greenland signed a treaty" names the land that signed.
    if behind and re.match(rf"(?i)\W*(?!{_PRONOUNS})(?-i:[^\W\d_a-zß-ÿ])[\w-]+ {re.escape(behind[0])}\b", text):
        return False
    return bool(places) and all(_is_bare(text[: at.start()], text[at.end() :], before, following) for at in places)


def _is_bare(above: str, below: str, before: Sequence[str], following: Sequence[str]) -> bool:
    """Whether a noun has an article before it, and nothing that describes it after it."""
    above = above.rstrip()
    for word in reversed(before):
        above = above[: -len(word)].rstrip() if above.casefold().endswith(word) else above
    if _ARTICLE.search(f"{above} ") is None:
        return False
    for word in following:
        if not below.lstrip().casefold().startswith(word):
            break
        below = below.lstrip()[len(word) :]
    return _DESCRIBES.match(below) is None


def lacks_category(asked: AskedQuestion, best: BestUnit, near: frozenset[str]) -> bool:
    """Whether "Which camera …?" is asked, and a unit has neither the word nor a name nor a number of its own."""
    is_other = best.is_row or best.is_asked_above or asked.is_list or asked.is_comparison or asked.value is not None
    if is_other or not asked.category or not asked.category.isdisjoint(near):
        return False
    above = best.text.replace(best.own_text, " ")
    if gives_kind(asked.category, best.own_text) or (not best.is_prose and gives_gear(asked.category, above)):
        return False
    known = frozenset(words_in(asked.completed))
    # "Which songs?" is not answered by "gets 1,100 euros".
    figures = _FIGURE.findall(_SUM.sub("", _MARKER.sub("", best.answer)))
    has_number = not known.issuperset(figures)
    is_day = MONTH_OR_WEEKDAY.search(best.answer) is not None
    is_german = GERMAN.search(asked.text) is not None
    if not _OF_FIGURES().isdisjoint(asked.category):
        return not has_number
    return not (has_number or is_day or is_german or has_new_name(best.answer, asked.completed))
