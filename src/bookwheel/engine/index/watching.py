"""The changes below the roots of a desk, as a stream that one task reads."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING

from bookwheel.engine.index.changes import EVERYTHING, Changes
from bookwheel.engine.workflow.tasks import in_thread

if TYPE_CHECKING:
    from bookwheel.engine.index.folder_watch import Watcher
    from bookwheel.engine.index.worker.parse_limits import Limits


class FolderWatch:
    """Tells what changes below `roots` (absolute), from when `changes` is first read until it is closed.

    `problem` says why nothing is told, once `changes` has ended because of it.
    """

    def __init__(self, roots: Sequence[str], limits: Limits) -> None:
        self._roots = roots
        self._limits = limits
        self._watcher: Watcher | None = None
        self._is_over = False
        self.problem = ""

    async def changes(self) -> AsyncGenerator[Changes, None]:
        """Everything first, when the watching has begun; then what changes, each burst once.

        Ends when the system does not tell of changes here, or not any more.
        """
        from bookwheel.engine.index.folder_watch import UnwatchableError

        try:
            watcher = await in_thread(self._opened, name="watch")
            self._watcher = watcher
            yield EVERYTHING
            while True:
                yield await in_thread(watcher.wait, name="watch")
        except UnwatchableError as error:
            self.problem = str(error)
        finally:
            self._is_over = True
            if self._watcher is not None:
                # The thread that waits sees it within a tenth of a second and ends.
                self._watcher.stop()
                self._watcher.close()
                self._watcher = None

    async def now(self) -> Changes | None:
        """What has changed and was not told yet; None while nothing is watched."""
        return await in_thread(self._watcher.take, name="watch now") if self._watcher is not None else None

    def _opened(self) -> Watcher:
        from bookwheel.engine.index.folder_watch import Watcher

        watcher = Watcher(self._roots, self._limits)
        watcher.open()
        if self._is_over:  # nobody waited for it
            watcher.close()
        return watcher
