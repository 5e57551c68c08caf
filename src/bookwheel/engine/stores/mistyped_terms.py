"""Which terms of a question may hold a typing error, and which terms of an index are near them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bookwheel.engine.stores.store_protocol import QueryTerm

# A word that is in no passage is looked for with one letter wrong, a long one with two. Codes and figures never: a near
# code is another code. The boost is that of a word of middling rareness.
APPROXIMATE_BOOST = 3.0
_SHORTEST_TYPO = 5
_TWO_ERRORS = 8
_START = 4
_MOST_APPROXIMATE = 6
_NO_TERM = QueryTerm("body", "")


def mistyped(missing: Iterable[QueryTerm], known: Iterable[QueryTerm]) -> list[QueryTerm]:
    """Words that are in no passage, nor is another form of them: they may have a typing error.

    Of the stems of a word in several languages the longest and the shortest: "chnage" is not near to "chang", a stem of
    "changing", but "chnag" is.
    """
    # The stems of other languages than the passage's are in no passage either; their first letters are the same.
    starts = {term.text[:_START] for term in known if term.field == "body"}
    longest: dict[str, QueryTerm] = {}
    shortest: dict[str, QueryTerm] = {}
    for term in missing:
        if term.field == "body" and len(term.text) >= _SHORTEST_TYPO and term.text.isalpha():
            start = term.text[:_START]
            if start in starts:
                continue
            if len(term.text) > len(longest.get(start, _NO_TERM).text):
                longest[start] = term
            if start not in shortest or len(term.text) < len(shortest[start].text):
                shortest[start] = term
    found = [stem for start, term in longest.items() for stem in dict.fromkeys((term, shortest[start]))]
    return found[:_MOST_APPROXIMATE]


def most_errors(text: str) -> int:
    """How many letters of a mistyped term may be wrong, missing, too many or swapped with the next."""
    return 2 if len(text) >= _TWO_ERRORS else 1


def is_near(text: str, other: str, most: int) -> bool:
    """Whether at most `most` such errors turn one term into the other (optimal string alignment)."""
    if abs(len(text) - len(other)) > most:
        return False
    before: Sequence[int] = ()
    row: Sequence[int] = range(len(other) + 1)
    for at, letter in enumerate(text, 1):
        before, row = row, _next_row(before, row, at, letter, text[at - 2 : at - 1], other)
        if min(row) > most:
            return False
    return row[-1] <= most


def _next_row(before: Sequence[int], row: Sequence[int], at: int, letter: str, last: str, other: str) -> Sequence[int]:
    """The distances of `at` letters of a text to each beginning of `other`, from those of one and of two fewer."""
    found = [at]
    for to, wanted in enumerate(other, 1):
        distance = min(row[to] + 1, found[-1] + 1, row[to - 1] + (letter != wanted))
        if before and to > 1 and letter == other[to - 2] and last == wanted:
            distance = min(distance, before[to - 2] + 1)
        found.append(distance)
    return found
