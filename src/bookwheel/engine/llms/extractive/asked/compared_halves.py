"""Asks for each side of "Which keeps longer, the rye or the white loaf?": how long does the rye keep, and the white."""

from __future__ import annotations

from bookwheel.lazy_regex import lazy_regex

_SIDES = r",? (?P<one>[^,?]{2,60}?),? or (?P<other>[^,?]{2,60}?)\W*$"
_VERB = lazy_regex(
    r"(?i)^\W*(?:which|what|who)(?: (?:one|of (?:them|the two)|[a-z]+))?? (?P<verb>keeps|lasts|takes|stays|runs"
    r"|costs|weighs|holds"
    r"|starts|begins|opens|closes|ends|goes|reaches|burns|lives)(?P<rest>(?: (?!longer|more|less)[a-z]+){0,2}?)"
    r" (?P<more>longer|shorter|more|less|earlier|later|sooner|deeper|higher|further|farther|first|last)"
    rf"(?: [a-z]+){{0,3}}?{_SIDES}"
)
_IS = lazy_regex(
    r"(?i)^\W*(?:which|what|who)(?: (?:one|of (?:them|the two)|[a-z]+))?? (?P<is>is|was|are"
    r"|were)(?: the)? (?P<more>more expensive"
    rf"|less expensive|[a-z]+er){_SIDES}"
)
_GERMAN = lazy_regex(
    r"(?i)^\W*(?:was|wer|welche[rs]?(?: \w+)?) (?P<verb>hält|dauert|kostet|wiegt|ist)(?: sich)?"
    r" (?P<more>länger|kürzer|mehr|weniger|teurer|billiger|schwerer|leichter|älter|jünger|höher|tiefer|breiter|größer"
    r"|kleiner|schneller),? (?P<one>[^,?]{2,60}?),? oder (?P<other>[^,?]{2,60}?)\W*$"
)
# What is asked of each side.
_LONG = "How long does {side} {verb}?"
_HOW_OF_VERB = {
    "costs": "What does {side} cost?", "weighs": "How much does {side} weigh?", "holds": "How much does {side} hold?",
    "starts": "When does {side} start?", "begins": "When does {side} begin?", "opens": "When does {side} open?",
    "closes": "When does {side} close?", "ends": "When does {side} end?", "goes": "How {deep} does {side} go?",
    "reaches": "How {deep} does {side} reach?",
}  # fmt: skip
_ADJECTIVES = {
    "longer": "long", "shorter": "long", "cheaper": "", "dearer": "", "more expensive": "", "less expensive": "",
    "heavier": "heavy", "lighter": "heavy", "older": "old", "younger": "old", "newer": "old", "taller": "high",
    "higher": "high", "lower": "high", "deeper": "deep", "shallower": "deep", "wider": "wide", "narrower": "wide",
    "bigger": "big", "larger": "big", "smaller": "big", "hotter": "hot", "warmer": "warm", "colder": "cold",
    "faster": "fast", "slower": "fast", "further": "far", "farther": "far", "nearer": "far", "louder": "loud",
    "stronger": "strong", "thicker": "thick", "thinner": "thick",
}  # fmt: skip
_ADJECTIVES_IN_GERMAN = {
    "länger": "lang", "kürzer": "lang", "schwerer": "schwer", "leichter": "schwer", "älter": "alt", "jünger": "alt",
    "höher": "hoch", "tiefer": "tief", "breiter": "breit", "größer": "groß", "kleiner": "groß", "schneller": "schnell",
}  # fmt: skip


def halves_of_comparison(question: str) -> list[str]:
    """The question for each of the two that are compared by a measure; empty for other questions."""
    if (match := _VERB.match(question)) is not None:
        whole = _of_verb(match["verb"].casefold(), match["rest"], match["more"].casefold())
    elif (match := _IS.match(question)) is not None:
        whole = _of_adjective(match["is"].casefold(), match["more"].casefold())
    elif (match := _GERMAN.match(question)) is not None:
        whole = _in_german(match["verb"].casefold(), match["more"].casefold())
    else:
        return []
    return [whole.replace("{side}", match[side].strip()) for side in ("one", "other")] if whole else []


def _of_verb(verb: str, rest: str, more: str) -> str:
    if verb in ("keeps", "lasts", "takes", "stays", "runs", "burns", "lives") and more in ("longer", "shorter", "less"):
        return _LONG.replace("{verb}", f"{verb.removesuffix('s')}{rest}")
    deep = _ADJECTIVES.get(more, "")
    whole = _HOW_OF_VERB.get(verb, "").replace("{deep}", deep)
    return "" if verb in ("goes", "reaches") and not deep else whole


def _of_adjective(verb: str, more: str) -> str:
    if more not in _ADJECTIVES:
        return ""
    how = _ADJECTIVES[more]
    return f"How {how} {verb} {{side}}?" if how else "What does {side} cost?"


def _in_german(verb: str, more: str) -> str:
    if verb == "kostet" or more in ("teurer", "billiger"):
        return "Was kostet {side}?"
    if verb == "wiegt":
        return "Wie viel wiegt {side}?"
    how = _ADJECTIVES_IN_GERMAN.get(more, "")
    return f"Wie {'lange' if verb in ('hält', 'dauert') else how} {verb} {{side}}?" if how else ""
