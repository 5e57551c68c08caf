"""Sentences that have the words of a question and do not answer it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bookwheel.engine.text.question_terms import content_terms, terms
from bookwheel.lazy_regex import lazy_regex

# A sentence that has the words of "why" and at most so many others gives no reason.
FEWEST_NEW = 2
_SENTENCE_END = lazy_regex(r"[.!?]\s")
_CLAUSE = lazy_regex(r", (?:who|which|der|die|das|qui|que|che) (.+)")
_COSTS = lazy_regex(
    r"(?i)\b(?:the|an?|der|die|das|eine?|le|la|une?|el|un[ao]?|il) ([^\W\d_]+) (?:costs?|kostet|coûte|cuesta|costa)\b"
)


# What a place begins with.
_PLACES = {
    "english": lazy_regex(
        r"(?i)\b(?:in|at|on|behind|under|beside|near|next|opposite|between|above|below|inside|outside|from|into|onto|to|by"
        r"|through|along|around|across|up|down|here|there|north|south|east|west|left|right)\b"
    ),
    "german": lazy_regex(
        r"(?i)\b(?:im|in|am|an|auf|hinter|unter|neben|bei|beim|zwischen|über|vor|aus|nach|zum|zur|ins|ans|aufs|gegenüber|links"
        r"|rechts|oben|unten|hier|dort|durch|entlang|vom)\b"
    ),
}


def is_value_of(category: frozenset[str], text: str) -> bool:
    """Whether a line gives a value of the category asked for: "languages: en, pl"."""
    key, _, value = text.partition(":")
    return bool(category) and bool(value) and category <= frozenset(terms(key))


def says_no_place(text: str, language: str) -> bool:
    """Whether no place can be in a text in English or German: "volunteers mend things together"."""
    return language in _PLACES and _PLACES[language].search(text) is None


def is_price_of_another(text: str, wanted: AbstractSet[str], subject: frozenset[str]) -> bool:
    """Whether a text without the `subject` says what another thing costs: "The filter costs 34 euros" of a pump."""
    if not subject or not subject.isdisjoint(terms(text)):
        return False
    return any(wanted.isdisjoint(terms(match[1])) for match in _COSTS.finditer(text))


def only_restates(text: str, matter: frozenset[str]) -> bool:
    """Whether a sentence says what "why" is asked about and little else: "On Saturday a pipe burst"."""
    for sentence in _SENTENCE_END.split(text):
        there = frozenset(content_terms(sentence))
        if matter <= there and len(there - matter) <= FEWEST_NEW and not _adds_by_clause(sentence, matter):
            return True
    return False


def _adds_by_clause(sentence: str, matter: frozenset[str]) -> bool:
    """Whether a clause adds something: "Absent: Ada Rook, who was at a funeral"."""
    clause = _CLAUSE.search(sentence)
    return clause is not None and not frozenset(content_terms(clause[1])) <= matter
