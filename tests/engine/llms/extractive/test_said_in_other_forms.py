"""What a text says in a form of its own: a range that holds an amount, hours of a weekday, a limit for the largest."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

from bookwheel.engine.text.question_terms import content_terms

PARCELS = (
    "# Parcels\n\n| Weight | Inland | Spain |\n| --- | --- | --- |\n| up to 2 kg | 4.20 | 9.10 |\n"
    "| 2 to 5 kg | 6.90 | 12.00 |\n| over 5 kg | 11.40 | 19.50 |\n"
)
GROUPS = (
    "Group: 1 to 9 people; Price per head: 12 euros\nGroup: 10 to 24 people; Price per head: 10 euros\n"
    "Group: 25 people and more; Price per head: 8 euros"
)
DOSES = (
    "# Dosierung\n\n| Gewicht des Hundes | Tabletten |\n| --- | --- |\n| 2 bis 5 kg | 1 |\n| 5,5 bis 10 kg | 2 |\n"
    "| über 10 kg | 3 |\n"
)
LINES = '[hours]\nweekdays = "08:30-17:00"\nfriday = "08:30-15:30"\noutside = "tape"\n'
TIN = "**Tea money**: the money in the tin for milk. It never holds more than 60 pounds. Two people sign for it."


@pytest.mark.parametrize(
    ("question", "text", "name", "quoted", "other"),
    [
        ("What does a parcel of 4 kg cost to Spain?", PARCELS, "a.md", "12.00", "19.50"),
        ("What does a parcel of 7 kg cost?", PARCELS, "a.md", "11.40", "6.90"),
        ("How much is a parcel of 1.5 kg?", PARCELS, "a.md", "4.20", "6.90"),
        ("What does a group of 30 people pay?", GROUPS, "g.csv", "8 euros", "10 euros"),
        ("How much is it per head for 12 people?", GROUPS, "g.csv", "10 euros", "12 euros"),
        ("Wie viele Tabletten bekommt ein Hund von 8 kg?", DOSES, "d.md", "5,5 bis 10 kg", "über"),
    ],
)
def test_the_row_whose_range_holds_the_amount_is_quoted(
    question: str, text: str, name: str, quoted: str, other: str
) -> None:
    found = answer(question, text, name=name)
    assert found is not None
    assert quoted in found
    assert other not in found


@pytest.mark.parametrize(
    ("question", "text", "name"),
    [
        ("What does a parcel of 7 kg to Norway cost?", PARCELS, "a.md"),
        ("What is the price of 4 kg of apples?", PARCELS, "a.md"),
        ("Wie viele Tabletten bekommt eine Katze von 8 kg?", DOSES, "d.md"),
    ],
)
def test_the_range_of_another_thing_is_not_quoted(question: str, text: str, name: str) -> None:
    assert answer(question, text, name=name) is None


@pytest.mark.parametrize(
    ("question", "text", "name", "quoted"),
    [
        ("What time does the telephone close on Fridays?", LINES, "telephone.toml", "15:30"),
        ("When does the telephone open on Fridays?", LINES, "telephone.toml", "08:30-15:30"),
        ("How big is the largest sum that may be in the tea money?", TIN, "a.md", "60 pounds"),
        ("What is the maximum in the tea money tin?", TIN, "a.md", "60 pounds"),
        ("Whom do I have to call when I'm ill?", "Who falls ill calls Ada Rook.", "a.md", "Ada Rook"),
        ("¿Puedo pagar con cheque?", "Se puede pagar con tarjeta; no aceptamos cheques.", "a.md", "no aceptamos"),
        (
            "When did we move to Unit 6?",
            "In May 2009 the shed burnt. Two years later we moved to Unit 6.",
            "a.md",
            "2009",
        ),
        (
            "How long has Bo been with us?",
            "Name: Bo Lund; With us since: 2021-09-06\nName: Al Rae; Room: 2",
            "a.csv",
            "2021",
        ),
        ("How long are calls kept?", "[calls]\nmax_minutes = 3\ndelete_after_days = 60\n", "calls.toml", "60"),
        ("灯泡的寿命有多长？", "灯泡的寿命为一万五千小时。包装箱不得叠放超过六层。", "a.md", "一万五千小时"),
    ],
)
def test_what_is_said_in_another_form_is_quoted(question: str, text: str, name: str, quoted: str) -> None:
    found = answer(question, text, name=name)
    assert found is not None
    assert quoted in found


@pytest.mark.parametrize(
    "question", ["what's in kiln.md", "What is in kiln.md?", "was steht in kiln.md", "qu'y a-t-il dans kiln.md ?"]
)
def test_what_is_in_a_file_is_what_it_is_about(question: str) -> None:
    text = "# The kiln\n\nHow to light the kiln, and to put it out.\n\n## Lighting\n\n1. Open the flap.\n2. Light.\n"
    found = answer(question, text, name="kiln.md")
    assert found is not None
    assert "How to light" in found


LAMPS = "Name: Wren lamp; Height cm: 34; Price: 64.00\nName: Finch lamp; Height cm: 152; Price: 39.50\nTotal: 2"


@pytest.mark.parametrize(
    ("question", "quoted"), [("cheapest lamp", "Finch"), ("the tallest lamp", "Finch"), ("shortest lamp", "Wren")]
)
def test_a_bare_superlative_asks_for_the_row(question: str, quoted: str) -> None:
    found = answer(question, LAMPS, name="lamps.csv")
    assert found is not None
    assert quoted in found.split("Name:")[1]


def test_a_length_is_not_told_by_until() -> None:
    assert answer("How long is the Plover?", "The Plover has rot in the keel. Until it is back nobody rows.") is None
    found = answer("How long is the Plover?", "The Plover is 8 metres long. Until it is back nobody rows.")
    assert found is not None
    assert "8 metres" in found


def test_a_way_is_not_told_by_until() -> None:
    assert answer("How far does the launch go on one charge?", "Until May Ada hires a launch by the day.") is None


def test_contractions_and_english_words_of_other_languages() -> None:
    assert content_terms("What's the rent when I'm away and it isn't heated?") == ["rent", "awai", "heat"]
    assert content_terms("When does the van come?")[0] == "van"
    assert content_terms("Wie heet de kat van Ada?") == ["heet", "kat", "ada"]
