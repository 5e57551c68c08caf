"""Questions for what an option, a key or a code does, answered by its entry in a list of terms or its row."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.chat import ChatResponse
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.schema import ChatMessage, NumberedNode, TextNode

SETTINGS = """Settings
--------

mill.gateLimit
    The largest number of gates that the miller may open in one night without a word to the
    owner of the meadow below the mill, counted from dusk. Default is ``16``. It has no effect
    while the wheel stands still, or on days on which the owner is at the mill himself.

mill.paused
    Start with all gates shut.
"""
SAMPLE = '```xml\n<mill gateLimit="4" paused="true"></mill>\n```\n'
CODES = "Exit codes\n----------\n\n0\n    The gate is open\n1\n    The gate sticks\n2\n    The wheel stands\n"
KEYS = """# Keys

| Key | What it does | Action |
| --- | --- | --- |
| `?` | Help | `help.show` |
| `/` | Search in this list | `list.search` |
| `b` | Bell of the mill | `bell.mute` |
"""


async def answered(question: str, *texts: str) -> ChatResponse:
    nodes = [NumberedNode(number, TextNode(text, id_=f"{number}"), 6.0 - number) for number, text in enumerate(texts)]
    return await ExtractiveLLM().achat([ChatMessage(content=question, nodes=nodes)])


async def test_the_entry_of_a_setting_comes_before_a_sample_that_has_it() -> None:
    text = str(await answered("What does gateLimit do?", SAMPLE, SETTINGS))
    assert text.startswith("mill.gateLimit\n    The largest number of gates")
    assert "xml" not in text


async def test_a_sentence_of_an_entry_is_quoted_with_its_term() -> None:
    text = str(await answered("What is the default of gateLimit?", SAMPLE, SETTINGS))
    assert text.startswith("mill.gateLimit")
    assert "Default is ``16``." in text


async def test_a_default_counts_what_its_sentence_does_not_name() -> None:
    entry = "mill.gateLimit\n    Maximum number of open gates.\n    Default is 16.\n"
    assert "16" in str(await answered("How many open gates are there by default?", entry))


async def test_a_code_is_found_by_the_heading_over_its_entry() -> None:
    assert str(await answered("What does exit code 1 mean?", CODES)) == "1\n    The gate sticks [0]"
    assert not (await answered("What does exit code 7 mean?", CODES)).supported


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("Which key opens the help?", "?"),
        ("Which key turns the bell off?", "b"),
        ("Welche Taste zeigt die Help an?", "?"),
    ],
)
async def test_a_row_of_keys_need_not_say_what_any_key_does(question: str, key: str) -> None:
    text = str(await answered(question, KEYS))
    assert f"| `{key}` |" in text
    assert "Search" not in text


async def test_a_sentence_without_a_key_does_not_say_which_key_it_is() -> None:
    lamps = "# Lamps\n\nThe mode is left with `q`.\n\nThe lamp of the cellar needs a key and a match."
    assert not (await answered("Which key opens the lamp of the cellar?", lamps)).supported


@pytest.mark.parametrize("question", ["Which option sets the font size?", "Which variable sets the theme?"])
async def test_a_theme_and_a_font_are_words_of_their_own(question: str) -> None:
    sizes = "| option | what it does |\n| --- | --- |\n| `--wide` | The size of the window |\n"
    paths = "# Paths\n\nThe mill has files, and the variable `GATE` names them.\n"
    assert not (await answered(question, f"# Options\n\n{sizes}", paths)).supported
