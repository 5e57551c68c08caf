"""A question typed without accents or umlauts, as it is usually written: "Gebuehr", "¿Cuantas …?", "Ou est …?"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bookwheel.engine.llms.extractive.asked.wanted_terms import is_typing_error
from bookwheel.engine.text.folding import fold
from bookwheel.engine.text.languages import language_of
from bookwheel.lazy_regex import lazy_regex

# Only words that mean nothing else in another language, at the start of a question or after a preposition there.
_BARE = {
    "cuanto": "cuánto", "cuanta": "cuánta", "cuantos": "cuántos", "cuantas": "cuántas", "cuando": "cuándo",
    "donde": "dónde", "adonde": "adónde", "quien": "quién", "quienes": "quiénes", "cual": "cuál", "cuales": "cuáles",
    "perche": "perché",
}  # fmt: skip
_AT_START = lazy_regex(r"(?i)^(\W*(?:(?:a|de|en|por|para|desde|hasta|con) )?)([a-z]{4,8})\b")
_SPANISH = lazy_regex(r"(?i)(¿\W*(?:(?:a|de|en|por|para|desde|hasta|con) )?)(que|como)\b")
_OF_SPANISH = {"que": "qué", "como": "cómo"}
_FRENCH_WHERE = lazy_regex(r"(?i)^(\W*)ou(?= (?:est|sont|se|puis|peut|peux|faut|vont|va)\b)")
_FRENCH_AT = lazy_regex(r"(?i)^(\W*)a(?= quel(?:le)?\b)")
_ITALIAN = lazy_regex(r"(?i)\b(dov|cos)(['’])e\b'?")
_GERMAN = lazy_regex(r"(?i)\b(f|)(ue)(r|ber)\b")
# "Does" is "dös" in no text, but "dos" is a word of Spanish.
_IN_TWO_WAYS = lazy_regex(r"(?i)(?<![^\W\d_])(?!(?:does|goes)\b)[^\W\d_]*(?:[ao]e|(?<![aeq])ue|[äöü])[^\W\d_]*")
_UMLAUTS = {"ae": "ä", "oe": "ö", "ue": "ü"}
_LETTERS = {umlaut: letters for letters, umlaut in _UMLAUTS.items()}
_PAIR, _UMLAUT = lazy_regex(r"ae|oe|ue"), lazy_regex(r"[äöü]")
_NUMBERED = lazy_regex(r"\b([^\W\d_]{5,}) (\d{1,4})\b(?![.,:]\d)")
# "Square metre", "Quadratmeter", "mètre carré".
_POWER = lazy_regex(
    r"(?i)\b(?:(?P<sort>square|cubic|quadrat|kubik)[ -]?(?P<unit>kilomet|centimet|millimet|met)[^\W\d_]*)"
)
_UNITS = {"kilomet": "km", "centimet": "cm", "millimet": "mm", "met": "m"}
_SQUARES = ("square", "quadrat")
# "Cuesta" is no "cüsta".
_WITHOUT_UMLAUTS = frozenset(("spanish", "french", "italian", "portuguese"))
SHORTEST = 4


def as_usually_written(question: str, texts: Callable[[], Sequence[str]]) -> str:
    """The question with the accents of its question word, and with umlauts as the texts write them.

    `texts` is called only for a word before a number, and for one that may be written in two ways; "neue" stays,
    because the texts have it.
    """
    question = _AT_START.sub(_accented, question, count=1)
    question = _SPANISH.sub(lambda match: match[1] + _OF_SPANISH[match[2].casefold()], question)
    question = _FRENCH_AT.sub(r"\1à", _FRENCH_WHERE.sub(r"\1où", question))
    question = _GERMAN.sub(r"\1ü\3", _ITALIAN.sub(r"\1\2è", question))
    question = _NUMBERED.sub(lambda match: _as_numbered_in(texts(), match), question)
    question = _POWER.sub(lambda match: _as_sign(texts(), match), question)
    if _IN_TWO_WAYS.search(question) is None or language_of(question) in _WITHOUT_UMLAUTS:
        return question
    there = fold("\n".join(texts()))
    return _IN_TWO_WAYS.sub(lambda match: _as_in(there, match[0]), question)


def _accented(match: re.Match[str]) -> str:
    found = _BARE.get(match[2].casefold(), match[2])
    return match[1] + (found.capitalize() if match[2][0].isupper() else found)


def _as_numbered_in(texts: Sequence[str], match: re.Match[str]) -> str:
    """A word before a number, as the texts write it before that number: "brigde 14" of "bridge 14"."""
    word, number = match[1], match[2]
    written = re.compile(rf"(?i)\b([^\W\d_]{{5,}}) {number}(?![\w.,:]\d|\w)")
    found = {other.casefold() for text in texts for other in written.findall(text)}
    nearest = sorted(other for other in found if is_typing_error(word.casefold(), other))
    return match[0] if word.casefold() in found or not nearest else f"{nearest[0]} {number}"


def _as_sign(texts: Sequence[str], match: re.Match[str]) -> str:
    """A unit of area or volume as its sign, where only that is in the texts: "square metre" and "m²"."""
    name, unit = match[0].casefold().rstrip("s"), _UNITS[match["unit"].casefold()]
    signs = [f"{unit}{power}" for power in (("²", "2") if match["sort"].casefold() in _SQUARES else ("³", "3"))]
    found = next((sign for sign in signs if any(sign in text for text in texts)), "")
    return found if found and not any(name in text.casefold() for text in texts) else match[0]


def _as_in(there: str, word: str) -> str:
    """The word, or its other spelling if only that is in the texts; endings may differ."""
    other = _UMLAUT.sub(lambda match: _LETTERS[match[0]], word) if _UMLAUT.search(word) else _with_umlauts(word)
    if len(word) < SHORTEST or other == word or _start(word) in there:
        return word
    return other if _start(other) in there else word


def _with_umlauts(word: str) -> str:
    return _PAIR.sub(lambda match: _UMLAUTS[match[0]], word)


def _start(word: str) -> str:
    """The word without an ending of up to two letters: "oeffn" of "oeffnen"."""
    folded = fold(word)
    return folded[: max(SHORTEST + 1, len(folded) - 2)]
