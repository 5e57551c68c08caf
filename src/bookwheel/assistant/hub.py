"""Who is told what happens: front ends by merged updates, `--json` by whole records."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Self

from bookwheel.assistant.subscription import Subscription
from bookwheel.assistant.updates import DeskStatus, LibraryChanged
from bookwheel.engine.record import EventRecord
from bookwheel.transcript.blocks import Block, Change
from bookwheel.transcript.event_rows import TraceRow


class RecordFeed:
    """Every event record from the moment it was made, in order; `async for record in feed`.

    Unlike a `Subscription` it loses and merges nothing: it holds what its reader has not read yet.
    """

    def __init__(self) -> None:
        self._records: deque[EventRecord] = deque()
        self._wake = asyncio.Event()
        self._is_closed = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> EventRecord:
        while not self._records:
            if self._is_closed:
                raise StopAsyncIteration
            self._wake.clear()
            await self._wake.wait()
        return self._records.popleft()

    def put(self, record: EventRecord) -> None:
        self._records.append(record)
        self._wake.set()

    def close(self) -> None:
        """End the iteration, after what has gathered."""
        self._is_closed = True
        self._wake.set()

    async def aclose(self) -> None:
        self.close()

    @property
    def is_closed(self) -> bool:
        return self._is_closed


class Hub:
    """Passes everything on to all subscribers; closed ones are forgotten."""

    def __init__(self) -> None:
        self._subscriptions: list[Subscription] = []
        self._feeds: list[RecordFeed] = []

    def add(self, subscription: Subscription) -> None:
        self._subscriptions.append(subscription)

    def add_feed(self) -> RecordFeed:
        feed = RecordFeed()
        self._feeds.append(feed)
        return feed

    def record(self, record: EventRecord) -> None:
        self._feeds = [feed for feed in self._feeds if not feed.is_closed]
        for feed in self._feeds:
            feed.put(record)

    def changes(self, changes: Sequence[Change]) -> None:
        if changes:
            for subscription in self._open():
                subscription.put_changes(changes)

    def rows(self, rows: Sequence[TraceRow]) -> None:
        if rows:
            for subscription in self._open():
                subscription.put_rows(rows)

    def reset(self) -> None:
        for subscription in self._open():
            subscription.put_reset()

    def earlier(self, blocks: tuple[Block, ...]) -> None:
        for subscription in self._open():
            subscription.put_earlier(blocks)

    def library(self, library: LibraryChanged) -> None:
        for subscription in self._open():
            subscription.put_library(library)

    def status(self, status: DeskStatus) -> None:
        for subscription in self._open():
            subscription.put_status(status)

    def close(self) -> None:
        for reader in (*self._subscriptions, *self._feeds):
            reader.close()

    def _open(self) -> list[Subscription]:
        if any(subscription.is_closed for subscription in self._subscriptions):
            self._subscriptions = [each for each in self._subscriptions if not each.is_closed]
        return self._subscriptions
