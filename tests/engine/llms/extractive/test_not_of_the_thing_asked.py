"""Lists, settings and notes of one thing do not answer for another, however alike the questions are."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

VET = """\
# After the tooth was pulled

## Ring us at once if

- the gum bleeds for an hour
- the fever is above 39
"""
TWO = """\
# The club

Ada Rook is the chair. Bo Lund is the treasurer.
"""
HUT = """\
# The hut

## Rules for guests

- No dogs.
- No music.

## Rules for staff

- Wear the badge.
- Lock the safe.
"""
STREET = """\
# Works

In 2024 the works delivered water to 18,300 inhabitants of Ostley.
"""
NET = """\
# Devices

printer.address: 10.0.0.7
scanner.address: 10.0.0.9
camera.name: Otto
"""
FN = '''\
def volume(width, depth):
    """Litres in a tank."""
    return width * depth
'''
GAS = """\
# Gas works

## When you smell gas

1. Open the windows.
2. Leave the house.
3. Ring us.
"""
PROV = """\
# Handbook of Pell Couriers

## What the firm provides

- a helmet
- a lock
"""
BRING = """\
# Gull sailing school

Please bring:

- shoes that may get wet
- sun cream
"""
EVERY = "The boiler is serviced every 18 months by Ada Rook."
SUP = """\
# Choir

Complaints go to Mrs Nash. Tickets go to the box office.
"""
NET2 = """\
# Devices

kiln.max_degrees: 1200
oven.max_degrees: 300
dryer.name: Otto
"""


@pytest.mark.parametrize(
    ("question", "text", "name", "quoted"),
    [
        ("When must I call the dentist after a tooth was pulled?", VET, "notes.md", ["bleeds"]),
        ("Which rules are there for guests?", HUT, "notes.md", ["No dogs"]),
        ("Which rules are there for staff?", HUT, "notes.md", ["badge"]),
        ("How many people live in Ostley?", STREET, "notes.md", ["18,300"]),
        ("What is the IP address of the scanner?", NET, "notes.md", ["10.0.0.9"]),
        ("What is the max degrees of the oven?", NET2, "notes.md", ["300"]),
        ("How many degrees does the oven have at most?", NET2, "notes.md", ["300"]),
    ],
)
def test_what_is_of_the_thing_is_quoted(question: str, text: str, name: str, quoted: list[str]) -> None:
    said = answer(question, text, name=name) or ""
    assert [part for part in quoted if part not in said] == []


@pytest.mark.parametrize(
    ("question", "text", "name"),
    [
        ("When must I call the plumber?", VET, "notes.md"),
        ("When should I ring the fire brigade?", VET, "notes.md"),
        ("What are the rules for children?", HUT, "notes.md"),
        ("How many people live in Mill Street?", STREET, "notes.md"),
        ("What is the IP address of the camera?", NET, "notes.md"),
        ("Which function computes the tax?", FN, "fn.py"),
        ("Which function deletes the tank?", FN, "fn.py"),
        ("What do I do if the meter is broken?", GAS, "notes.md"),
        ("How do I find out whether the water is clean?", GAS, "notes.md"),
        ("What should I do when I smell smoke in my flat?", GAS, "notes.md"),
        ("What does the Mill Museum provide for visitors?", PROV, "notes.md"),
        ("What should I bring to a pottery course?", BRING, "notes.md"),
        ("When was the boiler serviced?", EVERY, "notes.md"),
        ("When was the boiler bought?", EVERY, "notes.md"),
        ("Who handles donations?", SUP, "notes.md"),
        ("Who deals with repairs?", SUP, "notes.md"),
        ("What is the max degrees of the dryer?", NET2, "notes.md"),
    ],
)
def test_what_is_of_another_thing_is_refused(question: str, text: str, name: str) -> None:
    assert answer(question, text, name=name) is None
