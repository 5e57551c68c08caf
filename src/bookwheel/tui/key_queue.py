"""Hands out keys one at a time: each waits until the effects of the one before are complete.

Textual gives each key at once to the widget that has the focus, but moves the focus later: when "Esc l" was typed
quickly, the "l" went into the prompt that Esc should have left.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual import events
    from textual.app import App

PATIENCE_S = 0.5
"""After this long the next key is handed out anyway: the widget that had the key before may be gone."""


class KeyHandled(Message):
    """Follows a key through the widget that got it and up to the app."""


class KeyQueue:
    """`send` hands a key to the app as Textual does."""

    def __init__(self, app: App[None], send: Callable[[events.Key], Awaitable[None]]) -> None:
        self._app = app
        self._send = send
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
        if self._held:
            await self._hand_out(self._held.popleft())
