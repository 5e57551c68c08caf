"""Entries below a day, the way to a place, and other persons, prices and attendance beside what is asked."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

DIARY = (
    "# Diary of the school\n\n3 May. Plover capsized off the mole. A bailer was lost.\n"
    "17 May. Curlew hauled out for painting."
)
SCHOOL = (
    "# Sailing school Curlew\n\nAda Rook started the school in 2003. Before that she piloted freighters.\n\n"
    "## How to find us\n\nBehind the fish hall, third gate on the left."
)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When did the Heron capsize?", DIARY),
        (
            "Why does Ada Rook give up the chair?",
            "Present: Ada Rook (chair), Tom Pell (money).\n\n4. Chair. Ada Rook gives up the chair in June.",
        ),
        ("Was kostet ein Etikett?", "Wer verkauft, braucht Etiketten. Ein Glas mit 500 g kostet 7,50 Euro."),
        ("Wie groß ist der Keller?", "# Der Keller\n\n1. Ein Kilo Zucker abwiegen.\n2. Honig mit 20 Prozent Wasser."),
        ("Qui a mis le feu au hangar ?", "En 2019, l'incendie du hangar a détruit le papier."),
        ("¿Quién rompió la prensa?", "La prensa se rompió en marzo y la sustituimos por otra."),
    ],
    ids=str,
)
def test_an_entry_beside_the_one_asked_for_is_not_quoted(question: str, text: str) -> None:
    assert answer(question, text) is None


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("When did the Plover capsize?", DIARY, "3 May"),
        ("Where is the school Curlew?", SCHOOL, "fish hall"),
        ("What does the week cost for a 14-year-old?", "The week costs 285 euros, under 16 only 190 euros.", "190"),
        (
            "Which boat is moored at A7?",
            "boat: Knot; class: Gull; berth: A7\nboat: Plover; class: Gull; berth: B1",
            "Knot",
        ),
        ("What did the repair of the lamp cost?", "2. Lamp. Mended on 4 April for 118 euros.", "118"),
        (
            "Why is the card getting dearer?",
            "Because heating costs more, the card is getting dearer in July.",
            "heating",
        ),
        ("Wie mache ich Sirup?", "## Sirup\n\n1. Ein Kilo Zucker abwiegen.\n2. Mit Wasser kochen.", "Zucker"),
        ("Wer hat am meisten geerntet?", "Imker;Ernte in kg\nAda Rook;62\nTom Pell;41", "Ada Rook"),
        ("¿A qué hora es el curso?", "Los viernes hay curso, de 17 a 19; las plazas son ocho.", "17 a 19"),
        ("Wie viele Waben passen in die Schleuder?", "Die Schleuder fasst zwölf Waben.", "zwölf"),
        ("Qui a fondé l'atelier ?", "L'atelier a été créé en 1987 par Solange Aubry.", "Solange Aubry"),
    ],
)
def test_said_below_a_day_or_a_heading_is_quoted(question: str, text: str, quoted: str) -> None:
    found = answer(question, text)
    assert found is not None
    assert quoted in found
