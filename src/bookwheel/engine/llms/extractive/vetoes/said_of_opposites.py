"""Whether a text says what a question asks of the opposite or of another name: the second arm for the first one."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.text.folding import fold
from bookwheel.engine.text.question_terms import STOP_WORDS, terms
from bookwheel.engine.text.thesaurus.opposites import opposites_of
from bookwheel.lazy_regex import lazy_regex

# How many words with a meaning count as the neighbours of a word, on each side.
NEIGHBOURS = 2
_WORD = lazy_regex(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SPAN = lazy_regex(r"\d[^;]*\d")
# "How old is it?" asks for any age, and "How long did it last?" for no order.
_MEASURING = frozenset("how wie hoe quanto quanta".split())
_IN_ORDER, _DETERMINERS = "last", frozenset("the a an its his her their our my your s".split())
_SAME_START = 3
_CAPITAL = lazy_regex(r"[^\W\d_a-zß-ÿ][^\W\d_]+")


def is_of_opposite(question: str, own_text: str, around: str, language: str) -> bool:
    """Whether a word of the question is nowhere `around` a text, and an opposite stands beside the same word in it.

    "The second arm" says nothing of the first one. A span of hours says when something opens and when it closes.
    """
    asked, said = _words(question), _words(own_text)
    there: frozenset[str] | None = None
    for at, word in enumerate(asked):
        before = asked[at - 1] if at else ""
        if before in _MEASURING or (word == _IN_ORDER and before not in _DETERMINERS):
            continue
        opposites = opposites_of(word, language)
        excluding = opposites.words.intersection(said)
        if not excluding:
            continue
        there = frozenset(_words(around)) if there is None else there
        if word in there or not frozenset(terms(word)).isdisjoint(terms(around)):
            continue
        if excluding <= opposites.of_span and _SPAN.search(own_text) is not None:
            continue
        beside = _beside(asked, at)
        if any(other in excluding and not beside.isdisjoint(_beside(said, place)) for place, other in enumerate(said)):
            return True
    return False


def is_of_another_name(question: str, own_text: str, near: frozenset[str]) -> bool:
    """Whether a name of the question is not near, and another stands before the same word: "Western Medicine"."""
    asked, said = _capitalised(question), _capitalised(own_text)
    known = frozenset(terms(question))
    for name, follower in asked:
        if near.isdisjoint(terms(name)):
            others = [other for other, word in said if terms(word) == terms(follower)]
            # A slip of the pen: "Lor Loudoun".
            is_slip = any(other[:_SAME_START] == name[:_SAME_START] for other in others)
            if others and not is_slip and known.isdisjoint(term for other in others for term in terms(other)):
                return True
    return False


def _words(text: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(text)]


def _beside(words: Sequence[str], at: int) -> frozenset[str]:
    """The terms of the nearest words with a meaning."""
    before = [word for word in reversed(words[:at]) if word not in STOP_WORDS][:NEIGHBOURS]
    behind = [word for word in words[at + 1 :] if word not in STOP_WORDS][:NEIGHBOURS]
    return frozenset(terms(" ".join((*before, *behind))))


def _capitalised(text: str) -> list[tuple[str, str]]:
    """The words with a capital inside a sentence, each with the next word, if that has a capital too."""
    words = text.split()
    return [
        (word, behind)
        for before, word, behind in zip(words, words[1:], words[2:], strict=False)
        if not before.endswith((".", "!", "?", ":")) and _CAPITAL.match(word) and _CAPITAL.match(behind)
    ]
