"""Mails by who signed them, results of tests, minutes by their day, and lists of what something needs."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

MAIL = """Goats, gates and the harvest supper
From: Tilda Marsh <farm@lower-end.example>
To: Friends of the farm <friends@lower-end.example>
Date: Mon, 4 May 2026 08:05:00 +0100

Dear all,

The goats move to the upper field on Friday, because the hedge is cut.

The harvest supper is on 12 September in the barn.

Tilda Marsh, treasurer"""
OUTING = """# Outing of the friends

On 3 June we go to the mill. The bus costs 8 pounds a person. Bring a hat and a bottle."""
EARLIER = """WESTERLY RIVER BOARD
Minutes of the meeting held on 3 March 2026

1. Weir. The weir is repaired for 800 pounds.

Next meeting: 9 May 2026, 19:00, in the boathouse."""
LATER = """WESTERLY RIVER BOARD
Minutes of the meeting held on 9 May 2026

1. Weir. The repair costs 950 pounds instead of 800.

2. Chair. Ada Rook was elected chair until 2028."""
TRIAL = """# Brake trial of the funicular

Trial on 2 April 2026. Head of trial: Nils Voss.

The car stopped within 4 m.

The brake is safe.

Advice: the lining must be renewed before winter, we recommend May."""
SHEET = """# Dyeing of wool

One bath colours 3 kg of wool.

## Equipment

- copper kettle of 20 litres
- thermometer up to 110 °C
- scales for weighing the wool

## Steps

1. Weigh the wool and wet it.
2. Heat the bath to 80 °C.
3. Leave the wool in it for an hour.

## For one bath

- 300 g madder
- 60 g alum
- 18 litres of rain water"""


def answer(question: str, *texts: tuple[str, str, str]) -> str:
    nodes = [
        NumberedNode(
            at, TextNode(text, {"file_name": name, "title": title}, start_char_idx=0, ref_doc_id=name), 5.0 / at
        )
        for at, (name, title, text) in enumerate(texts, 1)
    ]
    quoted = quoted_answer(question, [], nodes)
    return quoted.text if quoted.is_supported else ""


def test_the_subject_line_of_a_mail_is_quoted_without_its_other_lines() -> None:
    node = TextNode(MAIL, {"file_name": "goats.eml", "heading": MAIL.partition("\n")[0]}, start_char_idx=0)
    found = quoted_answer("What did Tilda write in the subject line of her mail?", [], [NumberedNode(1, node, 5.0)])
    assert found.text == "Goats, gates and the harvest supper [1]"


MAILS = (("outing.md", "Outing of the friends", OUTING), ("may.eml", "Goats, gates and the harvest supper", MAIL))
MINUTES = (("board-2026-03.txt", "", EARLIER), ("board-2026-05.txt", "", LATER))
DYEING = (("dye.md", "Dyeing of wool", SHEET),)


def test_subject_of_a_mail_by_the_office_of_its_writer() -> None:
    assert answer("What is the subject of the treasurer's mail?", *MAILS).startswith("Goats, gates")


def test_summary_of_a_mail_is_of_a_mail() -> None:
    text = answer("Summarise the mail to the friends of the farm.", *MAILS)
    assert "upper field" in text
    assert "12 September" in text
    assert "mill" not in text


def test_minutes_of_a_day_are_found_by_their_second_line() -> None:
    text = answer("What was decided at the river board meeting of 9 May 2026?", *MINUTES)
    assert "950 pounds" in text
    assert "Ada Rook was elected" in text
    assert "Next meeting" not in text


@pytest.mark.parametrize("question", ["What came out of the brake trial?", "What are the results of the brake trial?"])
def test_results_without_a_section_of_that_name_are_the_points(question: str) -> None:
    text = answer(question, ("trial.md", "Brake trial of the funicular", TRIAL))
    assert "The brake is safe." in text
    assert "renewed before winter" in text


def test_all_that_is_needed_is_quoted_under_its_heading() -> None:
    text = answer("What equipment is needed for weighing and dyeing wool?", *DYEING)
    assert all(thing in text for thing in ("copper kettle", "thermometer", "scales"))
    assert "Heat the bath" not in text


def test_what_goes_into_a_thing_is_a_list() -> None:
    text = answer("What goes into one bath of the dyeing?", *DYEING)
    assert all(thing in text for thing in ("300 g madder", "60 g alum", "18 litres"))
