"""One connection for each event loop: scripts use more than one, and a connection belongs to the loop that made it."""

from __future__ import annotations

import asyncio
import weakref
from typing import TYPE_CHECKING

from bookwheel.engine.llms.openai.endpoint import Endpoint

if TYPE_CHECKING:
    from bookwheel.engine.llms.openai.client import Connection

    ByLoop = weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Connection]


class Connections:
    """The connections to one endpoint; when this is dropped unclosed, it leaves no sockets behind."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._by_loop: ByLoop = weakref.WeakKeyDictionary()
        weakref.finalize(self, _close_all, self._by_loop).atexit = False

    async def get(self) -> Connection:
        """That of the running loop, made when it is first asked for (the import takes a second, in a thread)."""
        loop = asyncio.get_running_loop()
        connection = self._by_loop.get(loop)
        if connection is None:
            connection = await asyncio.to_thread(_make_connection, self._endpoint)
            connection = self._by_loop.setdefault(loop, connection)
        return connection

    async def aclose(self) -> None:
        """Close that of the running loop."""
        connection = self._by_loop.pop(asyncio.get_running_loop(), None)
        if connection is not None:
            await connection.aclose()


def _make_connection(endpoint: Endpoint) -> Connection:
    from bookwheel.engine.llms.openai.client import Connection

    return Connection(endpoint)


def _close_all(by_loop: ByLoop) -> None:
    for loop, connection in list(by_loop.items()):
        if loop.is_running():
            asyncio.run_coroutine_threadsafe(connection.aclose(), loop)
