"""Values that stand in a text in another form than the question has them, and those of something else."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

LATHE = "# Lathe BT40\n\nThe BT40 turns pieces of up to 40 kg. It stands in the yard."
JETTY = (
    "# Contract for the jetty\n\n1. Work. The carpenter builds the jetty of larch.\n"
    "2. Guarantee. The carpenter guarantees that the planks hold for eight years, and the paint for one year."
)
HALL = (
    "# The town hall\n\nThe tour is free of charge. There is no fee for the cloakroom. "
    "Dogs stay outside, on account of the carpets."
)
DRAWING = (
    "WERKVERTRAG\nzwischen dem Verlag Nordlicht und der Zeichnerin Frau Ida Kranz\n\n"
    "Die Zeichnerin liefert zwölf Bilder für ein Kinderbuch. Die Bilder gehören danach dem Verlag.\n\n"
    "Das Honorar beträgt 140 Euro je Bild. Es wird nach Abgabe gezahlt.\n\nDie Zeichnerin behält die Vorlagen."
)
MADDER = (
    "# Dyeing with madder\n\nYou dye a skein of wool red.\n\n## Report\n\nAt most two pages, with a sample of the wool."
)
WELD = "# Dyeing with weld\n\nYou dye a skein yellow.\n\n## Report\n\nAt most three pages, with a sample."
RABBIT = "# After the operation: rabbit\n\nKeep him warm for a night. The stitches are taken out on day twelve."


def answer(question: str, *texts: str) -> str:
    nodes = [
        NumberedNode(n, TextNode(text, {"title": text.partition("\n")[0].strip("# ")}, ref_doc_id=f"d{n}"), 9.0 / n)
        for n, text in enumerate(texts, 1)
    ]
    quoted = quoted_answer(question, [], nodes)
    return quoted.text if quoted.is_supported else ""


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        # The figure of a name is not that of the value.
        ("How many kilos can the BT40 turn?", LATHE, "up to 40 kg"),
        ("How long does the guarrantee on the planks of the jetty last?", JETTY, "eight years"),
        ("How much does the cloakroom cost?", HALL, "no fee"),
        ("Why do dogs have to stay outside?", HALL, "carpets"),
        ("Wie viel bekommt die Zeichnerin je Bild?", DRAWING, "140 Euro"),
        ("How many pages may the report on madder have?", MADDER, "two pages"),
        ("When are the stitches of the rabbit taken out?", RABBIT, "day twelve"),
    ],
)
def test_a_value_in_another_form_is_quoted(question: str, text: str, value: str) -> None:
    assert value in answer(question, text, "The office is on the first floor. The lift is broken.")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many kilos does the BT40 weigh?", LATHE),
        ("How much does the lift cost?", HALL),
        ("Wie viel bekommt die Zeichnerin je Umschlag?", DRAWING),
        ("How many pages may the report on indigo have?", MADDER),
        ("When are the stitches of the cat taken out?", RABBIT),
    ],
)
def test_a_value_of_something_else_is_not_quoted(question: str, text: str) -> None:
    assert answer(question, text, "The office is on the first floor. The lift is broken.") == ""


def test_a_second_half_without_a_verb_has_that_of_the_first() -> None:
    text = answer("How many pages may the madder report have, and how many the one on weld?", MADDER, WELD)
    assert "two pages" in text
    assert "three pages" in text
