"""The pauses before requests are sent again, which the user may cut short."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar

SHORTEST_S = 0.3
"""Shorter pauses are over before a reader has seen them."""


class RetryPauses:
    """The pauses of one run; `changed` is called on the event loop when one begins or ends."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        self._ends: dict[asyncio.Event, float] = {}

    @property
    def next_end(self) -> float | None:
        """When the next request is sent again, by `time.monotonic`; None while none waits."""
        return min(self._ends.values(), default=None)

    def cut_short(self) -> bool:
        """Send every waiting request now; False when none waits."""
        for is_over in self._ends:
            is_over.set()
        return bool(self._ends)

    async def wait(self, seconds: float) -> None:
        """Wait until the time is over, or `cut_short` is called."""
        if asyncio.get_running_loop() is not self._loop:  # a blocking call runs a loop of its own in a thread
            return await asyncio.sleep(seconds)
        is_over = asyncio.Event()
        self._ends[is_over] = time.monotonic() + seconds
        self._changed()
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(is_over.wait(), seconds)
        finally:
            del self._ends[is_over]
            self._changed()


current_pauses: ContextVar[RetryPauses | None] = ContextVar("current_pauses", default=None)
"""The pauses of the run that this code works for."""


async def pause_before_retry(seconds: float) -> None:
    """Wait before a request is sent again; in a run of the desk, the user may end the wait."""
    pauses = current_pauses.get()
    if pauses is None or seconds < SHORTEST_S:
        await asyncio.sleep(seconds)
    else:
        await pauses.wait(seconds)
