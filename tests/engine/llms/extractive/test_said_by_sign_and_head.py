"""Units by their signs, prices of what is ordered, the day of a mail in its head, and words that frame a case."""

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

TILES = (
    "| Tile | Thickness | Price per m² |\n| --- | --- | --- |\n| Slate | 9 mm | £41 |\n| Cork | 6 mm | £23 |\n"
    "\nA slate tile is heavier than a cork tile.\n"
)
ORDER = "The parish decided to order a new church bell from Okello & Sons for 41,000 euros. The old bell is cracked."
MAIL = (
    "From: Office <office@quarry.example>\nTo: all@quarry.example\nSubject: New fares for the ferry from 1 July\n"
    "Date: Tue, 17 Jun 2025 11:03:52 +0200\n\nFrom 1 July the ferry costs 3 euros.\n"
)
FIRE = "## Fire\n\nThe meeting point is the well behind the barn.\n"


def asked(question: str, text: str, name: str) -> str:
    answer = quoted_answer(question, [], [NumberedNode(1, TextNode(text, {"file_name": name}), 9.0)])
    return answer.text if answer.is_supported else ""


@pytest.mark.parametrize(
    ("question", "text", "name", "said"),
    [
        ("What does a cork tile cost per square metre?", TILES, "tiles.md", "£23"),
        ("How much does the new church bell cost?", ORDER, "notes.txt", "41,000 euros"),
        ("On which day was the mail about the new fares for the ferry sent?", MAIL, "fares.eml", "17 Jun 2025"),
        ("Where is the meeting point in case of fire?", FIRE, "safety.md", "well behind the barn"),
    ],
)
def test_what_is_written_in_signs_and_heads_answers(question: str, text: str, name: str, said: str) -> None:
    assert said in asked(question, text, name)


def test_what_was_done_for_a_sum_is_not_the_price_of_a_thing() -> None:
    assert not asked("How much does the old bell cost?", "The old bell was repainted for 300 euros.", "notes.txt")


def test_the_sign_is_meant_by_a_follow_up_too() -> None:
    node = NumberedNode(1, TextNode(TILES, {"file_name": "tiles.md"}), 9.0)
    answer = quoted_answer("And slate?", ["What does a cork tile cost per square metre?"], [node])
    assert "£41" in answer.text
