"""One timer as the deadline of many waits in a row."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")


class Patience:
    """Waits with a deadline that `renew` moves.

    `asyncio.timeout` makes and cancels a timer for each wait, a seventh of the CPU time of reading a streamed answer.
    Here one timer checks the deadline when it fires. Use as a context manager.
    """

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._seconds = seconds
        self._deadline = self._loop.time() + seconds
        self._timer = self._loop.call_at(self._deadline, self._look)
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
            self._timer = self._loop.call_at(self._deadline, self._look)

    async def wait(self, awaitable: Awaitable[T]) -> T:
        """The result.

        Raises TimeoutError when the deadline passes first.
        """
        if self._is_suspended:
            self._is_suspended = False
            self._deadline = self._loop.time() + self._seconds
            self._timer = self._loop.call_at(self._deadline, self._look)
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

    def _look(self) -> None:
        if self._loop.time() < self._deadline:
            self._timer = self._loop.call_at(self._deadline, self._look)
        elif self._waiting is not None:
            self._is_over = True
            self._waiting.cancel()
        else:
            # Slow consumer: do not count this as endpoint silence.
            self._is_suspended = True
