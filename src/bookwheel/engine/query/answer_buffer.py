"""An answer that is being written: one pump reads it from the model, any number of readers read it from here."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from functools import partial
from queue import SimpleQueue
from typing import Any

from bookwheel.engine.llms.chat import ChatDelta
from bookwheel.engine.workflow.tasks import start_task
from bookwheel.errors import BookwheelError, ModelStreamCutError


class AnswerBuffer:
    """The pieces so far, for readers in any thread and on any loop; keeps how it ended.

    There is no lock, which a reader's thread could hold while the pump's loop waits for it: appending to a list is
    atomic, and a reader looks once more after it has put itself down to be woken.
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.supported: bool | None = None
        self._begins_at = 0
        self._error: BaseException | None = None
        self._is_done = False
        self._sleepers: deque[Callable[[], object]] = deque()

    def push(self, piece: str) -> None:
        """Add a piece."""
        self.pieces.append(piece)
        self._wake()

    def restart(self) -> None:
        """What came so far was no part of the answer; readers in the middle of it have read it all the same."""
        self._begins_at = len(self.pieces)

    def finish(self, error: BaseException | None = None) -> None:
        """Nothing more will come; `error` is given to every reader that gets this far."""
        if not self._is_done:
            self._error = error
            self._is_done = True
            self._wake()

    def piece(self, at: int) -> str | None:
        """The piece at this place, waited for; None at the end.

        Raises, each time, the error that the answer ended with.
        """
        while not self._has(at):
            awake: SimpleQueue[None] = SimpleQueue()
            self._sleepers.append(partial(awake.put, None))
            if not self._has(at):
                awake.get()
        return self._give(at)

    async def apiece(self, at: int) -> str | None:
        """As `piece`, without blocking the loop."""
        loop = asyncio.get_running_loop()
        while not self._has(at):
            awake = asyncio.Event()
            self._sleepers.append(partial(_set_from_anywhere, loop, awake))
            if not self._has(at):
                await awake.wait()
        return self._give(at)

    def text(self) -> str:
        """The whole answer, waited for."""
        at = len(self.pieces)
        while self.piece(at) is not None:
            at = len(self.pieces)
        return self.so_far()

    async def atext(self) -> str:
        """As `text`, without blocking the loop."""
        at = len(self.pieces)
        while await self.apiece(at) is not None:
            at = len(self.pieces)
        return self.so_far()

    def so_far(self) -> str:
        """What has come of the answer."""
        return "".join(self.pieces[self._begins_at :])

    def _has(self, at: int) -> bool:
        return self._is_done or at < len(self.pieces)

    def _give(self, at: int) -> str | None:
        if at < len(self.pieces):
            return self.pieces[at]
        if self._error is not None:
            raise self._error
        return None

    def _wake(self) -> None:
        while self._sleepers:
            self._sleepers.popleft()()


class AnswerPump:
    """Reads an answer into a buffer in a task of its own, whether or not anybody reads; `stop` hangs up."""

    def __init__(self, buffer: AnswerBuffer, stream: AsyncGenerator[ChatDelta, None], model_name: str) -> None:
        self._buffer = buffer
        self._model_name = model_name
        self._loop = asyncio.get_running_loop()
        self._task = start_task(self._read(stream), name="answer", when_done=self._finish)

    def stop(self) -> None:
        """Close the connection to the model; from any thread."""
        if not self._task.done() and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._task.cancel)

    async def _read(self, stream: AsyncGenerator[ChatDelta, None]) -> None:
        async with aclosing(stream) as deltas:
            async for delta in deltas:
                if delta.restarts:
                    self._buffer.restart()
                if delta.delta:
                    self._buffer.push(delta.delta)
                if delta.supported is not None:
                    self._buffer.supported = delta.supported

    def _finish(self, task: asyncio.Task[Any]) -> None:
        if task.cancelled():
            partial = self._buffer.so_far()
            self._buffer.finish(
                ModelStreamCutError(
                    f"The answer of {self._model_name} was closed before its end.",
                    hint="Ask again for a whole answer.",
                    partial=partial,
                )
            )
        else:
            self._buffer.finish(_plain(task.exception()))


def _set_from_anywhere(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    # A reader's loop may be gone before the answer is.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(event.set)


def _plain(error: BaseException | None) -> BaseException | None:
    if error is None or isinstance(error, BookwheelError):
        return error
    # Raised once for each reader: its traceback must not grow with them.
    return error.with_traceback(None)
