"""Questions whose verb, cause, season or letters a text gives in another way, and comments of scripts."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

FERRY = """Season: May to September; Crossings: 9; Booking ahead: 1 hour
Season: October to April; Crossings: 3; Booking ahead: 2 days"""
DUTIES = """Matter: Lifts; Person: Olwen Pryce; Room: 14
Matter: Keys; Person: Nils Voss; Room: 2"""
GATES = "# Gates\n\nGates have no locks on purpose: with a lock nobody could flee from a flood."
OVEN = "# The kiln\n\nA cracked bowl has dried too quickly. The shelves hold forty bowls."
SHED = "# Règlement du chalet\n\nLes rames du bateau sont accrochées derrière la porte du four."
PUMP = "# Noria del pueblo\n\n## Puesta en marcha\n\n1. Abra la compuerta.\n2. Suelte el freno.\n3. Espere un minuto."
RELEASES = """Version: 3.1; Supported until: 2029-10-31
Version: 3.0; Supported until: 2028-05-31"""
GRADES = """Part: Hinge 4; Finding: rust; Class: 3
Part: Bolt 9; Finding: none; Class: 1

Class 1 is sound, class 3 must be replaced within a week."""
SCRIPT = """#!/bin/sh
# Feeds the trout. Runs at dawn.

GRAMS=90

# hopper_level prints how many grams are left
hopper_level() {
    cat /var/hopper
}
"""
BRIDGE = "# The swing door\n\nThe swing door of the mill turns on 12\nhinges of brass. It is oiled in spring."
SECRECY = "# Contract of the archive\n\nThe confidentiality of the letters ends nine years after the sale."
TERMS = """# The weir

- **Leat**: the ditch that leads water to the wheel.
- **Sluice**: a gate that lets water out of the leat. The leat freezes first."""
HUT = """# The bird hut

**Warden:** Olwen Pryce

The hut has six beds. Nobody may smoke there.

Visitors need meal tokens; a strip of five costs 30 euros, and the cook takes no coins."""
ALARM = """# Alarms

## Flood

1. Lift the carpets.
2. Pull the plug.
3. Call Nils Voss.

## Gas leak

1. Open the windows.
2. Leave the cellar.
3. Ring from the road."""
ROOM = "# 活动室\n\n活动室每周二至周日开放，周一闭馆。\n\n活动室在三楼。"


def answer(question: str, text: str, name: str = "a.md") -> str:
    title = text.splitlines()[0].removeprefix("# ") if text.startswith("# ") else ""
    node = TextNode(text, {"file_name": name, "title": title}, start_char_idx=0)
    quoted = quoted_answer(question, [], [NumberedNode(1, node, 5.0)])
    return quoted.text if quoted.is_supported else ""


@pytest.mark.parametrize(
    ("question", "text", "there"),
    [
        ("How much booking ahead is needed in winter?", FERRY, "2 days"),
        ("Whom do I call about the lifts?", DUTIES, "Olwen Pryce"),
        ("Why is my bowl cracked?", OVEN, "dried too quickly"),
        ("Où se trouvent les rames du bateau ?", SHED, "derrière la porte du four"),
        ("¿Cómo se pone en marcha la noria?", PUMP, "Suelte el freno"),
        ("What does class 3 mean?", GRADES, "replaced within a week"),
        ("What does hopper_level print?", SCRIPT, "how many grams are left"),
        ("How many hinges does the swing dor turn on?", BRIDGE, "turns on 12 hinges"),
        ("How long does the confidental time of the letters last after the sale?", SECRECY, "nine years"),
        ("What is the meaning of sluise at the weir?", TERMS, "a gate that lets water out"),
        ("活动室星期几闭馆？", ROOM, "周一闭馆"),
        ("Who is the warden of the bird hut?", HUT, "Olwen Pryce"),
        ("meal tokens price", HUT, "a strip of five costs 30 euros"),
        ("steps after a gas leak", ALARM, "Leave the cellar"),
    ],
)
def test_answer_is_quoted(question: str, text: str, there: str) -> None:
    assert there in answer(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When was version 3.1 released?", RELEASES),
        ("Whom do I call about the roof?", DUTIES),
        ("Why do the gates have no handles?", GATES),
        ("What does class 5 mean?", GRADES),
        ("Who is the cook of the bird hut?", HUT),
        ("blanket price", HUT),
        ("steps after a burglary", ALARM),
    ],
)
def test_what_is_not_said_is_refused(question: str, text: str) -> None:
    assert answer(question, text) == ""
