"""Where an event is, when it is, and what a contact's number is: the field below the right name."""

from __future__ import annotations

from functools import partial

import pytest
from tests.support import quoted_notes

from bookwheel.engine.index.readers.mail.ics import calendar_text

answer = partial(quoted_notes.answer, name="a.ics")

EVENTS = """Fire drill
Begins: 2025-03-04 10:00
Ends: 2025-03-04 10:30
Place: Yard behind the mill
Repeats: every month, 6 times

Roof repair
Begins: 2025-05-20
Lasts: 3 days

Pay the roofer
Due: 2025-06-30"""
PEOPLE = """Ada Rook
Phone (work): 555 0199
Mail: ada@rook.example
Title: Treasurer

Ben Moor
Phone (cell): 555 0142
Address (home): 4 Mill Lane
Birthday: 1979-03-02"""


@pytest.mark.parametrize(
    ("question", "text", "there"),
    [
        ("Where is the fire drill?", EVENTS, "Fire drill\nPlace: Yard behind the mill [1]"),
        ("Wo findet der Fire drill statt?", EVENTS, "Fire drill\nPlace: Yard behind the mill [1]"),
        ("When is the fire drill?", EVENTS, "Fire drill\nBegins: 2025-03-04 10:00\nEnds: 2025-03-04 10:30 [1]"),
        ("How often does the fire drill take place?", EVENTS, "Fire drill\nRepeats: every month, 6 times [1]"),
        ("How long does the roof repair last?", EVENTS, "Roof repair\nLasts: 3 days [1]"),
        ("When is the roofer due?", EVENTS, "Pay the roofer Due: 2025-06-30 [1]"),
        ("What is Ada Rook's phone number?", PEOPLE, "Ada Rook\nPhone (work): 555 0199 [1]"),
        ("What is the mail address of Ada Rook?", PEOPLE, "Ada Rook\nMail: ada@rook.example [1]"),
        ("Who is Ada Rook?", PEOPLE, "Ada Rook\nTitle: Treasurer [1]"),
        ("Where does Ben Moor live?", PEOPLE, "Ben Moor\nAddress (home): 4 Mill Lane [1]"),
        ("Welche Telefonnummer hat Ben Moor?", PEOPLE, "Ben Moor\nPhone (cell): 555 0142 [1]"),
        ("When is Ben Moor's birthday?", PEOPLE, "Ben Moor\nBirthday: 1979-03-02 [1]"),
    ],
)
def test_a_field_is_quoted_below_the_name_of_its_entry(question: str, text: str, there: str) -> None:
    assert answer(question, text) == there


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Where is the roof repair?", EVENTS),
        ("Where does Ada Rook live?", PEOPLE),
        ("What is the address of Ada Rook?", PEOPLE),
        ("When is Ada Rook's birthday?", PEOPLE),
        ("What is the phone number of Cy Dale?", PEOPLE),
    ],
)
def test_a_field_of_another_entry_is_not_an_answer(question: str, text: str) -> None:
    assert answer(question, text) is None


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,-1FR;COUNT=6", "every 2 weeks on Monday, Friday, 6 times"),
        ("FREQ=DAILY;UNTIL=20250630T120000Z", "every day, until 2025-06-30"),
        ("FREQ=SECONDLY", "FREQ=SECONDLY"),
    ],
)
def test_a_rule_of_repetition_is_told_in_words(rule: str, told: str) -> None:
    event = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Drill\nRRULE:{rule}\nEND:VEVENT\nEND:VCALENDAR\n"
    assert calendar_text(event) == f"Drill\nRepeats: {told}"
