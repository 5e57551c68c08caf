"""A retriever and a synthesizer put together: ask a question, get an answer with its sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.query.answer_prompts import Template
from bookwheel.engine.query.response import AsyncStreamingResponse, Response, StreamingResponse
from bookwheel.engine.query.response_modes import ResponseMode
from bookwheel.engine.query.synthesizer import ResponseSynthesizer
from bookwheel.engine.retrieval.reranker import NodePostprocessor, apostprocessed, postprocessed
from bookwheel.engine.retrieval.retriever import BaseRetriever
from bookwheel.engine.schema import NodeWithScore, QueryBundle


class RetrieverQueryEngine:
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
        verbose: bool = False,
    ) -> RetrieverQueryEngine:
        """An engine, with a new synthesizer unless one is given; its model is `Settings.llm` unless given.

        `verbose` is accepted and has no effect.
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
            )
        return cls(retriever, response_synthesizer, node_postprocessors)

    def get_prompts(self) -> dict[str, Template]:
        """The prompts of the synthesizer, by LlamaIndex's names of them."""
        return {f"response_synthesizer:{name}": prompt for name, prompt in self._synthesizer.get_prompts().items()}

    def update_prompts(self, prompts: Mapping[str, Template]) -> None:
        """Replace prompts. Raises UsageError for a name that is not one."""
        self._synthesizer.update_prompts(prompts)

    def synthesize(self, query: str | QueryBundle, nodes: Sequence[NodeWithScore]) -> Response | StreamingResponse:
        """The answer from the given passages."""
        return self._synthesizer.synthesize(query, nodes)

    def retrieve(self, query: str | QueryBundle) -> list[NodeWithScore]:
        """The passages alone."""
        return postprocessed(self._postprocessors, self.retriever.retrieve(query), _bundle(query))

    async def aretrieve(self, query: str | QueryBundle) -> list[NodeWithScore]:
        """Only the passages, without blocking the loop."""
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
