"""A way out for text that may be slow or closed: whoever writes is never held up by whoever reads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import IO


class Outlet:
    """Writes text to a stream in a thread, all that has gathered at a time, flushed.

    `run` is a task of the caller's; after the stream has failed `error` says why and text is dropped.
    """

    def __init__(self, stream: IO[str]) -> None:
        self.error: OSError | None = None
        self._stream = stream
        self._waiting: list[str] = []
        self._wake = asyncio.Event()
        self._is_closing = False

    def put(self, text: str) -> None:
        """Write `text` as soon as the stream takes it."""
        if text and self.error is None:
            self._waiting.append(text)
            self._wake.set()

    def close(self) -> None:
        """Let `run` end when all is written."""
        self._is_closing = True
        self._wake.set()

    async def run(self, on_error: Callable[[], None]) -> None:
        """Write until `close`; calls `on_error` once when the stream fails."""
        while self._waiting or not self._is_closing:
            await self._wake.wait()
            self._wake.clear()
            text = "".join(self._waiting)
            self._waiting.clear()
            try:
                await asyncio.to_thread(self._write, text)
            except OSError as error:
                self.error = error
                on_error()
                return

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
