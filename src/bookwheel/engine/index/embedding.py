"""Embedding a whole index in the background: by one process of this machine at a time, where the model computes."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, contextmanager
from pathlib import Path

from bookwheel.engine.embeddings.base import EmbeddingModel, name_of
from bookwheel.engine.embeddings.local import LocalEmbedding
from bookwheel.engine.index.child_process import end_child, end_of, shared_file, start_child
from bookwheel.engine.index.filling import Filling
from bookwheel.engine.schema import JsonObject
from bookwheel.engine.stores.base import Store, VectorCoverage
from bookwheel.engine.stores.registry import scheme_of
from bookwheel.errors import ModelError, StoreError
from bookwheel.paths import PRIVATE_FILE_MODE

_MODULE = "bookwheel.engine.index.embedding_worker"
# How often to look whether the process that embeds now has ended; its progress is shown meanwhile.
_LOOK_AGAIN_S = 2.0


async def embed_index(
    store: Store, location: str, model: EmbeddingModel, *, threads: int | None = None
) -> AsyncGenerator[VectorCoverage, None]:
    """Give all passages of the store at `location` their vectors, and yield how far that is.

    The local model computes in a process of its own, on `threads` processors. While another process embeds the same
    index, this one only watches. Closing the generator stops it; what is kept is kept. Raises ModelError, StoreError.
    """
    while True:
        with _turn(location) as is_ours:
            if is_ours:
                steps = _by_worker(location, threads) if isinstance(model, LocalEmbedding) else _here(store, model)
                async with aclosing(steps):
                    async for coverage in steps:
                        yield coverage
                return
        yield await asyncio.to_thread(store.vector_coverage, name_of(model))
        await asyncio.sleep(_LOOK_AGAIN_S)


def _here(store: Store, model: EmbeddingModel) -> AsyncGenerator[VectorCoverage, None]:
    return Filling(store, model).steps()


async def _by_worker(location: str, threads: int | None) -> AsyncGenerator[VectorCoverage, None]:
    with shared_file() as errors:
        process = await start_child(_MODULE, errors=errors)
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps({"store": location, "threads": threads}).encode() + b"\n")
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


@contextmanager
def _turn(location: str) -> Generator[bool]:
    """Whether this process may embed the index now; the kernel gives the turn back when it dies.

    A shared index has none: several may embed it, each on a machine of its own.
    """
    if scheme_of(location) is not None:
        yield True
        return
    try:
        fd = os.open(Path(location) / "embedding.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE_MODE)
    except FileNotFoundError:
        yield True  # there is no index yet
        return
    except OSError as error:
        raise StoreError(f"The index in {location} cannot be written: {error.strerror}.") from error
    try:
        yield _taken(fd)
    finally:
        os.close(fd)


def _taken(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # a file system without locks: at worst some passages are embedded twice
    return True
