"""Answers under headings: lists that a heading asks for, bold words that open a paragraph, questions over answers."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import model_answer

from bookwheel.engine.text.passage_units import units

SHED = """# The boat shed

For all who row.

## What the varnish does not stand

- Salt
- Wet ropes

## Before you row

1. Read the board.
2. Close the valve.

## To be locked up

- The oars
- The tool box
"""
MINUTES = """# Board, 3 May

**Regatta.** It takes place on 9 June. Thirty boats have entered.

**Jetty.** The planks are rotten. The firm Holm asks 900 euros.
"""
QUESTIONS = """Are guests welcome?
Only on Sundays, with a member.
I have lost my badge. What now?
A new one costs 12 euros.
"""


@pytest.mark.parametrize(
    ("question", "text", "told", "beside"),
    [
        ("What does the varnish not stand?", SHED, "Wet ropes", "oars"),
        ("What do I have to do before I row?", SHED, "Close the valve", "oars"),
        ("What has to be locked up?", SHED, "The tool box", "valve"),
        ("How many boats have entered the regatta?", MINUTES, "Thirty boats", "Holm"),
        ("What does the jetty cost?", MINUTES, "900 euros", "June"),
        ("Are guests welcome on a Monday?", QUESTIONS, "Only on Sundays", "12 euros"),
    ],
)
async def test_the_text_below_is_quoted_alone(question: str, text: str, told: str, beside: str) -> None:
    given = await model_answer(question, text)
    assert given.supported
    assert told in str(given)
    assert beside not in str(given)


def test_bold_words_that_open_a_paragraph_lead_all_its_sentences() -> None:
    found = [(unit.lead, MINUTES[unit.start : unit.end]) for unit in units(MINUTES) if unit.kind == "sentence"]
    assert found[0] == ("Regatta", "**Regatta.** It takes place on 9 June.")
    assert found[1] == ("Regatta", "Thirty boats have entered.")


def test_a_question_leads_the_lines_below_it() -> None:
    leads = {QUESTIONS[unit.start : unit.end]: unit.lead for unit in units(QUESTIONS)}
    assert leads["Only on Sundays, with a member."] == "Are guests welcome?"
    assert leads["A new one costs 12 euros."] == "I have lost my badge. What now?"
    assert leads["I have lost my badge. What now?"] == ""


@pytest.mark.parametrize("question", ["What is the contract no.?", "What is the contract number?"])
async def test_the_number_of_a_paper_may_stand_in_its_heading(question: str) -> None:
    paper = "Contract no. KV-118\n\nThis agreement is between Holm and Lind.\n\nThe rent is due in May.\n"
    assert "KV-118" in str(await model_answer(question, paper))
    assert "KV-118" not in str(await model_answer(question.replace("contract", "permit"), paper))
