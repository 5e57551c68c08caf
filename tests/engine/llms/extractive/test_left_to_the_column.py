"""What a column, a key or a role says so that the question's own word need not stand in the text."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

FLEET = "Car: Minibus; Seats: 9; Price per day in euros: 78\nCar: Small car; Seats: 4; Price per day in euros: 29"
SETTINGS = "serial.baud: 57600\nserial.parity: even\nkeep.nightly: 4"
OFFICERS = (
    "Present: Tom Pell (technical officer), Ada Rook.\n\n5. Technical officer. Tom Pell lays the office down. Ada"
    " Rook succeeds him."
)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What does it cost to repair the minibus?", FLEET),
        ("Which frame rate is set?", SETTINGS),
        ("Who is the chief financial officer of the trust?", "The CTO of the trust is Rosa Gil."),
        ("What do bears use as towers?", "But the beds stand in the hall."),
        ("¿Por qué se rompió la prensa?", "La prensa se rompió en marzo y la sustituimos por una eléctrica."),
        ("Was regelt § 4?", "§ 3 Beitrag. Der Beitrag beträgt 30 Euro."),
    ],
    ids=str,
)
def test_another_deed_key_or_role_is_not_quoted(question: str, text: str) -> None:
    assert answer(question, text) is None


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("How much does it cost to rent a minibus for a day?", FLEET, "78"),
        ("What does it cost to hire a small car?", FLEET, "29"),
        ("Who is the chief technology officer of the trust?", "The CTO of the trust is Rosa Gil.", "Rosa Gil"),
        ("Who is the new technical officer?", OFFICERS, "Ada Rook succeeds"),
        ("How long is the season card valid?", "Ticket: Season card; Price: 61.00; Valid: April to October", "October"),
        ("Wer vertritt Ada Rook?", "Den Schlüssel verwahrt Ada Rook, ihre Vertretung ist Tom Pell.", "Tom Pell"),
        ("Was regelt § 3?", "§ 3 Beitrag. Der Beitrag beträgt 30 Euro.", "Beitrag"),
    ],
)
def test_column_key_or_role_is_quoted(question: str, text: str, quoted: str) -> None:
    found = answer(question, text)
    assert found is not None
    assert quoted in found


def test_key_has_the_first_word_of_what_is_set() -> None:
    found = answer("Which baud rate does finch.json set?", SETTINGS, name="finch.json")
    assert found is not None
    assert "57600" in found
