"""Questions with a greeting before them, or with a case that is told first, are answered like plain ones."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

from bookwheel.engine.llms.extractive.asked.polite_padding import without_padding

KILN = "# The kiln\n\nThe kiln is opened at 80 degrees. Pots of more than 12 kg are not fired. Visitors may watch it."
SENDING = "# Post\n\n## How do I send a parcel to my mail box?\n\nPut it into the grey bag and ring twice."
STEPS = (
    "# Claims\n\n1. Fill in the form K7.\n2. Let the foreman read it.\n3. Put the form in the red box of the office.\n"
)


@pytest.mark.parametrize(
    ("padded", "plain"),
    [
        ("hi, can somebody tell me how i open the kiln?", "how do i open the kiln?"),
        ("Hi all, quick one, when is the kiln opened?", "when is the kiln opened?"),
        ("Do you know if dogs are allowed in the shed?", "are dogs allowed in the shed?"),
        ("Could you tell me what the rent is?", "what is the rent?"),
        ("Hallo zusammen, kurze Frage: Wann ist das Fest?", "Wann ist das Fest?"),
        ("Weiß jemand, ob Hunde erlaubt sind?", "sind Hunde erlaubt?"),
        ("Bonjour à tous, est-ce que quelqu'un sait où est la clé ?", "où est la clé ?"),
        ("Pouvez-vous me dire combien coûte un globe ?", "combien coûte un globe ?"),
        ("Hola, ¿alguien sabe cuándo llega el camión?", "cuándo llega el camión?"),
        ("Quisiera saber cuánto cuesta el envío, por favor", "cuánto cuesta el envío"),
        ("Mi sa dire dove si trova la chiave?", "Mi sa dire dove si trova la chiave?"),
        ("What is the name of the inn, please?", "What is the name of the inn?"),
        ("Hello Kitty is what?", "Hello Kitty is what?"),
        ("Dear Anna, what is the rent?", "Dear Anna, what is the rent?"),
        ("tell me about the copier", "tell me about the copier"),
        ("Hi there", "Hi there"),
        ("Who do you know in Lyon?", "Who do you know in Lyon?"),
    ],
)
def test_greeting_and_politeness_are_dropped(padded: str, plain: str) -> None:
    assert without_padding(padded) == plain


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("My pot weighs 15 kg, is that ok?", KILN, "12 kg"),
        ("I have a pot of 15 kg, is that too heavy?", KILN, "12 kg"),
        ("Hello, I come as a visitor next week, may I watch it?", KILN, "Visitors may watch"),
        ("Mein Topf wiegt 15 kg, geht das?", "Töpfe über 12 kg werden nicht gebrannt.", "12 kg"),
        ("Mon pot pèse 15 kg, c'est possible ?", "Les pots de plus de 12 kg ne sont pas cuits.", "12 kg"),
        ("A kiln load weighs 60 kg, is that allowed?", 'KILN = "old"\nMAX_WEIGHT_KG = 55\n', "MAX_WEIGHT_KG = 55"),
        ("hi, can you tell me how i send a parcel to my own mail address?", SENDING, "grey bag"),
        ("where do i put the form K7", STEPS, "red box"),
    ],
)
def test_what_is_told_first_is_the_case_that_is_asked_about(question: str, text: str, quoted: str) -> None:
    found = answer(question, text)
    assert found is not None
    assert quoted in found


def test_a_case_without_a_rule_is_refused() -> None:
    assert answer("My dog weighs 15 kg, is that ok?", "# Post\n\nThe office is open from 9 to 12.") is None
