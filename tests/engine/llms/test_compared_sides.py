"""Two things compared by a measure that each one's own text gives: both are quoted, or nothing."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.asked.compared_halves import halves_of_comparison
from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

HOLLIN = "# Hollin\n\nHollin is a hard cheese, washed in cider. Hollin keeps for three weeks in paper."
TARN = "# Tarn\n\nA soft cheese with blue veins. Tarn stays good for six days in the cold."
SALES = (
    "Shop: Corner; Cheese: Hollin; Pieces: 12; Discount: 5\nShop: Corner; Cheese: Tarn; Pieces: 20; Discount: 10\n"
    "Shop: Hotel; Cheese: Hollin; Pieces: 7; Discount: 12\nShop: Hotel; Cheese: Tarn; Pieces: 4; Discount: 8"
)


def answer(question: str) -> str:
    nodes = [
        NumberedNode(n, TextNode(text, {"file_name": name, "title": title}, ref_doc_id=f"d{n}"), 9.0 / n)
        for n, (text, name, title) in enumerate(
            ((SALES, "sales.csv", ""), (HOLLIN, "hollin.md", "Hollin"), (TARN, "tarn.md", "Tarn")), 1
        )
    ]
    quoted = quoted_answer(question, [], nodes)
    return quoted.text if quoted.is_supported else ""


def test_both_sides_are_quoted_from_their_own_texts() -> None:
    text = answer("Which keeps longer, the Hollin or the Tarn?")
    assert "three weeks" in text
    assert "six days" in text
    assert "Discount" not in text


def test_one_side_alone_compares_nothing() -> None:
    assert "six days" not in answer("Which keeps longer, the Tarn or the Gouda?")


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Which keeps longer, the rye or the white loaf?", "How long does the rye keep?"),
        ("Which costs more, the tour or the boat trip?", "What does the tour cost?"),
        ("Which is heavier, the anvil or the vice?", "How heavy is the anvil?"),
        ("Which mill is older, Z1 or Z4?", "How old is Z1?"),
        ("Which is cheaper, the bus or the train?", "What does the bus cost?"),
        ("Which opens earlier, the shop or the bank?", "When does the shop open?"),
        ("Was hält länger, das Brot oder der Kuchen?", "Wie lange hält das Brot?"),
        ("Was ist teurer, die Miete oder der Strom?", "Was kostet die Miete?"),
    ],
)
def test_each_side_has_a_question_of_its_own(question: str, first: str) -> None:
    halves = halves_of_comparison(question)
    assert halves[:1] == [first]
    assert len(halves) == 2


@pytest.mark.parametrize(
    "question", ["Which hive gave more honey, A or B?", "Who is it?", "Which needs less water, hoses or cans?"]
)
def test_other_questions_are_left_whole(question: str) -> None:
    assert halves_of_comparison(question) == []
