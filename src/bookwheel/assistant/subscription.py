"""Updates for front ends, merged so that a slow reader never slows a run, and whole records for `--json`."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Self, TypeAlias

from bookwheel.assistant.updates import (
    DeskStatus,
    EarlierBlocks,
    EventRowsChanged,
    EventRowsReset,
    LibraryChanged,
    StatusChanged,
    TranscriptChanged,
    TranscriptReset,
    Unloaded,
    Update,
)
from bookwheel.engine.record import EventRecord
from bookwheel.transcript.blocks import Block, Change, Extended, Replaced

if TYPE_CHECKING:
    from bookwheel.transcript.event_rows import EventRow

# A reader that is this far behind gets the whole present state instead of the changes.
MAX_CHANGES = 2_000
MAX_ROWS = 5_000
# A disk that hangs must not block the screen for ever.
_PATIENCE_S = 5.0

PendingWrite: TypeAlias = Callable[[], Awaitable[None] | None]
"""What to await until all events so far are on disk (or cannot be); None when they are."""


def nothing_to_write() -> None:
    """For readers of a session that is not saved."""


class Subscription:
    """One reader: `async for updates in subscription` gives lists of all updates since the last one.

    Text appended to one block is merged, of each row, of the library and of the status only the latest version is kept.
    Blocks and rows that open or close are given out once their events are on disk; text does not wait. The iteration
    ends when the assistant or `close()` closes it.
    """

    def __init__(
        self,
        blocks: Callable[[], tuple[Block, ...]],
        rows: Callable[[], tuple[EventRow, ...]],
        pending_write: PendingWrite = nothing_to_write,
        unloaded: Callable[[], Unloaded] = Unloaded,
    ) -> None:
        self._all_blocks = blocks
        self._all_rows = rows
        self._unloaded = unloaded
        self._pending_write = pending_write
        self._reset: TranscriptReset | None = None
        self._earlier: list[EarlierBlocks] = []
        self._changes: list[Change | _Text] = []
        self._event_rows_reset: EventRowsReset | None = None
        self._rows: dict[str, EventRow] = {}
        self._library: LibraryChanged | None = None
        self._status: StatusChanged | None = None
        self._wake = asyncio.Event()
        self._is_closed = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> list[Update]:
        await self._wake.wait()
        if any(not isinstance(change, _Text) for change in self._changes):
            with suppress(TimeoutError):
                async with asyncio.timeout(_PATIENCE_S):
                    await _written(self._pending_write)
        updates = self.take()
        if not updates and self._is_closed:
            raise StopAsyncIteration
        return updates

    def take(self) -> list[Update]:
        """The updates so far, without waiting."""
        if not self._is_closed:
            self._wake.clear()
        updates: list[Update] = []
        if self._reset is not None:
            updates.append(self._reset)
        updates.extend(self._earlier)
        if self._changes:
            updates.append(TranscriptChanged(tuple(_frozen(change) for change in self._changes)))
        if self._event_rows_reset is not None:
            updates.append(self._event_rows_reset)
        if self._rows:
            updates.append(EventRowsChanged(tuple(self._rows.values())))
        updates.extend(update for update in (self._library, self._status) if update is not None)
        self._reset = self._event_rows_reset = self._library = self._status = None
        self._earlier, self._changes, self._rows = [], [], {}
        return updates

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def close(self) -> None:
        """End the iteration after the updates so far."""
        self._is_closed = True
        self._wake.set()

    def put_reset(self) -> None:
        """Another session is open, or the reader is too far behind: all blocks and rows as they are now."""
        self._reset = TranscriptReset(self._all_blocks(), self._unloaded())
        self._event_rows_reset = EventRowsReset(self._all_rows())
        self._earlier, self._changes, self._rows = [], [], {}
        self._wake.set()

    def put_earlier(self, earlier: EarlierBlocks) -> None:
        self._earlier.append(earlier)
        self._wake.set()

    def put_changes(self, changes: Sequence[Change]) -> None:
        waiting = self._changes
        for change in changes:
            if isinstance(change, Extended):
                last = waiting[-1] if waiting else None
                if isinstance(last, _Text) and last.block_id == change.block_id:
                    last.pieces.append(change.text)
                else:
                    waiting.append(_Text(change.block_id, change.text))
            elif isinstance(change, Replaced) and _replaces(waiting, change):
                # A plan is replaced at each event of twelve branches; the reader draws only the latest.
                waiting[-1] = change
            else:
                waiting.append(change)
        if len(waiting) > MAX_CHANGES:
            self._reset = TranscriptReset(self._all_blocks(), self._unloaded())
            self._earlier, self._changes = [], []
        self._wake.set()

    def put_rows(self, rows: Sequence[EventRow]) -> None:
        self._rows.update((row.id, row) for row in rows)
        if len(self._rows) > MAX_ROWS:
            self._event_rows_reset = EventRowsReset(self._all_rows())
            self._rows = {}
        self._wake.set()

    def put_library(self, library: LibraryChanged) -> None:
        self._library = library
        self._wake.set()

    def put_status(self, status: DeskStatus) -> None:
        self._status = StatusChanged(status)
        self._wake.set()


class _Text:
    """Text for one block that is still being merged."""

    __slots__ = ("block_id", "pieces")

    def __init__(self, block_id: str, text: str) -> None:
        self.block_id = block_id
        self.pieces = [text]


def _replaces(waiting: Sequence[Change | _Text], change: Replaced) -> bool:
    last = waiting[-1] if waiting else None
    return isinstance(last, Replaced) and last.block.id == change.block.id


def _frozen(change: Change | _Text) -> Change:
    return Extended(change.block_id, "".join(change.pieces)) if isinstance(change, _Text) else change


class RecordFeed:
    """Every event record once it is on disk, in order; `async for record in feed`.

    Unlike a `Subscription` it loses and merges nothing: it holds what its reader has not read yet.
    """

    def __init__(self, pending_write: PendingWrite = nothing_to_write) -> None:
        self._records: deque[EventRecord] = deque()
        self._written_count = 0
        self._pending_write = pending_write
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
        if not self._written_count:
            await _written(self._pending_write)
            self._written_count = len(self._records)
        self._written_count -= 1
        return self._records.popleft()

    def put(self, record: EventRecord) -> None:
        self._records.append(record)
        self._wake.set()

    def close(self) -> None:
        """End the iteration after the updates so far."""
        self._is_closed = True
        self._wake.set()

    async def aclose(self) -> None:
        self.close()

    @property
    def is_closed(self) -> bool:
        return self._is_closed


class Hub:
    """Passes everything on to all subscribers, and drops the closed ones."""

    def __init__(self) -> None:
        self._subscriptions: list[Subscription] = []
        self._feeds: list[RecordFeed] = []

    def add(self, subscription: Subscription) -> None:
        self._subscriptions.append(subscription)

    def add_feed(self, pending_write: PendingWrite) -> RecordFeed:
        feed = RecordFeed(pending_write)
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

    @property
    def has_subscription(self) -> bool:
        return bool(self._open())

    def rows(self, rows: Sequence[EventRow]) -> None:
        if rows:
            for subscription in self._open():
                subscription.put_rows(rows)

    def reset(self) -> None:
        for subscription in self._open():
            subscription.put_reset()

    def earlier(self, earlier: EarlierBlocks) -> None:
        for subscription in self._open():
            subscription.put_earlier(earlier)

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


async def _written(pending_write: PendingWrite) -> None:
    while (writing := pending_write()) is not None:
        await writing
