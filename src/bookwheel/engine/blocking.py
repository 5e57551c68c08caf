"""An event loop in a separate thread, for callers that have none or must not block the one they have."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Coroutine, Generator
from concurrent.futures import CancelledError, Future
from contextlib import aclosing
from functools import lru_cache
from queue import SimpleQueue
from typing import Any, TypeVar

from bookwheel.errors import UsageError

T = TypeVar("T")

THREAD_NAME = "bookwheel-queries"


@lru_cache(maxsize=1)
def background_loop() -> asyncio.AbstractEventLoop:
    """The loop; it runs in a daemon thread until the program ends."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name=THREAD_NAME, daemon=True).start()
    return loop


def run_blocking(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` there and wait for its result; an interrupted wait cancels it.

    Raises UsageError when called by work that itself runs there: it would wait for itself for ever.
    """
    future = _start(work)
    try:
        return future.result()
    except (KeyboardInterrupt, CancelledError):
        future.cancel()
        raise


def iterate_blocking(stream: AsyncGenerator[T, None]) -> Generator[T, None, None]:
    """What `stream` gives, read there; closing the generator closes the stream.

    The stream is read ahead as fast as it comes: it belongs to one task, as timeouts and connections want it, and a
    slow reader must not block that loop.
    """
    arrived: SimpleQueue[T | _End] = SimpleQueue()

    async def read() -> None:
        try:
            async with aclosing(stream) as pieces:
                async for piece in pieces:
                    arrived.put(piece)
        finally:
            arrived.put(_End())

    future = _start(read())
    try:
        while not isinstance(piece := arrived.get(), _End):
            yield piece
        future.result()
    finally:
        future.cancel()


class _End:
    """Nothing more comes."""


def _start(work: Coroutine[Any, Any, T]) -> Future[T]:
    loop = background_loop()
    if threading.current_thread().name == THREAD_NAME:
        work.close()
        raise UsageError(
            "A blocking call was made from inside another blocking call.",
            hint="Await its asynchronous twin there, the one whose name begins with 'a'.",
        )
    return asyncio.run_coroutine_threadsafe(work, loop)
