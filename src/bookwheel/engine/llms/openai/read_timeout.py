"""One timer as the deadline of many waits in a row."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")

# A machine that wakes up may hold data that came before, or need a moment until its network is there.
WAKE_GRACE_S = 10.0
# Timers stand still while the machine sleeps: without looking more often, 90 s of silence begin after an hour's sleep.
LOOK_EVERY_S = 5.0
_ASLEEP_S = 2.0


class Patience:
    """Waits with a deadline that `renew` moves.

    `asyncio.timeout` makes and cancels a timer for each wait, a seventh of the CPU time of reading a streamed answer.
    Here one timer checks the deadline when it fires. Time that the machine sleeps counts, with `WAKE_GRACE_S` after it.
    Use as a context manager.
    """

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._seconds = seconds
        self._deadline = self._loop.time() + seconds
        self._slept = _since_boot() - self._loop.time()
        self._timer = self._next_look()
        self._waiting: asyncio.Task[object] | None = None
        self._is_over = False
        self._is_suspended = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()

    def renew(self, seconds: float) -> None:
        """Set the deadline to `seconds` from now."""
        self._seconds = seconds
        self._deadline = self._loop.time() + seconds
        if self._deadline < self._timer.when() and not self._is_suspended:
            self._timer.cancel()
            self._timer = self._next_look()

    async def wait(self, awaitable: Awaitable[T]) -> T:
        """The result.

        Raises TimeoutError when the deadline passes first.
        """
        if self._is_suspended:
            self._is_suspended = False
            self._deadline = self._loop.time() + self._seconds
            self._timer = self._next_look()
        task = asyncio.current_task()
        assert task is not None
        before = task.cancelling()
        self._waiting = task
        try:
            return await awaitable
        except asyncio.CancelledError:
            # Pass on a cancellation from outside, also when it comes together with the timeout.
            if self._is_over and task.uncancel() <= before:
                raise TimeoutError from None
            raise
        finally:
            self._waiting = None

    def _next_look(self) -> asyncio.TimerHandle:
        return self._loop.call_at(min(self._deadline, self._loop.time() + LOOK_EVERY_S), self._look)

    def _look(self) -> None:
        now = self._loop.time()
        slept = _since_boot() - now
        if slept - self._slept > _ASLEEP_S:
            self._deadline = min(self._deadline, max(self._deadline - (slept - self._slept), now + WAKE_GRACE_S))
        self._slept = slept
        if now < self._deadline:
            self._timer = self._next_look()
        elif self._waiting is not None:
            self._is_over = True
            self._waiting.cancel()
        else:
            # Slow consumer: do not count this as endpoint silence.
            self._is_suspended = True


def _since_boot() -> float:
    """Seconds on a clock that goes on while the machine sleeps, unlike `time.monotonic`."""
    # macOS has no CLOCK_BOOTTIME; its CLOCK_MONOTONIC goes on, but Python's `monotonic` reads another clock.
    return time.clock_gettime(time.CLOCK_BOOTTIME if sys.platform == "linux" else time.CLOCK_MONOTONIC)
