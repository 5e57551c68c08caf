"""Answers in which a value, a unit or a verb of the question is said in another way, or goes without saying."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.asked.implied_terms import implied_terms
from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode
from bookwheel.engine.text.question_terms import terms

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
    titles = [text.partition("\n")[0] for text in texts]
    nodes = [
        NumberedNode(n, TextNode(text, {"file_name": name, "title": title if name.endswith(".pdf") else ""}), 9.0 / n)
        for n, (text, title) in enumerate(zip(texts, titles, strict=True), 1)
    ]
    quoted = quoted_answer(question, [], nodes)
    return quoted.text if quoted.is_supported else ""


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("What does the heater for the loft cost?", MAIL, "340"),
        ("What does each extra mile cost?", "30,000 miles are included; every further mile costs 9 pence.", "9 pence"),
        ("How slowly should ships go past Kelp Point?", "Ships slow down to six knots at Kelp Point.", "six knots"),
        ("How often should mooring lines be replaced?", "We ask you to change mooring lines every four years.", "four"),
        ("What did the port seal cost?", LOG, "1,960"),
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


def test_a_title_that_only_repeats_the_question_is_not_an_answer() -> None:
    text = "Survey of the north quay\nCommissioned by the harbour board. Dived on\n6 November.\nWe inspected 46 piles."
    assert "Survey of the north quay" not in answer("Who surveyed the north quay?", text, name="quay.pdf")


SURVEY = (
    "Survey of the north quay\nCommissioned by the harbour board. Surveyor: Ada Rook, chartered engineer. Dived on\n"
    "6 November.\nThe north quay was built in 1931 of larch piles with a concrete cap."
)
PAYMENTS = "Date: 2025-03-19; Payee: Fenwick; Purpose: Lorry lease; Pounds: 2400.00"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Forty-eight months from 17 March 2025.", "start"),
        ("Der Vertrag gilt ab dem 3. Mai.", "beginn"),
        ("The room is ours until 30 June.", "end"),
    ],
)
def test_a_day_after_from_or_until_says_when_something_starts_or_ends(text: str, word: str) -> None:
    asked = terms(word)
    assert implied_terms(text, asked, is_heading=False) == asked
    assert implied_terms(text, terms("cost"), is_heading=False) == []


def test_a_date_in_figures_is_not_a_duration() -> None:
    assert answer("How long does the lease of the lorry last?", PAYMENTS, name="payments.csv") == ""


def test_a_label_with_a_name_says_who_did_it() -> None:
    others = ("The quay is open.", "The lorry goes at nine.", "Rook is a bird.")
    assert "Ada Rook" in answer("Who surveyed the north quay?", SURVEY, *others, name="paper.pdf")


def test_a_percentage_counts_no_people() -> None:
    text = "What visitors ask most\n\n- Is the butter salted? Yes, two percent\n- May I turn the wheel? No"
    assert answer("How many visitors did the butter museum have?", text, name="butter-museum.pptx") == ""


def test_the_price_of_another_thing_in_the_sentence_before_is_refused() -> None:
    text = "The night costs 19 euros, power included. The shower works with a token from the bar."
    assert answer("What is the price of the token for the shower?", text) == ""


def test_how_long_things_stay_does_not_say_how_old_a_person_is() -> None:
    text = "Le fromager, M. Anselme Jacquet, transforme 9 000 litres. Les meules restent quatorze mois en cave."
    assert answer("Quel âge a Anselme Jacquet ?", text) == ""


def test_a_later_note_in_prose_changes_the_row_of_a_table() -> None:
    table = "Crossing: K1; To: Holm; Adult fare: 4.60\nCrossing: K2; To: Holm; Adult fare: 4.60"
    note = "1. Fares. The rise of the summer is softened: the adult fare to Holm becomes 4.90."
    nodes = [
        NumberedNode(1, TextNode(table, {"file_name": "times.csv"}), 9.0),
        NumberedNode(2, TextNode(note, {"file_name": "board-2024-12-10.md", "title": "Board, 10 December 2024"}), 7.0),
    ]
    assert "4.90" in quoted_answer("What will the adult fare to Holm be?", [], nodes).text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Quelle est la durée du stage?", "Le stage est de trois mois."),
        ("Was ist die Dauer der Frist?", "Die Frist beträgt drei Monate."),
        ("¿Cuál es la duración del curso?", "El curso es de tres meses."),
        ("Qual è la durata del corso?", "Il corso è di tre mesi."),
        ("What is the duration of the lease?", "The lease is for three months."),
    ],
)
def test_a_duration_may_be_asked_for_by_its_name(question: str, told: str) -> None:
    assert told in (answer(question, f"{told}\n\nThe tide rises twice.") or "")
    assert answer(question, "The tide rises twice.\n\nLe stage, die Frist, el curso, the lease.") == ""
