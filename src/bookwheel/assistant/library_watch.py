"""The documents of the desk: what state each is in, while the index is brought in step with the disk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path

from bookwheel.assistant.ports import LibraryPort
from bookwheel.assistant.updates import LibraryChanged
from bookwheel.engine.index.progress import (
    FileRemoved,
    FileState,
    IngestDone,
    IngestProgress,
    IngestUpdate,
    LeftOut,
)
from bookwheel.engine.schema import JsonObject
from bookwheel.engine.workflow.tasks import start_task
from bookwheel.errors import BookwheelError, UsageError

# At most so often is a front end told of progress: thousands of files must not cost thousands of lists of them.
PUBLISH_EVERY_S = 0.1
# A question may wait until indexing has gone on for so long: by then a small folder is read whole.
_GRACE_S = 3.0


class LibraryWatch:
    """Owns the one indexing task of the desk; `publish` hears of every change."""

    def __init__(self, library: LibraryPort, publish: Callable[[LibraryChanged], None]) -> None:
        self._library = library
        self._publish = publish
        self._files: dict[str, FileState] = {}
        self._is_unsorted = False
        self._left_out: dict[str, LeftOut] = {}
        self._progress: IngestProgress | None = None
        self._error = ""
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._published = 0.0
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
            error=self._error,
        )

    def coverage(self) -> JsonObject | None:
        """How many of the documents can be searched already; None when all can that ever will."""
        counts = [file.status == "indexed" for file in self._files.values() if file.status != "failed"]
        total = max(len(counts), self._progress.files_total if self._progress is not None else 0)
        indexed = sum(counts)
        return {"indexed": indexed, "total": total} if self.is_indexing and indexed < total else None

    async def set_roots(self, roots: Sequence[Path]) -> None:
        """Watch other files and folders, and index them in the background; those that are gone are named in `error`."""
        await self.stop()
        there = await asyncio.to_thread(lambda: {root for root in roots if root.exists()})
        gone = [str(root) for root in roots if root not in there]
        self.roots = tuple(root for root in roots if root in there)
        self._files, self._left_out = {}, {}
        self._error = f"Not there any more: {', '.join(gone)}" if gone else ""
        await self.refresh()

    async def refresh(self) -> None:
        """Look for new, changed and deleted files, in the background; one look at a time."""
        await self.stop()
        if self.roots:
            self._began = time.monotonic()
            self._task = start_task(self._index(), name="index", when_done=self._ended)
        self._publish_now()

    async def stop(self) -> None:
        """Stop indexing; what is indexed stays."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])
        self._task = None

    async def wait_done(self) -> None:
        """Wait until nothing is being indexed."""
        while self._task is not None and not self._task.done():
            await asyncio.wait([self._task])

    async def wait_searchable(self) -> None:
        """Wait until a document can be searched and indexing has had its first moments, or has ended."""
        while self.is_indexing and not self._has_searchable():
            self._changed.clear()
            await self._changed.wait()
        grace = self._began + _GRACE_S - time.monotonic()
        if self._task is not None and self.is_indexing and grace > 0:
            await asyncio.wait([self._task], timeout=grace)

    async def _index(self) -> None:
        try:
            files = await asyncio.to_thread(self._library.files, self.roots)
            self._files = {file.path: file for file in files}
            self._publish_soon()
            async with aclosing(self._library.refresh(self.roots)) as updates:
                async for update in updates:
                    self._take(update)
                    self._publish_soon()
            left_out = await asyncio.to_thread(self._library.left_out, self.roots)
            self._left_out = {item.path: item for item in left_out}
        except BookwheelError as error:
            self._error = str(error)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._error = f"Indexing broke off: {type(error).__name__}: {error}"
        self._publish_now()

    def _take(self, update: IngestUpdate) -> None:
        match update:
            case FileState():
                self._is_unsorted = self._is_unsorted or update.path not in self._files
                self._files[update.path] = update
                self._left_out.pop(update.path, None)
            case LeftOut():
                # Some turn out to be binary only when they are read.
                self._left_out[update.path] = update
                self._files.pop(update.path, None)
            case FileRemoved():
                self._files.pop(update.path, None)
            case IngestProgress():
                self._progress = update
            case IngestDone():
                self._progress = None

    def _has_searchable(self) -> bool:
        return any(file.status == "indexed" for file in self._files.values())

    def _publish_soon(self) -> None:
        self._changed.set()
        wait = self._published + PUBLISH_EVERY_S - time.monotonic()
        if wait <= 0:
            self._publish_now()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(wait, self._publish_now)

    def _publish_now(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._published = time.monotonic()
        self._changed.set()
        self._publish(self.state)


def absolute_paths(paths: Sequence[Path]) -> list[Path]:
    """Blocks (it may ask for the home folder)."""
    return [path.expanduser().absolute() for path in paths]


def existing_paths(paths: Sequence[Path]) -> list[Path]:
    """The paths, absolute; UsageError when one is not there. Blocks."""
    absolute = absolute_paths(paths)
    missing = [str(path) for path in absolute if not path.exists()]
    if missing:
        raise UsageError(f"Not there: {', '.join(missing)}", hint="Check the spelling; relative paths start here.")
    return absolute
