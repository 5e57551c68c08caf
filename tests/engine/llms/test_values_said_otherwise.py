"""Answers in which a value, a unit or a verb of the question is said in another way, or goes without saying."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

MAIL = (
    "The heater in the loft is on order and costs 340. Until it comes, please borrow a fan.\n\n"
    "The divers found rotten piles. Tarn and Daughters now ask 55,750 for the slip. The fare to Holm becomes 4.90."
)
LOG = "2024-08-27 11:15 port seal drips, 20 drops a minute\n2024-09-03 08:00 port seal changed, two fitters, bill 1,960"
CHANNELS = "Use: Pilots; Channel: 71; Call sign: Tern\nUse: Port office; Channel: 12; Call sign: Rook"
ROUND = """Stop: 1; Farm: Low Farm; Weekdays at: 07:05; Sundays at: 07:50; Remark: ford when dry
Stop: 2; Farm: High Farm; Weekdays at: 07:35; Remark: no collection on Sunday"""
FEEDING = "Age: Weeks 2 to 6; Milk a day: 7 l\nAge: Weeks 7 to 9; Milk a day: 4 l\nAge: From week 10; Milk a day: none"
MAKING = (
    "## Making\n\nCut the curd to the size of peas.\n\n"
    "The cider is brushed on once a week because it keeps the mites away. Never heat the curd; it turns rubbery."
)
SHEET = "# Make sheet: Hollin\n\nHollin is a hard cheese, washed in cider and ripened for seven months."
OTHERS = ("Cheese is sold on Fridays.", "The mill opens at nine.", "A brush costs 3 euros.", "The cows are brown.")


def answer(question: str, *texts: str, name: str = "paper.txt") -> str:
    nodes = [NumberedNode(n, TextNode(text, {"file_name": name}), 9.0 / n) for n, text in enumerate(texts, 1)]
    quoted = quoted_answer(question, [], nodes)
    return quoted.text if quoted.is_supported else ""


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("What does the heater for the loft cost?", MAIL, "340"),
        ("What did the port seal cost?", LOG, "1,960"),
        ("What will the fare to Holm be?", MAIL, "4.90"),
        ("On which channel do you reach the pilots?", CHANNELS, "71"),
        ("At what time is Low Farm collected on Sundays?", ROUND, "07:50"),
        ("How much milk a day do they get in week 8?", FEEDING, "4 l"),
        (
            "How slowly should ships go at Kelp Point?",
            "Ships at Kelp Point should slow down to six knots.",
            "six knots",
        ),
    ],
)
def test_a_value_is_found_without_its_unit_verb_or_own_number(question: str, text: str, value: str) -> None:
    assert value in answer(question, text)


def test_a_sum_without_currency_is_not_what_a_person_earns() -> None:
    assert answer("How much does a diver earn?", MAIL) == ""


def test_a_number_outside_the_range_of_a_row_is_refused() -> None:
    assert "Weeks 7 to 9" not in answer("How much milk a day do they get in week 12?", FEEDING)


def test_one_word_of_the_question_may_stand_in_another_paragraph_of_the_document() -> None:
    nodes: list[NumberedNode] = []
    for at, (text, score) in enumerate(zip((MAKING, SHEET, *OTHERS), (6, 5, 4, 2.5, 2, 1), strict=True)):
        name = "sheet.md" if at < 2 else f"other-{at}.md"
        nodes.append(NumberedNode(at + 1, TextNode(text, {"file_name": name}, ref_doc_id=name), float(score)))
    assert "mites" in quoted_answer("Why is the cider brushed on the cheese?", [], nodes).text


def test_a_title_that_only_repeats_the_question_is_no_answer() -> None:
    text = "Survey of the north quay\nCommissioned by the harbour board. Dived on\n6 November.\nWe inspected 46 piles."
    assert "Survey of the north quay" not in answer("Who surveyed the north quay?", text, name="quay.pdf")
