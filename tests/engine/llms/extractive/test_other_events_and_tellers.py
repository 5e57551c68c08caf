"""The day of another event, the name of who tells it, the price of another destination: near, and no answer."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

SHIP = "name: Plover; built: 2009; captain: Ada Rook\nname: Curlew; built: 1995; captain: Tom Pell"
CONTRACT = (
    "# Vertrag über Platz 6\n\n§ 1 Sache. Vermietet wird Platz 6 im Bootshaus am See.\n\n"
    "§ 2 Gebrauch. Benzin und Farbe dürfen nicht gelagert werden."
)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When did Ada Rook become captain?", SHIP),
        ("Where was the Plover built?", SHIP),
        (
            "Who are the two cooks that leave?",
            "Ada Rook reports that two cooks are leaving in May. Their posts are advertised.",
        ),
        ("What does a return ticket to Skua Bay cost?", "A return ticket to Long Ness costs 17 pounds."),
        ("Quand l'atelier Morel a-t-il été fondé ?", "La voile sera réparée en mars par l'atelier Morel."),
        (
            "Who stopped pump 2?",
            "2026-01-21 18:10 WARN pressure low, pump 2 stopped\n2026-01-22 08:00 INFO pump 1 started",
        ),
        ("Wie viele Plätze hat das Bootshaus?", CONTRACT),
        ("Why was the horn refused?", "1. Anchor. Bought.\n2. Horn. Refused."),
        ("How old is the club?", "Everybody over ten may join the club."),
        ("How high is the sail?", "The sail was washed and has shrunk by 20 cm."),
        ("Wie lang ist der Steg?", "Der Steg wurde im Mai um 30 cm verkürzt."),
        (
            "Combien coûte un projecteur PAR 64 ?",
            "projecteur: PAR 64; puissance: 90 W\nprojecteur: PC 30; puissance: 75 W",
        ),
        ("¿Cuánto costó arreglar la caldera?", "2025-08-05 La caldera vuelve a funcionar; la arregla Ana Lanza."),
        (
            "Where is the studio Corner Wheel?",
            "# Studio Corner Wheel\n\n| Hour | Monday | Tuesday |\n|---|---|---|\n| 10:00 | Wheel | Glazing |",
        ),
    ],
    ids=str,
)
def test_near_thing_is_not_quoted(question: str, text: str) -> None:
    assert answer(question, text) is None


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("When was the Plover built?", SHIP, "2009"),
        ("Who is the captain of the Curlew?", SHIP, "Tom Pell"),
        ("Who reports that two cooks are leaving?", "Ada Rook reports that two cooks are leaving in May.", "Ada Rook"),
        ("What does a return ticket to Long Ness cost?", "A return ticket to Long Ness costs 17 pounds.", "17"),
        ("Who stopped pump 2?", "2026-01-21 18:10 INFO pump 2 stopped by Ada Rook", "Ada Rook"),
        ("Darf ich Benzin im Bootshaus lagern?", CONTRACT, "dürfen nicht"),
        ("¿Cuánto cuesta el curso de vela?", "curso: Vela; profesor: Ana Lledó; precio: 75 €", "75"),
        (
            "¿Cuánto pesa el ancla nueva?",
            "El ancla vieja se vendió por 70 euros. La nueva llega en mayo y pesa 41 kilos.",
            "41",
        ),
        ("Que paie celui qui ne vient pas ?", "Qui ne vient pas paie la moitié d'un panier.", "moitié"),
        (
            "Is the crew included in the charter price?",
            "The charter price is 900 pounds. The crew is charged separately.",
            "separately",
        ),
        ("How old must one be to join the club?", "Everybody over ten may join the club.", "over ten"),
        ("Bis wann muss ich das Zelt bestellen?", "Das Zelt wird am Vortag bestellt.", "Vortag"),
        (
            "¿Quién vende miel?",
            "puesto: 1; vendedor: Rufina Olmos; producto: miel\npuesto: 2; vendedor: Lola Bravo; producto: vino",
            "Rufina",
        ),
        ("By how much has the sail shrunk?", "The sail has shrunk by 20 cm.", "20 cm"),
        ("Why was the slide taken down?", "3. Slide. The slide was taken down, since a board had cracked.", "cracked"),
        ("Wie viele Gäste kamen am 13. Juni 2025?", "13.06.2025 Wasser 20 Grad, 480 Gäste.\n14.06.2025 Regen.", "480"),
        ("¿Puedo llevar a mi perro?", "No se admiten animales. El agua no es potable.", "No se admiten"),
        (
            "¿Cuánto se tarda en la Arista Negra?",
            "ruta: Arista Negra; desnivel: 90 m; tiempo: 6 h\nruta: Lago; desnivel: 9 m; tiempo: 2 h",
            "6 h",
        ),
        ("Wer kümmert sich um die Hecke?", "Die Hecke pflegt Frau Enzler.", "Enzler"),
    ],
    ids=str,
)
def test_a_text_that_answers_is_quoted(question: str, text: str, quoted: str) -> None:
    assert quoted in (answer(question, text) or "")
