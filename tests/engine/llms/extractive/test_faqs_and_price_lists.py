"""Answers below questions, prices behind dots, opening hours, sums told as shares: what other documents look like."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

FAQ = (
    "# Questions\n\n**Q: Where do I leave my boat?**\nA: On the racks behind the slip.\n\n"
    "**Q: From what age may children sail alone?**\nA: From sixteen.\n\n"
    "**Q: Can I borrow an oilskin at the boathouse?**\nA: Yes, in three sizes.\n"
)
PRICES = (
    "BOATHOUSE - PRICES\n\nCanoe, one day ............ 18.50 EUR\nCanoe, one week ........... 84.00 EUR\n"
    "Paddle ....................  2.00 EUR\nYear card ................. 96.00 EUR\n"
)


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("Where can I put my boat?", FAQ, "behind the slip"),
        ("From what age may kids sail on their own?", FAQ, "sixteen"),
        ("Can I borrow an oilskin?", FAQ, "three sizes"),
        ("What does a paddle cost?", PRICES, "2.00"),
        ("How much is the year card?", PRICES, "96.00"),
        (
            "Can I bring my own tent to the summer camp?",
            "## Can I bring my own tent to the summer camp?\n\nYes, a small one. Stoves have to stay at home.",
            "Yes, a small one",
        ),
        (
            "When is the tool library open on Saturdays?",
            "# Tool library\n\nMonday from 9 to 12, Saturday from 10 to 16.",
            "10 to 16",
        ),
        ("When is the reading room open on Fridays?", "# Reading room\n\nFriday from 9 to 15.", "9 to 15"),
        ("What does cancelling within two days cost?", "Whoever cancels within two days pays a quarter.", "a quarter"),
        (
            "What does giving up a stall within a week cost?",
            "Whoever gives up a stall within a week pays the rent of the table.",
            "rent of the table",
        ),
        ("How long is its wall?", "It is ringed by a wall of half a mile.", "half a mile"),
        ("¿Cuántas horas duró el viaje?", "El viaje duró dieciocho horas.", "dieciocho"),
        ("Wie viel Öl fasst der Heizkessel?", "Der Heizkessel fasst 240 Liter.", "240"),
        ("Pourquoi la vente du four est-elle reportée ?", "La vente du four est reportée, faute d'acheteur.", "faute"),
        ("Que devient un livre perdu ?", "Un livre perdu est donné à la commune.", "commune"),
        ("Was kostete die Kelter?", "Kelter repariert, 212 Euro.", "212"),
        ("Wann wird die Wanne geleert?", "Die Wanne wird in der ersten Märzwoche geleert.", "Märzwoche"),
        ("How many vests were torn?", "The vests were looked at by Ada Rook: 9 of 120 were torn.", "9 of 120"),
        (
            "Which takes more work, the hand mill or the press?",
            "We compared the hand mill and the press. The press took a third more work.",
            "third more work",
        ),
        (
            "¿A qué hora empieza el concierto de Altea?",
            "Concierto: C1; Ciudad: Altea; Hora: 20:15\nConcierto: C2; Ciudad: Denia; Hora: 19:00",
            "20:15",
        ),
        (
            "¿Cuándo sale de Altea el autobús?",
            "# Autobús\n\nParada: Altea; Llegada: 09:10; Salida: 09:25\nParada: Denia; Llegada: 10:00; Salida: 10:05",
            "09:25",
        ),
        ("Mag ik op zondag zagen?", "Zagen mag alleen op zaterdag.", "zaterdag"),
        (
            "What may not be copied in the reading room?",
            "Charters must not be photocopied in the reading room.",
            "Charters",
        ),
    ],
    ids=str,
)
def test_answer_is_quoted(question: str, text: str, quoted: str) -> None:
    assert quoted in (answer(question, text) or "")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What does a child's year card cost?", PRICES),
        ("How much does the Otter 5 weigh?", "The Otter 5 takes six kilograms of laundry."),
        (
            "When does the single-masted class start?",
            "Class: Two-masted class; Start: 10:20; Fee: 12 euros\nClass: Rowing boats; Start: 11:00; Fee: 5 euros",
        ),
        ("What did the council decide about the colour of the roof?", "3. Roof. The council waits for a second offer."),
        (
            "How many children does the nursery have?",
            "# Fair of the nursery, for small children\n\n- Two cakes without nuts\n- Four helpers",
        ),
        (
            "Wie viele Garagen hat der Hof?",
            "# Vertrag über die Garage 7\n\nDie Garage 7 im Hof ist 2,40 m breit und 5,20 m lang.",
        ),
        ("Was kostete der Räumdienst 2021?", "Dienst: Räumdienst; Preis 2024: 80 €; Preis 2025: 85 €"),
        ("Porque não são permitidos cães?", "Não são permitidos cães nem outros animais."),
        ("Where were the sails made?", "The six sails from Kestrel arrived yesterday."),
    ],
    ids=str,
)
def test_nothing_is_quoted(question: str, text: str) -> None:
    assert answer(question, text) is None
