"""An event loop in a thread of its own, for callers that have none or must not block the one they have."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")


@lru_cache(maxsize=1)
def background_loop() -> asyncio.AbstractEventLoop:
    """The loop; it runs in a daemon thread until the program ends."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="bookwheel-queries", daemon=True).start()
    return loop


def run_blocking(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` there and wait for its result; an interrupted wait cancels it."""
    future = asyncio.run_coroutine_threadsafe(work, background_loop())
    try:
        return future.result()
    except (KeyboardInterrupt, CancelledError):
        future.cancel()
        raise
