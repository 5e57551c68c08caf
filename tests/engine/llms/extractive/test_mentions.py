"""Where a thing is mentioned, and whether anything is said about it, is answered document by document."""

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.llms.extractive.whole_documents.mentions import mentioned, mentioned_at_all
from bookwheel.engine.schema import NumberedNode, TextNode

MINUTES = "# Minutes of May\n\nThe kiln is mended for 310 euros. The mast would stand in the flight path."
MANUAL = "# The kiln\n\nIt holds 68 litres. The door opens at 80 degrees."
RULES = "# House rules\n\nDogs stay on a leash. Hunde bleiben an der Leine. Les chiens restent en laisse."


def asked(question: str) -> tuple[str, bool]:
    texts = {"minutes.md": MINUTES, "kiln.md": MANUAL, "rules.md": RULES}
    nodes = [
        NumberedNode(number, TextNode(text, {"file_name": name, "file_path": f"/papers/{name}"}), 5.0 - number)
        for number, (name, text) in enumerate(texts.items(), 1)
    ]
    quoted = quoted_answer(question, (), nodes)
    return quoted.text, quoted.is_supported


@pytest.mark.parametrize(
    "question",
    [
        "Which documents mention the kiln?",
        "Where is the kiln mentioned?",
        "Which files talk about the kiln?",
        "In which document is the kiln described?",
        "Show me the notes about the kiln",
        "mentions of the kiln",
    ],
)
def test_each_document_is_quoted_once(question: str) -> None:
    text, is_supported = asked(question)
    assert is_supported
    assert "310 euros" in text
    assert "68 litres" in text
    assert "leash" not in text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Is there anything about dogs?", "leash"),
        ("What do I need to know about the kiln?", "kiln"),
        ("Wo werden Hunde erwähnt?", "Leine"),
        ("In welcher Datei steht etwas über Hunde?", "Leine"),
        ("Où parle-t-on des chiens ?", "laisse"),
        ("Quels documents mentionnent les chiens ?", "laisse"),
    ],
)
def test_anything_about_it_is_quoted(question: str, said: str) -> None:
    text, is_supported = asked(question)
    assert is_supported
    assert said in text


@pytest.mark.parametrize(
    "question",
    ["Which documents mention dragons?", "Is there any information on parking?", "Wo wird der Turm erwähnt?"],
)
def test_another_word_for_it_is_not_a_mention(question: str) -> None:
    """A mast that would "stand" somewhere is not a word on parking."""
    _, is_supported = asked(question)
    assert not is_supported


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ("¿Dónde se menciona el faro?", "el faro"),
        ("¿Qué documentos hablan del faro?", "faro"),
        ("Dove si parla del faro?", "faro"),
        ("Welche Dateien handeln von Igeln?", "Igeln"),
        ("Where is the key?", ""),
        ("Which documents does the clerk keep?", ""),
        ("Wo wird der Schlüssel aufbewahrt?", ""),
    ],
)
def test_the_thing_whose_mentions_are_asked_for_is_found(question: str, what: str) -> None:
    assert mentioned(question) == what


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ("Gibt es etwas über Igel?", "Igel"),
        ("¿Hay algo sobre el faro?", "el faro"),
        ("What do the minutes say about the mast?", "the mast"),
        ("Is there a lift in the mill?", ""),
    ],
)
def test_the_thing_that_anything_is_asked_about_is_found(question: str, what: str) -> None:
    assert mentioned_at_all(question) == what
