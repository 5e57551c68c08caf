"""The documents' vectors: made in the background while the desk is open, and tried again when that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from bookwheel.assistant.protocols import LibraryPort
from bookwheel.assistant.updates import EmbeddingState
from bookwheel.engine.workflow.tasks import start_task
from bookwheel.errors import BookwheelError, ModelRateLimitError

if TYPE_CHECKING:
    from bookwheel.engine.stores.store_protocol import VectorCoverage

_FIRST_PAUSE_S = 30.0
_LONGEST_PAUSE_S = 600.0


class Embedder:
    """Owns the one task that embeds; `publish` hears how far it is, and why it does not go on."""

    def __init__(self, library: LibraryPort, publish: Callable[[EmbeddingState], None]) -> None:
        self._library = library
        self._publish = publish
        self._state = EmbeddingState()
        self._task: asyncio.Task[None] | None = None
        self._comes_again = False

    def start(self) -> None:
        """Embed what has no vector, as soon as what is going on has ended; without an embedding model, nothing."""
        if not self._library.has_embed_model:
            return
        if self._task is not None and not self._task.done():
            self._comes_again = True
            return
        self._task = start_task(self._embed_all(), name="embed", when_done=self._ended)

    async def stop(self) -> None:
        """Stop; what has its vector keeps it."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _embed_all(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            self._comes_again = False
            try:
                async with aclosing(self._library.embed()) as steps:
                    async for coverage in steps:
                        if self._goes_on(coverage):
                            pause_s = _FIRST_PAUSE_S
                            self._tell(EmbeddingState(coverage.embedded, coverage.total))
            except BookwheelError as error:
                self._tell(replace(self._state, error=str(error)))
                asked_s = error.retry_after_s if isinstance(error, ModelRateLimitError) else None
                await asyncio.sleep(max(pause_s, asked_s or 0.0))
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            else:
                if not self._comes_again:
                    return

    def _goes_on(self, coverage: VectorCoverage) -> bool:
        """Whether what went wrong is over: a new attempt alone does not say so."""
        is_whole = coverage.embedded >= coverage.total
        return is_whole or not self._state.error or coverage.embedded != self._state.embedded

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._tell(replace(self._state, error=f"Embedding broke off: {type(error).__name__}: {error}"))

    def _tell(self, state: EmbeddingState) -> None:
        if state != self._state:
            self._state = state
            self._publish(state)
