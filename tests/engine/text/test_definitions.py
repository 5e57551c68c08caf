"""Questions for the meaning of a word, and texts that say it."""

import pytest

from bookwheel.engine.text.explained.definitions import asked_word, explains

ASKED = {
    "What is a cotter?": "cotter",
    "What does the cotter do?": "cotter",
    "What is the cotter used for?": "cotter",
    "What is a cotter in cycling?": "cotter",
    "What is `index.depth`?": "index.depth",
    "What does Ctrl+T do?": "Ctrl+T",
    "Was ist Nachtarbeit?": "Nachtarbeit",
    "Was gilt als Werktag?": "Werktag",
    "Wer ist Kind im Sinne des Jugendschutzgesetzes?": "Kind",
    "Que signifie IBAN ?": "IBAN",
    "Qu'est-ce qu'un bon de livraison ?": "bon de livraison",
    "¿Qué significa IVA?": "IVA",
    "Cos'è una chiavetta?": "chiavetta",
}
EXPLAINED = {
    "A cotter is a wedge through a crank.": "cotter",
    "See the drawing.\n\nA cotter in a bicycle is a wedge.": "cotter",
    "| axle | a rod |\n| cotter | a wedge |": "cotter",
    "axle: a rod\ncotter: a wedge": "cotter",
    "Term: cotter; Meaning: a wedge": "cotter",
    "*Cotter*: a wedge through a crank": "cotter",
    "Cotters are wedges.": "cotter",
    "(4) Nachtarbeit im Sinne dieser Regel ist Arbeit nach 23 Uhr.": "Nachtarbeit",
    "(2) Als Werktage gelten alle Tage außer Sonntagen.": "Werktag",
    "IBAN est l'acronyme de international bank account number.": "IBAN",
    "-  `--keep n` keeps the last copies.": "--keep",
    "-k, --keep  how many copies stay": "--keep",
    "-k, --kind  which kind\n-K, --keep  how many copies stay": "-K",
    "``-k N``, ``--keep N``; how many copies stay": "--keep",
    "-k N | --keep N\n    how many copies stay": "--keep",
}
USED = {
    "The stair run is taken at the silo.": "stair run",
    "The mast climb is held in May.": "mast climb",
    "A spare key was given to the baker.": "spare key",
    "The cotter is kept in the red box.": "cotter",
    "The cotter box is on the shelf.": "cotter",
    "Turn the crank until the\ncotter and its nut is loose.": "cotter",
    'The file has "cotter": [': "cotter",
    "Nachtarbeitnehmer im Sinne dieser Regel sind Beschäftigte.": "Nachtarbeit",
    "Pass --keep to the program.": "--keep",
    '"cotter": false,': "cotter",
    "cotter: null": "cotter",
    "-k, --keep  how many copies stay": "-K",
}


@pytest.mark.parametrize(("question", "word"), ASKED.items())
def test_a_question_for_a_meaning_names_the_word(question: str, word: str) -> None:
    assert asked_word(question) == word


@pytest.mark.parametrize("question", ["What is new?", "What is this?", "Wer ist Anna Berg?", "When is the fair?"])
def test_other_questions_ask_for_no_word(question: str) -> None:
    assert asked_word(question) == ""


@pytest.mark.parametrize(("text", "word"), EXPLAINED.items())
def test_a_text_explains_the_word_that_it_opens_with(text: str, word: str) -> None:
    assert explains(word, text)


@pytest.mark.parametrize(("text", "word"), USED.items())
def test_a_text_that_only_uses_the_word_does_not_explain_it(text: str, word: str) -> None:
    assert not explains(word, text)
