"""What is shown of a tool's arguments before a reader approves them."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookwheel.markup.sanitize import clean, reveal, reveal_line
from bookwheel.transcript.call_arguments import arguments_line, shortened_arguments

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=40)
INVISIBLE = {
    "a tag": "\U000e0041",
    "a zero-width space": "\u200b",
    "a joiner": "\u200d",
    "a variation selector": "\ufe0f",
    "a variation selector of the second block": "\U000e0101",
    "a bidi override": "\u202e",
    "a bidi isolate": "\u2066",
    "a mark of direction": "\u200f",
    "a soft hyphen": "\xad",
    "a Hangul filler": "\u3164",
    "a Braille blank": "\u2800",
    "a no-break space": "\xa0",
    "a private character": "\ue000",
    "an escape": "\x1b",
    "a C1 control": "\x9b",
    "a line separator": "\u2028",
    "a joiner of hieroglyphs": "\U00013430",
    "an unassigned character": "\u0378",
    "a non-character": "\ufdd0",
}


@pytest.mark.fault("A6")
@pytest.mark.parametrize("char", INVISIBLE.values(), ids=INVISIBLE.keys())
def test_invisible_characters_are_named(char: str) -> None:
    line = arguments_line({"query": f"wheel{char}", f"na{char}me": 1})
    assert line.isprintable()
    assert len(re.findall(rf"<U\+{ord(char):04X}>|\\u{ord(char):04x}", line)) == 2
    assert f"<U+{ord(char):04X} ×3>" in reveal_line(f"wheel{char * 3}")


@pytest.mark.fault("A6")
@given(ANY_TEXT, ANY_TEXT)
def test_two_different_texts_never_look_the_same(one: str, other: str) -> None:
    plain = "<U+" not in one + other and "more marks" not in one + other
    if plain and one != other and max(map(len, (one, other))) < 9:
        assert arguments_line({"q": one}) != arguments_line({"q": other})


@pytest.mark.fault("T4")
@given(ANY_TEXT)
def test_revealed_text_is_safe_to_draw(text: str) -> None:
    assert clean(reveal(text)) == reveal(text)
    assert "\n" not in reveal_line(text)


def test_a_text_cannot_pass_for_a_second_argument() -> None:
    faked = arguments_line({"path": 'notes.txt", force: false'})
    assert faked == 'path: "notes.txt\\", force: false"'
    assert arguments_line({"path: a": True}) == '"path: a": true'


def test_stacked_marks_are_counted() -> None:
    assert reveal_line("a" + "\u0301" * 200) == "a" + "\u0301" * 8 + "<192 more marks>"


def test_letters_of_any_script_stay_as_they_are() -> None:
    for text in ("Müller", "क्षत्रियों", "東京の天気", "שלום", "😀 fine"):
        assert reveal_line(text) == text


def test_the_cut_of_long_arguments_is_counted() -> None:
    whole = arguments_line({"text": "x" * 5_000})
    shown = shortened_arguments({"text": "x" * 5_000}, 100)
    assert shown == f"{whole[:100]}… ({len(whole) - 100:,} more characters)"


def test_arguments_that_are_nested_too_deeply_are_still_shown() -> None:
    nested: object = "x"
    for _ in range(100_000):
        nested = [nested]
    assert arguments_line({"q": nested}) == "q: nested too deeply to show"
    assert json.loads(arguments_line({"q": [1]}).removeprefix("q: ")) == [1]
