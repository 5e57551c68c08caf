"""What every language model offers: one asynchronous stream of chat deltas; all other calls are made from it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, Unpack, cast

from bookwheel.engine.blocking import iterate_blocking, run_blocking
from bookwheel.engine.llms.answer_stream import AnswerStream
from bookwheel.engine.llms.chat import (
    CallOptions,
    ChatDelta,
    ChatOptions,
    ChatRequest,
    ChatResponse,
    CompletionResponse,
    FinishReason,
    LLMMetadata,
    ToolSpec,
    collect,
    completions,
    selections_of,
    with_text,
)
from bookwheel.engine.schema import ChatMessage, JsonObject, MessageRole, ToolSelection, Usage, chat_messages
from bookwheel.errors import ModelResponseError

if TYPE_CHECKING:
    from bookwheel.engine.llms.call_reports import CallReport
    from bookwheel.engine.llms.callbacks import CallbackManager
    from bookwheel.engine.llms.prompt_templates import Template
    from bookwheel.engine.llms.tool_prediction import AgentChatResponse, CallableTool

ModelT = TypeVar("ModelT")

STRUCTURED_REPAIR = "That does not fit the schema: {error}\nReply again, with the corrected JSON object alone."


class OffersItself(Protocol):
    """A tool, of which a model is given the name, the description and the schema."""

    @property
    def metadata(self) -> OffersSpec: ...


class OffersSpec(Protocol):
    """The description of a tool."""

    def spec(self) -> ToolSpec: ...


def _specs(tools: Sequence[OffersItself]) -> list[ToolSpec]:
    return [tool.metadata.spec() for tool in tools]


def _messages(prompt: Template | str, values: Mapping[str, Any]) -> list[ChatMessage]:
    from bookwheel.engine.llms.prompt_templates import prompt_messages

    return prompt_messages(prompt, values)


class LLM(ABC):
    """A chat model.

    A subclass implements `metadata` and either `_answer` or, for streaming alone, `astream_chat`; everything else
    follows from these two. The begin and the end of each call are reported to `callback_manager`, where there is one.
    """

    callback_manager: CallbackManager | None = None

    @property
    @abstractmethod
    def metadata(self) -> LLMMetadata:
        """Name, window and abilities; never uses the network."""

    def _answer(self, request: ChatRequest, *, stream: bool) -> AsyncGenerator[ChatDelta, None]:
        """The answer: piece by piece, or without `stream` in as many pieces as the provider gives a whole answer.

        Called only with `stream=False` of a model that cannot stream. Raises `ModelError` while iterating.
        """
        if type(self).astream_chat is LLM.astream_chat:
            raise NotImplementedError(f"{type(self).__name__} implements neither _answer nor astream_chat.")
        options = ChatOptions(
            tools=request.tools, tool_choice=request.tool_choice, response_schema=request.response_schema
        )
        return self.astream_chat(request.messages, **options)

    def _require_streaming(self) -> None:
        """Raises NotImplementedError, naming the model, for a model that cannot stream."""
        if not self.metadata.is_streaming:
            raise NotImplementedError(f"The model {self.metadata.model_name} cannot stream.")

    def astream_chat(
        self, messages: Sequence[ChatMessage], **options: Unpack[ChatOptions]
    ) -> AsyncGenerator[ChatDelta, None]:
        """Ask the model; yields the answer as it is written. The options are those of `ChatOptions`.

        The caller closes the generator (`async with aclosing(...)`); closing it closes the connection at once.
        Raises NotImplementedError, naming the model, at the call itself for a model that cannot stream, and
        `ModelError` while iterating.
        """
        self._require_streaming()
        request = ChatRequest(chat_messages(messages), **options)
        pieces = with_text(self._answer(request, stream=True))
        report = self._report(request)
        return AnswerStream(pieces if report is None else report.astream(pieces))

    async def achat(self, messages: Sequence[ChatMessage], **options: Unpack[ChatOptions]) -> ChatResponse:
        """Ask the model and wait for the whole answer."""
        request = ChatRequest(chat_messages(messages), **options)
        report = self._report(request)
        try:
            answer = await collect(self._answer(request, stream=False))
        except BaseException as error:
            if report is not None:
                report.fail(error)
            raise
        if report is not None:
            report.end(answer)
        return answer

    def _report(self, request: ChatRequest) -> CallReport | None:
        """The report of a call that begins now; None without a handler: a call then costs nothing more."""
        manager = self.callback_manager
        if manager is None or not manager.handlers:
            return None
        # Late, as the prompts below: a question on the command line needs neither.
        from bookwheel.engine.llms.call_reports import CallReport
        from bookwheel.engine.llms.callbacks import EventPayload

        return CallReport(manager, EventPayload.MESSAGES, list(request.messages), self, request.body)

    async def acomplete(self, prompt: str, **options: Unpack[ChatOptions]) -> CompletionResponse:
        """Complete a plain prompt."""
        answer = await self.achat([ChatMessage(content=prompt)], **options)
        return CompletionResponse(answer.message.content or "", answer.additional_kwargs, answer.raw)

    def astream_complete(self, prompt: str, **options: Unpack[ChatOptions]) -> AnswerStream[CompletionResponse]:
        """Complete a plain prompt; yields the text as it is written. Close it as `astream_chat`."""
        return AnswerStream(completions(self.astream_chat([ChatMessage(content=prompt)], **options)))

    def chat(self, messages: Sequence[ChatMessage], **options: Unpack[ChatOptions]) -> ChatResponse:
        """As `achat`, blocking: for scripts and threads, also where an event loop runs (which then stands still)."""
        return run_blocking(self.achat(messages, **options))

    def stream_chat(
        self, messages: Sequence[ChatMessage], **options: Unpack[ChatOptions]
    ) -> Generator[ChatDelta, None, None]:
        """As `astream_chat`, blocking; closing the generator closes the connection."""
        return iterate_blocking(self.astream_chat(messages, **options))

    def complete(self, prompt: str, **options: Unpack[ChatOptions]) -> CompletionResponse:
        """As `acomplete`, blocking."""
        return run_blocking(self.acomplete(prompt, **options))

    def stream_complete(self, prompt: str, **options: Unpack[ChatOptions]) -> Generator[CompletionResponse, None, None]:
        """As `astream_complete`, blocking; closing the generator closes the connection."""
        return iterate_blocking(self.astream_complete(prompt, **options))

    def predict(self, prompt: Template | str, **values: Any) -> str:
        """The answer to a prompt, filled in with `values`."""
        return run_blocking(self.apredict(prompt, **values))

    async def apredict(self, prompt: Template | str, **values: Any) -> str:
        """As `predict`, awaited."""
        return (await self.achat(_messages(prompt, values))).message.content or ""

    def stream(self, prompt: Template | str, **values: Any) -> Generator[str, None, None]:
        """As `predict`; yields the text as it is written."""
        return iterate_blocking(self._texts(prompt, values))

    async def astream(self, prompt: Template | str, **values: Any) -> AsyncGenerator[str, None]:
        """As `stream`; awaiting it gives the stream. Close it as `astream_chat`."""
        return self._texts(prompt, values)

    async def _texts(self, prompt: Template | str, values: Mapping[str, Any]) -> AsyncGenerator[str, None]:
        async with aclosing(self.astream_chat(_messages(prompt, values))) as pieces:
            async for piece in pieces:
                if piece.delta:
                    yield piece.delta

    def as_structured_llm(self, output_cls: type[ModelT]) -> StructuredLLM[ModelT]:
        """This model, answering in the form of a pydantic model."""
        return StructuredLLM(self, output_cls)

    def structured_predict(self, output_cls: type[ModelT], prompt: Template | str, **values: Any) -> ModelT:
        """The answer to a prompt as an instance of a pydantic model. Raises ModelResponseError when none comes."""
        return run_blocking(self.astructured_predict(output_cls, prompt, **values))

    async def astructured_predict(
        self,
        output_cls: type[ModelT],
        prompt: Template | str,
        llm_kwargs: CallOptions | None = None,
        **values: Any,
    ) -> ModelT:
        """As `structured_predict`, awaited; `llm_kwargs` are the options of the call."""
        structured = self.as_structured_llm(output_cls)
        return (await structured.achat(_messages(prompt, values), **(llm_kwargs or CallOptions()))).raw

    def stream_structured_predict(
        self, output_cls: type[ModelT], prompt: Template | str, **values: Any
    ) -> Generator[ModelT, None, None]:
        """As `structured_predict`; what comes is whole, in one piece: half an object is not an instance."""
        yield self.structured_predict(output_cls, prompt, **values)

    async def astream_structured_predict(
        self, output_cls: type[ModelT], prompt: Template | str, **values: Any
    ) -> AsyncGenerator[ModelT, None]:
        """As `stream_structured_predict`; awaiting it gives the stream."""

        async def whole() -> AsyncGenerator[ModelT, None]:
            yield await self.astructured_predict(output_cls, prompt, **values)

        return whole()

    async def achat_with_tools(
        self,
        tools: Sequence[OffersItself],
        user_msg: ChatMessage | str | None = None,
        chat_history: Sequence[ChatMessage] | None = None,
        *,
        tool_required: bool = False,
        tool_choice: str | None = None,
        verbose: bool = False,
        allow_parallel_tool_calls: bool = False,
        **options: Unpack[CallOptions],
    ) -> ChatResponse:
        """Ask with tools; `get_tool_calls_from_response` gives the calls. `verbose` changes nothing.

        Unless `allow_parallel_tool_calls`, only the first call is kept.
        """
        messages = [*(chat_history or ()), *chat_messages(() if user_msg is None else (user_msg,))]
        choice = tool_choice or ("required" if tool_required else None)
        answer = await self.achat(messages, tools=_specs(tools), tool_choice=choice, **options)
        if not allow_parallel_tool_calls:
            answer.tool_calls = answer.tool_calls[:1]
            answer.message.tool_calls = answer.message.tool_calls[:1]
        return answer

    def chat_with_tools(
        self, tools: Sequence[OffersItself], user_msg: ChatMessage | str | None = None, **arguments: Any
    ) -> ChatResponse:
        """As `achat_with_tools`, blocking."""
        return run_blocking(self.achat_with_tools(tools, user_msg, **arguments))

    async def astream_chat_with_tools(
        self,
        tools: Sequence[OffersItself],
        user_msg: ChatMessage | str | None = None,
        chat_history: Sequence[ChatMessage] | None = None,
        *,
        tool_required: bool = False,
    ) -> AsyncGenerator[ChatDelta, None]:
        """Ask with tools; awaiting it gives the stream. Close it as `astream_chat`."""
        messages = [*(chat_history or ()), *chat_messages(() if user_msg is None else (user_msg,))]
        return self.astream_chat(messages, tools=_specs(tools), tool_choice="required" if tool_required else None)

    def stream_chat_with_tools(
        self, tools: Sequence[OffersItself], user_msg: ChatMessage | str | None = None, **arguments: Any
    ) -> Generator[ChatDelta, None, None]:
        """As `astream_chat_with_tools`, blocking."""
        return iterate_blocking(run_blocking(self.astream_chat_with_tools(tools, user_msg, **arguments)))

    def get_tool_calls_from_response(
        self, response: ChatResponse | ChatDelta, error_on_no_tool_call: bool = True, **_: Any
    ) -> list[ToolSelection]:
        """The tools that an answer calls. Raises ValueError when it calls none, unless that is allowed."""
        calls = selections_of(response.tool_calls or ())
        if not calls and error_on_no_tool_call:
            raise ValueError(f"Expected at least one tool call, but got {len(calls)} tool calls.")
        return calls

    async def apredict_and_call(
        self, tools: Sequence[CallableTool], user_msg: ChatMessage | str | None = None, **options: Any
    ) -> AgentChatResponse:
        """Ask which of the tools to call for a message, and call them; the options are those of `achat_with_tools`."""
        from bookwheel.engine.llms.tool_prediction import predict_and_call

        return await predict_and_call(self, tools, user_msg, **options)

    def predict_and_call(
        self, tools: Sequence[CallableTool], user_msg: ChatMessage | str | None = None, **options: Any
    ) -> AgentChatResponse:
        """As `apredict_and_call`, blocking."""
        return run_blocking(self.apredict_and_call(tools, user_msg, **options))

    def capped(self, max_tokens: int) -> LLM:
        """This model for one short answer of at most `max_tokens`, without retries; itself where it has no such limit.

        It shares the connections of this one.
        """
        return self

    async def warm_up(self) -> None:  # noqa: B027 - most models have nothing to warm
        """Import and connect before the first question; never raises for an endpoint that is down."""

    async def aclose(self) -> None:  # noqa: B027 - most models hold nothing open
        """Close connections; the model can be used again afterwards."""


class FunctionCallingLLM(LLM):
    """A model with native tool calls, which `chat_with_tools` and the methods like it ask for.

    A subclass written for LlamaIndex gives `_prepare_chat_with_tools(tools, user_msg=, chat_history=, …)`, a dictionary
    of the arguments for its own `achat` and `astream_chat`.
    """

    async def achat_with_tools(self, tools: Sequence[Any], user_msg: Any = None, *args: Any, **options: Any) -> Any:
        prepare = getattr(self, "_prepare_chat_with_tools", None)
        if prepare is None:
            return await super().achat_with_tools(tools, user_msg, *args, **options)
        return await self.achat(**_prepared(prepare, tools, user_msg, args, options))

    async def astream_chat_with_tools(
        self, tools: Sequence[Any], user_msg: Any = None, *args: Any, **options: Any
    ) -> Any:
        prepare = getattr(self, "_prepare_chat_with_tools", None)
        if prepare is None:
            return await super().astream_chat_with_tools(tools, user_msg, *args, **options)
        # Imported late: it reads source code, and takes a third of a bare interpreter.
        from inspect import isawaitable

        stream: Any = self.astream_chat(**_prepared(prepare, tools, user_msg, args, options))
        return await stream if isawaitable(stream) else stream


class StructuredLLM(LLM, Generic[ModelT]):
    """Another model, whose answers are instances of a pydantic model: in `raw`, and as JSON text."""

    def __init__(self, llm: LLM, output_cls: type[ModelT]) -> None:
        self.llm = llm
        self.output_cls = output_cls

    @property
    def metadata(self) -> LLMMetadata:
        return self.llm.metadata

    async def _answer(self, request: ChatRequest, *, stream: bool) -> AsyncGenerator[ChatDelta, None]:
        text, value, finish_reason, usage = await self._asked(list(request.messages))
        yield ChatDelta(text, raw=value, finish_reason=finish_reason, usage=usage)

    async def _asked(self, messages: list[ChatMessage]) -> tuple[str, ModelT, FinishReason, Usage | None]:
        """The answer, asked for once more when the first one does not fit, and the tokens of both calls."""
        model = cast("Any", self.output_cls)  # pydantic is imported by the user, not here
        schema: JsonObject = model.model_json_schema()
        problem = ""
        usage: Usage | None = None
        for _ in range(2):
            reply = await self.llm.achat(messages, response_schema=schema)
            usage = reply.usage if usage is None or reply.usage is None else usage + reply.usage
            text = _json_of(reply)
            try:
                return text, model.model_validate_json(text), reply.finish_reason, usage
            except ValueError as error:
                problem = str(error)
                repair = ChatMessage(MessageRole.USER, STRUCTURED_REPAIR.format(error=problem))
                messages = [*messages, reply.message, repair]
        raise ModelResponseError(
            f"{self.metadata.model_name} gave no answer in the form of {self.output_cls.__name__}: {problem}",
            hint="Use a model that follows JSON schemas, or a simpler class.",
        )


def _json_of(reply: ChatResponse) -> str:
    """The JSON text of an answer: fenced by some models, the arguments of a call by others."""
    if reply.tool_calls:
        return reply.tool_calls[0].arguments
    text = (reply.message.content or "").strip()
    return text.removeprefix("```json").removeprefix("```").removesuffix("```").strip()


def _prepared(
    prepare: Callable[..., Mapping[str, Any]],
    tools: Sequence[Any],
    user_msg: object,
    history: Sequence[Any],
    options: Any,
) -> Mapping[str, Any]:
    """The arguments of a call with tools; `history` holds the chat history where it was given by its place."""
    given = {"chat_history": history[0] if history else None, **options}
    return prepare(tools, user_msg=user_msg, **given)
