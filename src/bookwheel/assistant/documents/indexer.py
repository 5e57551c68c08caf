"""Indexes the documents of the library in the background, and keeps the state of each."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence, Set
from contextlib import aclosing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bookwheel.assistant.documents.disk_watch import DiskWatch
from bookwheel.assistant.updates import LibraryChanged
from bookwheel.engine.events.run_events import Coverage
from bookwheel.engine.index.progress import (
    EVERYTHING,
    NOTHING,
    Changes,
    FileRemoved,
    FileState,
    IngestDone,
    IngestProgress,
    IngestUpdate,
    LeftOut,
    is_slow,
)
from bookwheel.engine.workflow.tasks import start_task
from bookwheel.errors import BookwheelError, UsageError, shortage_of
from bookwheel.paths import absolute

if TYPE_CHECKING:
    from bookwheel.assistant.protocols import LibraryPort

# Seconds between updates at least: each update lists all files, so one for each file would be too slow.
PUBLISH_EVERY_S = 0.1
# Publishing costs this much for each file, and may take this share of the time.
_PUBLISHING_SHARE = 0.1
_PUBLISHING_COST_S = 6e-6
# A question may wait this long for indexing: enough to read a small folder whole.
_GRACE_S = 3.0
# It does not wait so long for files that take seconds, such as a long PDF, when others can be searched: a first start
# is to answer from them within a second, and needs 0.5 of it until indexing begins and 0.1 for the answer.
_SLOW_GRACE_S = 0.25
# A file that is written continually must not be read continually: after a scan that repeats the last one, and after
# a long one, wait 4 times as long as it took, at most a minute. A question does not wait for this pause.
_SHORT_SCAN_S = 1.0
_PAUSE_FACTOR = 4.0
_LONGEST_PAUSE_S = 60.0
_MANY_FILES = 1_000


class Indexer:
    """Owns the one indexing task of the desk; `publish` gets every change, `settled` is called after every scan.

    With `follows_disk` changes on disk are indexed as they happen, after the first scan of everything.
    """

    def __init__(
        self,
        library: LibraryPort,
        publish: Callable[[LibraryChanged], None],
        *,
        follows_disk: bool = False,
        settled: Callable[[], None] = lambda: None,
    ) -> None:
        self._library = library
        self._publish = publish
        self._settled = settled
        self._disk_watch = DiskWatch(library, changed=self._note_changes, ended=self._publish_now, is_on=follows_disk)
        self._files: dict[str, FileState] = {}
        self._is_unsorted = False
        self._left_out: dict[str, LeftOut] = {}
        self._progress: IngestProgress | None = None
        self._is_known = False
        self._is_checking = False
        self._missing = ""
        self._error = ""
        self._damage = ""
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._publish_from = 0.0
        self._is_published = True
        self._said_indexing = False
        self._pending = NOTHING
        self._pause: asyncio.TimerHandle | None = None
        self._pause_until = 0.0
        self._scanned = NOTHING
        # Files of the present scan that are not done yet.
        self._unsettled: set[str] = set()
        # Files that are read again: their former text is searched until that is done.
        self._former: set[str] = set()
        self._is_again = False
        self._is_wanted = False
        self._began = 0.0
        self._changed = asyncio.Event()
        self.roots: tuple[Path, ...] = ()

    @property
    def is_indexing(self) -> bool:
        return self._task is not None and not self._task.done()

    @property
    def state(self) -> LibraryChanged:
        """The documents as they are now, by path."""
        if self._is_unsorted:
            self._files = dict(sorted(self._files.items()))
            self._is_unsorted = False
        return LibraryChanged(
            files=tuple(self._files.values()),
            left_out=tuple(self._left_out.values()),
            roots=tuple(str(root) for root in self.roots),
            progress=self._progress if self.is_indexing else None,
            error=self._error or self._missing,
            note=self._damage or self._disk_watch.note,
            is_loading=not self._is_known,
            is_indexing=self.is_indexing,
            is_checking=self._is_checking,
        )

    def is_awaiting(self, path: str) -> bool:
        """Whether the file is of the library, and not read yet in its present state."""
        file = self._files.get(path)
        return self.is_indexing and file is not None and file.status in ("waiting", "indexing")

    def coverage(self) -> Coverage | None:
        """How many of the documents are indexed in their present state; None when all are that can be.

        After an error, such as of a full disk, the files that still wait count too.
        """
        if not self.is_indexing and not self._error:
            return None
        saved = self._unsettled | self._pending.paths
        counts = Counter(self._how_indexed(file, saved) for file in self._files.values() if file.status != "failed")
        total = max(counts.total(), self._progress.files_total if self._progress is not None else 0)
        indexed, changed = counts["indexed"], counts["changed"]
        return Coverage(indexed=indexed, total=total, changed=changed) if indexed < total else None

    def _how_indexed(self, file: FileState, saved: Set[str]) -> Literal["indexed", "changed", "missing"]:
        if file.status == "indexed":
            return "changed" if file.path in saved else "indexed"
        return "changed" if file.path in self._former else "missing"

    async def set_roots(self, roots: Sequence[Path]) -> None:
        """Replace the files and folders, and index them in the background; `error` names those that do not exist."""
        await self.stop()
        there = await asyncio.to_thread(lambda: {root for root in roots if root.exists()})
        gone = [str(root) for root in roots if root not in there]
        self.roots = tuple(root for root in roots if root in there)
        self._files, self._left_out = {}, {}
        self._former.clear()
        self._is_known = not self.roots
        self._missing = f"No longer found: {', '.join(gone)}" if gone else ""
        await self.refresh()

    async def refresh(self) -> None:
        """Scan for new, changed and deleted files in the background; one scan at a time."""
        await self._stop_indexing()
        if self.roots:
            self._pending = EVERYTHING
            self._begin(is_wanted=True)
        self._publish_now()

    async def stop(self) -> None:
        """Stop indexing and watching; indexed documents stay."""
        await self._disk_watch.stop()
        await self._stop_indexing()

    async def wait_done(self) -> None:
        """Wait until nothing is being indexed."""
        while self._task is not None and not self._task.done():
            await asyncio.wait([self._task])

    async def wait_searchable(self) -> None:
        """Wait until a question can be answered: all files saved before it are indexed, or 3 seconds have passed.

        It waits 0.25 seconds when only files that take long to read are left. After this time it keeps waiting only
        while no document is indexed.
        """
        self._pending |= await self._disk_watch.now()
        self._begin_if_pending()
        # A scan that began earlier may have read the file before its change.
        needs_another_scan = bool(self._pending)
        while self.is_indexing and not self._has_searchable():
            self._changed.clear()
            await self._changed.wait()
        until = self._began + _GRACE_S
        await self._wait_until(until)
        if needs_another_scan:
            self._begin_if_pending()
            await self._wait_until(until)

    async def _wait_until(self, until: float) -> None:
        while self.is_indexing:
            end = min(until, self._began + _SLOW_GRACE_S) if self._has_only_slow_left() else until
            left = end - time.monotonic()
            if left <= 0:
                return
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._changed.wait()

    def _note_changes(self, changes: Changes) -> None:
        self._pending |= changes
        self._begin_after_pause()

    def _begin_after_pause(self) -> None:
        self._end_pause()
        left = self._pause_until - time.monotonic()
        if left <= 0:
            self._begin_if_pending()
        elif self._pending and not self.is_indexing:
            self._pause = asyncio.get_running_loop().call_later(left, self._begin_after_pause)

    def _begin_if_pending(self) -> None:
        if self._pending and self.roots and not self.is_indexing:
            self._end_pause()
            self._begin()

    def _begin(self, *, is_wanted: bool = False) -> None:
        changes, self._pending = self._pending, NOTHING
        self._is_wanted, self._is_again = is_wanted, changes.overlaps(self._scanned)
        self._scanned = NOTHING if is_wanted else changes
        self._unsettled = set(changes.paths)
        self._is_checking = changes.is_everything
        self._began = time.monotonic()
        self._task = start_task(self._index(changes), name="index", when_done=self._ended)

    def _end_pause(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None

    async def _stop_indexing(self) -> None:
        self._pending = NOTHING
        self._end_pause()
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])
        self._task = None

    def _ended(self, task: asyncio.Task[None]) -> None:
        is_news = self._progress is not None or not self._is_known or self._said_indexing
        self._is_known, self._is_checking = True, False
        self._progress = None
        self._unsettled.clear()
        self._publish_soon(changed=is_news)
        if not task.cancelled():
            if (error := task.exception()) is not None:
                self._error = f"Indexing stopped: {shortage_of(error) or f'{type(error).__name__}: {error}'}"
                self._publish_soon()
            self._pause_until = time.monotonic() + self._pause_after(time.monotonic() - self._began)
            self._disk_watch.start(self.roots)
            self._begin_after_pause()
        self._changed.set()
        if not self._is_published:
            self._publish_now()
        if not task.cancelled():
            self._settled()

    def _pause_after(self, took_s: float) -> float:
        if self._is_wanted:
            return 0.0
        counted_s = took_s if self._is_again else max(took_s - _SHORT_SCAN_S, 0.0)
        return min(counted_s * _PAUSE_FACTOR, _LONGEST_PAUSE_S)

    async def _index(self, changes: Changes) -> None:
        try:
            self._publish_soon(changed=bool(self._error))
            self._error = ""
            if changes.is_everything:
                await self._read_files()
            async with aclosing(self._refresh(changes)) as updates:
                async for update in updates:
                    # Of a new folder, all files that wait come one by one before the progress: a part of them would be
                    # shown as the whole.
                    self._publish_soon(changed=self._take(update) and self._is_known)
                    self._changed.set()
            if changes.is_everything:
                await self._read_left_out()
        except BookwheelError as error:
            self._error = str(error)
            self._publish_soon()

    def _refresh(self, changes: Changes) -> AsyncGenerator[IngestUpdate, None]:
        if changes.is_everything:
            return self._library.refresh(self.roots)
        return self._library.refresh(self.roots, changes.paths)

    async def _read_files(self) -> None:
        known = await asyncio.to_thread(self._library.files, self.roots)
        files = {file.path: file for file in known}
        self._is_known = self._is_known or bool(files)
        if await _differ(files, self._files):
            self._files = files
            self._publish_soon()

    async def _read_left_out(self) -> None:
        items = await asyncio.to_thread(self._library.left_out, self.roots)
        left_out = {item.path: item for item in items}
        if await _differ(left_out, self._left_out):
            self._left_out = left_out
            self._publish_soon()

    def _take(self, update: IngestUpdate) -> bool:
        """Apply an update; whether it changed anything."""
        self._is_known = self._is_known or _is_of_work(update)
        self._is_checking = self._is_checking and not isinstance(update, IngestProgress | IngestDone)
        if isinstance(update, FileState | LeftOut | FileRemoved):
            self._unsettled.discard(update.path)
            self._note_former(update)
        match update:
            case FileState():
                before = self._files.get(update.path)
                self._is_unsorted = self._is_unsorted or before is None
                self._files[update.path] = update
                return self._left_out.pop(update.path, None) is not None or before != update
            case LeftOut():
                # Some files turn out to be binary only when they are read.
                was_file = self._files.pop(update.path, None) is not None
                before = self._left_out.get(update.path)
                self._left_out[update.path] = update
                return was_file or before != update
            case FileRemoved():
                was_left_out = self._left_out.pop(update.path, None) is not None
                return self._files.pop(update.path, None) is not None or was_left_out
            case IngestProgress():
                self._progress = update
                return True
            case IngestDone():
                had_progress, self._progress = self._progress is not None, None
                if update.damage:
                    self._damage = f"{update.damage} It was set aside and rebuilt from the documents."
                return had_progress or bool(update.damage)

    def _note_former(self, update: FileState | LeftOut | FileRemoved) -> None:
        if not isinstance(update, FileState) or update.status in ("indexed", "failed"):
            self._former.discard(update.path)
        elif (before := self._files.get(update.path)) is not None and before.status == "indexed":
            self._former.add(update.path)

    def _has_only_slow_left(self) -> bool:
        left = [file for file in self._files.values() if file.status in ("waiting", "indexing")]
        return bool(left) and self._has_searchable() and all(is_slow(file.path, file.size) for file in left)

    def _has_searchable(self) -> bool:
        return any(file.status == "indexed" for file in self._files.values())

    def _publish_soon(self, *, changed: bool = True) -> None:
        if not changed:
            return
        self._is_published = False
        self._changed.set()
        wait = self._publish_from - time.monotonic()
        if wait <= 0:
            self._publish_now()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(wait, self._publish_now)

    def _publish_now(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._is_published = True
        self._changed.set()
        state = self.state
        self._said_indexing = state.is_indexing
        self._publish(state)
        pause = len(self._files) * _PUBLISHING_COST_S / _PUBLISHING_SHARE
        self._publish_from = time.monotonic() + max(PUBLISH_EVERY_S, pause)


def _is_of_work(update: IngestUpdate) -> bool:
    """Whether it comes after the list of all files that are to be read."""
    return isinstance(update, IngestProgress) or (
        isinstance(update, FileState) and update.status in ("indexing", "indexed")
    )


def absolute_paths(paths: Sequence[Path]) -> list[Path]:
    """Blocks (it may ask for the home folder)."""
    return [absolute(path) for path in paths]


def existing_paths(paths: Sequence[Path]) -> list[Path]:
    """The paths, absolute; UsageError when one is not there. Blocks."""
    absolute = absolute_paths(paths)
    missing = [str(path) for path in absolute if not path.exists()]
    if missing:
        raise UsageError(
            f"Not found: {', '.join(missing)}",
            hint="Check the spelling; relative paths start in the working directory.",
        )
    return absolute


async def _differ(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    # Of 100,000 files it would hold up the loop; of a few, a thread takes longer than to compare them.
    return await asyncio.to_thread(lambda: one != other) if len(one) > _MANY_FILES else one != other
