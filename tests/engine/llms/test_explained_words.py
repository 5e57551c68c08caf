"""A word that is to be explained is explained by the sentence, the row or the item that opens with it."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.chat import ChatResponse
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.schema import ChatMessage, NumberedNode, TextNode

USES = """The cotter sits in the crank. Cotters from before 1960 are thicker. Grease the cotter in spring, and look at
the cotter and at the nut whenever the crank is loose. A new cotter costs 3 euros."""
GLOSSARY = (
    "# Words\n\n| name | is |\n| --- | --- |\n| axle | a rod that carries a wheel |\n| cotter | a wedge in a crank |\n"
)
KEYS = """# Keys

| keys | what they do |
| --- | --- |
| `Ctrl+C` | Stop the answer |
| `Ctrl+P` | List all actions |
| `Ctrl+T` | Change the mode |
"""
RULES = """§ 2 Begriffe

(1) Die Ruhezeit an Werktagen beträgt elf Stunden.

(2) Als Werktage gelten alle Tage, die nicht Sonntage sind.
"""


async def answer(question: str, *texts: str) -> ChatResponse:
    nodes = [
        NumberedNode(at, TextNode(text=text, metadata={"file_name": f"{at}.md"}), 6.0 - at)
        for at, text in enumerate(texts, 1)
    ]
    return await ExtractiveLLM().achat([ChatMessage(content=question, nodes=nodes)])


async def test_the_row_of_a_glossary_comes_before_sentences_with_the_word() -> None:
    given = str(await answer("What is a cotter?", USES, GLOSSARY))
    assert "a wedge in a crank" in given
    assert "thicker" not in given
    assert "carries a wheel" not in given


async def test_one_key_is_explained_and_not_the_table() -> None:
    given = str(await answer("What does Ctrl+T do?", KEYS))
    assert "Change the mode" in given
    assert "Stop the answer" not in given


async def test_a_rule_says_what_counts_as_something() -> None:
    given = str(await answer("Was gilt als Werktag?", RULES))
    assert "Als Werktage gelten alle Tage" in given


@pytest.mark.parametrize("question", ["What is a spindle?", "What does Ctrl+Y do?"])
async def test_a_word_that_is_not_there_is_not_explained(question: str) -> None:
    assert not (await answer(question, GLOSSARY, KEYS)).supported


async def test_pictures_and_targets_of_restructured_text_are_not_quoted() -> None:
    text = """Stavebox users
==============

Add a user by the button at the top.

.. image:: pictures/08_user_list.png
   :alt: List of 8 users of Stavebox

.. _users of Stavebox: https://stavebox.example/users/12
"""
    assert not (await answer("How many users does Stavebox have?", text)).supported
