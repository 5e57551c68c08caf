"""An answer while it is written: one pump reads it from the model, and any number of readers read the buffer."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from contextlib import aclosing, suppress
from functools import partial
from queue import SimpleQueue
from typing import Any

from bookwheel.engine.llms.chat import ChatDelta
from bookwheel.engine.workflow.tasks import start_task
from bookwheel.errors import BookwheelError, ModelStreamCutError


class AnswerBuffer:
    """The pieces so far, for readers in any thread and on any loop; keeps the error that it ended with.

    There is no lock, which a reader's thread could hold while the pump's loop waits for it. Appending to a list is
    atomic, and a reader checks once more after it has registered to be woken.
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
        """Drop the pieces so far, which were not part of the answer; some readers may have read them already."""
        self._begins_at = len(self.pieces)

    def finish(self, error: BaseException | None = None) -> None:
        """End the answer; every reader that gets this far gets `error`."""
        if not self._is_done:
            self._error = error
            self._is_done = True
            self._wake()

    def piece(self, at: int) -> str | None:
        """Wait for the piece at this index; None at the end.

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
        """Wait for the whole answer."""
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
        """The answer so far."""
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


class GivenPieces(AnswerBuffer):
    """Reads a generator of the user's own when a reader asks for a piece that is not here yet, and not before."""

    def __init__(self, source: Iterable[str] | AsyncIterable[str]) -> None:
        super().__init__()
        self._pieces = iter(source) if isinstance(source, Iterable) else None
        self._later = aiter(source) if isinstance(source, AsyncIterable) else None
        self._reading = threading.Lock()
        self._awaiting = asyncio.Lock()

    def piece(self, at: int) -> str | None:
        """As in `AnswerBuffer`. Raises TypeError when the generator is asynchronous."""
        if self._pieces is None:
            raise TypeError("The pieces of this answer come from an asynchronous generator: use await.")
        with self._reading:
            while not self._has(at):
                self._take(self._pieces)
        return self._give(at)

    async def apiece(self, at: int) -> str | None:
        """As `piece`; a plain generator is read in a thread, since it may block."""
        if self._later is None:
            return await asyncio.to_thread(self.piece, at)
        async with self._awaiting:
            while not self._has(at):
                await self._await_piece(self._later)
        return self._give(at)

    def _take(self, pieces: Iterator[str]) -> None:
        try:
            self.push(next(pieces))
        except StopIteration:
            self.finish()
        except Exception as error:  # noqa: BLE001 - a generator may raise anything; each reader gets it
            self.finish(_plain(error))

    async def _await_piece(self, pieces: AsyncIterator[str]) -> None:
        try:
            self.push(await anext(pieces))
        except StopAsyncIteration:
            self.finish()
        except Exception as error:  # noqa: BLE001 - a generator may raise anything; each reader gets it
            self.finish(_plain(error))


class AnswerPump:
    """Reads an answer into a buffer in its own task, with or without readers; `stop` closes the connection."""

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
    # A reader's loop may be closed before the answer ends.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(event.set)


def _plain(error: BaseException | None) -> BaseException | None:
    if error is None or isinstance(error, BookwheelError):
        return error
    # Raised once for each reader: the traceback must not grow each time.
    return error.with_traceback(None)
