"""The waits of a run, and the events it keeps for later waits and for `collect_events`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from bookwheel.engine.events import Event
from bookwheel.lazy_dataclass import dataclass

EventT = TypeVar("EventT", bound=Event)

# The most events that are kept for waits that begin later; the oldest are dropped.
_MAX_KEPT = 64


@dataclass(frozen=True, eq=False)
class Waiter(Generic[EventT]):
    """One wait; ends with the first event of the class that meets all requirements.

    An event with a `request_id` ends only a wait with the same one. With `strict`, an event without one does not count.
    """

    event_type: type[EventT]
    requirements: Mapping[str, object]
    answer: asyncio.Future[EventT]
    request_id: str | None = None
    strict: bool = False

    def takes(self, event: Event) -> bool:
        """Whether `event` is the awaited one."""
        if self.answer.done() or not isinstance(event, self.event_type):
            return False
        request_id = event.get("request_id")
        if request_id != self.request_id and (self.strict or (request_id is not None and self.request_id is not None)):
            return False
        return all(event.get(name) == value for name, value in self.requirements.items())


@dataclass(frozen=True, slots=True, eq=False)
class _KeptEvent:
    """An event that no wait took; `early` when it came before the steps of the run started."""

    event: Event
    step: str | None
    early: bool


class WaitingRoom:
    """All waits of one run, oldest first; if an event fits several waits, the oldest gets it.

    A wait can also take an event that was sent to `parent` before the steps of that run started.
    """

    def __init__(self, parent: WaitingRoom | None = None) -> None:
        self._parent = parent
        self._waiters: list[Waiter[Event]] = []
        self._kept: list[_KeptEvent] = []

    def __bool__(self) -> bool:
        return bool(self._waiters)

    def deliver(self, event: Event) -> bool:
        """End the oldest wait that `event` fits; False when it fits none."""
        for waiter in self._waiters:
            if waiter.takes(event):
                waiter.answer.set_result(event)
                return True
        return False

    def keep(self, event: Event, step: str | None = None, *, early: bool = False) -> None:
        """Keep an undelivered event for a wait that begins later."""
        self._kept.append(_KeptEvent(event, step, early))
        del self._kept[:-_MAX_KEPT]

    def take_early(self) -> list[tuple[Event, str | None]]:
        """Remove and return the events sent before the steps started, each with its step."""
        early = [(item.event, item.step) for item in self._kept if item.early]
        self._kept = [item for item in self._kept if not item.early]
        return early

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
        """The next event that fits. Raises TimeoutError after `timeout` seconds.

        With `may_be_here` any kept event counts, without it only one sent before the steps of the run started.
        """
        answer: asyncio.Future[EventT] = asyncio.get_running_loop().create_future()
        waiter = Waiter(event_type, requirements, answer, request_id, strict)
        self._claim(waiter, only_early=not may_be_here)
        if self._parent is not None:
            self._parent.claim_early(waiter)
        self._waiters.append(waiter)  # pyright: ignore[reportArgumentType] - it only ever gets events it takes
        try:
            async with asyncio.timeout(timeout):
                return await answer
        finally:
            self._waiters.remove(waiter)  # pyright: ignore[reportArgumentType]

    def claim_early(self, waiter: Waiter[EventT]) -> None:
        """End a wait of a nested run with an event sent before the steps started, if one fits."""
        self._claim(waiter, only_early=True)
        if self._parent is not None:
            self._parent.claim_early(waiter)

    def _claim(self, waiter: Waiter[EventT], *, only_early: bool) -> None:
        for item in self._kept:
            event = item.event
            if (item.early or not only_early) and waiter.takes(event) and isinstance(event, waiter.event_type):
                self._kept.remove(item)
                waiter.answer.set_result(event)
                return


class EventCollector:
    """The events that `collect_events` keeps until a set is complete."""

    def __init__(self) -> None:
        self.kept: dict[str, list[Event]] = {}

    def collect(self, key: str, event: Event, expected: Sequence[type[Event]]) -> list[Event] | None:
        """Keep `event`; return one event of each `expected` class, in that order, when all are there, else None."""
        kept = self.kept.setdefault(key, [])
        kept.append(event)
        left = list(kept)
        found: list[Event] = []
        for kind in expected:
            position = next((n for n, item in enumerate(left) if type(item) is kind), None)
            if position is None:
                return None
            found.append(left.pop(position))
        self.kept[key] = left
        return found
