"""Lists of cases, functions and constants of code, and what a question adds that the paper need not say."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

ARCH = """\
# The cellar

Its keeper was Ada Lindberg, a former schoolmistress, who asked for a dry room every spring.
"""
HOUSE = "Tom Pell was a schoolteacher in Oban for six years."
LAB = """\
# Samples at the hatch

## Turning away

A sample is rejected if

- the tube has no label,
- the name on the form differs,
- it is older than two days.

The ward is told by telephone.
"""
SAIL = """\
# Sailing school

Our courses last two days.

## Before you come

Please bring:

- shoes that may get wet
- sun cream
- a water bottle

We lend life jackets.
"""
MUS = """\
# Guiding classes through the mill museum

## The five rooms

- The grain loft
- The big stones
- The flour chute

## Rules

A tour lasts 50 minutes.
"""
STAFF = """\
# Staff book, Pell Couriers

Edition of May, kept by Marge Tan, personnel. It applies to riders and drivers alike.
"""
PROC = """\
# Receiving parcels at the gate

This sheet says how parcels are received.

## At the gate

1. Compare the name on the parcel with the list.
2. Write down the time.
3. Ring the bell.
"""
QUOTE = '''\
RATE = 68  # euros for an hour of kiln time

def kiln_time(pots, speed):
    """Return the hours in the kiln, with half an hour to heat up."""
    return 0.5 + pots / speed
'''
RATES = """\
HOURLY_RATE = 68  # euros for an hour at the lathe
BOARD_COST = 14.50  # euros for each board
"""
RANGES = """\
# Reference ranges

| Test | Unit | Women | Men |
| --- | --- | --- | --- |
| Iron | ug/l | 15-150 | 30-400 |
| Sodium | mmol/l | 135-145 | 135-146 |
"""
CAT = """\
# Bakery meeting, 8 July

**Other business.** The cat has been named Pip. She may stay, but not in the flour store.
"""
STAFF_ = """\
# Handbook of Pell Couriers

It applies to riders and drivers alike.

## What the firm provides

- a helmet
- a rain jacket
- a lock

## Pets

No dogs.
"""
BRING = """\
# Gull sailing school

## Before you come

Please bring:

- shoes that may get wet
- sun cream
- a water bottle
"""
TELE = "Members may borrow a telescope for up to six weeks."
CMP = """\
# Meteors: camera against eye

## What came out

The people saw 121 meteors, the camera 85.
"""
LOAN = """\
LOAN AGREEMENT No. 7

1. Objects. The Borrower receives four objects.

2. Photography. Visitors may take photographs. Filming for television needs the written consent of the Lender.
"""
CMP2 = """\
# Meteors: camera against eye

This note sets the meteors that our camera caught beside the counts of five people, for the night of 12 August.
"""
CMP3 = """\
# Boats

The sailing club and the rowing club share a jetty on the lake.
"""
CMP4 = """\
# Boats

The sailing club rents 120 square metres of the yard beside the rowing club.
"""


@pytest.mark.parametrize(
    ("question", "text", "name", "quoted"),
    [
        ("For which reasons does the lab reject a sample?", LAB, "notes.md", ["no label", "form differs", "older"]),
        ("On what grounds is a sample rejected?", LAB, "notes.md", ["no label", "older"]),
        ("When is a sample rejected?", LAB, "notes.md", ["no label", "older"]),
        ("In which cases do you reject a sample?", LAB, "notes.md", ["no label", "older"]),
        ("What should I bring to a sailing course?", SAIL, "notes.md", ["shoes", "water bottle"]),
        ("What do I have to bring to the course?", SAIL, "notes.md", ["shoes", "water bottle"]),
        ("Tell me the rooms of the museum tour.", MUS, "notes.md", ["grain loft", "flour chute"]),
        ("What are the rooms of the tour?", MUS, "notes.md", ["grain loft", "flour chute"]),
        ("Which rooms does the tour have?", MUS, "notes.md", ["grain loft", "flour chute"]),
        ("Who is in charge of personnel at Pell Couriers?", STAFF, "notes.md", ["Marge Tan"]),
        ("What do I have to do with a parcel at the gate, step by step?", PROC, "notes.md", ["Compare", "Ring"]),
        ("How do I receive a parcel at the gate, step by step?", PROC, "notes.md", ["Compare", "Ring"]),
        ("Explain step by step what to do with a parcel at the gate", PROC, "notes.md", ["Compare", "Ring"]),
        ("Which function works out the time in the kiln?", QUOTE, "quote.py", ["def kiln_time"]),
        ("Which function calculates the kiln time?", QUOTE, "quote.py", ["def kiln_time"]),
        ("How high is the hourly rate?", RATES, "rates.py", ["68"]),
        ("What does a board cost?", RATES, "rates.py", ["14.50"]),
        ("How much is the hourly rate at the lathe?", RATES, "rates.py", ["68"]),
        ("What is the normal iron for men?", RANGES, "notes.md", ["30-400"]),
        ("What is a normal sodium for women?", RANGES, "notes.md", ["135-145"]),
        ("Does the cat have access to the flour store?", CAT, "notes.md", ["not in the flour store"]),
        ("What does Pell Couriers provide for its riders?", STAFF_, "notes.md", ["helmet", "lock"]),
        ("What does the firm provide?", STAFF_, "notes.md", ["helmet", "lock"]),
        ("What should I bring to a sailing course?", BRING, "notes.md", ["shoes", "water bottle"]),
        ("What do I need to take to a sailing lesson?", BRING, "notes.md", ["shoes", "water bottle"]),
        ("how long may a member keep a borrowed telescope", TELE, "notes.md", ["six weeks"]),
        ("How long can I keep a telescope that I borrowed?", TELE, "notes.md", ["six weeks"]),
        ("Who saw more meteors, the camera or the people?", CMP, "notes.md", ["121", "85"]),
        ("Can television film the objects?", LOAN, "loan.txt", ["written consent"]),
    ],
)
def test_what_is_asked_for_is_quoted(question: str, text: str, name: str, quoted: list[str]) -> None:
    said = answer(question, text, name=name) or ""
    assert [part for part in quoted if part not in said] == []


@pytest.mark.parametrize(
    ("question", "text", "name"),
    [
        ("Where did Ada Lindberg go to school?", ARCH, "notes.md"),
        ("Which school did Tom Pell attend?", HOUSE, "notes.md"),
        ("Who counted more meteors, the camera or the people?", CMP2, "notes.md"),
        ("Which caught more meteors, the camera or the people?", CMP2, "notes.md"),
        ("Who has more members, the sailing club or the rowing club?", CMP3, "notes.md"),
        ("Who has more members, the sailing club or the rowing club?", CMP4, "notes.md"),
    ],
)
def test_what_only_begins_alike_is_refused(question: str, text: str, name: str) -> None:
    assert answer(question, text, name=name) is None
