"""Steps and tools that wait for an event in place, and the events that came before anybody waited."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bookwheel.engine.events import Event

EventT = TypeVar("EventT", bound=Event)

# Answers that nobody asked for are kept for a wait that is about to begin; more than this is somebody's bug.
_KEPT = 64


@dataclass(frozen=True, eq=False)
class Waiter(Generic[EventT]):
    """One wait: the first event of the right class that meets all requirements ends it.

    An event with a `request_id` ends only the wait with the same one; with `strict` an event without is passed over.
    """

    event_type: type[EventT]
    requirements: Mapping[str, object]
    answer: asyncio.Future[EventT]
    request_id: str | None = None
    strict: bool = False

    def takes(self, event: Event) -> bool:
        """Whether `event` is what is waited for."""
        if self.answer.done() or not isinstance(event, self.event_type):
            return False
        request_id = event.get("request_id")
        if request_id != self.request_id and (self.strict or (request_id is not None and self.request_id is not None)):
            return False
        return all(event.get(name) == value for name, value in self.requirements.items())


class WaitingRoom:
    """All waits of one run, oldest first: of several that an event fits, the oldest gets it, and only that one."""

    def __init__(self) -> None:
        self._waiters: list[Waiter[Event]] = []
        self._unclaimed: deque[Event] = deque(maxlen=_KEPT)

    def __bool__(self) -> bool:
        return bool(self._waiters)

    def deliver(self, event: Event) -> bool:
        """Hand `event` to whoever waits for it; False when nobody does."""
        for waiter in self._waiters:
            if waiter.takes(event):
                waiter.answer.set_result(event)
                return True
        return False

    def keep(self, event: Event) -> None:
        """Keep an event that nobody takes, for a wait that is about to begin."""
        self._unclaimed.append(event)

    async def wait(
        self,
        event_type: type[EventT],
        *,
        requirements: Mapping[str, object],
        request_id: str | None,
        strict: bool = False,
        may_be_here: bool = False,
        timeout: float | None = None,  # noqa: ASYNC109 - LlamaIndex's name, and the caller's to choose
    ) -> EventT:
        """The next fitting event; TimeoutError after `timeout` seconds. `may_be_here`: one that came before counts."""
        answer: asyncio.Future[EventT] = asyncio.get_running_loop().create_future()
        waiter = Waiter(event_type, requirements, answer, request_id, strict)
        if may_be_here:
            self._claim(waiter)
        self._waiters.append(waiter)  # pyright: ignore[reportArgumentType] - it only ever gets events it takes
        try:
            async with asyncio.timeout(timeout):
                return await answer
        finally:
            self._waiters.remove(waiter)  # pyright: ignore[reportArgumentType]

    def _claim(self, waiter: Waiter[EventT]) -> None:
        for event in self._unclaimed:
            if waiter.takes(event) and isinstance(event, waiter.event_type):
                self._unclaimed.remove(event)
                waiter.answer.set_result(event)
                return
