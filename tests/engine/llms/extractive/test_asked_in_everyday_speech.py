"""Questions as people ask them: with slips, with another verb, or for what goes wrong; the text says it otherwise."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

KILN = "A lid that is shut too fast can crack the pots."
SEW = "The screw must not be too tight, or the board splits."
TEX = """\
# Ostley gas works: report 2024

## Supply

In 2024 the works delivered 3.1 million units to 18,300 inhabitants.
"""
OMBUD = """\
# Gas tariff

Complaints go to the ombudsman, Mrs Vera Nash, at the town hall.
"""
KEY2 = "Lost keys are handed to Tom Pell in flat 1."
SET = """\
# Rehearsal, 3 May

**Set.** Pollard's lends twelve chairs free of charge, we collect them on 11 April. Tom has spent 40 so far.

**Light.** Stagecraft rents us two lamps. Bo carries them.
"""
SET2 = """\
# Rehearsal, 4 May

**Set.** Pollard's lends twelve chairs free of charge, we collect them on 11 April.
"""
CAKE = "Raw dumplings can be frozen for two months, on a tray."
BROT = ""
TOK = """\
# Wash house

Coins for the drier are sold by Tom Pell, flat 1, at 1.20 each, Mondays only.
"""
EGG = """\
# Farm shop

Eggs at 0.40 apiece, jars of honey at 6.50 each.
"""
TYPO = """\
# Blood test

A blood test shows how many germs are in the blood.
"""
TYPO2 = """\
Bulky waste      second Wednesday of the month, out by 6:30
    Glass            any day
"""
TYPO3 = "The plank is painted every May."
ZH = """\
# 果酱制作记录

果酱先加热到八十五度。装瓶需要三个小时，期间不要移动罐子。成品放在二号冷库。
"""
LETS = """\
# Meeting of the house

## Short lets

Letting to holiday guests for fewer than 30 nights is prohibited from January.
"""
WARM = "2025-09-19  Power cut from 02:10 to 05:40. Cellar went up to 14.2 degrees, nothing spoilt. Obi"
CFG = """\
alarm.cellar_max_degrees: 13.5
alarm.phone: 0555 1
"""


@pytest.mark.parametrize(
    ("question", "text", "name", "quoted"),
    [
        ("What goes wrong if the lid is closed too quickly?", KILN, "notes.md", ["crack"]),
        ("What can go wrong if you close the lid too fast?", KILN, "notes.md", ["crack"]),
        ("Tell me what goes wrong when the lid is closed too quickly", KILN, "notes.md", ["crack"]),
        ("What goes wrong if the screw is too tight?", SEW, "notes.md", ["splits"]),
        ("How many people live in the area that the Ostley gas works supplies?", TEX, "notes.md", ["18,300"]),
        ("How many people do the Ostley gas works supply?", TEX, "notes.md", ["18,300"]),
        ("How many people live in the area supplied by the gas works?", TEX, "notes.md", ["18,300"]),
        ("Who handles complaints about the gas tariff?", OMBUD, "notes.md", ["Vera Nash"]),
        ("Who deals with complaints?", OMBUD, "notes.md", ["Vera Nash"]),
        ("Who is responsible for complaints about the tariff?", OMBUD, "notes.md", ["Vera Nash"]),
        ("Who takes care of lost keys?", KEY2, "notes.md", ["Tom Pell"]),
        ("Who is lending us the chairs for the set?", SET, "notes.md", ["Pollard"]),
        ("Who rents us the lamps?", SET, "notes.md", ["Stagecraft"]),
        ("Who is lending us the chairs for the set?", SET2, "notes.md", ["Pollard"]),
        ("Who was lending us chairs for the set?", SET2, "notes.md", ["Pollard"]),
        ("How long do raw dumplings keep in the freezer?", CAKE, "notes.md", ["two months"]),
        ("How long can raw dumplings be kept in the freezer?", CAKE, "notes.md", ["two months"]),
        ("price of a coin for the drier", TOK, "notes.md", ["1.20"]),
        ("What does a coin for the drier cost?", TOK, "notes.md", ["1.20"]),
        ("How much is a coin?", TOK, "notes.md", ["1.20"]),
        ("How much is an egg?", EGG, "notes.md", ["0.40"]),
        ("What does a jar of honey cost?", EGG, "notes.md", ["6.50"]),
        ("What does a blood tets show?", TYPO, "notes.md", ["how many germs"]),
        ("When is buky waste collected?", TYPO2, "notes.md", ["second Wednesday"]),
        ("When is bluky waste collected?", TYPO2, "notes.md", ["second Wednesday"]),
        ("When is the plnk painted?", TYPO3, "notes.md", ["May"]),
        ("果酱装瓶要多长时间？", ZH, "notes.md", ["三个小时"]),
        ("果酱装瓶需要多久？", ZH, "notes.md", ["三个小时"]),
        ("How warm did the cellar get in the power cut?", WARM, "warm.txt", ["14.2"]),
        ("Above how many degrees does the cellar alarm go off?", CFG, "cfg.json", ["13.5"]),
    ],
)
def test_what_the_text_says_otherwise_is_quoted(question: str, text: str, name: str, quoted: list[str]) -> None:
    said = answer(question, text, name=name) or ""
    assert [part for part in quoted if part not in said] == []
