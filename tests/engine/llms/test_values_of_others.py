"""Sentences and rows that have the words of a question and the value of another thing are not quoted."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

from bookwheel.engine.llms.extractive.asked.wanted_terms import is_typing_error
from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

DIARY = "DIARY OF THE HIDE, MAY 2024\n\n4 May. Came with the mail boat.\n\n9 May. Counted 212 nests from the dune."


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "Which valve shuts the white hose?",
            "Hose: Red; Valve: K1; Carries: steam\nHose: Grey; Valve: K2; Carries: air",
        ),
        ("Wofür ist die gelbe Leitung?", "Die blaue Leitung ist für das Trinkwasser."),
        ("When does Seven Bridges begin?", "Play: Five Bridges; Day: 4 June; Begins: 19:30; Hall: Small"),
        ("Quel est le numéro de Mme Arnaud ?", "Les clés sont chez Mme Hélène Arnaud jusqu'au 3 mars."),
        ("Wie ist die Telefonnummer von Frau Lenz?", "Frau Lenz hat den Schlüssel."),
        ("What is the ferryman's name?", "The ferryman comes every November."),
        ("Comment s'appelle le gardien ?", "Le gardien vient tous les lundis."),
        ("What make is the pump?", "Please leave the pump on when the cellar is wet."),
        ("How tall is the chapel?", "Ida Thorne was born in 1851 in the chapel of Ostley."),
        ("How many members does Otterbox have?", "Otterbox has been open since October 2017."),
        ("How many members does Otterbox have?", "Otterbox is open to all members once a week."),
        (
            "What is the setting time of KLB 4?",
            "Property: Setting time; KLB 2: 4 hours; KLB 3.5: 3 hours; KLB 5: 2 hours",
        ),
        ("Who built the customs house?", "The customs house of Ostley was built in 1911 and closed in 1994."),
        ("¿Cuánto cuesta un patín nuevo?", "# Los patines\n\nLas piezas usadas cuestan la mitad."),
        ("Which speed do I use for 8 mm felt?", "Material: 4 mm felt; Speed: 8 mm/s; Passes: 1"),
        ("What happened on 22 May?", DIARY),
        ("二号印刷机是哪一年买的？", "二号印刷机每周一上午保养。"),
        ("Which actor broke his leg?", "In 1931 an actor fell through the trap and broke his leg."),
        ("Which brass band played?", "The brass band played so loudly that nobody heard the mill."),
        ("Which king did the teacher write to?", "The teacher counted 61 cases and wrote to the king."),
        ("Who stole the sundial?", "The sundial in the yard is a copy; the old one was stolen in 1931."),
        ("How much did the hide cost?", "hide.humidity_max_percent: 85\nhide.doors: 2"),
        ("粉ひきの実演は誰が行いますか？", "粉ひきの実演は毎月第二日曜日に行います。"),
        ("陶艺课有多少学生？", "陶艺课每周四晚七点开始，共六次课。学费一百二十元。"),
    ],
)
def test_a_value_of_another_thing_does_not_answer(question: str, text: str) -> None:
    assert answer(question, text) is None


def test_a_measure_of_a_part_does_not_answer_for_the_thing_of_the_title() -> None:
    text = "The wall beside the wheel is wet to a height of two metres."
    assert answer("How high is the mill?", text, title="The mill") is None
    assert "12 metres" in (answer("How high is the mill?", "It is 12 metres high.", title="The mill") or "")


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        (
            "To what did the board agree to lower the rent?",
            "The board agreed to lower the rent to 40 euros.",
            "40 euros",
        ),
        ("Wofür ist die gelbe Leitung?", "Die gelbe Leitung ist für das Gas.", "Gas"),
        ("When does Seven Bridges begin?", "Play: Seven Bridges; Day: 4 June; Begins: 19:30; Hall: Small", "19:30"),
        ("Quel est le numéro de Mme Arnaud ?", "Le numéro de Mme Hélène Arnaud est le 04 76 11 22 33.", "04 76"),
        ("What make is the pump?", "The pump is a Halberg, bought in 2015.", "Halberg"),
        ("Who built the customs house?", "The customs house was built by Jonas Reed in 1911.", "Jonas Reed"),
        ("Who bought the old press?", "The old press was sold to the vet for 600 euros.", "vet"),
        ("Which speed do I use for 8 mm felt?", "Material: 8 mm felt; Speed: 3 mm/s; Passes: 2", "3 mm/s"),
        (
            "How many passes does felt need?",
            "| Material | Power | Passes |\n|---|---|---|\n| Felt 4 mm | 80 % | 2 |",
            "2",
        ),
        ("Who lives in flat 17?", "Ada Rook lives in flats 15 and 17.", "Ada Rook"),
        ("What happened on 9 May?", DIARY, "212 nests"),
        ("What did the foxes take?", "Foxes took hens on the south side.", "hens"),
        ("What did skippers pay with in the inn?", "In the inn skippers paid her in nails.", "nails"),
        ("Does Ada or Grace have more hours?", "name: Ada; hours: 2140\nname: Grace; hours: 986", "2140"),
        ("How many days of leave has Ida Thorne left?", "# Leave\n\nName: Ida Thorne; Taken: 11; Left: 19", "19"),
        ("What is the phone number of Ida Thorne?", "Name: Ida Thorne; Room: 2.03; Phone: 26", "26"),
        ("When was the bill 4471 issued?", "Bill 4471\n\nDate of bill: 6 May 2025.", "6 May 2025"),
        ("Which actor broke his leg?", "In 1931 the actor Jonas Reed fell and broke his leg.", "Jonas Reed"),
        ("Which door is locked?", "The back door is locked.", "back door"),
        ("Which port does the gauge server have?", "gauge.server: 10.50.1.9\ngauge.port: 4840", "4840"),
        ("How many homes does the mill supply?", "The mill supplies 9,800 homes.", "9,800"),
        ("二号印刷机是哪一年买的？", "二号印刷机是2019年买的。", "2019"),
        ("What did the mouse traps cost?", "Date: 2025-04-11; What: Mouse traps; Who: Terje; Out: 17.40", "17.40"),
        ("Warum wurde die Zählung abgebrochen?", "Wir mussten die Zählung abbrechen, weil Nebel aufzog.", "Nebel"),
        ("陶艺课有多少学生？", "陶艺课有十二名学生。", "十二"),
    ],
)
def test_the_value_of_the_thing_itself_answers(question: str, text: str, quoted: str) -> None:
    assert quoted in (answer(question, text) or "")


def test_a_function_with_a_plain_name_is_found() -> None:
    code = 'def drag(speed):\n    """The drag of the hull in newtons."""\n    return speed**2\n'
    assert "in newtons" in (answer("What does drag compute?", code) or "")


def test_a_function_is_found_by_any_verb_for_what_it_does() -> None:
    code = 'def heat_loss(walls):\n    """The heat that walls lose in an hour."""\n    return sum(walls)\n'
    assert "lose in an hour" in (answer("What does heat_loss calculate?", code) or "")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "Who is the author of Heron?",
            "def page():\n    out = Sheet(size=5)\n    out.set_title('Heron')\n    out.set_author('Heron')",
        ),
        ("Which company made Heron?", "```sql\nCREATE ROLE made LOGIN;\nGRANT ALL ON SCHEMA heron TO Reader;\n```"),
        (
            "When was Heron found?",
            "def parts():\n    for name in HERON:\n        found = part(name, date(2023, 5, 4))\n        yield found",
        ),
        ("Who is the author of Heron?", "File: Heron.tex; Text: all of it, by the Heron reader; Title, author: both"),
        ("When was heron first built?", "Engine: heron, first; Built, MB/s: 14.3 (24.7 with two threads); Size: 0.37"),
        ("Who invented QX25?", "The best rows by QX25 are read, and gain by what it does not see."),
        ("How tall is the window?", 'class="a2">the tall window</text><text x="72" y="98">'),
        ("What is the phone number of the desk?", "desk_id: 791d46fbeca8d9c4d499:3681-3905"),
        (
            "Which model does Heron recommend?",
            "Order: Crane, a model of 2019\nRanks, rarely: Heron 46.98, Stork 48.88\nDay: Monday",
        ),
    ],
)
def test_code_and_figures_of_another_kind_do_not_answer(question: str, text: str) -> None:
    assert answer(question, text) is None


@pytest.mark.parametrize(
    ("question", "text", "part"),
    [
        ("Who wrote the ledger?", "import csv\nrows = read(csv)  # written by Ada Rook\nledger = rows.sum()", "Ada"),
        ("Which port does the daemon use?", "```\n# where the daemon listens\ndaemon_port = 8121\n```", "8121"),
        ("When did the fair open?", "Event: fair; Open: 14.03; Place: yard", "14.03"),
        ("Who wrote Heron?", "File: Heron.tex; Author: Ada Rook; Pages: 12", "Ada Rook"),
    ],
)
def test_what_code_and_rows_say_for_people_answers(question: str, text: str, part: str) -> None:
    assert part in (answer(question, text) or "")


@pytest.mark.parametrize("mark", ["- ", ""])
def test_a_value_in_a_sentence_about_something_else_does_not_answer(mark: str) -> None:
    question = "What is the PIN of the fuel card?"
    elsewhere = f"{mark}Pump 3 is slow. The fuel card is in the drawer; its PIN is with the clerk."
    assert answer(question, elsewhere) is None
    there = f"{mark}Pump 3 is slow. The PIN of the fuel card is on the tag: it is 4471."
    assert "4471" in (answer(question, there) or "")


def test_a_person_of_another_role_in_a_row_is_not_the_one_asked_for() -> None:
    row = "Play: The Salt Road; Director: Melisande Orr; First night: 2025-09-27; Stage: Main house"
    assert answer("Who wrote The Salt Road?", row) is None
    assert "Orr" in (answer("Who directs The Salt Road?", row) or "")
    assert "Orr" in (answer("Who wrote The Salt Road?", row.replace("Director", "Author")) or "")


@pytest.mark.parametrize(
    ("question", "text", "title"),
    [
        ("What breed is the dog Rex?", "5. Rex, the dog, may come in again.", ""),
        (
            "What is the name of the friend who gives 500 euros?",
            "- **Fares.** A friend, who does not want to be named, gives 500 euros.",
            "",
        ),
        ("Wie hoch ist der Rauhkogel?", "Eine versäumte Schicht kostet 90 Euro.", "Ordnung vom Rauhkogel"),
        (
            "Which company built the Tern?",
            "The Tern was built in 1994 and sails with the smaller Dunlin.",
            "",
        ),
        ("¿Cuántos hijos tiene Blas?", "Tu hermano Blas vendió la mula por nueve mil pesetas y compró un carro.", ""),
        ("warranty of the piano", "The maker gives a warranty of five years on the motor of the mill.", ""),
        ("How much does Ada Lang earn?", "subjects: fares, engine 4\npresent: Ada Lang, Leo Farr", ""),
        ("Which make is the blue car?", "CHANGING A WHEEL ON THE BLUE CAR", ""),
    ],
)
def test_a_statement_about_something_else_is_refused(question: str, text: str, title: str) -> None:
    assert answer(question, text, title) is None


@pytest.mark.parametrize(
    ("question", "text", "part"),
    [
        ("Which company built the Tern?", "The Tern was built by Harland Yard in 1994.", "Harland"),
        ("Which company made the batteries?", "Part: batteries; Maker: Voltrix; Year: 2019", "Voltrix"),
        ("When does the roofer come?", "The roofer comes on the 4th.", "4th"),
        ("warranty of the piano", "The warranty of the piano is five years.", "five years"),
        ("What is the name of the friend?", "The friend is called Ada Rook.", "Ada Rook"),
    ],
)
def test_a_statement_about_the_thing_itself_is_quoted(question: str, text: str, part: str) -> None:
    assert part in (answer(question, text) or "")


def test_a_name_that_goes_on_is_another_name() -> None:
    assert not is_typing_error("pringle", "pring")
    assert is_typing_error("brigde", "bridge")


def test_a_row_with_the_light_words_of_the_question_too_is_quoted_alone() -> None:
    kennel = "\n".join(
        f"Size of dog: {size}; Per week: {price} euros" for size, price in (("Small", 120), ("Large", 185))
    )
    found = answer("What does a large dog cost per week?", kennel) or ""
    assert "185" in found
    assert "120" not in found


@pytest.mark.parametrize(
    ("question", "text", "supported"),
    [
        ("How much weight did walnut lose after 3 months?", "Ash", False),
        ("How much weight did ash lose after 3 months?", "Ash", True),
        (
            "Who is the owner of the red kite?",
            "The red kite hangs behind the shed. Nils Voss keeps his own things.",
            False,
        ),
        ("Who is the owner of the red kite?", "The owner of the red kite behind the shed is Nils Voss.", True),
    ],
)
def test_any_row_and_any_name_do_not_answer(question: str, text: str, *, supported: bool) -> None:
    rows = (f"Wood: {wood}; Loss of weight after 3 months: 12 %; Saw: band" for wood in (text, "Elm"))
    found = TextNode("\n".join(rows) if text == "Ash" else text, {"file_name": "notes.md"})
    other = TextNode("The yard is swept on Fridays.", {"file_name": "yard.md"})
    nodes = [NumberedNode(1, found, 9.0), NumberedNode(2, other, 0.5)]
    assert quoted_answer(question, (), nodes).is_supported is supported


def test_the_last_part_of_a_compound_is_the_thing_itself() -> None:
    text = "# Nutzung des Probekellers\n\nDer Keller ist 2,05 m hoch und 38 m² groß."
    assert "38 m²" in (answer("Wie groß ist der Probekeller?", text) or "")
    assert answer("Wie groß ist der Probekeller?", text.replace("Keller ist", "Tank ist")) is None
