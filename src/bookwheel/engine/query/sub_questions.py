"""`SubQuestionQueryEngine`: splits a question into parts, asks each the engine that fits, and joins the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import Protocol, TypeVar

from bookwheel.engine.blocking import run_blocking
from bookwheel.engine.llms.callbacks import CBEventType, EventPayload
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.openai.json_values import list_of, object_of, parse_json, text_of
from bookwheel.engine.query.citations import CITATION
from bookwheel.engine.query.query_engine import BaseQueryEngine
from bookwheel.engine.query.response import (
    AsyncStreamingResponse,
    PydanticResponse,
    Response,
    StreamingResponse,
    metadata_of,
)
from bookwheel.engine.query.settings import Settings, model_or_default
from bookwheel.engine.query.synthesizer import ResponseSynthesizer
from bookwheel.engine.schema import (
    ChatMessage,
    JsonObject,
    JsonValue,
    MessageRole,
    NodeWithScore,
    QueryBundle,
    TextNode,
)
from bookwheel.errors import ModelResponseError, UsageError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

ResponseT = TypeVar("ResponseT", bound=Response | PydanticResponse | StreamingResponse | AsyncStreamingResponse)

# Each costs at least one model call; models that repeat themselves give hundreds.
MAX_SUB_QUESTIONS = 20

SYSTEM_PROMPT = """You split a question into smaller ones, each for one of several sources of documents.

- Reply with JSON and nothing else: {"items": [{"sub_question": "…", "tool_name": "name of the source"}]}.
- Ask only what the question needs, each thing once, in the language of the question, and understandable on its own.
- Use only names of the list, and give an empty list when no source fits."""

SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"sub_question": {"type": "string"}, "tool_name": {"type": "string"}},
                "required": ["sub_question", "tool_name"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["items"],
    "additionalProperties": False,
}

_THOUGHT = lazy_regex(r"(?s)<think>.*?(?:</think>|\Z)")
_JSON = lazy_regex(r"(?s)\{.*\}|\[.*\]")
# The citations of a part's answer number its own passages, which are others in the whole answer.
_CITED = lazy_regex(rf"[ \t]?(?:{CITATION.pattern})")


class NamesSource(Protocol):
    """The name and description of a tool."""

    @property
    def name(self) -> str: ...

    @property
    def description(self) -> str: ...


class AsksSource(Protocol):
    """A query engine, as far as sub-questions use it."""

    def aquery(self, query: str, /) -> Awaitable[object]: ...


class SourceTool(Protocol):
    """A `QueryEngineTool`."""

    @property
    def metadata(self) -> NamesSource: ...

    @property
    def query_engine(self) -> AsksSource: ...


@dataclass(frozen=True, slots=True)
class SubQuestion:
    """One part of a question, and the tool that it is for."""

    sub_question: str
    tool_name: str


@dataclass(frozen=True, slots=True)
class SubQuestionAnswerPair:
    """A part with its answer and the passages that this came from."""

    sub_q: SubQuestion
    answer: str | None = None
    sources: list[NodeWithScore] = field(default_factory=list[NodeWithScore])


class QuestionGenerator(Protocol):
    """Splits a question into parts; any object with this method can be given as `question_gen`."""

    async def agenerate(self, tools: Sequence[NamesSource], query: QueryBundle, /) -> Sequence[SubQuestion]: ...


class LLMQuestionGenerator:
    """Splits a question by one call of the model, which answers in JSON. Raises UsageError for a quoting model."""

    def __init__(self, llm: LLM) -> None:
        if llm.metadata.only_quotes:
            raise UsageError(
                f"The model {llm.metadata.model_name} only quotes; it cannot split a question.",
                hint="Choose a language model for this: SubQuestionQueryEngine.from_defaults(..., llm=OpenAI(...)).",
            )
        self._llm = llm

    async def agenerate(self, tools: Sequence[NamesSource], query: QueryBundle, /) -> list[SubQuestion]:
        """The parts. Raises ModelResponseError for a reply that is not such JSON."""
        sources = "\n".join(f"- {tool.name}: {' '.join(tool.description.split())}" for tool in tools)
        asked = f"The sources:\n{sources}\n\nThe question: {query}\n\nThe smaller questions as JSON:"
        messages = [ChatMessage(MessageRole.SYSTEM, SYSTEM_PROMPT), ChatMessage(MessageRole.USER, asked)]
        found = _sub_questions(str(await self._llm.achat(messages, response_schema=SCHEMA)))
        if found is None:
            raise ModelResponseError(
                f"{self._llm.metadata.model_name} did not return the parts of the question as JSON.",
                hint="Use a model that follows JSON schemas.",
            )
        return found


class SubQuestionQueryEngine(BaseQueryEngine):
    """Asks each part of a question of the query engine that fits, then answers from these answers.

    The passages of the response are the parts with their answers, in the order of the parts, then those that the
    answers came from. Raises ModelResponseError for more than 20 parts and for one with an unknown tool.
    """

    def __init__(
        self,
        question_gen: QuestionGenerator,
        response_synthesizer: ResponseSynthesizer,
        query_engine_tools: Iterable[SourceTool],
        *,
        verbose: bool = False,
        use_async: bool = False,
    ) -> None:
        self._generator = question_gen
        self._synthesizer = response_synthesizer
        self._use_async = use_async
        tools = list(query_engine_tools)
        self._tools: Mapping[str, SourceTool] = {tool.metadata.name: tool for tool in tools}
        if not tools or len(self._tools) < len(tools):
            raise UsageError(
                "SubQuestionQueryEngine takes at least one tool, each with its own name.",
                hint="QueryEngineTool.from_defaults(engine, name='rooms', description='…') names one.",
            )

    @classmethod
    def from_defaults(
        cls,
        query_engine_tools: Iterable[SourceTool],
        llm: LLM | None = None,
        question_gen: QuestionGenerator | None = None,
        response_synthesizer: ResponseSynthesizer | None = None,
        verbose: bool = True,
        use_async: bool = True,
    ) -> SubQuestionQueryEngine:
        """An engine with `Settings.llm` unless a model is given; with `use_async` the parts are asked all at once.

        `verbose` is accepted and has no effect.
        """
        llm = model_or_default(llm)
        return cls(
            question_gen or LLMQuestionGenerator(llm),
            response_synthesizer or ResponseSynthesizer.from_args(llm, use_async=use_async),
            query_engine_tools,
            verbose=verbose,
            use_async=use_async,
        )

    def _query(self, query_bundle: QueryBundle) -> Response | PydanticResponse | StreamingResponse:
        pairs = run_blocking(self._answered(query_bundle))
        return _with_sources(self._synthesizer.synthesize(query_bundle, _nodes_of(pairs)), pairs)

    async def _aquery(self, query_bundle: QueryBundle) -> Response | PydanticResponse | AsyncStreamingResponse:
        pairs = await self._answered(query_bundle)
        return _with_sources(await self._synthesizer.asynthesize(query_bundle, _nodes_of(pairs)), pairs)

    async def _answered(self, bundle: QueryBundle) -> list[SubQuestionAnswerPair]:
        questions = await self._generator.agenerate([tool.metadata for tool in self._tools.values()], bundle)
        self._check(questions)
        if not self._use_async:
            return [await self._reported(question) for question in questions]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._reported(question)) for question in questions]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors
        return [task.result() for task in tasks]

    def _check(self, questions: Sequence[SubQuestion]) -> None:
        if len(questions) > MAX_SUB_QUESTIONS:
            raise ModelResponseError(
                f"The question was split into {len(questions)} parts; at most {MAX_SUB_QUESTIONS} are asked.",
                hint="Ask a narrower question.",
            )
        for question in questions:
            if question.tool_name not in self._tools:
                raise ModelResponseError(
                    f"A part of the question is for '{question.tool_name}', and no tool has this name.",
                    hint=f"There are: {', '.join(self._tools)}.",
                )

    async def _reported(self, question: SubQuestion) -> SubQuestionAnswerPair:
        manager = Settings.callback_manager
        if manager is None:
            return await self._ask(question)
        begun: dict[str, object] = {EventPayload.SUB_QUESTION: SubQuestionAnswerPair(question)}
        with manager.event(CBEventType.SUB_QUESTION, begun) as event:
            pair = await self._ask(question)
            event.on_end({EventPayload.SUB_QUESTION: pair})
            return pair

    async def _ask(self, question: SubQuestion) -> SubQuestionAnswerPair:
        response = await self._tools[question.tool_name].query_engine.aquery(question.sub_question)
        if isinstance(response, AsyncStreamingResponse):
            response = await response.get_response()
        sources = response.source_nodes if isinstance(response, Response) else []
        return SubQuestionAnswerPair(question, str(response), list(sources))


def _with_sources(response: ResponseT, pairs: Sequence[SubQuestionAnswerPair]) -> ResponseT:
    response.source_nodes.extend(node for pair in pairs for node in pair.sources)
    response.metadata = metadata_of(response.source_nodes)
    return response


def _nodes_of(pairs: Sequence[SubQuestionAnswerPair]) -> list[NodeWithScore]:
    pieces = [(pair.sub_q.sub_question, _CITED.sub("", pair.answer or "")) for pair in pairs]
    return [NodeWithScore(TextNode(f"Sub question: {asked}\nResponse: {answer}")) for asked, answer in pieces]


def _sub_questions(reply: str) -> list[SubQuestion] | None:
    """The parts in a model's reply, with or without prose and a fence around its JSON; None when there is none."""
    found = _JSON.search(_THOUGHT.sub("", reply))
    if found is None:
        return None
    try:
        value = parse_json(found[0])
    except ValueError:
        return None
    fields = object_of(value)
    items: JsonValue = value if fields is None else fields.get("items")
    parts = [part for part in map(object_of, list_of(items)) if part is not None]
    if not isinstance(items, list) or len(parts) < len(items):
        return None
    questions = [SubQuestion(text_of(part.get("sub_question")), text_of(part.get("tool_name"))) for part in parts]
    return questions if all(question.sub_question for question in questions) else None
