"""A later paper gives another value in words that hardly repeat the question: it is quoted before the earlier one."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

PLAN = (
    "# Plan of the rowing club\n\nThere will be six races on the lake, from 3 to 5 June. The guest berth will cost"
    " 24 euros a night."
    " For each day that an oar is late the club asks 2 euros. The mason begins the slipway on 3 March."
)
LETTER = (
    "Dear members,\n\nthe harbour is closed, and the lake is too low for boats at the beginning of June. So we row a"
    " week later, from 10 to 12 June.\n\nThe guest berth is a matter"
    " of the board. It has now fixed it at 29 euros a night,"
    " and what was voted does not hold.\n\nWe did away with the charge for the oar: nothing is asked for an oar that"
    " comes back late.\n\nThe mason of the slipway is ill. He cannot begin on 3 March as agreed, but only on 24 April."
)
OTHER = "Dear members,\n\nthe bakery moved. So it opens a week later, on 9 August, and a loaf now costs 4 euros."


def answer(question: str, later: str) -> str:
    papers = ((PLAN, "2025-02-10"), (later, "2025-04-14"))
    nodes = [
        NumberedNode(n, TextNode(text, {"date": day, "file_name": f"paper-{n}.md"}, ref_doc_id=f"d{n}"), 9.0 / n)
        for n, (text, day) in enumerate(papers, 1)
    ]
    return quoted_answer(question, [], nodes).text


CHANGED = [
    ("When are the races on the lake?", "10 to 12 June", "3 to 5 June"),
    ("What does a night in the guest berth cost?", "29 euros", "24 euros"),
    ("How much does the club ask for a late oar?", "nothing is asked", "2 euros"),
    ("When does the mason really begin the slipway?", "24 April", "3 March"),
]


@pytest.mark.parametrize(("question", "newer", "older"), CHANGED)
def test_the_value_that_takes_the_place_of_another_is_quoted_first(question: str, newer: str, older: str) -> None:
    assert newer in answer(question, LETTER).partition("\n\n")[0]
    assert older in answer(question, OTHER)


@pytest.mark.parametrize(("question", "newer", "older"), CHANGED)
def test_a_change_of_something_else_is_not_quoted(question: str, newer: str, older: str) -> None:
    text = answer(question, OTHER)
    assert "August" not in text
    assert "4 euros" not in text.replace("24 euros", "")


RULES = (
    "# House rules of the rowing club\n\nA key costs 9 euros a year. Boats go out for a day. For each day that a thing"
    " is late we ask 2 euros."
)
BOARD = (
    "# Board of the rowing club, 14 April 2025\n\nThe treasurer asked three other clubs what they do about oars."
    " The board did away with the charge: as of 1 May 2025 nothing is to be paid for late things any more."
    " Of the three clubs,"
    " two said that more oars come back since then."
)


def test_what_says_that_it_is_otherwise_now_needs_less_of_the_question() -> None:
    question = "How much do I pay for an oar that is late?"
    nodes = [
        NumberedNode(n, TextNode(text, {"title": text.partition("\n")[0].strip("# ")}, ref_doc_id=f"d{n}"), 9.0 / n)
        for n, text in enumerate((RULES, BOARD, "The water is deep. The bakery sells rolls. Pay at the desk."), 1)
    ]
    assert "nothing is to be paid" in quoted_answer(question, [], nodes).text
