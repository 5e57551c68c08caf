"""Times that texts write in another way than the question, words without accents, and words only a folder has."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

LOG = """2026-02-03 10:22 WARN the gate is stuck
2026-02-17 16:40 ERROR the pump froze
2026-03-05 09:10 INFO the pump runs again"""
RULES = """# Rules

1. Age. Helpers are at least 16 years old.

2. Roster. Who is ill calls Ada Rook before seven.

3. Clothing. Helpers wear boots and a cap on the raft.
"""


def answer(question: str, text: str, path: str = "/papers/raft/notes.md", *earlier: str) -> str | None:
    node = TextNode(text, {"file_name": path.rpartition("/")[2], "file_path": path})
    quoted = quoted_answer(question, earlier, [NumberedNode(1, node, 5.0)])
    return quoted.text if quoted.is_supported else None


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("What happened to the pump in February?", LOG, "froze"),
        ("What happened in February?", LOG, "Two of the three rows found"),
        ("Was geschah im März?", LOG, "runs again"),
        ("Wann ist das Tor im Februar geöffnet?", "Das Tor ist ab 14.02.2026 geöffnet.", "14.02."),
        ("Is the office open on Wednesday?", "The office is open Monday to Friday from 9 to 12.", "Monday"),
        ("Which ferry leaves at 2 pm?", "Ferry: F1; Leaves: 09:00\nFerry: F3; Leaves: 14:00", "F3"),
        ("Who works on the 3rd floor?", "Ada Rook works on the third floor.", "Ada Rook"),
        ("When does the pool close in summer?", "In July and August the pool closes at 20:00.", "20:00"),
        ("¿Cuantas camas tiene la cabaña?", "La cabaña tiene 28 camas.", "28"),
        ("Ou est la clé ?", "La clé est dans la boîte rouge.", "boîte"),
        ("Wie hoch ist die Gebuehr?", "Die Gebühr beträgt 12 Euro.", "12 Euro"),
        ("Wie hoch ist die Gebühr?", "Die Gebuehr betraegt 12 Euro.", "12 Euro"),
        ("How many days are there to pay an invoice?", "invoice.days_to_pay: 21\ninvoice.tax: 9", "21"),
        ("How many steps does it take to start the pump?", "# Start the pump\n\n1. Open it.\n2. Prime it.", "Prime it"),
        ("What do helpers wear on the raft?", RULES, "boots"),
        ("Why did the skin dry out?", "The skin dried out because the hall was heated.", "heated"),
        ("How is the honey kept?", "# Questions\n\n## How should honey be kept?\n\nDark and cool, in a jar.", "Dark"),
        ("Wie lange wird der Kuchen gebacken?", "Den Kuchen bei 190 Grad 40 Minuten backen.", "40 Minuten"),
        ("Quantos quartos tem a pousada?", "A pousada tem nove quartos.", "nove"),
        ("На сколько выдаются книги?", "Книги выдаются на три недели.", "три недели"),
        ("How many copies of a bill are printed?", "bill.copies: 2\nbill.language: en", "bill.copies: 2"),
        ("Where is the mill?", "# The mill\n\nSince 2011 it has been at Dell Row 5, next to the smith.", "Dell Row 5"),
        ("What do the fence and the gate cost?", "The fence costs 90 euros.\n\nThe gate costs 35 euros.", "35"),
        ("Wie lange müssen die Listen aufbewahrt werden?", "Die Listen sind zehn Jahre aufzubewahren.", "zehn Jahre"),
        ("Bis wann wird der Antrag eingereicht?", "Der Antrag ist bis zum 3. Mai einzureichen.", "3. Mai"),
        ("Which rafts are still open?", "Raft: A1; State: open\nRaft: A2; State: closed", "A1"),
        ("How many plates does the Kiln 4 hold?", "Oven: Kiln 4; Room: 30 plates\nOven: Kiln 5; Room: 12 plates", "30"),
        ("Can the Finch 2 lift a load of 90 kg?", "The Finch 2 lifts up to 75 kg.", "75 kg"),
        ("How deep may the Finch 2 dive?", "Depth\n\nThe Finch 1 may dive to 3 m and the Finch 2 to 8 m.", "8 m"),
        ("When does the raft leave?", "It leaves every day at 9:15.", "9:15"),
    ],
)
def test_an_answer_is_found_although_it_is_written_in_another_way(question: str, text: str, quoted: str) -> None:
    assert quoted in (answer(question, text) or "")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What happened to the raft in May?", "Guests may ride on the raft with written consent."),
        ("What happened to the pump in June?", LOG),
        ("How old is Ada Rook?", RULES),
        ("Was steht in § 8 des Vertrags?", "§ 1 Vertrag. Der Vertrag gilt drei Jahre.\n§ 2 Lohn. Er ist fest."),
        ("Quantos andares tem o edifício?", "# O edifício\n\nA taxa sobe de 480 para 510 reais."),
        ("How many coaches does the line have?", "2026-03-21 the door of coach 7 on the line was torn off"),
        ("Wie viele Kinder hat der Hort?", "Kinder dürfen kommen, wenn sie 24 Stunden gesund sind."),
    ],
)
def test_a_time_a_name_or_a_number_of_something_else_does_not_answer(question: str, text: str) -> None:
    assert answer(question, text) is None


def test_an_item_with_all_words_is_quoted_without_the_rest_of_its_list() -> None:
    assert "Ada Rook" not in (answer("What do helpers wear on the raft?", RULES) or "")
