"""Whether the embedded model refuses "why" where the documents say what was done, and not why."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import model_answer

WITHOUT_REASON = [
    ("Why is the beacon dark?", "The beacon has been dark since August."),
    ("Why is the beacon dark?", "2. Beacon. The beacon has been dark since August. A buoy is lent to us."),
    ("Why was Tilda Grane ill?", "Tilda Grane was ill, Odo Fenn led the meeting of the board."),
    ("Why was Walt Strand awarded a medal?", "Master: Walt Strand; From: 1940; Remark: Awarded a medal in 1953"),
    ("Why did the creamery change its soap?", "The creamery changed its soap in June, and the smell went afterwards."),
    ("Warum wird die Nordwand gestrichen?", "Am 3. Juni wird die Nordwand gestrichen und bleibt geschlossen."),
    ("Warum wurde der Antrag abgelehnt?", "Der Antrag, die Halle zu heizen, wurde mit 30 zu 17 Stimmen abgelehnt."),
    ("Pourquoi la citerne fuit-elle ?", "La citerne fuit depuis l'hiver ; Karim la répare avec son frère."),
    ("¿Por qué ladra el perro?", "El perro del tercero ladra por las noches; la presidenta hablará con su dueño."),
]
WITH_REASON = [
    ("Why does Mrs Elm stay at home?", "Mrs Elm broke her wrist at sports day and stays at home, so Ms Orr leads."),
    ("Why must the hook not be washed?", "Never wash the hook: the bearing rusts."),
    ("Why is the bath closed?", "The bath is closed for repairs until May."),
    ("Why was the short road built?", "In 1973 William E. Elm had the short road built to reach the quarry in winter."),
    ("Warum ist das Tor geschlossen?", "Das Tor ist geschlossen, um die Schafe zu schützen."),
    ("Pourquoi le musée est-il fermé ?", "Le musée est fermé pour une fête privée."),
    ("¿Por qué se cierra la piscina?", "La piscina se cierra por obras en junio."),
]


@pytest.mark.parametrize(("question", "text"), WITHOUT_REASON)
async def test_a_sentence_without_a_reason_does_not_answer_why(question: str, text: str) -> None:
    given = await model_answer(question, text)
    assert not given.supported


@pytest.mark.parametrize(("question", "text"), WITH_REASON)
async def test_a_sentence_with_a_reason_answers_why(question: str, text: str) -> None:
    given = await model_answer(question, text)
    assert given.supported
