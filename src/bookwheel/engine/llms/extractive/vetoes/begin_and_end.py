"""Whether a text says when something else begins or ends: "The notice period begins when the lease is signed"."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.text.question_terms import nearest_term, terms
from bookwheel.lazy_regex import lazy_regex

_BEGIN = (
    r"(?:begins?|began|begun|starts?|started|beginn(?:t|en)|begann(?:en)?|startet|commence(?:nt|ra)?|débute(?:nt)?"
    r"|empiezan?|empezó|comienzan?|comenzó|iniciar?|inizia(?:no)?|começa[mr]?|begint|beginnen)"
)
_END = (
    r"(?:ends?|ended|expires?|expired|finish(?:es|ed)|ende[tn]|endete[n]?|erlischt|erlöschen|finit|finissent|expire(?:nt)?"
    r"|acaban?|acabó|terminan?|terminó|finisce|finiscono|eindigt|eindigen)"
)
_SAID = [lazy_regex(rf"(?i)\b{verbs}\b") for verbs in (_BEGIN, _END)]
_ASKS_WHEN = lazy_regex(r"(?i)^\W*(?:[^\W\d_]+ ){0,2}(?:when|wann|quand|cuándo|quando|wanneer)\b")
_BREAK = lazy_regex(r"[.,;:!?()\n]")
_ARTICLE = lazy_regex(
    r"(?i)\b(?:the|an?|this|its|their|his|her|our|der|die|das|eine?|seine?|ihre?|diese[rs]?|les?|la|une?|ce|cette|son|sa"
    r"|el|los|las|una|su|il|lo|gli|i|os?|as|uma|de|het|een)\s+[^\W\d_]{3,}"
)
# "Am Montag beginnt die Frist": the subject behind the verb.
_BEHIND = lazy_regex(
    r"\s+(?:die|der|das|eine?|seine?|ihre?|diese[rs]?|el|la|los|las|una?|su|il|lo|het|de)\s+((?:[^\W\d_]+\s+)?[^\W\d_]{3,})"
)


# "Nach dem Eintritt der Volljährigkeit" takes it for known when that is.
_AS_KNOWN = lazy_regex(
    r"(?i)\b(?:nach|vor|mit|bei|seit|ab|bis|zu[mr]?|after|before|until|at|from|upon|since|avant|après|dès|antes|después|desde"
    r"|hasta|prima|dopo|fino)\s+(?:de\w?\s+|the\s+|la?\s+|el\s+|al\s+|vor\s+|zu[mr]?\s+){0,2}"
    r"(?:eintritt|beginn|anfang|ende|ablauf|start|beginning|end|expiry|début|fin|inicio|comienzo|final|inizio|fine)s?\s+"
    r"(?:of\s+|de\w?\s+|du\s+|del\w*\s+|the\s+|la\s+|l['’]\s*|seine[rs]\s+|ihre[rs]\s+|eine[rs]\s+){1,2}[^\W\d_]+(?![^.;\n]{0,20}\d)"
)


def is_begun_by_another(asked: AskedQuestion, best: BestUnit, matter: AbstractSet[str]) -> bool:
    """Whether it is asked when a thing begins or ends, and another thing does so in the unit."""
    if asked.value is None or asked.value.kind != "date" or not best.is_prose or not _ASKS_WHEN.match(asked.text):
        return False
    said = next((verbs for verbs in _SAID if verbs.search(asked.text)), None)
    if said is None:
        return False
    things = list(matter - frozenset(term for verb in said.findall(asked.text) for term in terms(verb)))
    verbs = list(said.finditer(best.own_text))
    # In a text about the course, "the first lesson begins at 9" says when it begins.
    is_named_above = _names(best.text.replace(best.own_text, " "), things) and not _names(best.own_text, things)
    if not things or is_named_above:
        return False
    if _names(best.own_text, things) and not _names(_AS_KNOWN.sub(" ", best.own_text), things):
        return True
    if not verbs:
        return False
    return all(_is_of_another(best.own_text, verb, things) for verb in verbs)


def _is_of_another(text: str, verb: re.Match[str], things: list[str]) -> bool:
    """Whether the subject of a verb, before or behind it, is none of the things."""
    above = _BREAK.split(text[: verb.start()])[-1]
    if _names(above, things):
        return False
    behind = _BEHIND.match(text, verb.end())
    if behind is not None:
        return not _names(behind[1], things)
    return _ARTICLE.search(above) is not None


def _names(text: str, things: list[str]) -> bool:
    return any(nearest_term(term, things) in things for term in terms(text))
