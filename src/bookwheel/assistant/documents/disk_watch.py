"""Notices what changes on disk below the roots of the desk, while the app runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.engine.index.progress import EVERYTHING, NOTHING, Changes
from bookwheel.engine.workflow.tasks import start_task

if TYPE_CHECKING:
    from bookwheel.assistant.protocols import LibraryPort
    from bookwheel.engine.index.folder_watch import FolderWatch


class DiskWatch:
    """Owns the watching task; `changed` is called with each burst of changes, `ended` when watching has failed.

    Where the system reports no changes (a network drive, a limit on watches), `note` says why, and `now` returns
    `EVERYTHING`.
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
        """Begin to watch, unless watching has begun or is off."""
        if self._is_on and roots and self._task is None:
            watch = self._watch = self._library.watch(roots)
            self._task = start_task(self._listen(watch), name="watch", when_done=self._done)

    async def stop(self) -> None:
        """Stop watching."""
        task, self._task, self._watch, self.note = self._task, None, None, ""
        if task is not None and not task.done():
            task.cancel()
            await asyncio.wait([task])

    async def now(self) -> Changes:
        """The changes on disk that were not passed to `changed` yet."""
        if not self._is_on:
            return NOTHING
        try:
            reported = await self._watch.now() if self._watch is not None else None
        except asyncio.CancelledError:
            self._changed(EVERYTHING)  # each change is reported once, and these would be lost
            raise
        return EVERYTHING if reported is None else reported

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
            self.note = f"Changed files are noticed only when you ask: {reason}."
            self._ended()
