"""The connections to an endpoint, one for each event loop: a connection works only on the loop that opened it."""

from __future__ import annotations

import asyncio
import weakref
from typing import TYPE_CHECKING

from bookwheel.engine.llms.openai.endpoint import Endpoint

if TYPE_CHECKING:
    from bookwheel.engine.llms.openai.client import Connection

    ByLoop = weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Connection]


class Connections:
    """The connections to one endpoint; also closed when this object is deleted, because scripts rarely close models."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._by_loop: ByLoop = weakref.WeakKeyDictionary()
        weakref.finalize(self, _close_all, self._by_loop).atexit = False

    async def get(self) -> Connection:
        """The connection of the running loop; the first call imports the HTTP library in a thread (0.1 s)."""
        loop = asyncio.get_running_loop()
        connection = self._by_loop.get(loop)
        if connection is None:
            connection = await asyncio.to_thread(_make_connection, self._endpoint)
            connection = self._by_loop.setdefault(loop, connection)
        return connection

    async def aclose(self) -> None:
        """Close the connection of the running loop."""
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
