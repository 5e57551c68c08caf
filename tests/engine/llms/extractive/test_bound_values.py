"""A value near the words of a question is quoted only where it is said of the thing that is asked about."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

BOATS = (
    "The steam launch lost its rudder on 4 March. We buy a sailing launch from Rook Yard for 21,000 pounds; it comes"
    " on 2 May."
    " Until then Ada hires a launch by the week."
)
STALL = (
    "The club has a stall of four metres at the fair. It costs 300 pounds. Bo Lund looks after the stall."
    " It is not widened."
)
PARTS = (
    "Part: Hood of the Wren; Price in pounds: 21\nPart: Hood of the Finch; Price in pounds: 48\n"
    "Part: Robin lantern; Price in pounds: 90"
)
TALK = "# Talk\n\nAda Rook gives the prize to Bo Lund, as she is on leave in September. The room is not heated."
RULE = "Tools. The moulds are paid by the buyer. The maker insures them against fire."


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How much would it cost to paint the stall?", STALL),
        ("When is the talk?", TALK),
        ("Which insurance paid for the fire?", RULE),
        ("What does a new hood for the Robin cost?", PARTS),
        ("Combien coûte d'agrandir le stand ?", "Le stand de la foire coûte 300 euros. Bo Lund s'occupe du stand."),
        ("¿Cuánto cuesta ampliar el puesto?", "El puesto de la feria cuesta 300 euros. Bo Lund se ocupa del puesto."),
    ],
)
def test_the_value_of_another_thing_is_not_quoted(question: str, text: str) -> None:
    assert answer(question, text) is None


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("What does the sailing launch cost?", BOATS, "21,000 pounds"),
        ("When did the steam launch lose its rudder?", BOATS, "4 March"),
        ("What does the stall at the fair cost?", STALL, "300 pounds"),
        ("What does it cost to have a stall at the fair?", STALL, "300 pounds"),
        ("What does it cost to widen the stall?", "To widen the stall costs 80 pounds.", "80 pounds"),
        ("What does a hood for the Finch cost?", PARTS, "48"),
        ("What does the Robin lantern cost?", PARTS, "90"),
        ("Was kostet der Stand auf der Messe?", "Der Stand auf der Messe kostet 300 Euro.", "300 Euro"),
    ],
)
def test_the_value_of_the_thing_itself_is_quoted(question: str, text: str, quoted: str) -> None:
    found = answer(question, text, name="parts.csv" if text is PARTS else "notes.md")
    assert found is not None
    assert quoted in found


def test_a_letter_of_the_day_does_not_say_what_a_meeting_decided() -> None:
    mail = (
        "From: Ada Rook <ada@rook.example>\nTo: Bo Lund <bo@lund.example>\nSubject: Two lanterns\n"
        "Date: Tue, 17 Feb 2026 09:41:55 +0000\n\nDear Mr Lund,\n\ntwo lanterns flicker. Please collect them on"
        " Friday.\n"
    )
    assert answer("What was decided at the club meeting of 17 February 2026?", mail, name="rook.eml") is None
    minutes = "# Club meeting, 17 February 2026\n\nIt was decided to paint the hut green."
    found = answer("What was decided at the club meeting of 17 February 2026?", minutes)
    assert found is not None
    assert "paint the hut green" in found


def test_a_column_called_or_names_no_person() -> None:
    table = "| Work or part | Price |\n| --- | --- |\n| Polishing brass | 27 pounds |\n| New rope | 9 pounds |\n"
    assert answer("Who polishes the brass?", table) is None
