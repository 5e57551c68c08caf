"""A paragraph names its subject in the first sentence, and says what it cost, or why it was, in another."""

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

DIARY = (
    "# The mill\n\n## April\n\nA crack in the main shaft. The wheel stood still for nine days. The cause was a stone"
    " that the flood had carried in. Cost: 1,340 euros, paid by the parish.\n\n"
    "## May\n\nNew buckets on the wheel, of larch. It took three weeks. All of it was done by Ines.\n"
)
GERMAN = "## August\n\nRiss im Mahlstein. Die Ursache war ein Nagel im Korn. Kosten: 410 Euro.\n"


def asked(question: str, text: str) -> tuple[str, bool]:
    answer = quoted_answer(question, [], [NumberedNode(1, TextNode(text, {"file_name": "diary.md"}), 9.0)])
    return answer.text, answer.is_supported


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("What was the cause of the crack in the main shaft?", DIARY, "a stone that the flood had carried in"),
        ("What caused the crack in the shaft?", DIARY, "a stone that the flood had carried in"),
        ("How much did the crack in the shaft cost?", DIARY, "1,340 euros"),
        ("How long did the new buckets take?", DIARY, "It took three weeks"),
        ("Was war die Ursache für den Riss im Mahlstein?", GERMAN, "ein Nagel im Korn"),
        ("Was kostete der Riss im Mahlstein?", GERMAN, "410 Euro"),
    ],
)
def test_the_value_of_what_the_first_sentence_names_is_quoted(question: str, text: str, said: str) -> None:
    """The first sentence alone was quoted, or nothing: no other has a word of the question."""
    answer, is_supported = asked(question, text)
    assert is_supported
    assert said in answer


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How much did the new buckets cost?", DIARY),
        ("What was the cause of the new buckets?", DIARY),
        ("How much did the crack in the shaft cost?", DIARY.replace("Cost: 1,340 euros, paid by the parish.", "")),
        ("What caused the crack in the shaft?", DIARY.replace("The cause was a stone", "Nobody saw the stone")),
    ],
)
def test_what_another_paragraph_says_is_not(question: str, text: str) -> None:
    assert not asked(question, text)[1]
