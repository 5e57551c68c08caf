"""The events of one run in order: written once, read by any number of readers, each from the start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import TypeVar

from bookwheel.engine.events import Event, InternalEvent, StopEvent

EventT = TypeVar("EventT", bound=Event)


class EventStream:
    """An append-only list of events that ends with exactly one `StopEvent` kind.

    Nothing is ever dropped: a reader may come late, read slowly or leave; it slows nobody down.
    """

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._closing: StopEvent | None = None

    @property
    def closing(self) -> StopEvent | None:
        """The closing event; None while the stream is open."""
        return self._closing

    def written(self, kind: type[EventT]) -> list[EventT]:
        """The events of a class that were written so far."""
        return [event for event in self._events if isinstance(event, kind)]

    def publish(self, event: Event) -> None:
        """Append an event; after the closing one it is dropped."""
        if self._closing is not None:
            return
        self._events.append(event)
        if self._waiting:
            self._wake_readers()

    def close(self, event: StopEvent) -> None:
        """Append the closing event; only the first one counts."""
        self.publish(event)
        self._closing = self._closing or event

    async def read(self, *, expose_internal: bool = False) -> AsyncGenerator[Event, None]:
        """All events from the start, waiting for those to come; ends after the closing event."""
        position = 0
        while True:
            while position < len(self._events):
                event = self._events[position]
                position += 1
                if expose_internal or not isinstance(event, InternalEvent):
                    yield event
            if self._closing is not None:
                return
            more: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(more)
            await more

    def _wake_readers(self) -> None:
        waiting, self._waiting = self._waiting, []
        for reader in waiting:
            if not reader.done():
                reader.set_result(None)
