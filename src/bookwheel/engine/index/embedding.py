"""Embedding a whole index in the background: by one process at a time, where the model computes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing

from bookwheel.engine.embeddings.embedding_model import EmbeddingModel, name_of
from bookwheel.engine.embeddings.local import LocalEmbedding
from bookwheel.engine.index.filling import Filling
from bookwheel.engine.index.worker.child_process import end_child, end_of, shared_file, start_child
from bookwheel.engine.schema import JsonObject
from bookwheel.engine.stores.store_protocol import Store, VectorCoverage
from bookwheel.errors import ModelError, StoreError

_MODULE = "bookwheel.engine.index.worker.embedding_process"
# How often to look whether the process that embeds now has ended; its progress is shown meanwhile.
_LOOK_AGAIN_S = 2.0


async def embed_index(
    store: Store, location: str, model: EmbeddingModel, *, threads: int | None = None
) -> AsyncGenerator[VectorCoverage, None]:
    """Give all passages of the store at `location` their vectors, and yield how far that is.

    The local model computes in a process of its own, on `threads` processors (half of them, unless said otherwise).
    While another process embeds the same index, this one only watches. Closing the generator stops it; what is kept
    is kept. Raises ModelError, StoreError.
    """
    turn = store.embedding_turn()
    try:
        while True:
            coverage = await asyncio.to_thread(store.vector_coverage, name_of(model))
            yield coverage
            if coverage.embedded >= coverage.total:
                return
            if await asyncio.to_thread(turn.take):
                break
            await asyncio.sleep(_LOOK_AGAIN_S)
        steps = _by_worker(location, threads) if isinstance(model, LocalEmbedding) else Filling(store, model).steps()
        async with aclosing(steps):
            async for coverage in steps:
                yield coverage
    finally:
        await asyncio.to_thread(turn.release)


async def _by_worker(location: str, threads: int | None) -> AsyncGenerator[VectorCoverage, None]:
    with shared_file() as errors:
        process = await start_child(_MODULE, store=location, errors=errors)
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            job = {"store": location, "threads": threads or max(1, (os.cpu_count() or 2) // 2)}
            process.stdin.write(json.dumps(job).encode() + b"\n")
            with contextlib.suppress(ConnectionError):  # it died at once; the exit code tells
                await process.stdin.drain()
            async for line in process.stdout:
                yield _coverage(json.loads(line))
            if code := await process.wait():
                details = await asyncio.to_thread(end_of, errors)
                raise StoreError(
                    f"The embedding process ended unexpectedly (code {code}). {details.rpartition(chr(10))[2]}".strip(),
                    hint="Searching by words goes on; embedding goes on where it was.",
                )
        finally:
            await end_child(process)


def _coverage(message: JsonObject) -> VectorCoverage:
    match message:
        case {"embedded": int(embedded), "total": int(total)}:
            return VectorCoverage(embedded, total)
        case _:
            raise ModelError(str(message.get("error")), hint=str(message.get("hint", "")))
