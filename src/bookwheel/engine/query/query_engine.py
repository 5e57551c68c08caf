"""A retriever and a synthesizer put together: ask a question, get an answer with its sources."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.prompt_templates import Template
from bookwheel.engine.query.response import AsyncStreamingResponse, PydanticResponse, Response, StreamingResponse
from bookwheel.engine.query.response_modes import ResponseMode
from bookwheel.engine.query.synthesizer import ResponseSynthesizer
from bookwheel.engine.retrieval.reranker import NodePostprocessor, apostprocessed, postprocessed
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import NodeWithScore, QueryBundle


class BaseQueryEngine(ABC):
    """Answers questions. A subclass of the user's own gives `_query`, and `_aquery` where it is asynchronous."""

    def query(self, str_or_query_bundle: str | QueryBundle) -> Any:
        """Ask."""
        return self._query(_bundle(str_or_query_bundle))

    async def aquery(self, str_or_query_bundle: str | QueryBundle) -> Any:
        """Ask, without blocking the loop."""
        return await self._aquery(_bundle(str_or_query_bundle))

    @abstractmethod
    def _query(self, query_bundle: QueryBundle) -> Any:
        """The answer."""

    async def _aquery(self, query_bundle: QueryBundle) -> Any:
        """The answer, by `_query` in a thread."""
        return await asyncio.to_thread(self._query, query_bundle)


class CustomQueryEngine(BaseQueryEngine):
    """An engine of the user's own: its keywords become attributes, `custom_query` answers with text or a response."""

    def __init__(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self, name, value)

    @abstractmethod
    def custom_query(self, query_str: str) -> Any:
        """The answer to a question."""

    async def acustom_query(self, query_str: str) -> Any:
        """As `custom_query`, by it in a thread."""
        return await asyncio.to_thread(self.custom_query, query_str)

    def _query(self, query_bundle: QueryBundle) -> Any:
        return _response(self.custom_query(query_bundle.query_str))

    async def _aquery(self, query_bundle: QueryBundle) -> Any:
        return _response(await self.acustom_query(query_bundle.query_str))


class RetrieverQueryEngine(BaseQueryEngine):
    """Retrieves, then synthesizes; `query` works in scripts, in threads and inside a running event loop.

    Each of `node_postprocessors` gets the passages in turn before the synthesizer: a reranker, or any object with
    `postprocess_nodes(nodes, query_bundle=…)`.
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
        text_qa_template: Template | None = None,
        refine_template: Template | None = None,
        summary_template: Template | None = None,
        simple_template: Template | None = None,
        use_async: bool = False,
        output_cls: type[Any] | None = None,
        verbose: bool = False,
    ) -> RetrieverQueryEngine:
        """An engine, with a new synthesizer unless one is given; its model is `Settings.llm` unless given.

        With `output_cls`, a pydantic class, its answers are `PydanticResponse`. `verbose` has no effect.
        """
        if response_synthesizer is None:
            response_synthesizer = ResponseSynthesizer.from_args(
                llm,
                streaming=streaming,
                response_mode=response_mode,
                text_qa_template=text_qa_template,
                refine_template=refine_template,
                summary_template=summary_template,
                simple_template=simple_template,
                use_async=use_async,
                output_cls=output_cls,
            )
        return cls(retriever, response_synthesizer, node_postprocessors)

    def with_retriever(self, retriever: BaseRetriever) -> RetrieverQueryEngine:
        """The same engine over another retriever."""
        return RetrieverQueryEngine(retriever, self._synthesizer, self._postprocessors)

    def get_prompts(self) -> dict[str, Template]:
        """The prompts of the synthesizer, by LlamaIndex's names of them."""
        return {f"response_synthesizer:{name}": prompt for name, prompt in self._synthesizer.get_prompts().items()}

    def update_prompts(self, prompts: Mapping[str, Template]) -> None:
        """Replace prompts. Raises UsageError for a name that is not one."""
        self._synthesizer.update_prompts(prompts)

    def synthesize(
        self,
        query_bundle: str | QueryBundle,
        nodes: Sequence[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
    ) -> Response | PydanticResponse | StreamingResponse:
        """The answer from the given passages; for `additional_source_nodes` see the synthesizer."""
        return self._synthesizer.synthesize(query_bundle, nodes, additional_source_nodes)

    async def asynthesize(
        self,
        query_bundle: str | QueryBundle,
        nodes: Sequence[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
    ) -> Response | PydanticResponse | AsyncStreamingResponse:
        """As `synthesize`, awaited."""
        return await self._synthesizer.asynthesize(query_bundle, nodes, additional_source_nodes)

    def retrieve(self, query: str | QueryBundle) -> list[NodeWithScore]:
        """The passages alone."""
        return postprocessed(self._postprocessors, self.retriever.retrieve(query), _bundle(query))

    async def aretrieve(self, query: str | QueryBundle) -> list[NodeWithScore]:
        """Only the passages, without blocking the loop."""
        return await apostprocessed(self._postprocessors, await self.retriever.aretrieve(query), _bundle(query))

    def query(self, str_or_query_bundle: str | QueryBundle) -> Response | PydanticResponse | StreamingResponse:
        """Ask; with a streaming synthesizer the model has been asked when this returns."""
        return self._query(_bundle(str_or_query_bundle))

    async def aquery(
        self, str_or_query_bundle: str | QueryBundle
    ) -> Response | PydanticResponse | AsyncStreamingResponse:
        """Ask, without blocking the loop."""
        return await self._aquery(_bundle(str_or_query_bundle))

    def _query(self, query_bundle: QueryBundle) -> Response | PydanticResponse | StreamingResponse:
        return self._synthesizer.synthesize(query_bundle, self.retrieve(query_bundle))

    async def _aquery(self, query_bundle: QueryBundle) -> Response | PydanticResponse | AsyncStreamingResponse:
        return await self._synthesizer.asynthesize(query_bundle, await self.aretrieve(query_bundle))


def _bundle(query: str | QueryBundle) -> QueryBundle:
    return query if isinstance(query, QueryBundle) else QueryBundle(query)


def _response(answer: object) -> object:
    return Response(answer) if isinstance(answer, str) else answer
