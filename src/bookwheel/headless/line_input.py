"""Lines of standard input, read in a thread so that an answer can be written meanwhile."""

from __future__ import annotations

import asyncio
import os
import threading
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator

MAX_LINE = 1_000_000
"""Characters of a line that are kept."""
MAX_WAITING = 1_000
"""Lines that are read ahead of what is done with them."""
_CHUNK = 65_536


class LineInput:
    """Reads the lines of a file descriptor to its end; `arrived` is called on the event loop, with None at the end.

    `took` says that a line is done with, which lets the thread read on.
    """

    def __init__(self, descriptor: int, arrived: Callable[[str | None], None]) -> None:
        self._descriptor = descriptor
        self._arrived = arrived
        self._room = threading.Semaphore(MAX_WAITING)

    def start(self) -> None:
        """Begin to read, in the running event loop."""
        # A daemon thread: a read of a terminal or pipe cannot be cancelled. It reads the descriptor itself, because
        # Python waits for the lock of a buffered standard input when it exits.
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, args=(loop,), name="lines of input", daemon=True).start()

    def took(self) -> None:
        self._room.release()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            for line in self._lines():
                self._room.acquire()
                loop.call_soon_threadsafe(self._arrived, line)
            loop.call_soon_threadsafe(self._arrived, None)
        except RuntimeError:
            return  # the loop is closed

    def _lines(self) -> Iterator[str]:
        decode = getincrementaldecoder("utf-8")("replace").decode
        rest = ""
        while data := self._read_some():
            *lines, rest = (rest + decode(data)).split("\n")
            yield from (line.removesuffix("\r")[:MAX_LINE] for line in lines)
            rest = rest[: MAX_LINE + 1]
        if rest:
            yield rest

    def _read_some(self) -> bytes:
        try:
            return os.read(self._descriptor, _CHUNK)
        except OSError:  # EIO: the other end of the terminal is closed
            return b""
