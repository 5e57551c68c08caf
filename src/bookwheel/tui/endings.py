"""Ends the app after a signal, a lost terminal or an internal error."""

from __future__ import annotations

import _thread
import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from bookwheel.kept_frame import ENDING_SIGNALS
from bookwheel.signals import on_signal

if TYPE_CHECKING:
    from textual.app import App

FLUSH_S = 0.5
GIVE_UP_S = 0.8
"""After a signal the process must be gone within a second, even if the terminal takes no more bytes."""


class SignalEnding:
    """Ends `app` once at the first signal: `close` saves what is unsaved, `restore` restores the terminal.

    `close` gets the signal, which is logged as the end of a run in progress.

    When the app has not ended in time, a separate thread calls `restore`: on a busy machine the app may still be
    closing, with its screen shown.
    """

    def __init__(
        self, app: App[None], close: Callable[[signal.Signals], Awaitable[None]], restore: Callable[[], None]
    ) -> None:
        self._app = app
        self._close = close
        self._restore = restore
        self._code: int | None = None
        self._is_lent = False
        self._is_leaving = False

    @property
    def code(self) -> int | None:
        """The exit code of the signal that ends the app; None before one."""
        return self._code

    def install(self) -> None:
        """Take over the signals of the running event loop."""
        for number in ENDING_SIGNALS:
            if number is not signal.SIGQUIT:
                on_signal(number, self.end, at_once=self._limit)
        on_signal(signal.SIGQUIT, self._quit, at_once=self._limit_own)
        on_signal(signal.SIGINT, self._interrupted, at_once=self._limit_own)
        for change, is_lent in ((self._app.app_suspend_signal, True), (self._app.app_resume_signal, False)):  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - Signal[App[Unknown]]
            change.subscribe(self._app, partial(self._lend, is_lent), immediate=True)  # pyright: ignore[reportUnknownMemberType]

    def _lend(self, is_lent: bool, _app: object) -> None:
        self._is_lent = is_lent

    def _limit_own(self, number: signal.Signals) -> None:
        """Ctrl+C or Ctrl+\\ in a pager or editor also reaches the program that started it; it is not meant for that."""
        if not self._is_lent:
            self._limit(number)

    def _interrupted(self, number: signal.Signals) -> None:
        if self._code is not None:
            self.end(number)

    def _quit(self, number: signal.Signals) -> None:
        if not self._is_lent:
            self.end(number)

    def end(self, number: signal.Signals) -> None:
        """Leave with the exit code of this signal."""
        self._limit(number)
        if not self._is_leaving:
            self._is_leaving = True
            self._app.run_worker(self._leave(number), description="leave")

    def _limit(self, number: signal.Signals) -> None:
        """From now on the process ends in time, also while the event loop waits for a terminal that is not read."""
        if self._code is None:
            self._code = 128 + number
            # Not `threading`, which takes a lock: a signal may come while the main thread holds it.
            _thread.start_new_thread(self._give_up, (self._code,))

    def _give_up(self, code: int) -> None:
        time.sleep(GIVE_UP_S)
        try:
            self._restore()
        finally:
            os._exit(code)

    async def _leave(self, number: signal.Signals) -> None:
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._close(number), FLUSH_S)
        finally:
            self._app.exit(return_code=128 + number)
