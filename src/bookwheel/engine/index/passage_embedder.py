"""Embeds the passages of a store batch by batch: in this process, or with the local model in a separate one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from bookwheel.engine.embeddings.embedding_model import EmbeddingModel, name_of, text_embeddings
from bookwheel.engine.schema import JsonObject, TextNode
from bookwheel.engine.stores.store_protocol import Store, VectorCoverage
from bookwheel.errors import ContextTooLongError, ModelError, ModelResponseError, StoreError

DEFAULT_BATCH = 32
_LOOK_AHEAD = 256
_SHORTEST = 200
_WORKER = "bookwheel.engine.index.worker.embedding_process"
# While another process embeds the index, its progress is read this often.
_LOOK_AGAIN_S = 2.0


async def embed_index(
    store: Store, location: str, model: EmbeddingModel, *, threads: int | None = None
) -> AsyncGenerator[VectorCoverage, None]:
    """Embed all passages of the store at `location`, and yield the coverage as it grows.

    The local model runs in a separate process, on `threads` processors (default: half of them). While another
    process embeds the same index, this one yields its progress. Closing the generator stops the work; finished vectors
    stay. Raises ModelError, StoreError.
    """
    from bookwheel.engine.embeddings.local import LocalEmbedding

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
        is_local = isinstance(model, LocalEmbedding)
        steps = _by_worker(location, threads) if is_local else PassageEmbedder(store, model).steps()
        async with aclosing(steps):
            async for coverage in steps:
                yield coverage
    finally:
        await asyncio.to_thread(turn.release)


async def embed_all(store: Store, model: EmbeddingModel) -> None:
    """Embed all passages in this process. Raises as `PassageEmbedder.steps`."""
    async for _ in PassageEmbedder(store, model).steps():
        pass


class PassageEmbedder:
    """Embeds the passages of a store that have no vector yet, those of the newest documents first.

    Each batch is stored as soon as it is made, so that a later run continues after it.
    """

    def __init__(self, store: Store, model: EmbeddingModel, *, batch_size: int = DEFAULT_BATCH) -> None:
        self._store = store
        self._model = model
        self._name = name_of(model)
        self._batch_size = batch_size
        # Ids of passages that the model refused.
        self._refused: set[str] = set()

    async def steps(self) -> AsyncGenerator[VectorCoverage, None]:
        """The coverage after each batch, until every passage that the model accepts has a vector.

        Raises ModelError when the model cannot be used, StoreError when the store cannot.
        """
        yield await self._coverage()
        before: list[TextNode] = []
        while nodes := await asyncio.to_thread(self._missing):
            if nodes == before:
                raise StoreError(f"The index does not keep the vectors of {self._name}.", hint="Run: bookwheel doctor")
            before = nodes
            for batch in _batches(nodes, self._batch_size):
                vectors = await self._vectors(batch)
                await asyncio.to_thread(self._store.put_vectors, self._name, vectors)
                yield await self._coverage()

    async def _coverage(self) -> VectorCoverage:
        return await asyncio.to_thread(self._store.vector_coverage, self._name)

    def _missing(self) -> list[TextNode]:
        found = self._store.unembedded(self._name, _LOOK_AHEAD + len(self._refused))
        return [node for node in found if node.id_ not in self._refused]

    async def _vectors(self, nodes: Sequence[TextNode]) -> dict[str, list[float]]:
        try:
            return await self._embedded(nodes)
        except (ContextTooLongError, ModelResponseError) as error:
            if len(nodes) == 1 and not isinstance(error, ContextTooLongError):
                raise
        # One passage may be the cause: try each by itself, so that the others get their vectors.
        vectors: dict[str, list[float]] = {}
        failure: ModelError | None = None
        for node in nodes:
            try:
                vectors |= await self._shortened(node)
            except (ContextTooLongError, ModelResponseError) as error:
                failure = error
                self._refused.add(node.id_)
        if failure is not None and not vectors:
            raise failure
        return vectors

    async def _shortened(self, node: TextNode) -> dict[str, list[float]]:
        """The vector of a passage, or of the longest beginning that the model accepts."""
        text = node.text
        while True:
            try:
                return await self._embedded([replace(node, text=text)])
            except ContextTooLongError:
                if len(text) < _SHORTEST:
                    raise
            text = text[: len(text) // 2]

    async def _embedded(self, nodes: Sequence[TextNode]) -> dict[str, list[float]]:
        vectors = await text_embeddings(self._model, [text_to_embed(node) for node in nodes])
        if len(vectors) != len(nodes):
            raise ModelResponseError(
                f"{self._name} gave {len(vectors)} vectors for {len(nodes)} texts.",
                hint="Choose another embedding model.",
            )
        return {node.id_: vector for node, vector in zip(nodes, vectors, strict=True)}


def text_to_embed(node: TextNode) -> str:
    """The input of the model for a passage: its heading or title, then its text."""
    name = node.metadata.get("heading") or node.metadata.get("title")
    return f"{name}\n{node.text}" if isinstance(name, str) else node.text


def _batches(nodes: Sequence[TextNode], size: int) -> Iterator[Sequence[TextNode]]:
    for start in range(0, len(nodes), size):
        yield nodes[start : start + size]


async def _by_worker(location: str, threads: int | None) -> AsyncGenerator[VectorCoverage, None]:
    from bookwheel.engine.index.child_process import end_child, end_of, shared_file, start_child

    with shared_file() as errors:
        process = await start_child(_WORKER, store=location, errors=errors)
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            job = {"store": location, "threads": threads or max(1, (os.cpu_count() or 2) // 2)}
            process.stdin.write(json.dumps(job).encode() + b"\n")
            with contextlib.suppress(ConnectionError):  # it ended at once; its exit code gives the reason
                await process.stdin.drain()
            async for line in process.stdout:
                yield _coverage(json.loads(line))
            if code := await process.wait():
                details = await asyncio.to_thread(end_of, errors)
                raise StoreError(
                    f"The embedding process ended unexpectedly (code {code}). {details.rpartition(chr(10))[2]}".strip(),
                    hint="Search by words still works; embedding continues where it stopped.",
                )
        finally:
            await end_child(process)


def _coverage(message: JsonObject) -> VectorCoverage:
    match message:
        case {"embedded": int(embedded), "total": int(total)}:
            return VectorCoverage(embedded, total)
        case _:
            raise ModelError(str(message.get("error")), hint=str(message.get("hint", "")))
