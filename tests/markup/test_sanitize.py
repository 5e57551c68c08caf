"""Nothing that a terminal would execute passes `sanitize`, however the text is cut."""

import json
import os
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bookwheel.markup.sanitize import MAX_MARKS_IN_A_ROW, StreamCleaner, clean, clean_line

REPO = Path(__file__).resolve().parents[2]
HOSTILE = (REPO / os.environ.get("BOOKWHEEL_SHARED", "../shared")).resolve() / "hostile"

# Kept on purpose: a tab is layout, right-to-left letters are text.
KEPT = {"tab", "rtl_text"}

ANY_TEXT = st.text(st.characters(exclude_categories=[]))
NASTY = st.text("\x1b[31m]0;\x07\r\n\t\x9b\u202e\u200b\u200d\ufe0f😀❤1\u20e3a\u0301\ud800\U000e0041", max_size=40)


def payloads() -> list[dict[str, str]]:
    path = HOSTILE / "terminal_payloads.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else []


def unescape(text: str) -> str:
    return text.encode("ascii").decode("unicode_escape")


def assert_safe(text: str) -> None:
    for char in text:
        category = unicodedata.category(char)
        assert char in "\t\n" or category not in {"Cc", "Cs", "Zl", "Zp"}, repr(char)
        assert not 0x202A <= ord(char) <= 0x202E, repr(char)
        assert not 0x2066 <= ord(char) <= 0x2069, repr(char)
        assert not 0xE0000 <= ord(char) <= 0xE0FFF, repr(char)


@pytest.mark.skipif(not HOSTILE.exists(), reason="the shared hostile texts are not here")
@pytest.mark.parametrize("payload", payloads(), ids=lambda payload: payload["name"])
def test_no_hostile_payload_passes_whole_or_cut(payload: dict[str, str]) -> None:
    text = unescape(payload["text_escaped"])
    pattern = payload["must_not_reach_terminal_regex"]
    cuts = [[text], list(text), *([text[:i], text[i:]] for i in range(len(text)))]
    for pieces in cuts:
        cleaned = "".join(clean(piece) for piece in pieces)
        assert_safe(cleaned)
        if pattern and payload["name"] not in KEPT and (len(pieces) == 1 or payload["name"] != "zalgo"):
            assert not re.search(pattern, cleaned.encode("utf-8").decode("latin-1"))


@pytest.mark.fault("T5")
@pytest.mark.skipif(not HOSTILE.exists(), reason="the shared hostile texts are not here")
def test_naughty_strings_and_broken_utf8_come_out_safe() -> None:
    naughty = json.loads((HOSTILE / "blns.json").read_text("utf-8"))
    broken = (HOSTILE / "utf8tests.txt").read_bytes().decode("utf-8", "surrogateescape")
    for text in [*naughty, broken]:
        assert_safe(clean(text))
        line = clean_line(text)
        assert_safe(line)
        assert "\n" not in line
        assert "\t" not in line


@given(ANY_TEXT | NASTY)
@example("\ufe0f\u200d🀀")
def test_any_text_comes_out_safe_and_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned = clean(text)
    assert_safe(cleaned)
    assert clean(cleaned) == cleaned
    assert clean_line(clean_line(text)) == clean_line(text)


@given(ANY_TEXT | NASTY, st.integers(0, 40))
def test_a_text_cut_anywhere_is_as_safe_as_the_whole(text: str, at: int) -> None:
    assert_safe(clean(text[:at]) + clean(text[at:]))


def test_controls_are_shown_as_pictures() -> None:
    assert clean("a\x1b[31m\x00\x07\x7fb") == "a␛[31m␀␇␡b"
    assert clean("ä\x1b[31m\x9b0") == "ä␛[31m\ufffd0"


def test_every_line_ending_becomes_a_newline() -> None:
    assert clean("a\r\nb\rc\x85d\u2028e\u2029f\n\tg") == "a\nb\nc\nd\ne\nf\n\tg"
    assert clean_line("a\r\nb\tc\u2028d") == "a b c d"


@pytest.mark.fault("T3")
def test_bidi_overrides_are_marked_and_mere_marks_dropped() -> None:
    assert clean("ab\u202egpj.exe\u202c") == "ab\ufffdgpj.exe\ufffd"
    assert clean("שלום\u200f!") == "שלום!"


@pytest.mark.parametrize("emoji", ["👩‍👩‍👧", "❤️", "🏳️‍🌈", "1️⃣", "👍🏽"])
def test_emoji_keep_their_joiners_and_selectors(emoji: str) -> None:
    assert clean(emoji) == emoji


@pytest.mark.fault("T4")
def test_invisible_characters_are_dropped_elsewhere() -> None:
    assert clean("pa\u200dy\u200bp\u2060a\ufeffl\xad.c\ufe0fom\U000e0041") == "paypal.com"


@pytest.mark.fault("T5")
def test_words_keep_their_marks_and_zalgo_loses_the_excess() -> None:
    hindi = "क्षत्रियों की कहानी"
    assert clean(hindi) == hindi
    assert clean("a" + "\u0301" * 500 + "b") == "a" + "\u0301" * MAX_MARKS_IN_A_ROW + "b"
    assert clean("ก" + "\u0e34" * 20) == "ก" + "\u0e34" * MAX_MARKS_IN_A_ROW


@pytest.mark.fault("T5")
@given(st.lists(st.text("ab\u0301\u0302\u0483\u20dd\u0e34\ufe0f😀❤\u200d\x1b\n", max_size=12), max_size=8))
def test_marks_in_a_row_are_counted_across_the_pieces_of_a_stream(pieces: list[str]) -> None:
    cleaner = StreamCleaner()
    shown = "".join(cleaner.push(piece) for piece in pieces)
    assert_safe(shown)
    longest = max((len(run) for run in re.findall("[\u0301\u0302\u0483\u20dd\u0e34]+", shown)), default=0)
    assert longest <= MAX_MARKS_IN_A_ROW
    plain = re.sub("[\ufe0f\u200d]", "", "".join(pieces))
    assert re.sub("[\ufe0f\u200d]", "", shown) == clean(plain)


def test_brackets_are_left_as_they_are() -> None:
    assert clean("[/nope] [TODO] [@click=app.quit]") == "[/nope] [TODO] [@click=app.quit]"
