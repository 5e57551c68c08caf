"""What has the words and a value of the kind asked for, and says it of something else; and what says it plainly."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

REFUSED = [
    # A distance is no height, children are no members, a club is no pool.
    ("How tall is the tower of the mill?", "# The mill\n\nThe tower stands two hundred metres further east."),
    ("How many members do the Otters have?",
     "# The Otters\n\nThe Otters were founded by a keeper who saved two children."),
    ("Is there a swimming pool in the inn?", "The papers are of a swimming club, a clock museum and an inn."),
    # The place where the conductor was is not the conductor.
    ("Who is the conductor of the band?", "# The band\n\nApologies came from the conductor, who was in Ghent."),
    ("Who is the keeper of the mill?", "# The mill\n\nThe keeper of the mill was born in Leeds."),
    # Sums and ages count no players.
    ("How many players does the band have?", "# Players of the band\n\nThe fee was raised from 62 to 68 pounds."),
    ("How many players does the band have?", "# The band\n\n- Players under 18 travel with a parent."),
    ("How many members does the choir have?", "# Choir\n\nMembers' dues go up from 20 to 25 euros."),
    # Pounds a day are money.
    (
        "How heavy is the harp?",
        "The floor cannot take the weight of the harp. Until then the harp is hired at 25 pounds a day.",
    ),
    ("How heavy is the cart?", "The cart, whose weight broke the gate, was sold for 80 pounds."),
    # Where somebody went is no reason.
    ("Why did Ada Rook go to Bergen?", "Ada Rook has left for Bergen."),
    # The number of the tank is not its depth.
    ("How deep is tank 5?",
     "id: OX-5; tank: 5; kind: oxygen; changed: 2024-06-11\nid: OX-6; tank: 6; kind: pH; changed: 2024-07-01\n"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "text"), REFUSED)
def test_a_value_of_something_else_is_refused(question: str, text: str) -> None:
    assert answer(question, text) is None


def test_a_number_in_a_row_does_not_count_what_the_title_names() -> None:
    rows = "Programme: Owl Juniors; Day: Saturday; Minutes: 60\nProgramme: News; Day: Friday; Minutes: 90\n"
    assert (
        answer("How many listeners does Radio Owl have?", rows, title="Radio for listeners", name="radio.csv") is None
    )


SAID = [
    ("To whom is the Symphony No. 49 lent?", "The Symphony No. 49 is lent to the school of Tarn.", "school"),
    ("Wann gilt der Rundbrief Nr. 4?", "Der Rundbrief Nr. 4 gilt ab dem 5. Mai.", "5. Mai"),
    ("Tell me when the cup final is played.",
     "# Cup final\n\nThe final moves to the hall. It is on 18 April 2026.", "18 April"),
    (
        "At which stand is the Toad parked?",
        "id: 1; name: Toad; stand: Mill Yard\nid: 2; name: Plum; stand: Library car park\n",
        "Mill Yard",
    ),
    (
        "What does the library ask of its visitors?",
        "# Library\n\n## What we ask of you\n\n- no food\n- no calls\n- quiet feet\n",
        "quiet feet",
    ),
    ("What does it cost to join the Tarn Lane Boat Club?",
     "# Tarn Lane Boat Club\n\nYou pay £45 when you join.", "£45"),
    ("Who is the keeper of the mill?", "# The mill\n\nThe keeper of the mill is Ada Rook.", "Ada Rook"),
    ("How heavy is the harp?", "The harp weighs 80 pounds.", "80 pounds"),
    (
        "What is the excess at an age under 25?",
        "Age: 25 to 69; Excess: £500\nAge: under 25; Excess: £900\nAge: 70 on; Excess: £650\n",
        "£900",
    ),
    ("Who had to do what after the meeting of the mill?",
     "# Meeting of the mill\n\n## To do\n\n- Ada: oil the axle\n- Tom: sweep\n", "oil"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "text", "there"), SAID)
def test_what_says_it_plainly_is_quoted(question: str, text: str, there: str) -> None:
    assert there in (answer(question, text) or "")
