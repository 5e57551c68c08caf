"""Turns what a terminal sends into events: pastes whole, Escape at once, the rest by Textual's parser.

Textual 8.2.8 ends a paste at the first ESC in it and types the rest as keys: a coloured log sends a question, and 9 kB
of it kept the app busy for 29 s. Here a paste is cut out by its two markers before the parser sees anything, and all
between them is text.

A terminal in a slow connection, or tmux, delivers Escape and a letter in one piece, as it delivers Alt and the letter.
They are read as Escape, then the letter.

The terminal's answer to the question for its background is cut out too, also in pieces and late: Textual would type it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

from textual import events

from bookwheel.lazy_regex import lazy_regex
from bookwheel.tui.textual_private import KeyParser
from bookwheel.tui.theme_choice import ANSWER_S, ANSWER_START, MAX_ANSWER, BackgroundKnown, is_dark_color

if TYPE_CHECKING:
    from textual.message import Message

PASTE_START, PASTE_END = "\x1b[200~", "\x1b[201~"
MAX_PASTE = 1_000_000
"""Characters of a paste that are kept; its receiver has its own limits."""
ESCAPE_S = 0.1
"""How long to wait after an Escape for the rest of its sequence."""
PASTE_S = 30.0
"""How long to wait for the next piece of a paste before it counts as complete: its end may be lost."""
STALLED_S = 1.0
"""After this silence inside a paste a lone Ctrl+C is the user's, not part of the text."""

_ESC, _CTRL_C = "\x1b", "\x03"
# After these an Escape begins a sequence: CSI, SS3, DCS, OSC, APC, PM, SOS.
_OPENS_SEQUENCE = frozenset("[OP]_^X")
# Alt+Backspace deletes a word in every shell.
_DELETES_WORD = frozenset("\x7f\x08")
_ANSWER_END = lazy_regex(r"\x07|\x1b\\")
# Colours and other sequences inside a paste: CSI, OSC up to its end, and two characters.
_SEQUENCE = lazy_regex(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")


class InputReader:
    """`feed` takes text as it is read, `tick` is called while nothing comes; both give the events so far."""

    def __init__(self, parser: KeyParser, clock: Callable[[], float]) -> None:
        self._parser = parser
        self._clock = clock
        self._held = ""
        self._paste: list[str] | None = None
        self._paste_size = 0
        self._last_at = 0.0
        self._is_after_escape = False

    @property
    def is_waiting(self) -> bool:
        """Whether a later `tick` may give something."""
        return bool(self._held) or self._paste is not None

    def feed(self, text: str) -> Iterator[Message]:
        now = self._clock()
        if text == _CTRL_C and self._paste is not None and now - self._last_at >= STALLED_S:
            yield self._finished_paste()
        self._last_at = now
        text, self._held = self._held + text, ""
        while text:
            if self._paste is not None:
                text = yield from self._read_paste(text)
            else:
                text = yield from self._read_keys(text)

    def tick(self) -> Iterator[Message]:
        silence = self._clock() - self._last_at
        if self._paste is not None:
            if silence >= PASTE_S:
                self._add(self._held)
                self._held = ""
                yield self._finished_paste()
        elif self._held.startswith(ANSWER_START):
            if silence >= ANSWER_S:
                self._held = ""
        elif self._held and silence >= ESCAPE_S:
            held, self._held = self._held, ""
            self._is_after_escape = held == _ESC
            yield events.Key("escape", _ESC)
            if held[1:]:  # an empty text would end the parser
                yield from self._parser.feed(held[1:])
        yield from self._parser.tick()

    def _read_keys(self, text: str) -> Generator[Message, None, str]:
        """Events up to the next paste; returns what is left to read."""
        if self._is_after_escape and text.startswith(ANSWER_START[1:]):
            text = _ESC + text  # its Escape came alone, and was read as the key
        self._is_after_escape = False
        start = text.find(_ESC)
        if start < 0:
            yield from self._parser.feed(text)
            return ""
        if start:
            yield from self._parser.feed(text[:start])
        text = text[start:]
        if text.startswith(PASTE_START):
            self._paste, self._paste_size = [], 0
            return text[len(PASTE_START) :]
        if text.startswith(ANSWER_START):
            return (yield from self._read_answer(text))
        if (
            PASTE_START.startswith(text)
            or ANSWER_START.startswith(text)
            or (len(text) == 2 and text[1] in _OPENS_SEQUENCE)
        ):
            self._held = text  # it may become a marker, or a sequence
            return ""
        if text[1] in _OPENS_SEQUENCE or text[1] in _DELETES_WORD:
            yield from self._parser.feed(text[:2])
            return text[2:]
        yield events.Key("escape", _ESC)
        return text[1:]

    def _read_answer(self, text: str) -> Generator[Message, None, str]:
        """The terminal's background, once its answer is whole; returns what is left to read."""
        end = _ANSWER_END.search(text, len(ANSWER_START))
        if end is None:
            self._held = text if len(text) <= MAX_ANSWER else ""
            return ""
        is_dark = is_dark_color(text[: end.start()])
        if is_dark is not None:
            yield BackgroundKnown(is_dark, self._clock())
        return text[end.end() :]

    def _read_paste(self, text: str) -> Generator[Message, None, str]:
        """The paste once its end is there; returns what is left to read."""
        end = text.find(PASTE_END)
        if end >= 0:
            self._add(text[:end])
            yield self._finished_paste()
            return text[end + len(PASTE_END) :]
        held = next((size for size in range(len(PASTE_END) - 1, 0, -1) if text.endswith(PASTE_END[:size])), 0)
        self._add(text[: len(text) - held])
        self._held = text[len(text) - held :]
        return ""

    def _add(self, text: str) -> None:
        if self._paste is not None and (room := MAX_PASTE - self._paste_size) > 0:
            self._paste.append(text[:room])
            self._paste_size += min(len(text), room)

    def _finished_paste(self) -> events.Paste:
        text = "".join(self._paste or ())
        self._paste = None
        return events.Paste(_SEQUENCE.sub("", text.replace("\x00", "")).replace(_ESC, ""))
