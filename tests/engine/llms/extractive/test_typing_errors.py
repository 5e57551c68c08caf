"""A word with a typing error is read as the word of the documents, also by what looks at the text of the question."""

import pytest
from tests.support.quoted_notes import answer

HUT = "# Hüttenordnung\n\nEine Nacht im Lager kostet 16 Euro.\n\nDas Frühstück kostet 11 Euro. Ab 22 Uhr ist Ruhe."
GAME = "# Moths\n\nShuffle the 36 wing tiles and give each player seven. The lamp stands in the middle."
SHOP = "# La boutique\n\nUn calendrier coûte 12 euros. La photographie coûte 30 euros."
OFFICE = "# Office\n\nThe deposit of the guest house is 90 pounds. The rent of the barn is 200 pounds."


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("Was kostet das Frühstük?", HUT, "11 Euro"),
        ("Was kostet das Früstück?", HUT, "11 Euro"),
        ("How many wing tyles does Moths have?", GAME, "36 wing tiles"),
        ("Combien coûte un calandrier ?", SHOP, "12 euros"),
        ("Combien coûte la fotographie ?", SHOP, "30 euros"),
        ("How much is the deposyt of the guest house?", OFFICE, "90 pounds"),
        (
            "How long does an unloaedd cart stay in the yard?",
            "# Unload\n\nA cart stays in the yard for two days.",
            "two",
        ),
    ],
)
def test_a_slip_is_read_as_the_word_of_the_documents(question: str, text: str, said: str) -> None:
    """Patterns that compare the text of a question with that of a sentence did not find the word."""
    quoted = answer(question, text)
    assert quoted is not None
    assert said in quoted


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What does the loft cost?", OFFICE),
        ("Was kostet das Mittagessen?", HUT),
        ("How many wing tunes does Moths have?", GAME),
        ("Combien coûte un calepin ?", SHOP),
    ],
)
def test_another_word_is_not_a_slip(question: str, text: str) -> None:
    assert answer(question, text) is None
