"""Reranking: the passages found are read together with the question, and put in a better order."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from bookwheel.engine.blocking import run_blocking
from bookwheel.engine.schema import NodeWithScore, QueryBundle, Usage
from bookwheel.errors import BookwheelError
from bookwheel.lazy_dataclass import dataclass

DEADLINE_S = 10.0
# A passage that was not found cannot be ranked first.
CANDIDATES_FACTOR = 4
MIN_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Reranked:
    """The passages, best first; `usage` is what that took, `notice` says why the order did not change."""

    nodes: list[NodeWithScore]
    usage: Usage | None = None
    notice: str = ""


@runtime_checkable
class NodePostprocessor(Protocol):
    """What a query engine does to the passages found (LlamaIndex's name and method); it may block."""

    def postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None, query_str: str | None = None
    ) -> list[NodeWithScore]:
        """The passages to answer from, best first."""
        ...


class BaseNodePostprocessor(ABC):
    """A base for postprocessors of one's own: its keywords become attributes."""

    def __init__(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self, name, value)

    @classmethod
    def class_name(cls) -> str:
        """The name of the class."""
        return cls.__name__

    @abstractmethod
    def _postprocess_nodes(self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None) -> list[NodeWithScore]:
        """The passages to answer from, best first."""

    def postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None, query_str: str | None = None
    ) -> list[NodeWithScore]:
        """The passages to answer from, for the question as either of the two."""
        if query_bundle is None and query_str is not None:
            query_bundle = QueryBundle(query_str)
        return self._postprocess_nodes(nodes, query_bundle)


class SimilarityPostprocessor(BaseNodePostprocessor):
    """Drops passages that score below `similarity_cutoff`, and those without a score.

    The score is the retriever's: a cosine only where passages are found by their meaning alone.
    """

    def __init__(self, *, similarity_cutoff: float | None = 0.0) -> None:
        super().__init__(similarity_cutoff=similarity_cutoff)
        self.similarity_cutoff = similarity_cutoff

    def _postprocess_nodes(self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None) -> list[NodeWithScore]:
        least = self.similarity_cutoff
        return [node for node in nodes if least is None or (node.score is not None and node.score >= least)]


class Reranker(ABC):
    """Orders passages by how well they answer; also a postprocessor for query engines.

    `top_n` is how many are kept unless a call says otherwise; None keeps all.
    """

    def __init__(self, *, top_n: int | None = None) -> None:
        self.top_n = top_n

    @abstractmethod
    async def arerank(self, query: str, nodes: Sequence[NodeWithScore], top_n: int | None = None) -> Reranked:
        """The best of the passages. Those without a rank follow in their old order. Raises ModelError."""

    def rerank(self, query: str, nodes: Sequence[NodeWithScore], top_n: int | None = None) -> Reranked:
        """As `arerank`, waited for."""
        return run_blocking(self.arerank(query, nodes, top_n))

    def postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None, query_str: str | None = None
    ) -> list[NodeWithScore]:
        """LlamaIndex's name for `rerank`."""
        return self.rerank(_asked(query_bundle, query_str), nodes).nodes

    async def apostprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None, query_str: str | None = None
    ) -> list[NodeWithScore]:
        """LlamaIndex's name for `arerank`."""
        return (await self.arerank(_asked(query_bundle, query_str), nodes)).nodes

    async def aclose(self) -> None:  # noqa: B027 - one that asks a model has nothing of its own to close
        """Close connections; the reranker can be used again afterwards."""


def candidates_for(top_k: int) -> int:
    """How many passages to find for a reranker that is to pick `top_k` of them."""
    return max(MIN_CANDIDATES, CANDIDATES_FACTOR * top_k)


async def best_of(
    reranker: Reranker, query: str, nodes: Sequence[NodeWithScore], top_n: int, *, deadline_s: float = DEADLINE_S
) -> Reranked:
    """The best passages by the reranker; by their old order, with a notice, when it fails or takes too long."""
    if len(nodes) < 2:
        return Reranked(list(nodes))
    try:
        async with asyncio.timeout(deadline_s):
            return await reranker.arerank(query, nodes, top_n)
    except TimeoutError:
        reason = f"it took longer than {deadline_s:g} s"
    except BookwheelError as error:
        reason = error.message.rstrip(".")
    except Exception as error:  # noqa: BLE001 - a model of the user's own may raise anything; the old order will do
        reason = type(error).__name__
    return Reranked(list(nodes[:top_n]), notice=f"The passages are not reranked: {reason}.")


def in_order(nodes: Sequence[NodeWithScore], indexes: Sequence[int], top_n: int | None) -> list[NodeWithScore]:
    """The nodes in the order of `indexes`: invalid and repeated ones are skipped, the other nodes follow."""
    known = [index for index in dict.fromkeys(indexes) if 0 <= index < len(nodes)]
    rest = [index for index in range(len(nodes)) if index not in set(known)]
    return [nodes[index] for index in [*known, *rest]][:top_n]


def postprocessed(
    postprocessors: Sequence[NodePostprocessor], nodes: list[NodeWithScore], query: QueryBundle
) -> list[NodeWithScore]:
    """The passages after each postprocessor in turn."""
    for postprocessor in postprocessors:
        nodes = postprocessor.postprocess_nodes(nodes, query_bundle=query)
    return nodes


async def apostprocessed(
    postprocessors: Sequence[NodePostprocessor], nodes: list[NodeWithScore], query: QueryBundle
) -> list[NodeWithScore]:
    """As `postprocessed`, without blocking the loop."""
    for postprocessor in postprocessors:
        if isinstance(postprocessor, Reranker):
            nodes = await postprocessor.apostprocess_nodes(nodes, query)
        else:
            nodes = await asyncio.to_thread(postprocessor.postprocess_nodes, nodes, query_bundle=query)
    return nodes


def _asked(query_bundle: QueryBundle | None, query_str: str | None) -> str:
    return query_str or (query_bundle.query_str if query_bundle is not None else "")
