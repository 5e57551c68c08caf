"""Calls the user by the bell, a desktop notification and the terminal's title, once for each reason."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from bookwheel.markup.sanitize import clean_line
from bookwheel.tui.rows.signs import ASCII, terminal_signs

if TYPE_CHECKING:
    from bookwheel.assistant.updates import DeskStatus
    from bookwheel.config.desk_settings import UiSettings

LONG_S = 20.0
"""Seconds: when an answer that took longer ends, the user is called."""
MAX_MESSAGE = 120
BELL = "\a"
SAVE_TITLE, RESTORE_TITLE = "\x1b[22;2t", "\x1b[23;2t"


class Attention:
    """`follow` takes each status and returns what to send to the terminal for it, "" for nothing."""

    def __init__(self, settings: UiSettings | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._bell, self._message, self._title = (
            (settings.bell, settings.message, settings.title) if settings is not None else (True, True, True)
        )
        self._clock = clock
        self._asked: frozenset[str] = frozenset()
        self._began: float | None = None
        self._is_titled = False

    def follow(self, status: DeskStatus, *, is_looked_at: bool) -> str:
        """`is_looked_at`: the terminal has the focus, or does not report it."""
        waiting = frozenset(status.waiting_requests)
        new, self._asked = waiting - self._asked, waiting
        text = self._call(status.phase_detail or "the agent asks you something") if new else ""
        text += self._titled(bool(waiting))
        if status.phase != "idle":
            self._began = self._clock() if self._began is None else self._began
        elif self._began is not None:
            took, self._began = self._clock() - self._began, None
            if took >= LONG_S and not is_looked_at:
                text += self._call(f"answer complete: {status.session_title}")
        return text

    def ended(self) -> str:
        """The sequence that restores the terminal's title."""
        return self._titled(False)

    def _call(self, what: str) -> str:
        message = clean_line(f"bookwheel: {what}")[:MAX_MESSAGE].replace(";", ",")
        return (BELL if self._bell else "") + (f"\x1b]9;{message}\x07" if self._message else "")

    def _titled(self, is_waiting: bool) -> str:
        if is_waiting == self._is_titled or not self._title:
            return ""
        self._is_titled = is_waiting
        sign = "||" if terminal_signs() is ASCII else "⏸"
        return f"{SAVE_TITLE}\x1b]2;{sign} bookwheel\x07" if is_waiting else RESTORE_TITLE
