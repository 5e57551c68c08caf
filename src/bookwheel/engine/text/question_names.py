"""The names in a question: what it is about, told from how it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bookwheel.engine.text.question_terms import content_terms, terms

_WORD = re.compile(r"[^\W_]+(?:[.&-][^\W_]+)*")
_YEAR = re.compile(r"(?:FY)?(?:1[5-9]|20)\d\d")
GERMAN = re.compile(
    r"(?i)\b(?:wie|wer|wann|wo|womit|warum|wieso|weshalb|welch\w{1,2}|der|dem|und|ist|wird|wurden?|für|mit|eine?[nmr]?|hat|"
    r"haben|nicht|gibt)\b"
)
# German writes every noun with a capital; one behind these is a thing, one without them a name.
_GERMAN_BEFORE_THINGS = re.compile(
    r"(?i)^(?:de[rmns]|die|das|eine?[rmns]?|keine?[rmns]?|mein\w*|ihre?\w?|seine?\w?|diese\w?|jede\w?|welche\w?|viele?[rn]?|"
    r"mehr|alle\w?|a[mn]|im|ins|zu[rm]|vom|beim|wieviele?|\w+(?:e[nrms]?))$"
)


@dataclass(frozen=True, slots=True)
class Named:
    """The names in a question, by their terms: `groups` of words that stand together, and years by themselves."""

    groups: tuple[tuple[str, ...], ...]
    years: frozenset[str]

    @property
    def terms(self) -> frozenset[str]:
        return frozenset(term for group in self.groups for term in group)


def named(question: str) -> Named:
    """The names in a question, told by capitals and digits: a sentence's first word is one only by digits."""
    is_german = GERMAN.search(question) is not None
    groups: list[tuple[str, ...]] = []
    years: set[str] = set()
    end_of_last = before = ""
    for at, match in enumerate(_WORD.finditer(question)):
        word = match[0]
        if _YEAR.fullmatch(word):
            years.update(terms(word))
        elif _is_name(word, before, is_first=at == 0, is_german=is_german) and content_terms(word):
            joined = groups.pop() if groups and before == end_of_last else ()
            groups.append((*joined, *terms(word)))
            end_of_last = word
        before = word
    return Named(tuple(groups), frozenset(years))


def _is_name(word: str, before: str, *, is_first: bool, is_german: bool) -> bool:
    if any(map(str.isdigit, word)) or any(map(str.isupper, word[1:])):
        return True
    if is_first or not word[0].isupper():
        return False
    return not is_german or before[:1].isupper() or _GERMAN_BEFORE_THINGS.match(before) is None
