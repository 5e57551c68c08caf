"""Texts that say again what a question says, and not which or why: "the band played", "Olga, who left in 2016"."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from bookwheel.engine.text.asked_values import MONTH_OR_WEEKDAY
from bookwheel.engine.text.question_terms import content_terms, content_words, terms
from bookwheel.engine.text.value_patterns import MONTHS_BY_NAME, WORD_NUMBERS
from bookwheel.lazy_regex import lazy_regex

_DETERMINERS = frozenset(
    """the a an my his her their our your its this that der die das den dem ein eine einen einem mein meine sein seine
    ihr ihre le la un une mon ma son sa leur el una mi su il lo uno mio mia o um uma de het een""".split()
)
_TELLS_APART = frozenset(
    "of from with for that which who made von aus mit für de du des del di da con avec van uit".split()
)
_NEW_NAME = lazy_regex(r"(?<=[\w,;:)\]\"'’”] )[\"'“(*]?[^\W\d_a-zß-ÿ][\w’'-]+")
_QUOTED = lazy_regex(r"[\"“„`*«]")
_NUMBER = lazy_regex(rf"(?i)(?:{WORD_NUMBERS})")
# "36 months" is an amount, "12 and 19 April" is not.
_DATE = lazy_regex(
    rf"(?i)\b(?:\d{{1,2}}\.? (?:and|or|to|und|bis|et|y|e|en) )?\d{{1,2}}\.? (?:{MONTHS_BY_NAME})|\b(?:1[5-9]|20)\d\d\b"
)
_AMOUNT = lazy_regex(rf"(?i)\d|\b(?:{WORD_NUMBERS}) [^\W\d_]{{3,}}")
_WORDS = lazy_regex(r"\w+")
_CLAUSE = lazy_regex(r"(?i), (?:who|which|der|die|das|qui|que|che|die)\s([^.,;!?]+)")
_LABEL = lazy_regex(r"\s*[^\W\d_][^:.!?\n]{1,30}:\s+(.+)", re.DOTALL)


def only_repeats_category(category: AbstractSet[str], question: str, text: str) -> bool:
    """Whether a text has what "which band" asks for only as "the band", and no name that the question lacks."""
    words, known = _WORDS.findall(text), frozenset(map(str.casefold, content_words(question)))
    places = [at for at, word in enumerate(words) if not category.isdisjoint(terms(word))]
    if not places or _QUOTED.search(text) or _AMOUNT.search(_DATE.sub(" ", text)):
        return False
    for at in places:
        before = at - 1
        while before > 0 and words[before].casefold() in known:
            before -= 1
        is_told_apart = any(map(_tells_apart, (*words[max(0, at - 1) : at], *words[at + 1 : at + 2])))
        if before < 0 or words[before].casefold() not in _DETERMINERS or is_told_apart:
            return False
    names = _NEW_NAME.findall(MONTH_OR_WEEKDAY.sub(" ", text))
    return all(not known.isdisjoint(_WORDS.findall(name.casefold())) for name in names)


def _tells_apart(word: str) -> bool:
    return word in _TELLS_APART or word[0].isdigit() or _NUMBER.fullmatch(word) is not None


def is_aside(text: str, names: frozenset[str], matter: frozenset[str]) -> bool:
    """Whether what "why" asks about stands only in a clause beside something else: "Olga, who left in 2016".

    Also whether nothing stands beside its names: "Absent: Ada Rook".
    """
    verb = matter - names
    if verb and any(verb <= frozenset(terms(clause)) for clause in _CLAUSE.findall(text)):
        return True
    label = _LABEL.fullmatch(text)
    return label is not None and bool(names) and frozenset(content_terms(label[1])) <= matter | names
