"""Follows what changes on disk below the roots of the desk, while the app runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path

from bookwheel.assistant.protocols import LibraryPort
from bookwheel.engine.index.folder_watch import EVERYTHING, NOTHING, Changes, FolderWatch
from bookwheel.engine.workflow.tasks import start_task


class DiskWatch:
    """Owns the task that listens; `changed` is told of each burst of changes, `ended` when no more will be told.

    Where nothing is told (a network drive, a limit of the system), `note` says why, and `now` has to suppose that
    anything may have changed.
    """

    def __init__(
        self, library: LibraryPort, *, changed: Callable[[Changes], None], ended: Callable[[], None], is_on: bool
    ) -> None:
        self._library = library
        self._changed = changed
        self._ended = ended
        self._is_on = is_on
        self._watch: FolderWatch | None = None
        self._task: asyncio.Task[None] | None = None
        self.note = ""

    def start(self, roots: Sequence[Path]) -> None:
        """Begin to listen, unless that has begun already or is not wanted."""
        if self._is_on and roots and self._task is None:
            watch = self._watch = self._library.watch(roots)
            self._task = start_task(self._listen(watch), name="watch", when_done=self._done)

    async def stop(self) -> None:
        """Listen no more."""
        task, self._task, self._watch, self.note = self._task, None, None, ""
        if task is not None and not task.done():
            task.cancel()
            await asyncio.wait([task])

    async def now(self) -> Changes:
        """What has changed on disk and was not told yet."""
        if not self._is_on:
            return NOTHING
        try:
            told = await self._watch.now() if self._watch is not None else None
        except asyncio.CancelledError:
            self._changed(EVERYTHING)  # each change is told once, and nobody hears of these any more
            raise
        return EVERYTHING if told is None else told

    async def _listen(self, watch: FolderWatch) -> None:
        async with aclosing(watch.changes()) as bursts:
            async for changes in bursts:
                self._changed(changes)

    def _done(self, task: asyncio.Task[None]) -> None:
        if task is not self._task or self._watch is None:
            return
        error = None if task.cancelled() else task.exception()
        reason = self._watch.problem or (f"{type(error).__name__}: {error}" if error is not None else "")
        self._watch = None
        if reason:
            self.note = f"Changed files are looked for when you ask, not as they change: {reason}."
            self._ended()
