"""The theme in force: the one that is named, else the one that suits the terminal, which is asked whether it is light.

    ESC ] 11 ; ? BEL          the question; the answer is ESC ] 11 ; rgb:RRRR/GGGG/BBBB BEL

Nothing waits for the answer. One that comes later than `ANSWER_S` changes nothing: the page is being read by then. The
answer is kept, and the next start in this terminal begins with it: a light one is not dark for half a second.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.message import Message
from textual.theme import BUILTIN_THEMES

from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex
from bookwheel.terminal_background import known_background, remember_background
from bookwheel.terminal_looks import ANSI, DARK, LIGHT
from bookwheel.tui.themes import Themes

if TYPE_CHECKING:
    from bookwheel.tui.textual_private import FrameApp

QUESTION = "\x1b]11;?\x07"
ANSWER_START = "\x1b]11;"
ANSWER_S = 2.0
MAX_ANSWER = 64
"""Characters of an answer; a longer one is not read as an answer."""
_COLOR = lazy_regex(r"rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})")
# The eye's weights of red, green and blue, and the lightness in the middle.
_WEIGHTS, _MIDDLE = (0.299, 0.587, 0.114), 0.5


@dataclass
class BackgroundKnown(Message):
    """The terminal has said what its background is; `t` is when (`time.monotonic()`)."""

    is_dark: bool
    t: float = 0.0


def is_dark_color(answer: str) -> bool | None:
    """Whether the colour in a terminal's answer is dark; None where it holds no colour."""
    found = _COLOR.search(answer)
    if found is None:
        return None
    parts = [int(part, 16) / (16 ** len(part) - 1) for part in found.groups()]
    return sum(weight * part for weight, part in zip(_WEIGHTS, parts, strict=True)) < _MIDDLE


class ThemeChoice:
    """Registers the themes with an app and sets one; `name` is "" to choose one for the terminal.

    Raises ConfigError for an unknown name.
    """

    def __init__(self, app: FrameApp[None], themes: Themes, name: str, clock: Callable[[], float]) -> None:
        self._app = app
        self._clock = clock
        self._asked_at: float | None = None
        self._themes = themes.in_colors(app.console.color_system)
        for theme in self._themes.by_name.values():
            app.register_theme(theme)
        self._background = known_background(os.environ)
        self._first = self._themes.chosen(name, background=self._background)
        app.begin_with_theme(self._first)
        self._is_free = not name
        for builtin in BUILTIN_THEMES:
            app.unregister_theme(builtin)

    def question(self) -> str:
        """What to send to the terminal; "" for one with few colours, which may not know the question."""
        if self._first == ANSI:
            return ""
        self._asked_at = self._clock()
        return QUESTION

    def answered(self, event: BackgroundKnown) -> None:
        """Take the theme for this background, unless the answer is late or a theme was chosen; keep a new answer."""
        is_late = self._asked_at is None or self._clock() - self._asked_at > ANSWER_S
        wanted = DARK if event.is_dark else LIGHT
        if self._is_free and not is_late and self._app.theme == self._first and wanted in self._themes.by_name:
            self._app.theme = wanted
        self._asked_at = None
        before, self._background = self._background, "dark" if event.is_dark else "light"
        if self._background != before:
            kept = asyncio.to_thread(remember_background, os.environ, is_dark=event.is_dark)
            self._app.run_worker(kept, description="keep the background of the terminal")
