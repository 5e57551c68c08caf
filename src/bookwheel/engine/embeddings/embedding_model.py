"""What is asked of an embedding model: vectors for texts and for questions, by LlamaIndex's names."""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Protocol, TypeAlias, runtime_checkable

from bookwheel.engine.blocking import run_blocking
from bookwheel.lazy_dataclass import dataclass


@runtime_checkable
class EmbeddingModel(Protocol):
    """Turns texts into vectors of one length, near each other where the texts mean alike.

    Any object with these two methods is one, those of LlamaIndex included. Both may block.
    """

    def get_query_embedding(self, query: str) -> list[float]:
        """The vector of a question."""
        ...

    def get_text_embedding_batch(self, texts: list[str]) -> list[list[float]]:
        """The vectors of several texts, in their order."""
        ...


EmbeddingSource: TypeAlias = Callable[[], EmbeddingModel]
"""Gives the model, always the same one; it may block, and raise BookwheelError when there is none to be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingOptions:
    """The settings of the section `[embeddings]`, for a provider of any package; an empty text or None means not set.

    A provider of another package receives only a key that the user has set for it: never OPENAI_API_KEY.
    """

    model: str = ""
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    key_source: str = ""
    dimensions: int | None = None
    query_instruction: str | None = None
    text_instruction: str | None = None
    timeout_s: float = 60.0
    allow_http: bool = False


EmbeddingFactory: TypeAlias = Callable[[EmbeddingOptions], EmbeddingModel]
"""What an entry point of the group `bookwheel.embeddings` names; it may block, and raise BookwheelError."""


class BaseEmbedding(ABC):
    """An embedding model of ours. The `a…` twins don't block the event loop; the others block.

    `model_name` is the name under which a store keeps its vectors: a change of the vectors needs a new name.
    """

    model_name: str

    def get_query_embedding(self, query: str) -> list[float]:
        """The vector of a question. Raises ModelError, and MissingExtraError where the model is an extra's."""
        return run_blocking(self.aget_query_embedding(query))

    def get_text_embedding(self, text: str) -> list[float]:
        """The vector of a text. Raises as `get_query_embedding`."""
        return run_blocking(self.aget_text_embedding(text))

    def get_text_embedding_batch(self, texts: list[str]) -> list[list[float]]:
        """The vectors of several texts, in their order. Raises as `get_query_embedding`."""
        return run_blocking(self.aget_text_embedding_batch(texts))

    async def aget_query_embedding(self, query: str) -> list[float]:
        [vector] = await self._embed([query], is_query=True)
        return vector

    async def aget_text_embedding(self, text: str) -> list[float]:
        [vector] = await self._embed([text], is_query=False)
        return vector

    async def aget_text_embedding_batch(self, texts: Sequence[str]) -> list[list[float]]:
        return await self._embed(texts, is_query=False)

    async def warm_up(self) -> None:
        """Load all that the first use needs. Sends nothing; raises as the first use would."""
        await self._embed([], is_query=True)

    @abstractmethod
    async def aclose(self) -> None:
        """Release connections; the next use makes new ones."""

    @abstractmethod
    async def _embed(self, texts: Sequence[str], *, is_query: bool) -> list[list[float]]:
        """The vectors of the texts, in their order; without texts it gets ready for some."""


def name_of(model: EmbeddingModel) -> str:
    """The name by which stores keep the vectors of `model`; a foreign one's is made from its attributes."""
    name = getattr(model, "model_name", None)
    if not isinstance(name, str) or not name:
        return f"{type(model).__module__}.{type(model).__qualname__}"
    dimensions = getattr(model, "dimensions", None)
    return name if isinstance(model, BaseEmbedding) or not isinstance(dimensions, int) else f"{name}@{dimensions}"


async def query_embedding(model: EmbeddingModel, query: str) -> list[float]:
    """The vector of a question, without blocking the event loop."""
    if isinstance(model, BaseEmbedding):
        return await model.aget_query_embedding(query)
    # A foreign model's own asynchronous methods may belong to another event loop.
    return await asyncio.to_thread(model.get_query_embedding, query)


async def text_embeddings(model: EmbeddingModel, texts: Sequence[str]) -> list[list[float]]:
    """The vectors of texts, in their order, without blocking the event loop."""
    if isinstance(model, BaseEmbedding):
        return await model.aget_text_embedding_batch(texts)
    return await asyncio.to_thread(model.get_text_embedding_batch, list(texts))


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
        """Close its connections: those of this event loop, and those of the loop that blocking calls run on."""
        if isinstance(self._made, BaseEmbedding):
            await self._made.aclose()
            await asyncio.to_thread(run_blocking, self._made.aclose())
