"""Makes an answer from passages and a question: all response modes with one streaming type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bookwheel.engine.blocking import run_blocking
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.prompt_templates import Template, as_template
from bookwheel.engine.query.answer_buffer import AnswerBuffer, AnswerPump
from bookwheel.engine.query.citations import SourceNumbers
from bookwheel.engine.query.response import AsyncStreamingResponse, Response, StreamingResponse, metadata_of
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
    has been sent when it returns, with or without a reader. Raises NotImplementedError, naming the model, for a
    model that cannot stream, and `ModelError`.
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
    ) -> None:
        self.llm = model_or_default(llm)
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
    ) -> ResponseSynthesizer:
        """A synthesizer by LlamaIndex's arguments; a template is text with `{query_str}` and `{context_str}`."""
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
        )

    def synthesize(self, query: str | QueryBundle, nodes: Sequence[NodeWithScore]) -> Response | StreamingResponse:
        """The answer, made on a separate loop: may be called anywhere, also inside a running event loop."""
        sources = list(nodes)
        if not self.streaming:
            return run_blocking(self._whole(str(query), sources))
        self._require_streaming()
        buffer, pump = run_blocking(self._start(str(query), sources))
        hang_up = pump.stop if pump is not None else None
        return StreamingResponse(buffer, sources, metadata_of(sources), hang_up)

    async def asynthesize(
        self, query: str | QueryBundle, nodes: Sequence[NodeWithScore]
    ) -> Response | AsyncStreamingResponse:
        """The answer, made on the running loop."""
        sources = list(nodes)
        if not self.streaming:
            return await self._whole(str(query), sources)
        self._require_streaming()
        buffer, pump = await self._start(str(query), sources)
        hang_up = pump.stop if pump is not None else None
        return AsyncStreamingResponse(buffer, sources, metadata_of(sources), hang_up)

    def get_response(self, query_str: str, text_chunks: Sequence[str], **_: object) -> str:
        """The answer from plain texts, as text."""
        return run_blocking(self.aget_response(query_str, text_chunks))

    async def aget_response(self, query_str: str, text_chunks: Sequence[str], **_: object) -> str:
        """As `get_response`, awaited."""
        nodes = [NodeWithScore(TextNode(text)) for text in text_chunks]
        return (await self._whole(query_str, nodes)).response or ""

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

    async def _whole(self, question: str, nodes: list[NodeWithScore]) -> Response:
        last = await self._last_call(question, nodes)
        text, supported = last.prefix, None if nodes or not self._mode.needs_passages else False
        if last.messages is not None:
            answer = await self.llm.achat(last.messages)
            text, supported = text + str(answer), answer.supported
        is_silent = self.response_mode is ResponseMode.NO_TEXT and bool(nodes)
        return Response(None if is_silent else text, nodes, metadata_of(nodes), supported)

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


def get_response_synthesizer(
    llm: LLM | None = None,
    *,
    streaming: bool = False,
    response_mode: ResponseMode | str = ResponseMode.COMPACT,
    text_qa_template: Template | None = None,
    refine_template: Template | None = None,
    summary_template: Template | None = None,
    simple_template: Template | None = None,
    use_async: bool = False,
) -> ResponseSynthesizer:
    """LlamaIndex's name for `ResponseSynthesizer.from_args`."""
    return ResponseSynthesizer.from_args(
        llm,
        streaming=streaming,
        response_mode=response_mode,
        text_qa_template=text_qa_template,
        refine_template=refine_template,
        summary_template=summary_template,
        simple_template=simple_template,
        use_async=use_async,
    )


def _known_mode(mode: ResponseMode | str) -> ResponseMode:
    try:
        return ResponseMode(mode)
    except ValueError:
        known = ", ".join(ResponseMode)
        raise UsageError(f"There is no response mode '{mode}'.", hint=f"There are: {known}.") from None
