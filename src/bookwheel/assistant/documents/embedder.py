"""Embeds the passages in the background while the desk is open, and tries again when that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from bookwheel.assistant.updates import EmbeddingState
from bookwheel.engine.workflow.tasks import start_task
from bookwheel.errors import BookwheelError, ModelRateLimitError

if TYPE_CHECKING:
    from bookwheel.assistant.protocols import LibraryPort
    from bookwheel.engine.stores.store_protocol import VectorCoverage

_FIRST_PAUSE_S = 30.0
_LONGEST_PAUSE_S = 600.0
# An endpoint may ask for a longer pause, but its limit may be lifted sooner.
_LONGEST_ASKED_PAUSE_S = 3600.0


class Embedder:
    """Owns the one embedding task; `publish` is called with its progress, and with the reason when it stops."""

    def __init__(self, library: LibraryPort, publish: Callable[[EmbeddingState], None]) -> None:
        self._library = library
        self._publish = publish
        self._state = EmbeddingState()
        self._task: asyncio.Task[None] | None = None
        self._is_requested = False

    def start(self) -> None:
        """Embed all passages without a vector, again if it is in progress; without an embedding model do nothing."""
        if not self._library.has_embed_model:
            return
        if self._task is not None and not self._task.done():
            self._is_requested = True
            return
        self._task = start_task(self._embed_all(), name="embed", when_done=self._ended)

    async def stop(self) -> None:
        """Stop; vectors that were made are kept."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _embed_all(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            self._is_requested = False
            try:
                async with aclosing(self._library.embed()) as steps:
                    async for coverage in steps:
                        if self._has_recovered(coverage):
                            pause_s = _FIRST_PAUSE_S
                            self._publish_new(EmbeddingState(coverage.embedded, coverage.total))
            except BookwheelError as error:
                self._publish_new(replace(self._state, error=str(error)))
                wanted_s = error.retry_after_s if isinstance(error, ModelRateLimitError) else None
                await asyncio.sleep(max(pause_s, min(wanted_s or 0.0, _LONGEST_ASKED_PAUSE_S)))
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            else:
                if not self._is_requested:
                    return

    def _has_recovered(self, coverage: VectorCoverage) -> bool:
        """Whether a failure is over: a new vector shows that, a new attempt alone does not."""
        is_whole = coverage.embedded >= coverage.total
        return is_whole or not self._state.error or coverage.embedded != self._state.embedded

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._publish_new(replace(self._state, error=f"Embedding stopped: {type(error).__name__}: {error}"))

    def _publish_new(self, state: EmbeddingState) -> None:
        if state != self._state:
            self._state = state
            self._publish(state)
