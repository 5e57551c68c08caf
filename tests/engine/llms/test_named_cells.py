"""Questions that name a row of a table by its cells, its number or the line over it, and ask for one of its cells."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

CUTS = """Timber cut by the mill
Wood: Ash; Tool: Saw; 2021 kWh: 31; 2022 kWh: 29
Wood: Ash; Tool: Axe; 2021 kWh: 4; 2022 kWh: 5
Wood: Elm; Tool: Saw; 2021 kWh: 44; 2022 kWh: 47"""
SHEDS = """Stores
Shed A
Item: Ropes; Qty: 14
Item: Floats; Qty: 6
Shed B
Item: Ropes; Qty: 3; Shelf: S2
Item: Oars; Qty: 9; Shelf: S7"""
HOUSES = """Visitors of January 2026
House: Mill; Adults: 120; Children: 60
House: Tower; Adults: 80; Children: 40
Visitors of February 2026
House: Mill; Adults: 95; Children: 48
House: Tower; Adults: 60; Children: 31"""
CHOIRS = """Day: Monday; Time: 18:00; Group: Choir
Day: Thursday; Time: 17:00; Group: Fencers
Day: Thursday; Time: 19:30; Group: Choir"""
FLATS = """Flat: 1; Area m²: 54; Rent: 610 €; Balcony: no; Free from: 2026-03-01
Flat: 2; Area m²: 71; Rent: 790 €; Balcony: yes; Free from: 2026-05-01
Flat: 4; Area m²: 88; Rent: 960 €; Balcony: yes; Free from: 2026-09-01
Flat: 5; Area m²: 38; Rent: 480 €; Balcony: no; Free from: 2026-03-15"""
JOBS = """id: 41; what: Door squeaks; by: N. Voss
id: 42; what: Lamp broken; by: B. Lind"""
PAYMENTS = """Date: 2026-03-04; IBAN: DE44500105175407324931; Payee: Roofers
Date: 2026-03-05; IBAN: DE44500105175407324913; Payee: Gardeners"""
TREES = """Tree: T1; Planted: 1887; Height m: 22.5; Trunk cm: 310; Felled: no
Tree: T2; Planted: 1921; Height m: 18.0; Trunk cm: 205; Felled: yes
Tree: T3; Planted: 1954; Height m: 15.5; Trunk cm: 140; Felled: no
Tree: T4; Planted: 1902; Height m: 26.0; Trunk cm: 280; Felled: yes"""


def answer(question: str, text: str, name: str = "a.csv") -> str | None:
    node = TextNode(text, {"file_name": name}, start_char_idx=0)
    quoted = quoted_answer(question, [], [NumberedNode(1, node, 5.0)])
    return quoted.text.split("\n\n")[0] if quoted.is_supported else None


@pytest.mark.parametrize(
    ("question", "text", "row"),
    [
        ("How much energy did the saw use for elm in 2022?", CUTS, 3),
        ("What did the axe take of ash in 2021?", CUTS, 2),
        ("How many floats are in shed A?", SHEDS, 3),
        ("How many ropes are in shed B?", SHEDS, 5),
        ("How many oars are there?", SHEDS, 6),
        ("Who does job 42?", JOBS, 1),
        ("How many children visited the tower in February?", HOUSES, 5),
        ("How many adults visited the mill in January?", HOUSES, 1),
        ("When does the choir meet on Thursday?", CHOIRS, 2),
        ("Who has the IBAN DE44 5001 0517 5407 3249 13?", PAYMENTS, 1),
    ],
)
def test_the_row_that_the_question_names_is_quoted_alone(question: str, text: str, row: int) -> None:
    assert answer(question, text, "jobs.csv" if text is JOBS else "a.csv") == text.split("\n")[row]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How much energy did the plane use for elm in 2022?", CUTS),
        ("How much water did the saw use for elm in 2022?", CUTS),
        ("How much energy did the saw use for elm in 2023?", CUTS),
        ("How many oars are in shed A?", SHEDS),
        ("How many floats are in shed C?", SHEDS),
        ("Who does job 43?", JOBS),
        ("How many children visited the tower in March?", HOUSES),
        ("How many dogs visited the tower in February?", HOUSES),
        ("Who has the IBAN DE44 5001 0517 5407 3249 31 9?", PAYMENTS),
    ],
)
def test_a_row_that_lacks_a_word_of_the_question_is_not_quoted(question: str, text: str) -> None:
    assert answer(question, text, "jobs.csv" if text is JOBS else "a.csv") is None


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Which trees are taller than 20 m?", ["T1", "T4"]),
        ("Which trees are over 20 m tall?", ["T1", "T4"]),
        ("Welche Bäume sind höher als 20 m?", []),
        ("Which trees were planted before 1930 and are not felled?", ["T1"]),
        ("When was the tallest tree planted?", ["T4"]),
    ],
)
def test_conditions_choose_the_column_by_their_adjective_and_hold_together(question: str, rows: list[str]) -> None:
    quoted = answer(question, TREES, "trees.csv") or ""
    assert [name for name in ("T1", "T2", "T3", "T4") if f"Tree: {name};" in quoted] == rows


@pytest.mark.parametrize(
    ("question", "flats"),
    [
        ("Which flat is the cheapest?", [5]),
        ("Which flats have more than 60 m²?", [2, 4]),
        ("Which flats are free from March to May?", [1, 2, 5]),
        ("Which flats are free before May?", [1, 5]),
        ("Which flats with a balcony cost less than 800 €?", [2]),
        ("How many flats have no balcony?", [1, 5]),
    ],
)
def test_numbers_of_rows_are_not_amounts(question: str, flats: list[int]) -> None:
    quoted = answer(question, FLATS, "flats.csv") or ""
    assert [number for number in (1, 2, 4, 5) if f"Flat: {number};" in quoted] == flats


def test_an_answer_from_a_part_of_a_table_says_so() -> None:
    parts = (TREES, TREES.replace("Tree: T", "Tree: U"))
    nodes = [
        TextNode(text, {"file_name": "trees.csv"}, ref_doc_id="d", start_char_idx=at, end_char_idx=at + len(text))
        for at, text in zip((0, 900), parts, strict=True)
    ]
    found = [NumberedNode(number, node, 5.0) for number, node in enumerate(nodes, 1)]
    quoted = quoted_answer("Which tree is the tallest?", [], found).text
    assert quoted.startswith("Two of the eight rows found (greatest Height m); the table has more rows:")


def test_a_total_is_not_the_greatest_value() -> None:
    rows = "Region: North; Q1: 1.410,25\nRegion: South; Q1: 990,00\nRegion: Total; Q1: 2.400,25"
    quoted = answer("Which region had the highest value in Q1?", rows) or ""
    assert quoted.endswith("Region: North; Q1: 1.410,25")


def test_a_column_of_something_else_does_not_say_the_colour_or_the_firm() -> None:
    coaches = "No: 3; Kind: Saloon; Seats: 18; Now: Shed\nNo: 4; Kind: Van; Seats: 2; Now: Yard"
    assert answer("Which colour are the seats of the saloon?", coaches) is None
    painted = "No: 3; Kind: Saloon; Colour of seats: red; Now: Shed\nNo: 4; Kind: Van; Colour of seats: grey; Now: Yard"
    assert "red" in (answer("Which colour are the seats of the saloon?", painted) or "")


def test_a_row_without_the_day_is_not_quoted_for_its_number() -> None:
    orders = "Order: 7710; For: Mill; Delivered: 2026-02-03\nOrder: 7712; For: Tower"
    assert answer("When was order 7712 delivered?", orders) is None
    assert "2026-02-03" in str(answer("When was order 7710 delivered?", orders))
