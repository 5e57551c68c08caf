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
