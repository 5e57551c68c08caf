"""How a thing is started and how it is shut down, under headings with other words for it."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

PRESS = (
    "# The press\n\nThe press stands in the back room.\n\n## Switching on\n\nTurn the key. Pull the green lever. "
    "Wait for the bell.\n\n## Switching off\n\nPull the red lever. Let the oil cool to 40 degrees. Take out the key."
    "\n\n"
    "| Lamp | Meaning |\n| --- | --- |\n| red | shut |\n| green | on |\n"
)
LATHE = (
    "# The lathe\n\n## Starting\n\n1. Close the guard.\n2. Turn the main switch to I.\n3. Press the green button.\n\n"
    "## Shutting down\n\n1. Let the spindle come to rest.\n2. Turn the main switch to 0.\n3. Brush the bed.\n"
)


def answer(question: str, text: str) -> str:
    title = text.partition("\n")[0].strip("# ")
    quoted = quoted_answer(question, [], [NumberedNode(1, TextNode(text, {"title": title, "file_name": "m.md"}), 5.0)])
    return quoted.text if quoted.is_supported else ""


@pytest.mark.parametrize(
    ("question", "text", "there", "elsewhere"),
    [
        ("How do I shut down the press?", PRESS, "red lever", "green lever"),
        ("How is the press turned off?", PRESS, "red lever", "green lever"),
        ("How do I start the press?", PRESS, "green lever", "red lever"),
        ("How is the lathe switched off?", LATHE, "come to rest", "Close the guard"),
        ("How do I turn on the lathe?", LATHE, "Close the guard", "come to rest"),
    ],
)
def test_the_steps_of_the_way_that_is_asked_for_are_quoted(
    question: str, text: str, there: str, elsewhere: str
) -> None:
    found = answer(question, text)
    assert there in found
    assert elsewhere not in found


def test_other_ways_are_not_told() -> None:
    assert answer("How do I sharpen the press?", PRESS) == ""
