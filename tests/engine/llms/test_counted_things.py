"""Whether the embedded model refuses "how many" where the documents count other things, or a part."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import model_answer

NOT_COUNTED = [
    ("How many windows does the office have?", "2. The windows of the office are cleaned four times a year."),
    (
        "How many school groups came aboard?",
        "Visitors: 3,214 people came aboard, fewer than in May. School groups are down.",
    ),
    (
        "How many volunteers mended the wheel?",
        "The flood tore off four of the paddles; volunteers mended the wheel in oak.",
    ),
    (
        "How many members does the board have?",
        (
            "A member leaves the board by a two-thirds majority of the members who are there at a meeting of the board"
            " that was called for that alone by its chair."
        ),
    ),
    ("How many members does the board have?", "This is the one\npower of the board that its members do not share."),
    ("How many members does the board have?", "Phase 1: The members of the board are named."),
    ("How many paddles does the wheel have?", "The flood tore off four of the paddles of the wheel."),
    ("How many classes does the school have?", "Class 4a of the school wants a new goal, since the old one is bent."),
    ("Combien de lapins y a-t-il ?", "Les lapins ont mangé les salades de la parcelle 9."),
    ("Combien de parcelles compte le jardin ?", "Au jardin, les lapins ont mangé les salades de la parcelle 9."),
    ("¿Cuántos cursos hay en el taller?", "El taller abrió en 2011 en un molino y sus cursos son buenos."),
    ("Wie viele Besucher kommen zum Fest?", "Zum Fest geheizt wird zwischen 6 und 8 Uhr, dann sind die Besucher da."),
]
COUNTED = [
    ("How many windows does the office have?", "The office has twelve large oak windows."),
    ("How many paddles did the flood tear off?", "The flood tore off four of the paddles."),
    ("How many school groups came aboard?", "14 school groups came aboard."),
    ("Combien de lapins y a-t-il ?", "Il y a douze lapins dans le jardin."),
    ("Combien d'élèves compte l'école ?", "L'école compte 240 élèves."),
    ("Wie viele Mitglieder hat der Verein?", "Der Verein hat 47 Mitglieder."),
]


@pytest.mark.parametrize(("question", "text"), NOT_COUNTED)
async def test_a_number_of_other_things_does_not_answer(question: str, text: str) -> None:
    given = await model_answer(question, text)
    assert not given.supported


@pytest.mark.parametrize(("question", "text"), COUNTED)
async def test_the_number_of_the_things_answers(question: str, text: str) -> None:
    given = await model_answer(question, text)
    assert given.supported
