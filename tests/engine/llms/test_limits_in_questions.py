"""Yes-or-no questions with a measure: the sentence with the limit answers, whatever its number."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

RULES = (
    "# Kiln club\n\nPots taller than 45 cm we cannot fire. Pupils may use the wheel from the age of twelve. "
    "The kiln holds up to 60 litres of pots. A member may hold at most three keys. There is no refund of fees. "
    "The shed is closed when the wind is stronger than force 8. Clay may be kept in the shed for at most ten days. "
    "Our office takes calls from Monday to Thursday from 9 to 16, on Fridays until 13 o'clock. "
    "The club was founded in 1988 and has 41 members. Der Ofen darf höchstens 1200 Grad heiß werden."
)
LIMITED = [
    ("Can the kiln club fire a pot of 50 cm?", "45 cm"),
    ("May a pot that measures 50 cm be fired?", "45 cm"),
    ("Can an eleven-year-old use the wheel?", "age of twelve"),
    ("Can a child of nine use the wheel?", "age of twelve"),
    ("Can the kiln take 80 litres?", "60 litres"),
    ("Can I hold five keys?", "three keys"),
    ("Is the shed open in wind force 9?", "force 8"),
    ("May clay be kept in the shed for three weeks?", "ten days"),
    ("Darf der Ofen 1300 Grad heiß werden?", "1200"),
    ("Does the office of the kiln club pick up calls on Friday afternoon?", "until 13"),
    ("Do I get a refund when I leave?", "no refund"),
]

OF_THEM = "Do you store oil drums?\n\nAt most two of them, and only in the yard. Paint is refused."


def test_a_limit_of_what_the_question_above_names_answers() -> None:
    node = TextNode(OF_THEM, {"heading": "Questions › Do you store oil drums?"})
    answer = quoted_answer("Can I store five oil drums in the yard?", [], [NumberedNode(1, node, 4.0)])
    assert "two of them" in answer.text


@pytest.mark.parametrize(("question", "limit"), LIMITED)
def test_a_limit_answers_a_question_with_another_number(question: str, limit: str) -> None:
    answer = quoted_answer(question, [], [NumberedNode(1, TextNode(RULES), 4.0)])
    assert limit in answer.text


@pytest.mark.parametrize("question", ["Can the wheel carry 90 kg?", "May the shed be heated to 20 degrees?"])
def test_a_measure_of_a_kind_that_nothing_limits_is_refused(question: str) -> None:
    rules = RULES.replace("Der Ofen darf höchstens 1200 Grad heiß werden.", "")
    assert not quoted_answer(question, [], [NumberedNode(1, TextNode(rules), 4.0)]).is_supported


def test_the_age_in_a_row_answers_for_another_age() -> None:
    rows = "Game: Salt Road; Players: 4; Age: 10\nGame: Blue Kite; Players: 2; Age: 6\n"
    answer = quoted_answer("Is a seven-year-old old enough for Salt Road?", [], [NumberedNode(1, TextNode(rows), 4.0)])
    assert "Age: 10" in answer.text


def test_an_answer_that_opens_with_yes_or_no_comes_before_what_follows_it() -> None:
    page = "# Club\n\n## Can guests use the wheel?\n\nNot yet. A second wheel is being built for next year.\n"
    answer = quoted_answer("Can guests use the wheel?", [], [NumberedNode(1, TextNode(page), 4.0)])
    assert "Not yet." in answer.text


HERD = """farm: Crag End
target_litres_per_day: 25

name: Duchess; born: 2020; litres_per_day: 31.0
name: Pepper; born: 2022; litres_per_day: 24.2"""


@pytest.mark.parametrize(
    "question",
    ["Does Pepper give as many litres as the target?", "Is Pepper below the target of litres?"],
)
def test_a_limit_that_stands_apart_is_quoted_beside_the_value(question: str) -> None:
    node = TextNode(HERD, {"file_name": "herd.json"})
    answer = quoted_answer(question, [], [NumberedNode(1, node, 5.0)])
    assert "24.2" in answer.text
    assert "target_litres_per_day: 25" in answer.text
    assert "31.0" not in answer.text


SHED = (
    "# Rules of the boat shed\n\nSeven oars may be out on one key at the same time. The smallest boat that we store is"
    " 3 m long. Presents worth more than 15 euros are handed back. Garlic poisons dogs, even small cloves of it.\n\n"
    "A race takes place in May. The shed was painted with varnish in 2019."
)


@pytest.mark.parametrize(
    ("question", "limit"),
    [
        ("May I take out nine oars at once?", "Seven oars"),
        ("Is a boat of 2 m possible?", "3 m"),
        ("May the caretaker accept a present of 40 euros?", "15 euros"),
        ("Can I give my dog garlic after the race?", "poisons dogs"),
    ],
)
def test_a_limit_answers_without_the_words_for_what_is_possible(question: str, limit: str) -> None:
    nodes = [NumberedNode(1, TextNode(SHED, {"title": "Rules of the boat shed"}), 4.0)]
    assert limit in quoted_answer(question, [], nodes).text


@pytest.mark.parametrize(
    "question",
    [
        "May I take out nine paddles at once?",
        "Can I give my dog rice after the race?",
        "Can I give my dog varnish?",
        "May the caretaker accept a tip?",
    ],
)
def test_a_limit_of_something_else_does_not_answer(question: str) -> None:
    nodes = [NumberedNode(1, TextNode(SHED, {"title": "Rules of the boat shed"}), 4.0)]
    assert not quoted_answer(question, [], nodes).is_supported


LEAFLET = (
    "# After the spay: dogs\n\nShe may be wobbly until tomorrow. Keep the collar on for ten days.\n\n"
    "Never give her garlic. Garlic kills dogs, even two cloves of it."
)


@pytest.mark.parametrize(
    ("question", "is_told"),
    [
        ("Can I give my dog garlic after the operation?", True),
        ("Can I give my dog honey after the operation?", False),
    ],
)
def test_a_warning_holds_whenever_it_is_asked_about(question: str, is_told: bool) -> None:
    prices = TextNode("Operation: Spay, dog; Price: 128\nOperation: Spay, cat; Price: 84", {"file_name": "fees.csv"})
    nodes = [
        NumberedNode(1, TextNode(LEAFLET, {"title": "After the spay: dogs"}, ref_doc_id="a"), 6.0),
        NumberedNode(2, prices, 4.0),
    ]
    answer = quoted_answer(question, [], nodes)
    assert ("kills dogs" in answer.text) == is_told
