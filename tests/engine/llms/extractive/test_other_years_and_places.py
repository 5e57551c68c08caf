"""What a document says of now, of the thing as a place, or of another deed answers no question about it."""

import pytest
from tests.support.quoted_notes import answer

STICK = "# House rules\n\nPhotographs are not kept here but on the blue stick. The key hangs behind the door."
MINUTES = "# Assembly of 6 May 2026\n\nThe concert is on 4 July. Tickets cost 9 euros. There were 31 singers."
LOAN = '# Loan\n\nThe club lends the Dobsonian "Big Agnes" with two eyepieces.'
HUT = "# The hut\n\nThe hut of the club was built by Jonas Blum in spring."


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What did a ticket cost in 2024?", MINUTES),
        ("How many singers were there in 2019?", MINUTES),
        ("Who built Big Agnes?", LOAN),
    ],
)
def test_a_text_about_another_year_or_place_is_refused(question: str, text: str) -> None:
    assert answer(question, text) is None


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("What did a ticket cost in 2026?", MINUTES, "9 euros"),
        ("What does a ticket cost?", MINUTES, "9 euros"),
        ("Where is the key?", STICK, "behind the door"),
        ("Who built the hut?", HUT, "Jonas Blum"),
        ("Who lends Big Agnes?", LOAN, "The club lends"),
    ],
)
def test_a_text_about_the_year_or_place_asked_for_is_quoted(question: str, text: str, said: str) -> None:
    quoted = answer(question, text)
    assert quoted is not None
    assert said in quoted
