"""Giving the passages of a store their vectors, batch by batch: what has none yet is what is left to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import replace

from bookwheel.engine.embeddings.embedding_model import EmbeddingModel, name_of, text_embeddings
from bookwheel.engine.schema import TextNode
from bookwheel.engine.stores.store_protocol import Store, VectorCoverage
from bookwheel.errors import ContextTooLongError, ModelError, ModelResponseError, StoreError

DEFAULT_BATCH = 32
_LOOK_AHEAD = 256
_SHORTEST = 200


class Filling:
    """Embeds what a store has no vector of yet, the newest documents first.

    Each batch is kept as soon as it is made, so that one that is broken off goes on from there.
    """

    def __init__(self, store: Store, model: EmbeddingModel, *, batch_size: int = DEFAULT_BATCH) -> None:
        self._store = store
        self._model = model
        self._name = name_of(model)
        self._batch_size = batch_size
        # Passages that the model refuses, until this ends.
        self._refused: set[str] = set()

    async def steps(self) -> AsyncGenerator[VectorCoverage, None]:
        """How far it is, after each batch, until all that can be has a vector.

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
        # One of them may be what the model cannot take; the others must not wait for it.
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
        """The vector of a passage, or of as much of its beginning as the model can read."""
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
            raise ModelResponseError(f"{self._name} gave {len(vectors)} vectors for {len(nodes)} texts.")
        return {node.id_: vector for node, vector in zip(nodes, vectors, strict=True)}


def text_to_embed(node: TextNode) -> str:
    """What the model reads of a passage: its text, under the heading or title that it stands under."""
    name = node.metadata.get("heading") or node.metadata.get("title")
    return f"{name}\n{node.text}" if isinstance(name, str) else node.text


def _batches(nodes: Sequence[TextNode], size: int) -> Iterator[Sequence[TextNode]]:
    for start in range(0, len(nodes), size):
        yield nodes[start : start + size]


async def fill(store: Store, model: EmbeddingModel) -> None:
    """Give all passages their vectors. Raises as `Filling.steps`."""
    async for _ in Filling(store, model).steps():
        pass
