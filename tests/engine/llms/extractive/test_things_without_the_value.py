"""A text that has the thing, and not what is asked of it, answers nothing; one of the same form that has it answers."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

MILL = """\
# The water mill

The mill stands behind the tannery. The sack hoist lifts 60 kilos and was mended for 40 euros. The millstones come
from Brae quarry and measure 1.4 metres.

Grain is ground on Tuesdays. The miller's room is heated by a stove.

The wheel was stopped in May. Until then it turned day and night.
"""
BARGES = """\
Barge: Curlew; Berth: B4; Built: 1931; Skipper: Ines Moor; Draught (m): 0.9; Paint: green
Barge: Sandpiper; Berth: C2; Built: 1958; Skipper: Tom Hale; Draught (m): 1.2; Paint: blue
"""
DUTIES = """\
Role: Warden; Days of leave: 28; Stand-in: Olwen Pryce
Role: Porter; Days of leave: 24; Stand-in: Nils Voss
"""
LOANS = """\
Copy: K-12; Title: Sailing at Night; Borrower: Ada Rook; Out: 2025-03-02
Copy: K-14; Title: The Salt Road; Borrower: Bo Lund; Out: 2025-03-09
"""
MINUTES = """\
# Parish meeting

1. The motion for a new bell was voted down. (3 for, 11 against)
2. The lamp at the gate is broken. Please use the side door until then.
3. Complaints are made to the umpire within an hour.
4. Somebody took the key of the chest.
5. The organ stays shut, because mice have eaten the bellows.
6. The umpire of the fair is Meera Shah.
"""
OVEN = """\
# Bread machine Wren B2

The Wren B2 bakes loaves of 500, 750 or 1,000 g. Please bring the tins along. They are in the cellar of the inn.
"""
ANES = """\
# Le gîte

La propriétaire habite la maison aux volets verts. Elle a deux ânes, Gaspard et Loulou.
"""
SUPPLIERS = """\
Supplier: Couto; What: tiles; Room: hall; Tins: 3; Ordered: 2025-04-22; Arrives: 2025-07-10
Supplier: Brae; What: boards; Room: loft; Tins: 1; Ordered: 2025-03-11; Arrives: 2025-04-02
"""
LOG = """\
2025-01-09 07:12 alarm: door found open
2025-02-22 09:05 service: relay replaced by Polarix (Ms Dunne), 212 euros
"""
ANIMALS = """\
# The hill farm

The sheep are fed at six and at five. The ponies eat hay and oats. There is a chest for the bravest helper.

The pen of the rams holds 12 square metres. Thirty lambs were born in March.
"""


@pytest.mark.parametrize(
    ("question", "text", "name"),
    [
        ("How large is the miller's room?", MILL, "mill.md"),
        ("How heavy is the sack hoist?", MILL, "mill.md"),
        ("How heavy is the Curlew?", BARGES, "barges.csv"),
        ("How much does the berth of the Curlew cost?", BARGES, "barges.csv"),
        ("Who built the Curlew?", BARGES, "barges.csv"),
        ("When was the Sandpiper sold?", BARGES, "barges.csv"),
        ("How many wardens work here?", DUTIES, "duties.csv"),
        ("How many porters are there?", DUTIES, "duties.csv"),
        ("Who wrote Sailing at Night?", LOANS, "loans.csv"),
        ("Who published The Salt Road?", LOANS, "loans.csv"),
        ("Why was the motion for a new bell voted down?", MINUTES, "minutes.md"),
        ("Why is the lamp at the gate broken?", MINUTES, "minutes.md"),
        ("Who took the key of the chest?", MINUTES, "minutes.md"),
        ("What do the sheep eat?", ANIMALS, "farm.md"),
        ("What is in the chest?", ANIMALS, "farm.md"),
        ("How large is the pony?", ANIMALS, "farm.md"),
        ("What colour is the parrot?", "# Market\n\nThe man with the parrot sells nets.\n", "market.md"),
        (
            "How much does the powder cost?",
            "# Hens\n\nHold the hen with the head free and dust in the powder.\n",
            "h.md",
        ),
        ("How much does the Wren B2 weigh?", OVEN, "oven.md"),
        ("Why are the tins in the cellar?", OVEN, "oven.md"),
        ("Wie hoch ist der Schrank?", "# Haus\n\n6. Ein Schrank mit Werkzeug steht im Flur.\n", "haus.md"),
        ("De quelle couleur sont les ânes ?", ANES, "gite.md"),
        ("When was Couto founded?", SUPPLIERS, "suppliers.csv"),
        ("How much does a tin cost?", SUPPLIERS, "suppliers.csv"),
        ("What is the first name of Ms Dunne?", LOG, "works.log"),
        ("石桥有多长？", "# 游记\n\n客栈在石桥旁边，一晚二百元。\n", "zh.md"),
        ("倉庫はどこにありますか？", "# メモ\n\n倉庫の温度は十度以下に保つこと。\n", "ja.md"),
    ],
)
def test_what_is_not_said_of_the_thing_is_refused(question: str, text: str, name: str) -> None:
    assert answer(question, text, name=name) is None


@pytest.mark.parametrize(
    ("question", "text", "name", "quoted"),
    [
        ("How large are the millstones?", MILL, "mill.md", "1.4 metres"),
        ("How large is the pen of the rams?", ANIMALS, "farm.md", "12 square metres"),
        ("When was the Curlew built?", BARGES, "barges.csv", "1931"),
        ("Who is the skipper of the Sandpiper?", BARGES, "barges.csv", "Tom Hale"),
        ("What is the draught of the Sandpiper?", BARGES, "barges.csv", "1.2"),
        ("How many days of leave does a porter get?", DUTIES, "duties.csv", "24"),
        ("Who borrowed Sailing at Night?", LOANS, "loans.csv", "Ada Rook"),
        ("Why does the organ stay shut?", MINUTES, "minutes.md", "mice have eaten"),
        ("Who is the umpire of the fair?", MINUTES, "minutes.md", "Meera Shah"),
        ("What do the ponies eat?", ANIMALS, "farm.md", "hay and oats"),
        ("How many lambs were born?", ANIMALS, "farm.md", "Thirty lambs"),
        ("What colour is the parrot?", "# Market\n\nThe parrot of the man is green.\n", "market.md", "green"),
        ("How much do the loaves of the Wren B2 weigh?", OVEN, "oven.md", "1,000 g"),
        ("Wie hoch ist der Schrank?", "# Haus\n\n6. Der Schrank ist zwei Meter hoch.\n", "haus.md", "zwei Meter"),
        ("De quelle couleur sont les volets ?", ANES, "gite.md", "volets verts"),
        ("When were the tiles ordered?", SUPPLIERS, "suppliers.csv", "2025-04-22"),
        ("How many tins does the hall need?", SUPPLIERS, "suppliers.csv", "Tins: 3"),
        ("石桥有多长？", "# 游记\n\n石桥长四十米。\n", "zh.md", "四十米"),
        ("倉庫はどこにありますか？", "# メモ\n\n倉庫は駅の裏にある。\n", "ja.md", "駅の裏"),
    ],
)
def test_what_is_said_of_the_thing_is_quoted(question: str, text: str, name: str, quoted: str) -> None:
    assert quoted in (answer(question, text, name=name) or "")
