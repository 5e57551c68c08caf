"""The events of one run in order: written once, read by any number of readers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Any, TypeVar

from bookwheel.engine.events import Event, InternalEvent, StopEvent

EventT = TypeVar("EventT", bound=Event)


class EventStream:
    """An append-only list of events that ends with exactly one `StopEvent` or subclass.

    All events are kept: a reader may start late, read slowly or stop, without an effect on other readers.
    """

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._closing: StopEvent | None = None
        self._left_at: int | None = None

    @property
    def closing(self) -> StopEvent | None:
        """The closing event; None while the stream is open."""
        return self._closing

    def written(self, kind: type[EventT]) -> list[EventT]:
        """The events of a class written so far."""
        return [event for event in self._events if isinstance(event, kind)]

    def publish(self, event: Event) -> None:
        """Append an event; events after the closing one are dropped."""
        if self._closing is not None:
            return
        self._events.append(event)
        if self._waiting:
            self._wake_readers()

    def close(self, event: StopEvent) -> None:
        """Append the closing event; only the first one counts."""
        self.publish(event)
        self._closing = self._closing or event

    def read(self, *, expose_internal: bool = False, from_start: bool = False) -> EventReader:
        """All events, up to the closing event; waits for new ones.

        During the run it continues where the last loop was left, unless `from_start` is set; otherwise it starts with
        the first event.
        """
        position = 0
        if not from_start and self._closing is None and self._left_at is not None:
            position, self._left_at = self._left_at, None
        return EventReader(self, position, expose_internal)

    def event_at(self, position: int) -> Event | None:
        """The event at this index; None when it is not written yet."""
        return self._events[position] if position < len(self._events) else None

    def leave(self, position: int) -> None:
        """Note where a loop was left, so that the next one continues there."""
        self._left_at = position

    async def wait_for_more(self) -> None:
        """Wait until an event is written."""
        more: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(more)
        await more

    def _wake_readers(self) -> None:
        waiting, self._waiting = self._waiting, []
        for reader in waiting:
            if not reader.done():
                reader.set_result(None)


class EventReader(AsyncGenerator[Event, None]):
    """One loop over the events of a run; `break` and `aclose()` leave it.

    A class, because the event loop closes a generator some time after `break`, and the next loop needs the position at
    once.
    """

    def __init__(self, stream: EventStream, position: int, expose_internal: bool) -> None:
        self._stream = stream
        self._position = position
        self._expose_internal = expose_internal
        self._has_ended = False

    async def __anext__(self) -> Event:
        while not self._has_ended:
            event = self._stream.event_at(self._position)
            if event is not None:
                self._position += 1
                if self._expose_internal or not isinstance(event, InternalEvent):
                    return event
            elif self._stream.closing is not None:
                self._has_ended = True
            else:
                await self._stream.wait_for_more()
        raise StopAsyncIteration

    async def asend(self, value: None) -> Event:
        return await self.__anext__()

    async def athrow(
        self,
        typ: Any,
        val: BaseException | object = None,
        tb: TracebackType | None = None,
        /,
    ) -> Event:
        self._leave()
        raise typ

    async def aclose(self) -> None:
        """Leave the loop."""
        self._leave()

    def _leave(self) -> None:
        if not self._has_ended and self._position:
            self._stream.leave(self._position)
        self._has_ended = True

    def __del__(self) -> None:
        self._leave()
