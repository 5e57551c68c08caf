"""A deadline for a wait that is made again and again: one timer for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")


class Patience:
    """Waits with a deadline that `renew` puts off.

    `asyncio.timeout` around each wait makes and cancels a timer each time, a seventh of what reading a streamed answer
    costs; here one timer looks now and then whether the deadline has passed. Use as a context manager.
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
        """From now on, this long."""
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
            # Somebody else's cancellation goes on its way, also when it comes together with ours.
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
            # The reader has a piece in hand: its own pause is not the endpoint's silence.
            self._is_suspended = True
