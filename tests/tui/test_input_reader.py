"""What a terminal sends, read as events: pastes in one piece, Escape before a letter, everything else as it was."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from bookwheel.tui.input_reader import ESCAPE_S, MAX_PASTE, PASTE_END, PASTE_S, PASTE_START, InputReader
from bookwheel.tui.textual_private import KeyParser
from bookwheel.tui.theme_choice import ANSWER_S, BackgroundKnown

if TYPE_CHECKING:
    from textual.message import Message

COLOURED_LOG = "\x1b[31mERROR\x1b[0m the mill\r\nstopped \x1b]0;owned\x07at \x1b[1;32mnine\x1b[m\r" * 500


class Reading:
    """A reader whose clock stands until the test moves it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.reader = InputReader(KeyParser(debug=False), lambda: self.now)
        self.events: list[Message] = []

    def feed(self, *pieces: str) -> Reading:
        for piece in pieces:
            self.events += self.reader.feed(piece)
        return self

    def wait(self, seconds: float) -> Reading:
        self.now += seconds
        self.events += self.reader.tick()
        return self

    @property
    def keys(self) -> list[str]:
        return [event.key for event in self.events if isinstance(event, events.Key)]

    @property
    def pastes(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, events.Paste)]


def in_pieces(text: str, cuts: list[int]) -> Iterator[str]:
    edges = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    for start, end in pairwise(edges):
        yield text[start:end]


@given(cuts=st.lists(st.integers(0, 10_000), max_size=12))
def test_a_coloured_paste_is_one_text_wherever_it_is_cut(cuts: list[int]) -> None:
    text = COLOURED_LOG[:300]
    reading = Reading().feed(*in_pieces(f"a{PASTE_START}{text}{PASTE_END}b", cuts))
    assert reading.keys == ["a", "b"]
    assert reading.pastes == [Reading().feed(f"{PASTE_START}{text}{PASTE_END}").pastes[0]]
    assert "ERROR the mill\r\nstopped at nine\r" in reading.pastes[0]
    assert "\x1b" not in reading.pastes[0]


@pytest.mark.parametrize("inside", ["\x1b", "\x1b[200~", "\x1b[20", "\x1b[201", "\x1b\x1b", "\r\x1bOP", "x" * 50_000])
def test_pasted_text_triggers_no_key(inside: str) -> None:
    reading = Reading().feed(f"{PASTE_START}one{inside}", "two", PASTE_END)
    assert reading.keys == []
    assert len(reading.pastes) == 1


@pytest.mark.fault("P16")
def test_a_paste_of_ten_megabytes_is_capped() -> None:
    reading = Reading().feed(PASTE_START, *(["word " * 20_000] * 100), PASTE_END, "z")
    assert len(reading.pastes[0]) == MAX_PASTE
    assert reading.keys == ["z"]


def test_a_paste_whose_end_is_lost_is_given_after_a_while() -> None:
    reading = Reading().feed(f"{PASTE_START}half").wait(PASTE_S)
    assert reading.pastes == ["half"]
    assert reading.feed("k").keys == ["k"]


def test_ctrl_c_works_in_a_paste_whose_end_is_lost() -> None:
    reading = Reading().feed(f"{PASTE_START}half").wait(2.0).feed("\x03")
    assert reading.pastes == ["half"]
    assert reading.keys == ["ctrl+c"]


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1b1", ["escape", "1"]),
        ("\x1bj", ["escape", "j"]),
        ("\x1bjj", ["escape", "j", "j"]),
        ("\x1b\x1b", ["escape", "escape"]),
        ("\x1bß", ["escape", "ß"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b[A", ["up"]),
        ("\x1bOP", ["f1"]),
        ("\x1b\x1b[B", ["escape", "down"]),
        ("\x1b[1;5D", ["ctrl+left"]),
        ("\x1b[98;3u", ["alt+b"]),
        ("a\x1b", ["a", "escape"]),
        ("\x1b[", ["escape", "left_square_bracket"]),
        ("\x1bO", ["escape", "O"]),
        ("\x1b{", ["escape", "left_curly_bracket"]),
    ],
)
def test_escape_and_a_letter_are_two_keys(sent: str, keys: list[str]) -> None:
    assert Reading().feed(sent).wait(1.0).keys == keys
    assert Reading().feed(*sent).wait(1.0).keys == keys


def test_an_escape_waits_for_its_sequence() -> None:
    reading = Reading().feed("\x1b").wait(0.05)
    assert reading.keys == []
    assert reading.reader.is_waiting
    assert reading.feed("[A").keys == ["up"]


def test_keys_are_read_after_an_escape_alone() -> None:
    reading = Reading().feed("\x1b").wait(1.0).feed("a").wait(1.0).feed("\x1b").wait(1.0).feed("\x1b[A")
    assert reading.keys == ["escape", "a", "escape", "up"]


ANSWERS = ("\x1b]11;rgb:1e1e/1e1e/2e2e\x07", "\x1b]11;rgb:ffff/fafa/f0f0\x1b\\", "\x1b]11;rgba:ff/ff/ff/ff\x07")


@given(answer=st.sampled_from(ANSWERS), cuts=st.lists(st.integers(0, 100), max_size=6))
def test_an_answer_about_the_background_types_no_key_wherever_it_is_cut(answer: str, cuts: list[int]) -> None:
    reading = Reading().feed(*in_pieces(f"a{answer}b", cuts))
    assert reading.keys == ["a", "b"]
    assert [event.is_dark for event in reading.events if isinstance(event, BackgroundKnown)] == [answer == ANSWERS[0]]


def test_an_answer_that_comes_after_its_escape_types_no_letter() -> None:
    reading = Reading().feed("\x1b").wait(ESCAPE_S).feed("]11;rgb:0000/0000/0000\x07", "x")
    assert reading.keys == ["escape", "x"]


def test_an_answer_without_an_end_is_dropped_and_keys_go_on() -> None:
    reading = Reading().feed("\x1b]11;rgb:00").wait(ANSWER_S).feed("x", f"\x1b]11;{'0' * 100}", "y")
    assert reading.keys == ["x", "y"]
