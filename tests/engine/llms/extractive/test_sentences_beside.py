"""Sentences that are quoted with the one before them, or with what follows in their entry."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.quotable.leaning_sentences import points_to_place
from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.llms.extractive.vetoes.asked_reasons import tells_what_had_happened
from bookwheel.engine.schema import NumberedNode, TextNode

WALK = (
    "# Round of the gorge\n\n"
    "Behind the sawmill the path crosses the Ilm on a plank. Here stands the old lime kiln, which may be entered.\n\n"
    "Twenty minutes on you reach Crow Gap. A bench and the visitors' book are there.\n\n"
    "There is a toilet behind the chapel. The key is with the sexton."
)
WEG = "# Weg\n\nNach der Brücke steht links ein Schuppen. Dort hängt das Rettungsseil."
RUES = "# Lavoirs\n\nA droite de l'église commence la rue des Tanneurs. Le lavoir est là, sous les tilleuls."
BOOK = (
    "# Stable book\n\n"
    "4 May. The mare Juno went lame after the ride. Hoof cooled, vet rung at noon. She stays in. Nils.\n\n"
    "6 May. Juno better. Hoof bandaged anew. Nils.\n\n"
    "9 May. A pipe burst in the yard. Main tap shut, plumber ordered for Monday. Eda."
)


def answer(question: str, text: str) -> str | None:
    """The quotations; None if nothing is quoted."""
    quoted = quoted_answer(question, [], [NumberedNode(1, TextNode(text, {"file_name": "a.md"}), None)])
    return quoted.text if quoted.is_supported else None


@pytest.mark.parametrize(
    ("question", "text", "place"),
    [
        ("Where is the old lime kiln?", WALK, "Behind the sawmill"),
        ("Where is the visitors' book?", WALK, "Crow Gap"),
        ("Wo hängt das Rettungsseil?", WEG, "Nach der Brücke"),
        ("Où est le lavoir ?", RUES, "rue des Tanneurs"),
    ],
)
def test_here_is_quoted_with_the_place(question: str, text: str, place: str) -> None:
    assert place in (answer(question, text) or "")


def test_a_sentence_with_a_place_of_its_own_is_quoted_alone() -> None:
    quoted = answer("Where is the toilet?", WALK)
    assert quoted is not None
    assert "Crow Gap" not in quoted


@pytest.mark.parametrize("sentence", ["There is a bench behind it.", "There are six of them."])
def test_there_is_points_to_no_place(sentence: str) -> None:
    assert not points_to_place(sentence, "english")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What was done for Juno after the ride?", "vet rung at noon"),
        ("What did they do after the pipe burst?", "Main tap shut"),
        ("What was done about the burst pipe?", "plumber ordered"),
    ],
)
def test_what_was_done_stands_behind_the_event_in_its_entry(question: str, expected: str) -> None:
    quoted = answer(question, BOOK)
    assert quoted is not None
    assert expected in quoted
    assert ("Nils" in quoted) != ("Eda" in quoted)


@pytest.mark.parametrize("question", ["What was done about the fire?", "What was done for the stallion?"])
def test_what_was_done_about_something_else_is_not_there(question: str) -> None:
    assert answer(question, BOOK) is None


HARBOUR = (
    "# Notes of the harbour\n\n"
    "The footbridge was closed in May. A lorry had hit its pillar.\n\n"
    "The crane stood still for a week. Its brake had worn out, and no spare part was to be had.\n\n"
    "The bell did not ring at Easter. The new bell is of bronze.\n\n"
    "The pier was sold in 1990. The buyer had 40 boats.\n\n"
    "Die Brücke wurde im Mai gesperrt. Ein Lastwagen hatte den Pfeiler gerammt.\n\n"
    "La piscine est restée fermée en juin. Une pompe avait brûlé."
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Why was the footbridge closed?", "A lorry had hit"),
        ("Why did the crane stand still for a week?", "brake had worn out"),
        ("Warum wurde die Brücke gesperrt?", "Lastwagen hatte"),
        ("Pourquoi la piscine est-elle restée fermée en juin ?", "pompe avait"),
    ],
)
def test_what_had_happened_before_is_a_reason(question: str, expected: str) -> None:
    assert expected in (answer(question, HARBOUR) or "")


@pytest.mark.parametrize("question", ["Why did the bell not ring at Easter?", "Why was the pier sold?"])
def test_what_the_next_sentence_tells_else_is_no_reason(question: str) -> None:
    assert answer(question, HARBOUR) is None


@pytest.mark.parametrize(
    ("sentence", "is_told"),
    [
        ("Una bomba había ardido.", True),
        ("La pompa aveva ceduto.", True),
        ("He had to go.", False),
        ("Before that it had burned.", False),
        ("The school has a yard.", False),
    ],
)
def test_the_past_before_the_past_is_known(sentence: str, *, is_told: bool) -> None:
    assert tells_what_had_happened(sentence) is is_told
