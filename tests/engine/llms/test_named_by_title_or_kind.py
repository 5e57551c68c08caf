"""Questions whose thing is named by the title, a first line, a kind of word or a number of the table alone."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import JsonValue, NumberedNode, TextNode

TILL = '''def change(given, price):
    """The coins to hand back, largest first."""
    return given - price
'''
LOST = "## Lost cards\n\n1. Call the bank.\n2. Change the passwords of your mail.\n"
LESSONS = """Period: 1; Time: 08:00; Tuesday: English; Wednesday: Music
Period: 2; Time: 08:50; Tuesday: French; Wednesday: Sport
Period: 3; Time: 09:55; Tuesday: Music; Wednesday: History"""
WHEEL = (
    "CHANGING A WHEEL ON THE BLUE CAR\n(written down for Ines)\n\n"
    "The jack and the spanner are under the boot floor, the warning triangle is behind the left seat."
)
ROUND = "Ada Croft carried the post in Ashby from 1919 to 1954. Her round was fourteen miles long and led over a ford."
WARD = """Holm Hospital
Ward 4

Patient: Piet Okello, born 19 July 1988

The appendix was removed. The wounds are dry.

Recommendations:
- no lifting above 5 kg
- no bathing for ten days
- a check on 15 May
"""
EVENING = (
    "Mr Grayle, the new class teacher, introduced himself. He can be reached in his office hour on Tuesdays from 13:15."
)
PIANO = "The piano tuner, a Mr Kwan, would come twice a year for 95 euros each time. The piano costs 3,900 euros."


def answer(question: str, *texts: str, earlier: tuple[str, ...] = (), **metadata: str) -> str:
    named = {"file_name": "paper.txt"} | metadata
    nodes = [NumberedNode(n, TextNode(text, dict(named)), 9.0 / n) for n, text in enumerate(texts, 1)]
    quoted = quoted_answer(question, list(earlier), nodes)
    return quoted.text if quoted.is_supported else ""


def test_a_function_with_an_everyday_name_is_found_as_code() -> None:
    quoted = answer("What does the function change do?", LOST, TILL)
    assert "coins to hand back" in quoted
    assert "passwords" not in quoted


def test_a_function_that_is_nowhere_is_refused() -> None:
    assert answer("What does the function mail do?", LOST, TILL) == ""


def test_the_third_of_numbered_rows_has_the_number_three() -> None:
    quoted = answer("What lesson is on Wednesday in the third period?", LESSONS, file_name="lessons.csv")
    assert "History" in quoted
    assert "Sport" not in quoted


def test_a_first_line_in_capitals_is_the_title_of_a_text() -> None:
    assert "triangle" in answer("What is kept behind the left seat of the blue car?", WHEEL, "The seat is blue.")


def test_how_long_something_was_may_be_a_length() -> None:
    assert "fourteen miles" in answer("How long was Ada Croft's round?", ROUND)


@pytest.mark.parametrize(
    ("question", "text", "item"),
    [
        ("What does the hospital recommend to Piet?", WARD, "no bathing"),
        (
            "Who has to do what after the meeting?",
            "# Meeting\n\n## Who does what\n\n- Ines: post it\n- Odo: oil it\n",
            "oil it",
        ),
        (
            "What is still to be done for the wedding?",
            "# Wedding\n\nStill to be done:\n\n- buy bunting\n- ask Odo\n",
            "bunting",
        ),
        (
            "What advice does the story of Ambrose give?",
            "# Ambrose\n\nHe was old.\n\n## Advice\n\n- Keep the bill.\n",
            "Keep",
        ),
    ],
)
def test_lists_of_tasks_and_advice_are_found_by_what_they_are(question: str, text: str, item: str) -> None:
    title = text.partition("\n")[0].strip("# ") if text.startswith("#") else ""
    assert item in answer(question, text, title=title)


def test_a_number_of_the_question_before_names_no_thing_with_another_word() -> None:
    earlier = ("Who is the new class teacher of 5b?",)
    assert "13:15" in answer("When can he be reached?", EVENING, earlier=earlier, title="Evening of class 5b")


def test_how_often_is_not_asked_again_with_what_it_costs() -> None:
    assert "95 euros" in answer("And how much does it cost?", PIANO, earlier=("How often would the piano tuner come?",))


def test_french_verbs_have_irregular_forms_too() -> None:
    text = "# Quiche\n\nVerser le tout sur la pâte. Cuire à 200 degrés pendant trente-cinq minutes."
    assert "200" in answer("À combien de degrés cuit-on la quiche ?", text, title="Quiche")


@pytest.mark.parametrize(
    ("question", "title", "fact", "opening"),
    [
        (
            "Who approved the protocol for water samples?",
            "Taking a water sample",
            "approved by: Milo Trevanion",
            "This protocol says how samples are kept.",
        ),
        (
            "Wer hat das Merkblatt zum Räuchern freigegeben?",
            "Räuchern im Hof",
            "freigegeben von: Milo Trevanion",
            "Dieses Merkblatt sagt, was zu tun ist.",
        ),
    ],
)
def test_the_facts_of_a_document_are_found_by_what_it_calls_itself(
    question: str, title: str, fact: str, opening: str
) -> None:
    metadata: dict[str, JsonValue] = {"file_name": "p.md", "file_path": "/papers/p.md", "title": title}
    nodes = [NumberedNode(1, TextNode(fact, metadata), 5.0), NumberedNode(2, TextNode(opening, metadata), 4.0)]
    assert "Milo" in quoted_answer(question, (), nodes).text
    other = [nodes[0], NumberedNode(2, TextNode("It says how samples are kept.", metadata), 4.0)]
    assert not quoted_answer(question, (), other).is_supported


NOVEL = (
    "# Foreword\n\nThe Tin Ferry is a novel in two parts by Odile Brack. It tells of a ferryman who carries a letter"
    " across a frozen river for thirty years."
)
CLUB = (
    "Reading circle Ashby\nNotes of the evening of 4 May\n\nWe chose a new novel. With six votes the circle took The"
    " Tin Ferry. Bread and tea were paid by the till.\n"
)


@pytest.mark.parametrize(
    "question",
    ["What is the novel The Tin Ferry about?", "What is the book by Odile Brack about?"],
    ids=["title", "author"],
)
def test_a_book_is_found_by_its_title_or_its_author(question: str) -> None:
    """Notes without a title that hold all words of the question were taken for the book."""
    nodes = [
        NumberedNode(1, TextNode(CLUB, {"file_name": "evening.txt"}, start_char_idx=0), 9.0),
        NumberedNode(2, TextNode(NOVEL, {"file_name": "ferry.epub", "title": "The Tin Ferry"}, start_char_idx=0), 8.0),
    ]
    answer = quoted_answer(question, [], nodes)
    assert "ferryman who carries a letter" in answer.text
    assert "Bread and tea" not in answer.text
