"""A slow machine at two places: threads that begin nothing while they are held, and a screen that is half removed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from threading import Event
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from tests.support.patience import soon
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.screen import Screen, ScreenResultType

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class HeldThreads(ThreadPoolExecutor):
    """What `asyncio.to_thread` uses on this loop from now on; `waiting` of its calls are not done."""

    def __init__(self) -> None:
        super().__init__(16)
        self._calls = set[object]()
        self._free = Event()
        self._free.set()
        asyncio.get_running_loop().set_default_executor(self)

    @property
    def waiting(self) -> int:
        return len(self._calls)

    def hold(self) -> None:
        self._free.clear()

    def release(self) -> None:
        self._free.set()

    def submit(
        self, fn: Callable[Parameters, Result], /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Future[Result]:
        def begin() -> Result:
            self._free.wait()
            return fn(*args, **kwargs)

        call = super().submit(begin)
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        return call


class LastWidget(Widget):
    """The last widget of a screen to be removed: it waits until it may go."""

    DEFAULT_CSS = "LastWidget { height: 0; }"

    def __init__(self) -> None:
        super().__init__()
        self.may_go = asyncio.Event()

    async def on_unmount(self) -> None:
        await self.may_go.wait()


@asynccontextmanager
async def half_closed(screen: Screen[ScreenResultType]) -> AsyncGenerator[None]:
    """While a screen is removed: its widgets are gone, it itself and its workers are not yet."""
    last = LastWidget()
    await screen.mount(last)
    screen.dismiss(None)
    await soon(lambda: list(screen.children) == [last])
    assert screen.is_attached
    try:
        yield
    finally:
        last.may_go.set()
        await soon(lambda: not screen.is_attached)
