"""Sends frames at the pace of the line: on a slow one those between two large frames are left out.

Scrolling redraws a whole pane. When a key repeats or the wheel turns, each step would be sent after the one before,
for seconds on a slow line. Here a frame that comes too early is kept and drawn together with what follows, so that the
next frame shows the last position. The echo of a typed letter is small and goes out at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from bookwheel.tui.driver import QuietDriver
from bookwheel.tui.frame_writer import COLORS
from bookwheel.tui.line_sense import LineSense
from bookwheel.tui.theme_choice import QUESTION
from bookwheel.tui.widgets.row_widget import SLOW_LINE

if TYPE_CHECKING:
    from textual.strip import Strip
    from textual.timer import Timer

    from bookwheel.tui.textual_private import FrameApp

PARK_S = 0.3
LARGE = 512
"""Characters of a frame from which it is a step of scrolling, or a new screen."""
ASK_EVERY_S = 1.0
"""How often the line is measured while large frames are drawn; on a slow one after each."""
WINDOW = 4096
"""Characters that are written at most while the terminal has not said that it has shown those before."""
MAX_HELD_S = 3.0
"""A frame is kept at most this long for an answer of the terminal."""


class FrameOutput:
    """Writes the frames of `app` by its driver, where that is ours."""

    def __init__(self, app: FrameApp[None], line: LineSense, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._line = line
        self._clock = clock
        self._next_at = self._asked_at = float("-inf")
        self._unasked = self._unanswered = 0
        self._release: Timer | None = None
        self._parking: Timer | None = None

    @property
    def _driver(self) -> QuietDriver | None:
        driver = self._app.terminal_driver
        return driver if isinstance(driver, QuietDriver) else None

    def write(self, strips: Iterable[tuple[int, int, Strip]]) -> bool:
        """Draw `(x, y, strip)`, now or with the next frame; False where Textual shall write the frame."""
        driver = self._driver
        if driver is None or driver.frames is None or driver.is_inline:
            return False
        self._line.wrote(is_late=not driver.is_drained)
        self._note_speed()
        size, colors = (self._app.size.width, self._app.size.height), COLORS.get(self._app.console.color_system or "")
        wait = self._wait_s()
        driver.draw(strips, size, colors)
        if wait > 0:
            self._release_in(wait)
        else:
            self._flush()
        return True

    def answered(self, t: float) -> None:
        """The terminal has answered a question: it has shown everything that was written before."""
        self._line.answered(t)
        self._note_speed()
        if self._release is not None:
            self._release_in(self._wait_s())

    def ask(self, question: str) -> None:
        """Send the first question to the terminal."""
        if self._driver is not None:
            self._line.asked()
            self._driver.ask(question)

    def _flush(self) -> None:
        if self._release is not None:
            self._release.stop()
            self._release = None
        driver, now = self._driver, self._clock()
        if driver is None:
            return
        size = driver.flush_frames(is_sync=self._app.is_sync_available)
        self._unasked += size
        self._unanswered += size
        if size >= LARGE:
            self._next_at = now + self._line.frame_s if self._line.is_slow else now
            if self._line.may_ask and self._is_time_to_ask(now):
                self._asked_at, self._unasked, self._unanswered = now, 0, size
                self.ask(QUESTION)
        self._park_cursor_soon()

    def _is_time_to_ask(self, now: float) -> bool:
        return self._line.is_slow or self._unasked >= WINDOW // 2 or now - self._asked_at >= ASK_EVERY_S

    def _wait_s(self) -> float:
        """For how long the next frame is kept."""
        now, line = self._clock(), self._line
        is_full = line.waits_for_s is not None and (line.is_jammed or self._unanswered >= WINDOW)
        answer = self._asked_at + MAX_HELD_S if is_full else now
        return max(self._next_at if line.is_slow else now, answer) - now

    def _release_in(self, wait_s: float) -> None:
        if wait_s <= 0:
            self._flush()
            return
        if self._release is not None:
            self._release.stop()
        self._release = self._app.set_timer(wait_s, self._flush)

    def _note_speed(self) -> None:
        """Lists and documents move by larger steps on a slow line."""
        if self._line.is_slow != self._app.has_class(SLOW_LINE):
            self._app.set_class(self._line.is_slow, SLOW_LINE, update=False)

    def _park_cursor_soon(self) -> None:
        """Move the hidden cursor to the typed text, where input methods open, once no more frames follow."""
        if self._parking is not None:
            self._parking.reset()
        else:
            self._parking = self._app.set_timer(PARK_S, self._park_cursor)

    def _park_cursor(self) -> None:
        self._parking = None
        if self._driver is not None and self._release is None:
            self._driver.park_cursor(*self._app.cursor_position)
