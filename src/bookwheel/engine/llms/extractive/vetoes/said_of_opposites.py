"""Whether a text denies what a question asks, or says it of the opposite or of another name: the second arm."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.text.folding import fold
from bookwheel.engine.text.question_terms import STOP_WORDS, nearest_term, terms
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
_NEGATIONS = (
    "not never nor no non cannot without nicht kein keine keinen keinem keiner keines ohne nie niemals niet geen zonder"
    " pas jamais sans sin nunca senza mai não sem не без"
)
# "Isn't" is two words, the second of which is "t".
_NOT = frozenset((*fold(_NEGATIONS).split(), "t"))
_DENIED = lazy_regex(
    r"(?i)(?:\b(?:not(?! (?:only|just|until|before|after|more|less|later|merely|necessarily|all|every)\b)|never|cannot"
    r"|nicht(?! (?:nur|vor|nach|mehr als|alle)\b)|nie|niet|nunca|jamais|mai|pas|не)|n['’]t)\s+"
    r"((?:[^\W\d_]+\s+){0,2}[^\W\d_]+)"
)
_DENIAL_IS_NEWS = lazy_regex(
    r"(?i)\W*(?:(?:on|at|by|until|since|for|bis|ab|an) )?(?:why|when|at what|how long|how often|what happens"
    r"|what (?:goes|can go|could go) wrong"
    r"|bei welcher|warum|wieso|weshalb|wann|wie lange|pourquoi|quand|combien de temps"
    r"|por qué|cuándo|perché|quando|waarom|wanneer|почему|когда)\b"
)
_WHEN_WILL = lazy_regex(
    r"(?i)\W*(?:when (?:will|shall|are|is)\b(?! (?:it|there)\b)|wann (?:wird|werden)\b|quand (?:sera|seront|va|vont)\b"
    r"|cuándo (?:será|serán|va|van)\b)"
)
_WAS = lazy_regex(
    r"(?i)\b(?:was|were|(?:has|have|had)(?: been)?|did|wurden?|hat|haben|ist|sind|a|ont|été|fue|fueron)\W*\Z"
)
_DENIES_ITSELF = lazy_regex(rf"(?i)\b(?:{_NEGATIONS.replace(' ', '|')})\b|n['’]t\b")
_WITH_NAME = lazy_regex(
    r"\b([^\W\d_]{3,}) (to|from|of|for|in|at|nach|von|aus|für|à|de|pour|vers|a|para|desde|di|da|per|naar|van|voor)"
    r" (?:(?:the|der|la|le|el) )?([^\W\d_a-zß-ÿ][^\W\d_]+(?: [^\W\d_a-zß-ÿ][^\W\d_]+)*"
    # "Pottery for children" is another course than that for adults.
    r"|(?<= (?:for|für) )[a-zß-ÿ]{4,}(?:s|n|en|er)\b|(?<= (?:pour|para) )[a-zß-ÿ]{4,}s\b)"
)
_TITLED = lazy_regex(
    r"\b(?i:(family|familie|famille|familia|famiglia|família|mr|mrs|ms|dr|herrn?|frau|mme|monsieur|madame|señora?"
    r"|signora?)\.?) ([^\W\d_a-zß-ÿ][^\W\d_]+)"
)
_CAPITAL = lazy_regex(r"[^\W\d_a-zß-ÿ][^\W\d_]+")


def is_of_opposite(question: str, own_text: str, around: str, language: str) -> bool:
    """Whether a word of the question is nowhere `around` a text, and an opposite stands beside the same word in it.

    "The second arm" says nothing of the first one. A span of hours says when something opens and when it closes.
    """
    asked, said = _words(question), _words(own_text)
    in_names = _in_names(question)
    there: frozenset[str] | None = None
    for at, word in enumerate(asked):
        before = asked[at - 1] if at else ""
        if before in _MEASURING or at in in_names or (word == _IN_ORDER and before not in _DETERMINERS):
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
        places = [place for place, other in enumerate(said) if other in excluding]
        # "Not equal" is "unequal".
        stated = (place for place in places if _NOT.isdisjoint(said[max(0, place - 2) : place]))
        if any(not beside.isdisjoint(_beside(said, place)) for place in stated):
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


def goes_with_another_name(question: str, text: str, near: frozenset[str]) -> bool:
    """Whether a name of the question is not near, and another stands behind the same words: "a ticket to Oban".

    The same title before another name, "Familie Gruber", counts too.
    """
    there = _WITH_NAME.findall(text)
    for noun, preposition, name in _WITH_NAME.findall(question):
        if near.isdisjoint(terms(name)):
            others = [other for of, with_, other in there if terms(of) == terms(noun) and with_ == preposition]
            if others and not any(other[:_SAME_START] == name[:_SAME_START] for other in others):
                return True
    titled = _TITLED.findall(text)
    return any(
        near.isdisjoint(terms(name)) and any(other.casefold() == title.casefold() for other, _ in titled)
        for title, name in _TITLED.findall(question)
    )


def is_denied(question: str, text: str, matter: frozenset[str]) -> bool:
    """Whether a text denies the word of the question that it has: "are not provided for" does not say what is.

    A time, a reason or a condition may be told by a denial: "Vents are never closed below 300 degrees". But of what
    "was not repaired on Friday" the day of the repair is not told.
    """
    is_to_come = _WHEN_WILL.match(question) is not None
    is_news = _DENIAL_IS_NEWS.match(question) is not None and not is_to_come
    if is_news or _DENIES_ITSELF.search(question) is not None:
        return False
    for match in _DENIED.finditer(text):
        if is_to_come and _WAS.search(text[: match.start()]) is None:
            continue
        words = (word for word in match[1].split() if word.casefold() not in STOP_WORDS and not word.endswith("ly"))
        denied = _forms_in(next(words, ""), matter)
        if denied and denied.isdisjoint(_forms_in(f"{text[: match.start()]} {text[match.end() :]}", matter)):
            return True
    return False


def _forms_in(text: str, matter: frozenset[str]) -> frozenset[str]:
    """The terms of which a text has a form: "verbreitert" of "verbreitern"."""
    return matter.intersection(nearest_term(term, list(matter)) for term in terms(text))


def _words(text: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(text)]


def _in_names(text: str) -> frozenset[int]:
    """Where words stand in names of two words or more: the east of "Middle East" has no west."""
    capitals = [_CAPITAL.match(word) is not None for word in _WORD.findall(text)]
    joined = (at for at in range(2, len(capitals)) if capitals[at - 1] and capitals[at])
    return frozenset(place for at in joined for place in (at - 1, at))


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
