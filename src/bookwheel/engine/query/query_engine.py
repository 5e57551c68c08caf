"""A retriever and a synthesizer put together: ask a question, get an answer with its sources."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.query.response import AsyncStreamingResponse, Response, StreamingResponse
from bookwheel.engine.query.response_modes import ResponseMode
from bookwheel.engine.query.synthesizer import ResponseSynthesizer
from bookwheel.engine.retrieval.reranker import NodePostprocessor, apostprocessed, postprocessed
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import NodeWithScore, QueryBundle


class RetrieverQueryEngine:
    """Retrieves, then synthesizes; `query` works in scripts, in threads and inside a running event loop.

    Each of `node_postprocessors` is given the passages in turn, before they are handed on: a reranker, or any object
    with `postprocess_nodes(nodes, query_bundle=…)`.
    """

    def __init__(
        self,
        retriever: BaseRetriever,
        response_synthesizer: ResponseSynthesizer | None = None,
        node_postprocessors: Sequence[NodePostprocessor] | None = None,
    ) -> None:
        self.retriever = retriever
        self._synthesizer = response_synthesizer or ResponseSynthesizer()
        self._postprocessors = tuple(node_postprocessors or ())

    @classmethod
    def from_args(
        cls,
        retriever: BaseRetriever,
        llm: LLM | None = None,
        response_synthesizer: ResponseSynthesizer | None = None,
        *,
        node_postprocessors: Sequence[NodePostprocessor] | None = None,
        streaming: bool = False,
        response_mode: ResponseMode | str = ResponseMode.COMPACT,
    ) -> RetrieverQueryEngine:
        """An engine with a synthesizer of its own when none is given; its model is `Settings.llm` unless given."""
        if response_synthesizer is None:
            response_synthesizer = ResponseSynthesizer(llm, streaming=streaming, response_mode=response_mode)
        return cls(retriever, response_synthesizer, node_postprocessors)

    def retrieve(self, query: str | QueryBundle) -> list[NodeWithScore]:
        """The passages alone."""
        return postprocessed(self._postprocessors, self.retriever.retrieve(query), _bundle(query))

    async def aretrieve(self, query: str | QueryBundle) -> list[NodeWithScore]:
        """The passages alone, without blocking the loop."""
        return await apostprocessed(self._postprocessors, await self.retriever.aretrieve(query), _bundle(query))

    def query(self, str_or_query_bundle: str | QueryBundle) -> Response | StreamingResponse:
        """Ask; with a streaming synthesizer the model has been asked when this returns."""
        nodes = self.retrieve(str_or_query_bundle)
        return self._synthesizer.synthesize(str_or_query_bundle, nodes)

    async def aquery(self, str_or_query_bundle: str | QueryBundle) -> Response | AsyncStreamingResponse:
        """Ask, without blocking the loop."""
        nodes = await self.aretrieve(str_or_query_bundle)
        return await self._synthesizer.asynthesize(str_or_query_bundle, nodes)


def _bundle(query: str | QueryBundle) -> QueryBundle:
    return query if isinstance(query, QueryBundle) else QueryBundle(query)
