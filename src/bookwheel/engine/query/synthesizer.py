"""Makes an answer from passages and a question: all response modes with one streaming type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bookwheel.engine.blocking import run_blocking
from bookwheel.engine.llms.llm import LLM, StructuredLLM
from bookwheel.engine.llms.prompt_templates import Template, as_template
from bookwheel.engine.query.answer_buffer import AnswerBuffer, AnswerPump
from bookwheel.engine.query.citations import SourceNumbers
from bookwheel.engine.query.response import (
    AsyncResponseReader,
    AsyncStreamingResponse,
    PydanticResponse,
    Response,
    ResponseReader,
    StreamingResponse,
    metadata_of,
)
from bookwheel.engine.query.response_modes import (
    MODES,
    PROMPT_NAMES,
    Asker,
    LastCall,
    ResponseMode,
    Templates,
    pieces_of,
)
from bookwheel.engine.query.settings import model_or_default, token_counter
from bookwheel.engine.schema import NodeWithScore, QueryBundle, TextNode
from bookwheel.errors import UsageError

EMPTY_RESPONSE = "Empty Response"


class ResponseSynthesizer:
    """Makes the answer to a question from the passages found, with `Settings.llm` unless a model is given.

    All model calls but the last are made before `synthesize` returns, without streaming. With `streaming` the last one
    has been sent when it returns, with or without a reader. With `output_cls`, a pydantic class, the model answers
    with an instance of it, which streams as JSON text in one piece. Raises NotImplementedError, naming the model, for
    a model that cannot stream, and `ModelError`.
    """

    def __init__(
        self,
        llm: LLM | None = None,
        *,
        streaming: bool = False,
        response_mode: ResponseMode | str = ResponseMode.COMPACT,
        templates: Templates | None = None,
        use_async: bool = False,
        empty_response: str = EMPTY_RESPONSE,
        output_cls: type[Any] | None = None,
    ) -> None:
        self.llm = model_or_default(llm)
        if output_cls is not None:
            self.llm = self.llm.as_structured_llm(output_cls)
        self.streaming = streaming
        self.response_mode = _known_mode(response_mode)
        self._mode = MODES[self.response_mode]
        self._templates = templates or Templates()
        self._use_async = use_async
        self._count = token_counter()
        self._empty_response = empty_response

    @classmethod
    def from_args(
        cls,
        llm: LLM | None = None,
        *,
        streaming: bool = False,
        response_mode: ResponseMode | str = ResponseMode.COMPACT,
        text_qa_template: Template | None = None,
        refine_template: Template | None = None,
        summary_template: Template | None = None,
        simple_template: Template | None = None,
        use_async: bool = False,
        empty_response: str = EMPTY_RESPONSE,
        output_cls: type[Any] | None = None,
        verbose: bool = False,
    ) -> ResponseSynthesizer:
        """A synthesizer by LlamaIndex's arguments; a template is text with `{query_str}` and `{context_str}`.

        `verbose` changes nothing.
        """
        given = {
            "text_qa_template": text_qa_template,
            "refine_template": refine_template,
            "summary_template": summary_template,
            "simple_template": simple_template,
        }
        templates = Templates().with_prompts({name: prompt for name, prompt in given.items() if prompt is not None})
        return cls(
            llm,
            streaming=streaming,
            response_mode=response_mode,
            templates=templates,
            use_async=use_async,
            empty_response=empty_response,
            output_cls=output_cls,
        )

    def synthesize(
        self,
        query: str | QueryBundle,
        nodes: Sequence[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
    ) -> Response | PydanticResponse | StreamingResponse:
        """The answer, made on a separate loop: may be called anywhere, also inside a running event loop.

        `additional_source_nodes` stand among the answer's sources; the model does not see them.
        """
        sources = [*nodes, *(additional_source_nodes or ())]
        if not self.streaming:
            return run_blocking(self._whole(str(query), nodes, sources))
        self._require_streaming()
        buffer, pump = run_blocking(self._start(str(query), nodes))
        hang_up = pump.stop if pump is not None else None
        return StreamingResponse(buffer, sources, metadata_of(sources), hang_up)

    async def asynthesize(
        self,
        query: str | QueryBundle,
        nodes: Sequence[NodeWithScore],
        additional_source_nodes: Sequence[NodeWithScore] | None = None,
    ) -> Response | PydanticResponse | AsyncStreamingResponse:
        """As `synthesize`, made on the running loop."""
        sources = [*nodes, *(additional_source_nodes or ())]
        if not self.streaming:
            return await self._whole(str(query), nodes, sources)
        self._require_streaming()
        buffer, pump = await self._start(str(query), nodes)
        hang_up = pump.stop if pump is not None else None
        return AsyncStreamingResponse(buffer, sources, metadata_of(sources), hang_up)

    def get_response(self, query_str: str, text_chunks: Sequence[str], **_: object) -> str | Any | ResponseReader:
        """The answer from plain texts: as text, as an instance of the output class, or as it streams."""
        answer = self.synthesize(query_str, _nodes_of(text_chunks))
        return answer.response_gen if isinstance(answer, StreamingResponse) else answer.response or ""

    async def aget_response(
        self, query_str: str, text_chunks: Sequence[str], **_: object
    ) -> str | Any | AsyncResponseReader:
        """As `get_response`, awaited."""
        answer = await self.asynthesize(query_str, _nodes_of(text_chunks))
        return answer.async_response_gen() if isinstance(answer, AsyncStreamingResponse) else answer.response or ""

    def get_prompts(self) -> dict[str, Template]:
        """The prompts, by LlamaIndex's names of them."""
        return {name: as_template(getattr(self._templates, name.removesuffix("_template"))) for name in PROMPT_NAMES}

    def update_prompts(self, prompts: Mapping[str, Template]) -> None:
        """Replace prompts. Raises UsageError for a name that is not one."""
        self._templates = self._templates.with_prompts(prompts)

    def _require_streaming(self) -> None:
        if not self.llm.metadata.is_streaming:
            name = self.llm.metadata.model_name
            raise NotImplementedError(f"The model {name} cannot stream; ask it with streaming=False.")

    async def _last_call(self, question: str, nodes: Sequence[NodeWithScore]) -> LastCall:
        if not nodes and self._mode.needs_passages:
            return LastCall(None, self._empty_response)
        pieces = pieces_of(SourceNumbers().number(nodes))
        return await self._mode.prepare(
            Asker(self.llm, question, self._templates, self._count, self._use_async), pieces
        )

    async def _whole(
        self, question: str, nodes: Sequence[NodeWithScore], sources: list[NodeWithScore]
    ) -> Response | PydanticResponse:
        last = await self._last_call(question, nodes)
        text, supported = last.prefix, None if nodes or not self._mode.needs_passages else False
        if last.messages is not None:
            answer = await self.llm.achat(last.messages)
            if isinstance(self.llm, StructuredLLM) and not last.prefix:
                return PydanticResponse(answer.raw, sources, metadata_of(sources))
            text, supported = text + str(answer), answer.supported
        is_silent = self.response_mode is ResponseMode.NO_TEXT and bool(nodes)
        return Response(None if is_silent else text, sources, metadata_of(sources), supported)

    async def _start(self, question: str, nodes: Sequence[NodeWithScore]) -> tuple[AnswerBuffer, AnswerPump | None]:
        last = await self._last_call(question, nodes)
        buffer = AnswerBuffer()
        if last.prefix:
            buffer.push(last.prefix)
        if last.messages is None:
            buffer.supported = None if nodes else False
            buffer.finish()
            return buffer, None
        stream = self.llm.astream_chat(last.messages)
        return buffer, AnswerPump(buffer, stream, self.llm.metadata.model_name)


# LlamaIndex's name for the type of all synthesizers.
BaseSynthesizer = ResponseSynthesizer


# LlamaIndex's name for the function that makes one.
get_response_synthesizer = ResponseSynthesizer.from_args


def _nodes_of(texts: Sequence[str]) -> list[NodeWithScore]:
    return [NodeWithScore(TextNode(text)) for text in texts]


def _known_mode(mode: ResponseMode | str) -> ResponseMode:
    try:
        return ResponseMode(mode)
    except ValueError:
        known = ", ".join(ResponseMode)
        raise UsageError(f"There is no response mode '{mode}'.", hint=f"There are: {known}.") from None
