"""Meanings that are asked for without a question, in several languages, and people that a table marks with yes."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

WORDS = (
    "# Words of the office\n\n**Cotter**: a wedge that holds a crank on its shaft.\n\n"
    "**Demurrage**: what is paid for a ship that waits too long.\n"
)
STAFF = (
    "Name: Ada Rook; Room: 2; Fire warden: yes; Last aider: no\nName: Bo Lund; Room: 3; Fire warden: no; Last aider:"
    " yes\n"
    "Name: Cy Dunn; Room: 4; Fire warden: yes; Last aider: no"
)


@pytest.mark.parametrize(
    "question",
    [
        "meaning of demurrage",
        "definition of demurrage",
        "demurrage meaning",
        "the meaning of the word demurrage",
        "What do we mean by demurrage?",
        "explain the term demurrage",
        "Bedeutung von demurrage",
        "was bedeutet das Wort demurrage",
        "signification de demurrage",
        "significado de demurrage",
        "significato di demurrage",
    ],
)
def test_the_entry_of_the_word_is_quoted(question: str) -> None:
    found = answer(question, WORDS)
    assert found is not None
    assert "ship that waits" in found
    assert "wedge" not in found


@pytest.mark.parametrize("question", ["meaning of laytime", "definition of ballast", "Bedeutung von Kielholen"])
def test_a_word_without_an_entry_is_refused(question: str) -> None:
    assert answer(question, WORDS) is None


@pytest.mark.parametrize(
    ("question", "named", "unnamed"),
    [
        ("Who are the fire wardens?", ("Ada Rook", "Cy Dunn"), "Bo Lund"),
        ("Who is a fire warden?", ("Ada Rook", "Cy Dunn"), "Bo Lund"),
        ("Who is not a fire warden?", ("Bo Lund",), "Ada Rook"),
        ("Who are the last aiders?", ("Bo Lund",), "Cy Dunn"),
        ("How many last aiders are there?", ("Bo Lund",), "Cy Dunn"),
    ],
)
def test_all_rows_that_say_yes_are_quoted(question: str, named: tuple[str, ...], unnamed: str) -> None:
    found = answer(question, STAFF, name="staff.csv")
    assert found is not None
    assert all(name in found for name in named)
    assert unnamed not in found
