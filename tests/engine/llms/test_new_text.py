"""Text that a provider sends again: given once, and nothing that a model repeats itself is lost."""

from __future__ import annotations

from itertools import accumulate

import pytest

from bookwheel.engine.llms.openai.new_text import NewText

TEXT = "The kiln fires at 1,040 degrees, and 😀 at night."


def read(pieces: list[str]) -> str:
    reader = NewText()
    return "".join([*map(reader.push, pieces), reader.finish()])


@pytest.mark.parametrize("size", [1, 3, 7, 30])
def test_pieces_that_are_each_the_whole_text_so_far_give_it_once(size: int) -> None:
    pieces = [TEXT[at : at + size] for at in range(0, len(TEXT), size)]
    assert read(list(accumulate(pieces))) == TEXT
    assert read(pieces) == TEXT


def test_a_last_piece_that_is_the_whole_text_adds_nothing() -> None:
    assert read([TEXT[:9], TEXT[9:], TEXT]) == TEXT
    assert read([TEXT, TEXT]) == TEXT


def test_the_halves_of_a_character_are_joined() -> None:
    assert read(["at \ud83d", "\ude00 night"]) == "at 😀 night"
    assert read(["at \ud83d"]) == "at \N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    "pieces", [["ha", "haha"], ["1", "10", "100"], ["-", "--"], ["No", "No, never"], ["yes", " ", "yes"], ["a", "a"]]
)
def test_what_a_model_itself_repeats_stays(pieces: list[str]) -> None:
    assert read(pieces) == "".join(pieces)


def test_only_a_piece_that_repeats_the_first_is_held_back() -> None:
    reader = NewText()
    assert [reader.push(piece) for piece in ("The ", "kiln ", "The kiln")] == ["The ", "kiln ", "The kiln"]
    reader = NewText()
    assert [reader.push(piece) for piece in ("ha", "haha", " he")] == ["ha", "", "haha he"]
