"""Quotations are found in spite of changed signs and spaces, and never where the words differ."""

import pytest

from bookwheel.errors import UsageError
from bookwheel.serving.quote_finder import MAX_LENGTH, QuoteFinder


def found(quote: str, text: str) -> list[tuple[str, bool]]:
    return [(text[start:end], is_exact) for start, end, is_exact in QuoteFinder(quote).ranges(text)]


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("the wheel turns", "So the  wheel\n  turns."),
        ('it\'s "half-way" there', "it’s “half‑way” there"),
        ("The Wheel Turns", "the wheel turns"),
        ("a self-service shop", "a self-ser\u00advice shop"),
        ("Größe der Räder", "die größe der räder"),
    ],
)
def test_spaces_signs_and_capitals_may_differ_and_it_says_so(quote: str, text: str) -> None:
    [(_, is_exact)] = found(quote, text)
    assert not is_exact


def test_every_occurrence_is_found_with_its_exact_range() -> None:
    assert found("nine turns", "nine turns, then nine turns") == [("nine turns", True), ("nine turns", True)]


@pytest.mark.parametrize("text", ["the wheel turned", "the big wheel turns", "thewheelturns", ""])
def test_other_words_are_not_found(text: str) -> None:
    assert found("the wheel turns", text) == []


@pytest.mark.parametrize("quote", ["", "  a  b ", "x" * (MAX_LENGTH + 1)])
def test_a_quotation_must_have_a_sensible_length(quote: str) -> None:
    with pytest.raises(UsageError, match=r"too (short|long)"):
        QuoteFinder(quote)


def test_signs_of_patterns_are_taken_as_they_are() -> None:
    assert found("(a|b)* costs $3.50", "so (a|b)* costs $3.50 or aaaa costs $3150") == [("(a|b)* costs $3.50", True)]
