"""A model at a chat-completions endpoint, read from the raw event stream: a fifth of the CPU time of `openai`."""

from __future__ import annotations

import copy
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from bookwheel.engine.llms.chat import DEFAULT_NUM_OUTPUT, ChatDelta, ChatRequest, LLMMetadata, ToolSpec
from bookwheel.engine.llms.llm import FunctionCallingLLM
from bookwheel.engine.llms.llm_options import ToolMode
from bookwheel.engine.llms.openai import error_mapping as openai_errors
from bookwheel.engine.llms.openai.answer_reader import AnswerReader, ContentFilter, ReadLimits
from bookwheel.engine.llms.openai.client_errors import as_client_error
from bookwheel.engine.llms.openai.connections import Connections
from bookwheel.engine.llms.openai.endpoint import Endpoint
from bookwheel.engine.llms.openai.json_steps import StepReader, step_messages, step_schema
from bookwheel.engine.llms.openai.refused_parameters import RefusedParameters, has_no_tools
from bookwheel.engine.llms.openai.request import (
    wire_messages,
    wire_schema,
    wire_tool_choice,
    wire_tools,
    with_pictures,
)
from bookwheel.engine.llms.openai.tool_salvage import ContentGate
from bookwheel.engine.llms.openai.transport import (
    FAILURES,
    ConnectionFailedError,
    Failure,
    OversizedError,
    RefusedError,
    SilenceError,
    wait_before_retry,
)
from bookwheel.engine.llms.retry_pauses import pause_before_retry
from bookwheel.engine.schema import ChatMessage, JsonObject, JsonValue, MessageRole
from bookwheel.errors import ModelError, ModelNotFoundError
from bookwheel.lazy_dataclass import dataclass

# Without streaming, nothing is sent until the answer is complete.
WHOLE_ANSWER_TIMEOUT_S = 600.0
MAX_LISTED_MODELS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOptions:
    """The options of requests to a model.

    `timeout` is the longest silence of a streaming answer, in seconds. `max_retries` limits retries before the first
    byte; after it a request is never retried. `body` is added to the body of each request. `gather_s` is how long
    pieces that come fast are gathered, in seconds (see `ReadLimits`).
    """

    temperature: float | None = None
    max_tokens: int | None = None
    context_window: int = 32_768
    timeout: float = 90.0
    max_retries: int = 2
    tool_mode: ToolMode = "auto"
    can_stream: bool = True
    body: Mapping[str, JsonValue] | None = None
    system_prompt: str = ""
    strict: bool = False
    gather_s: float = 0.0


class OpenAICompatible(FunctionCallingLLM):
    """A model at a chat-completions endpoint.

    Does not read the environment. The HTTP library is imported in a thread at the first request or by `warm_up`.
    Errors are `ModelError`s; the key is removed from the endpoint's text in them.
    """

    def __init__(self, endpoint: Endpoint, options: ModelOptions | None = None) -> None:
        self._endpoint = endpoint
        self._options = options or ModelOptions()
        self._refused = RefusedParameters()
        self._begins_thinking = False
        self._connections = Connections(endpoint)

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(
            model_name=self._endpoint.model,
            context_window=self._options.context_window,
            num_output=self._options.max_tokens or DEFAULT_NUM_OUTPUT,
            is_function_calling_model=self._options.tool_mode != "react",
            is_streaming=self._options.can_stream,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(model={self._endpoint.model!r}, base_url={self._endpoint.base_url!r})"

    def _answer(self, request: ChatRequest, *, stream: bool) -> AsyncGenerator[ChatDelta, None]:
        return with_pictures(request.messages, lambda: self._read(request, stream=stream))

    @property
    def model(self) -> str:
        """The name of the model at its endpoint."""
        return self._endpoint.model

    @property
    def temperature(self) -> float | None:
        return self._options.temperature

    @property
    def max_tokens(self) -> int | None:
        return self._options.max_tokens

    def _with_system_prompt(self, messages: Sequence[ChatMessage]) -> Sequence[ChatMessage]:
        prompt = self._options.system_prompt
        if not prompt or any(message.role is MessageRole.SYSTEM for message in messages):
            return messages
        return [ChatMessage(MessageRole.SYSTEM, prompt), *messages]

    def capped(self, max_tokens: int) -> OpenAICompatible:
        twin = copy.copy(self)
        least = min(max_tokens, self._options.max_tokens or max_tokens)
        twin._options = replace(self._options, max_tokens=least, max_retries=0)  # noqa: SLF001 - a copy of itself
        return twin

    async def model_names(self) -> list[str]:
        """The models that the endpoint lists.

        Raises ModelError.
        """
        connection = await self._connections.get()
        try:
            return await connection.models()
        except FAILURES as failure:
            raise self._explain(failure) from _cause(failure)

    async def warm_up(self) -> None:
        try:
            await self.model_names()
        except ModelError:
            # The first question raises the error of an endpoint that is down.
            return

    async def aclose(self) -> None:
        await self._connections.aclose()

    def _body(self, request: ChatRequest, *, stream: bool) -> JsonObject:
        messages, tools = self._with_system_prompt(request.messages), request.tools
        response_schema = request.response_schema
        if tools and self._options.tool_mode == "json":
            messages = step_messages(messages, tools)
            response_schema = step_schema(tools, request.tool_choice)
            tools = ()
        body: JsonObject = {"model": self._endpoint.model, "messages": wire_messages(messages), "stream": stream}
        if stream:
            body["stream_options"] = {"include_usage": True}
        if tools:
            body["tools"] = wire_tools(tools, strict=self._options.strict)
            if request.tool_choice is not None:
                body["tool_choice"] = wire_tool_choice(request.tool_choice)
        if response_schema is not None:
            body["response_format"] = wire_schema(response_schema, strict=self._options.strict)
        if self._options.temperature is not None:
            body["temperature"] = self._options.temperature
        body |= {**(self._options.body or {}), **request.body}
        if not tools:
            body.pop("parallel_tool_calls", None)  # an error without tools
        limit = request.body.get("max_tokens", self._options.max_tokens)
        if limit is not None:
            body.pop("max_tokens", None)
            is_openai = self._endpoint.host.endswith("openai.com")
            body["max_completion_tokens" if is_openai else "max_tokens"] = limit
        self._refused.leave_out(body)
        return body

    async def _read(self, request: ChatRequest, *, stream: bool) -> AsyncGenerator[ChatDelta, None]:
        body = self._body(request, stream=stream)
        silence_s = self._options.timeout if stream else max(self._options.timeout, WHOLE_ANSWER_TIMEOUT_S)
        connection = await self._connections.get()
        attempt = 0
        while True:
            reader = AnswerReader(
                self._endpoint,
                ReadLimits(silence_s=silence_s, gather_s=self._options.gather_s),
                partial(self._content_filter, request.tools),
                begins_thinking=self._begins_thinking,
            )
            try:
                async with (
                    connection.ask(body, timeout_s=silence_s) as reply,
                    aclosing(reader.read(reply)) as deltas,
                ):
                    async for delta in deltas:
                        yield delta
                self._begins_thinking = reader.begins_thinking
                return
            except FAILURES as failure:
                if reader.has_begun:
                    raise as_client_error(reader.broken(_reason(failure))) from _cause(failure)
                if (notice := self._adapted(failure, body)) is not None:
                    body = self._body(request, stream=stream)
                    if notice:
                        yield ChatDelta(notice=notice)
                    continue
                wait_s = self._wait_before_retry(failure, attempt, has_tools="tools" in body)
                if wait_s is None:
                    error = await self._with_offer(self._explain(failure))
                    status = failure.refusal.status if isinstance(failure, RefusedError) else None
                    timed_out = isinstance(failure, SilenceError)
                    raise as_client_error(error, status, timed_out=timed_out) from _cause(failure)
                what = _what_happened(failure, self._endpoint)
            attempt += 1
            yield ChatDelta(notice=f"{what}; asking again in {wait_s:.1f} s")
            await pause_before_retry(wait_s)

    def _adapted(self, failure: Failure, body: JsonObject) -> str | None:
        """Leave out what the endpoint refuses and the answer can do without; what to say of it, None for nothing."""
        if self._options.tool_mode == "auto" and "tools" in body and has_no_tools(failure):
            self._options = replace(self._options, tool_mode="json")
            return f"{self._endpoint.model} calls no tools by itself; asking again for its calls as JSON"
        refused = self._refused.take(failure, body)
        if refused == "temperature":
            return f"{self._endpoint.model} takes no temperature; asking again without"
        return "" if refused else None

    def _content_filter(self, tools: Sequence[ToolSpec]) -> ContentFilter | None:
        if not tools:
            return None
        match self._options.tool_mode:
            case "json":
                return StepReader()
            case "auto":
                return ContentGate(tool.name for tool in tools)
            case "native" | "react":
                return None

    def _wait_before_retry(self, failure: Failure, attempt: int, *, has_tools: bool) -> float | None:
        """Seconds to wait before a retry; None for no retry."""
        allowed = self._options.max_retries
        if has_tools and isinstance(failure, RefusedError) and failure.refusal.status == 500:
            # llama.cpp answers 500 to output that it cannot parse as a tool call: retry once, more is slow.
            allowed = min(allowed, 1)
        return wait_before_retry(failure, attempt, allowed)

    def _explain(self, failure: Failure) -> ModelError:
        match failure:
            case RefusedError(refusal=refusal):
                return openai_errors.refused(refusal, self._endpoint)
            case ConnectionFailedError():
                return openai_errors.unreachable(failure, self._endpoint)
            case SilenceError():
                return openai_errors.silent(self._endpoint, self._options.timeout)
            case OversizedError():
                return openai_errors.oversized(failure, self._endpoint)

    async def _with_offer(self, error: ModelError) -> ModelError:
        """For an unknown model, the error with a list of the endpoint's models; other errors as they are."""
        if not isinstance(error, ModelNotFoundError):
            return error
        connection = await self._connections.get()
        try:
            names = await connection.models()
        except FAILURES:
            return error
        if not names:
            return error
        more = f" and {len(names) - MAX_LISTED_MODELS} more" if len(names) > MAX_LISTED_MODELS else ""
        offer = ", ".join(names[:MAX_LISTED_MODELS])
        return ModelNotFoundError(error.message, hint=f"It has {self._endpoint.quote(offer)}{more}: use --model NAME.")


def _what_happened(failure: Failure, endpoint: Endpoint) -> str:
    if isinstance(failure, RefusedError):
        return f"{endpoint.host} answered {failure.refusal.status}"
    return f"the connection to {endpoint.host} broke"


def _reason(failure: Failure) -> str:
    return "the endpoint sent no more data" if isinstance(failure, SilenceError) else "the connection was lost"


def _cause(failure: Failure) -> BaseException | None:
    """The cause to chain. The exception of a refusal may contain the key and is not chained."""
    return failure.__cause__
