"""The embedding model of a desk: made when it is first needed, closed with the desk."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bookwheel.engine.embeddings.embedding_model import EmbeddingModel, EmbeddingSource


class ModelOnce:
    """The model of a source, made at the first call that succeeds; from any thread."""

    def __init__(self, source: EmbeddingSource) -> None:
        self._source = source
        self._made: EmbeddingModel | None = None
        self._making = threading.Lock()

    def __call__(self) -> EmbeddingModel:
        with self._making:
            if self._made is None:
                self._made = self._source()
            return self._made

    async def aclose(self) -> None:
        """Close its connections: those of this event loop, and those of the one that blocking calls run on."""
        if self._made is None:
            return
        from bookwheel.engine.blocking import run_blocking
        from bookwheel.engine.embeddings.embedding_model import BaseEmbedding

        if isinstance(self._made, BaseEmbedding):
            await self._made.aclose()
            await asyncio.to_thread(run_blocking, self._made.aclose())
