"""Questions for rows of a table: the extreme one, those within limits or of a month, those that are not, how many."""

from __future__ import annotations

from functools import partial

import pytest
from tests.support import quoted_notes

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.weighed_units import BestUnit
from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.llms.extractive.vetoes.near_misses import is_of_another_sort
from bookwheel.engine.schema import NumberedNode, TextNode
from bookwheel.engine.support.answer_check import check_answer, passage_of

answer = partial(quoted_notes.answer, name="carts.csv")

CARTS = """Cart: Finch; Built: 1911; Weight (kg): 310; Price: 1,250 €; Sold: no; Checked: 2026-02-14
Cart: Wren; Built: 1898; Weight (kg): 95; Price: 400 €; Sold: yes; Checked: 2026-03-02
Cart: Rook; Built: 1932; Weight (kg): 420; Price: 980 €; Sold: no; Checked: 2025-11-20
Cart: Crane; Built: 1921; Weight (kg): 150; Price: 400 €; Sold: yes; Checked: 2026-03-28"""
FERRIES = """| Ferry | From | To | Departs | Arrives |
| --- | --- | --- | --- | --- |
| F1 | Arn | Sul | 09:05 | 09:40 |
| F2 | Sul | Arn | 10:10 | 10:45 |
| F3 | Arn | Sul | 17:30 | 18:05 |
"""
KARREN = """Karren: Fink; Baujahr: 1911; Gewicht: 310 kg; Preis: 1.250 €; Verkauft: nein
Karren: Dohle; Baujahr: 1932; Gewicht: 420 kg; Preis: 980 €; Verkauft: ja"""
PHONES = """Name: Ada Rook; Phone: 5550; Town: Arn
Name: Tom Vane; Town: Sul
Name: Mara Lund; Phone: 5552; Town: Sul"""

# The unit stands bare behind the name of the column, and a column of days begins with numbers too.
BERTHS = """Berth: A1; Boat: Finch; Length m: 4.2; Weight t: 0.9; Fee: 140; Paid until: 2026-03-31
Berth: A2; Boat: Wren; Length m: 6.8; Weight t: 2.4; Fee: 220; Paid until: 2025-12-31
Berth: A4; Boat: Rook; Length m: 9.5; Weight t: 6.1; Fee: 310; Paid until: 2026-06-30
Berth: B1; Boat: Crane; Length m: 7.4; Weight t: 3.3; Fee: 240; Paid until: 2025-09-30"""


def test_hours_of_a_day_do_not_say_what_is_oldest() -> None:
    assert "F1" not in (answer("Which ferry is the oldest?", FERRIES) or "")


@pytest.mark.parametrize(
    ("question", "text", "rows"),
    [
        ("Which cart is the oldest?", CARTS, ["Wren"]),
        ("Which cart is the heaviest?", CARTS, ["Rook"]),
        ("Which cart weighs the least?", CARTS, ["Wren"]),
        ("Which is the most expensive cart?", CARTS, ["Finch"]),
        ("Which is the cheapest cart?", CARTS, ["Wren", "Crane"]),
        ("Which cart was checked last?", CARTS, ["Crane"]),
        ("Which carts are not sold?", CARTS, ["Finch", "Rook"]),
        ("Which carts are sold?", CARTS, ["Wren", "Crane"]),
        ("Which carts weigh over 200 kg?", CARTS, ["Finch", "Rook"]),
        ("Which carts weigh less than 0.1 t?", CARTS, ["Wren"]),
        ("Which carts were built before 1915?", CARTS, ["Finch", "Wren"]),
        ("Which carts were built between 1911 and 1921?", CARTS, ["Finch", "Crane"]),
        ("Which carts were checked in March?", CARTS, ["Wren", "Crane"]),
        ("Which carts were checked after 1 March 2026?", CARTS, ["Wren", "Crane"]),
        ("Which boats are longer than 7 m?", BERTHS, ["Rook", "Crane"]),
        ("Which boats weigh more than 3 tonnes?", BERTHS, ["Rook", "Crane"]),
        ("Which boat pays the highest fee?", BERTHS, ["Rook"]),
        ("How many carts are there?", CARTS, ["Finch", "Wren", "Rook", "Crane"]),
        ("How many carts are sold?", CARTS, ["Wren", "Crane"]),
        ("What is the first ferry to Arn?", FERRIES, ["F2"]),
        ("When does the last ferry to Sul leave?", FERRIES, ["F3"]),
        ("Which ferries depart after 10:00?", FERRIES, ["F2", "F3"]),
        ("Welcher Karren ist der älteste?", KARREN, ["Fink"]),
        ("Welche Karren sind nicht verkauft?", KARREN, ["Fink"]),
        ("Which names are without a phone?", PHONES, ["Tom Vane"]),
        ("Which carts have not been paid?", CARTS.replace("Sold:", "Fee paid:"), ["Finch", "Rook"]),
    ],
)
def test_the_rows_that_a_question_asks_for_are_quoted_and_no_others(question: str, text: str, rows: list[str]) -> None:
    name = "ferries.md" if text is FERRIES else "carts.csv"
    quoted = answer(question, text, name)
    assert quoted is not None
    names = ("Finch", "Wren", "Rook", "Crane", "F1", "F2", "F3", "Fink", "Dohle", "Ada", "Tom Vane", "Mara")
    assert [one for one in names if one in quoted] == rows


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Is the Finch dearer than the Rook?", ["Finch", "Rook"]),
        ("Compare the Wren and the Crane.", ["Wren", "Crane"]),
        ("Which was built earlier, Finch or Crane?", ["Finch", "Crane"]),
    ],
)
def test_a_comparison_quotes_the_rows_of_both_things(question: str, rows: list[str]) -> None:
    quoted = answer(question, CARTS) or ""
    assert [one for one in ("Finch", "Wren", "Rook", "Crane") if one in quoted] == rows


def test_a_row_with_half_of_a_name_does_not_answer() -> None:
    stock = "Article: oat milk; Pieces: 4\nArticle: goat cheese; Pieces: 9"
    assert answer("How many pieces of goat milk are there?", stock, "stock.csv") is None


def test_a_name_that_is_a_common_word_is_found() -> None:
    cars = "Model: Up; Mileage: 21900\nModel: Zoe; Mileage: 48100"
    assert "Zoe" not in (answer("What is the mileage of the Up?", cars, "cars.csv") or "Zoe")


def test_the_answer_says_how_many_rows_of_how_many_were_compared() -> None:
    assert (answer("Which carts weigh over 200 kg?", CARTS) or "").startswith(
        "Two of the four rows found (over 200 kg):"
    )


@pytest.mark.parametrize(
    "question",
    [
        "Which cart is the most popular?",
        "Which is the heaviest lamp?",
        "Which carts were painted before 1915?",
        "Which carts were checked in June?",
        "How many lamps are there?",
        "Which carts are not insured?",
        "Which carts weigh over 900 kg?",
    ],
)
def test_a_question_for_rows_that_the_table_cannot_answer_is_refused(question: str) -> None:
    assert answer(question, CARTS) is None


def test_a_sentence_that_says_the_number_itself_is_better_than_counted_rows() -> None:
    text = f"The museum has 31 carts, of which a few are listed here.\n\n{CARTS}"
    assert "31 carts" in (answer("How many carts are there?", text) or "")


def test_of_many_rows_the_first_are_quoted_with_their_number() -> None:
    rows = "\n".join(f"Lamp: L{number}; Watts: {number}; Lit: yes" for number in range(1, 41))
    quoted = answer("Which lamps are lit?", rows, "lamps.csv") or ""
    assert quoted.startswith("Forty of the forty rows found (Lit: yes), of which the first twelve:")
    assert "L12;" in quoted
    assert "L13;" not in quoted


def test_the_line_above_the_rows_is_not_taken_for_an_unsupported_claim() -> None:
    nodes = [NumberedNode(1, TextNode(FERRIES, {"file_name": "ferries.md"}), 5.0)]
    question = "What is the first ferry to Arn?"
    text = quoted_answer(question, [], nodes).text
    checked = check_answer(text, [passage_of(node) for node in nodes], question)
    assert [one for one in checked if one.status == "unsupported"] == []


def test_a_number_that_names_the_row_is_not_looked_for_among_the_values_of_others() -> None:
    rows = [
        [f"Item: Crane hours bay {bay}; 2023: {bay + 40}; 2024: {bay + 55}" for bay in bays]
        for bays in ((2, 21), (61,))
    ]
    nodes = [
        NumberedNode(at, TextNode("\n".join(lines), {"file_name": "yard.csv"}), 9.0) for at, lines in enumerate(rows, 1)
    ]
    text = quoted_answer("What were the crane hours of bay 61 in 2024?", [], list(reversed(nodes))).text
    assert "bay 61" in text
    assert "bay 21" not in text
    assert "bay 2" not in text


SWEETS = "\n".join(
    f"Name: {name}; Hard: {hard}; Fruity: {fruity}; Region: {region}"
    for name, hard, fruity, region in (
        ("Ember drop", 1, 0, "Northern Isles"),
        ("Fir gum", 0, 1, "Southern Isles"),
        ("Gale stick", 1, 1, "Northern Isles"),
        ("Holt bar", 0, 0, "Southern Isles"),
        ("Iris kiss", 1, 0, "Northern Isles"),
        ("Juno roll", 0, 1, "Southern Isles"),
    )
)


@pytest.mark.parametrize(
    ("question", "label", "names"),
    [
        ("Which sweets are hard?", "Three of the six rows found", ["Ember drop", "Gale stick", "Iris kiss"]),
        ("How many sweets are fruity?", "Three of the six rows found", ["Fir gum", "Gale stick", "Juno roll"]),
        ("Which sweets are in the Northern Isles?", "Three of the six", ["Ember drop", "Gale stick", "Iris kiss"]),
    ],
)
def test_all_rows_are_found_that_have_a_one_or_the_value_of_a_cell(question: str, label: str, names: list[str]) -> None:
    quoted = answer(question, SWEETS, "sweets-data.csv") or ""
    assert quoted.startswith(label)
    others = {"Ember drop", "Fir gum", "Gale stick", "Holt bar", "Iris kiss", "Juno roll"}.difference(names)
    assert all(name in quoted for name in names)
    assert not any(name in quoted for name in others)


def test_a_few_noughts_and_ones_are_numbers() -> None:
    few = "\n".join(SWEETS.split("\n")[:3])
    assert "Two of the three" not in (answer("Which sweets are hard?", few, "sweets-data.csv") or "")


def test_the_row_with_a_code_of_two_letters_is_found_by_it_alone() -> None:
    text = "Name: Arland; Code: DE; Isle: Dee\nName: Borland; Code: ED; Isle: Dea\nName: Côte de Sul; Code: CS; "
    quoted = answer("Which land has the code DE?", text, "lands.csv") or ""
    assert "Arland" in quoted
    assert "Borland" not in quoted
    assert answer("Which land has the code QQ?", text, "lands.csv") is None


STAGE = """# Marsh End Regatta 2025

The regatta is on Sunday, 22 June. One may sleep in the gymnasium of the school; its doors are locked at eleven.

## Classes

Class: Youth boats; Sailing time: 8 minutes; At the start: 10:20; Registration: 15 euros
Class: Village boats; Sailing time: 16 minutes; At the start: 13:50; Registration: 48 euros
Class: Rowing crews; Sailing time: 9 minutes; At the start: 15:10; Registration: 20 euros
"""


@pytest.mark.parametrize(
    ("question", "is_other"),
    [
        ("At what time are the school boats at the start?", True),
        ("At what time are the youth boats at the start?", False),
        ("At what time are the boats at the start?", False),
        ("What is the fastest time of boats?", False),
    ],
)
def test_a_row_of_another_sort_of_the_same_things_is_known(question: str, is_other: bool) -> None:
    text, none = "Class: Youth boats; Fastest: 8 minutes; Start: 10:20", frozenset[str]()
    row = BestUnit(0, text, text, text, none, none, none, 0, 1.0, False, True, False, True, none, none)
    assert is_of_another_sort(AskedQuestion(question, question), row) is is_other


def test_a_price_and_a_time_do_not_count_things() -> None:
    assert answer("How many boats have registered for the regatta?", STAGE, "day.md") is None
    counted = STAGE.replace("15 euros", "7").replace("48 euros", "12")
    assert "12" in (answer("How many boats have registered for the regatta?", counted, "day.md") or "")
