"""Who did it, who comes next and how many they are, where a text has the deed, the leaving and the list alone."""

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

NEWS = (
    "Two lawn mowers were taken from the shed in the night of 4 May. Piet Okello leaves on 31 August for a post in"
    " Ghent. After a further 20 days the garden goes to the next person on the waiting list."
)


def is_answered(question: str, text: str) -> bool:
    return quoted_answer(question, [], [NumberedNode(1, TextNode(text, {"file_name": "news.txt"}), 9.0)]).is_supported


@pytest.mark.parametrize(
    "question",
    [
        "Who took the lawn mowers?",
        "Who will take over the post of Piet Okello?",
        "How many people are on the waiting list for a garden?",
    ],
)
def test_what_is_only_hinted_at_is_no_answer(question: str) -> None:
    assert not is_answered(question, NEWS)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who took the lawn mowers?", "The lawn mowers were taken from the shed by Ada Rook, who needed them."),
        ("Who will take over the post of Piet Okello?", "Ada Rook takes over the post of Piet Okello in May."),
        ("How many people are on the waiting list for a garden?", "Nine people are on the waiting list for a garden."),
    ],
)
def test_what_is_said_is_one(question: str, text: str) -> None:
    assert is_answered(question, text)


def test_a_part_of_the_sugar_is_no_price() -> None:
    recipe = "# Torta di mele\n\nMescolare le mele con metà dello zucchero.\n"
    assert not is_answered("Quanto costa la torta di mele?", recipe)
    assert is_answered("Quanto costa la torta di mele?", "La torta di mele costa la metà del prezzo dopo le sei.")
