"""Hands out keys one at a time: each waits until the effects of the one before are complete.

Textual gives each key at once to the widget that has the focus, but moves the focus later: when "Esc l" was typed
quickly, the "l" went into the prompt that Esc should have left.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual import events
    from textual.app import App

PATIENCE_S = 0.5
"""After this long the next key is handed out anyway: the widget that had the key before may be gone."""
HOLD_S = 1 / 60
"""Frames of an answer wait at most this long for the echo of a key."""


class PendingKey:
    """The key that was read from the terminal last, until its effects are drawn.

    A frame of an answer takes 3 to 8 ms: where one is due while a key is on its way, the key goes first.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._read_at = float("-inf")
        self._until = 0.0
        self._is_drawn = asyncio.Event()

    @property
    def is_pending(self) -> bool:
        return self._until > self._clock()

    @property
    def since_s(self) -> float:
        """How many seconds ago the last key was read."""
        return self._clock() - self._read_at

    def read(self) -> None:
        """A key was read; called by the thread that reads the terminal, and where the key is handled."""
        self._read_at = self._clock()
        if not self.is_pending:
            self._until = self._read_at + HOLD_S

    def drawn(self) -> None:
        """The effects of the key are drawn, or it has none."""
        self._read_at = float("-inf")
        self._until = 0.0
        self._is_drawn.set()

    async def wait_drawn(self) -> None:
        """Until the pending key is drawn, if there is one."""
        if (left_s := self._until - self._clock()) <= 0:
            return
        self._is_drawn.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(left_s):
                await self._is_drawn.wait()


class KeyHandled(Message):
    """Follows a key through the widget that got it and up to the app."""


class KeyQueue:
    """`send` hands a key to the app as Textual does; `done` is called when a key has no further effects."""

    def __init__(self, app: App[None], send: Callable[[events.Key], Awaitable[None]], done: Callable[[], None]) -> None:
        self._app = app
        self._send = send
        self._done = done
        self._held: deque[events.Key] = deque()
        self._awaited: KeyHandled | None = None
        self._patience: asyncio.TimerHandle | None = None

    async def take(self, event: events.Key) -> None:
        """Hand out a key, or hold it until its turn."""
        if self._awaited is not None:
            self._held.append(event)
        else:
            await self._hand_out(event)

    def handled(self, marker: KeyHandled) -> None:
        """A key has come back to the app; what it called for, such as a move of the focus, is in the app's queue."""
        if marker is self._awaited:
            self._app.call_later(self._release, marker)

    async def _hand_out(self, event: events.Key) -> None:
        target = self._app.focused or self._app.screen
        marker = self._awaited = KeyHandled()
        self._patience = asyncio.get_running_loop().call_later(PATIENCE_S, self._give_up, marker)
        await self._send(event)
        if not target.post_message(marker):
            await self._release(marker)

    def _give_up(self, marker: KeyHandled) -> None:
        self._app.call_later(self._release, marker)

    async def _release(self, marker: KeyHandled) -> None:
        if marker is not self._awaited:
            return
        self._awaited = None
        if self._patience is not None:
            self._patience.cancel()
        self._done()
        if self._held:
            await self._hand_out(self._held.popleft())
