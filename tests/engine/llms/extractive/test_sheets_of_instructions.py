"""Instruction sheets: labels and steps without marks, lists under cases, and what whoever asks adds of his own."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

WORK = """\
Work sheet 3: greasing a mill

Valid from May. Approved by Ada Rook.

Tools
Grease gun, lamp, two wedges, cotton rags and the day book.
Steps
1 Stop the mill and set the wedges.
2 Open the lid and wipe the bearing.
3 Press in grease until it comes out at the side.
4 Close the lid and write it down.
Caution
A bearing that runs dry can set the mill on fire.
"""
BOAT = """\
Instruction 7: winding up the anchor

Materials
Winch handle, gloves, a bucket of water and a brush with a long handle.
Procedure
1 Put the handle on the winch.
2 Turn it slowly and wash the chain.
3 Fix the anchor with the pin.
Warning
Never stand behind the winch when the chain is tight.
"""
HALL = """\
# The barn theatre

The barn is behind the mill.

## House rules

- Dogs stay outside.
- No smoking in the yard.
- Coats are hung in the hall.

## Prices

- Seat: 5 euros
- Bench: 3 euros
"""
HIKE = """\
# Hut hike

## Packing list

- boots
- rain coat
- head lamp
- tea

## Route

1. Go up to the hut.
2. Sleep.
"""
DUTY = """\
# Row club

## Duties of the treasurer

- Keeps the cash box
- Writes the bills
- Reports in March

## Duties of the chair

- Calls the meetings
- Signs letters
"""
LIFT = """\
From: "House" <a@b.example>
To: all@b.example
Date: Fri, 9 Jan 2026 17:40:03 +0000

Dear all,

the heating will stand still from 2 to 9 March.

Help while the heating is off:
 - The club lends blankets.
 - A stove stands in the laundry.
 - Old people may sleep at the inn.

Ada Rook
"""
SPAY = """\
# After the tooth was pulled

You go home today.

## Ring us at once if

- the gum bleeds for an hour
- you cannot open the mouth
- the fever is above 39

## Eating

Only soup.
"""
LEAK = """\
# Tariff of the gas works

Meters are read in May.

## When you smell gas

1. Open the windows.
2. Turn the gas off at the meter.
3. Leave the house and ring 112.
"""
LEAK2 = """\
# Tariff of the water works

## When you suspect a leak

1. Close all taps.
2. Note the reading.
3. Wait for an hour and read again.
4. Call a plumber if it has moved.
"""
FERIEN = """\
FERIENHAUS BIRKE

Anreise ab 15 Uhr.

Vor der Abfahrt bitte:
  - Betten abziehen
  - Fenster schließen
  - Müll mitnehmen

Gute Reise!
"""
EN = """\
HUT RULES

Come after three.

Before you leave, please:
  - strip the beds
  - close the shutters
  - take the ash out
"""


@pytest.mark.parametrize(
    ("question", "text", "name", "quoted"),
    [
        ("How do we grease a mill?", WORK, "work.pdf", ["Stop the mill", "Close the lid"]),
        ("Which tools are required for greasing the mill?", WORK, "work.pdf", ["Grease gun", "day book"]),
        ("What tools do I need to grease the mill?", WORK, "work.pdf", ["Grease gun"]),
        ("What materials are needed to wind up the anchor?", BOAT, "boat.pdf", ["Winch handle"]),
        ("How do I wind up the anchor?", BOAT, "boat.pdf", ["Put the handle", "Fix the anchor"]),
        ("house rules of the barn theatre", HALL, "notes.md", ["Dogs", "smoking", "Coats"]),
        ("House rules in the barn", HALL, "notes.md", ["Dogs", "Coats"]),
        ("prices in the barn theatre", HALL, "notes.md", ["Seat", "Bench"]),
        ("packing list for the hut hike", HIKE, "notes.md", ["boots", "tea"]),
        ("Packing list", HIKE, "notes.md", ["boots", "tea"]),
        ("duties of the treasurer of the row club", DUTY, "notes.md", ["cash box", "bills", "March"]),
        (
            "What help is there for tenants while the heating is out of order?",
            LIFT,
            "lift.eml",
            ["blankets", "stove", "inn"],
        ),
        ("What help do we get while the heating is off?", LIFT, "lift.eml", ["blankets", "stove", "inn"]),
        ("Which help is offered to residents while the heating is off?", LIFT, "lift.eml", ["blankets", "inn"]),
        ("When must I call the dentist after a tooth was pulled?", SPAY, "notes.md", ["bleeds", "fever"]),
        ("When should I ring?", SPAY, "notes.md", ["bleeds", "fever"]),
        (
            "When must I ring you after my tooth was pulled? Give me all the signs",
            SPAY,
            "notes.md",
            ["bleeds", "fever"],
        ),
        ("What do I do when I smell gas in my flat?", LEAK, "notes.md", ["Open the windows", "Leave the house"]),
        ("What must I do if I smell gas?", LEAK, "notes.md", ["Open the windows"]),
        ("How can I find out whether I have a leak at home?", LEAK2, "notes.md", ["Close all taps", "plumber"]),
        ("How do I check if there is a leak in my house?", LEAK2, "notes.md", ["Close all taps", "plumber"]),
        ("How can I tell if I have a leak?", LEAK2, "notes.md", ["Close all taps"]),
        ("Was muss ich vor der Abfahrt alles erledigen?", FERIEN, "ferien.txt", ["Betten", "Müll"]),
        ("Was ist vor der Abfahrt zu tun?", FERIEN, "ferien.txt", ["Betten", "Müll"]),
        ("Was soll ich vor der Abfahrt machen?", FERIEN, "ferien.txt", ["Betten", "Müll"]),
        ("What do I have to do before leaving?", EN, "en.txt", ["beds", "ash"]),
        ("What must be done before we leave?", EN, "en.txt", ["beds", "ash"]),
    ],
)
def test_the_list_or_the_steps_are_quoted_whole(question: str, text: str, name: str, quoted: list[str]) -> None:
    said = answer(question, text, name=name) or ""
    assert [part for part in quoted if part not in said] == []
