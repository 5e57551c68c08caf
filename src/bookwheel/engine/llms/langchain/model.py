"""`LangChainLLM`: any chat model of LangChain, by LlamaIndex's name for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import aclosing
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

from bookwheel.engine.llms.chat import ChatDelta, ChatRequest, LLMMetadata, ToolSpec
from bookwheel.engine.llms.langchain.chunk import Message, usage_of, wire_chunk
from bookwheel.engine.llms.langchain.error_mapping import explained
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.llms.llm_options import LLMOptions
from bookwheel.engine.llms.openai.chunks import ChatStream
from bookwheel.engine.llms.openai.endpoint import Endpoint
from bookwheel.engine.llms.openai.request import wire_messages, wire_tools, with_pictures
from bookwheel.engine.llms.prompted import require_no_tools, with_schema
from bookwheel.engine.schema import JsonObject, Usage
from bookwheel.errors import ConfigError, MissingExtraError, ModelResponseError, UsageError

EXTRA = "langchain"
DEFAULT_CONTEXT_WINDOW = 32_768


class _Runnable(Protocol):
    """What is called of a LangChain model, bound to tools or not; it takes messages as OpenAI's dictionaries."""

    def astream(self, input: Sequence[JsonObject]) -> AsyncGenerator[Message, None]: ...  # noqa: A002 - its name

    def ainvoke(self, input: Sequence[JsonObject]) -> Awaitable[Message]: ...  # noqa: A002 - its name


class _ChatModel(_Runnable, Protocol):
    """What is used of LangChain's `BaseChatModel`."""

    disable_streaming: bool | str

    def bind_tools(self, tools: Sequence[JsonObject], *, tool_choice: str | None = None) -> _Runnable: ...


class LangChainLLM(LLM):
    """Asks a chat model of LangChain (`ChatOpenAI`, `ChatAnthropic`, `ChatOllama`, …).

    Tools go through `bind_tools` where the model has it. A model that LangChain itself cannot stream raises
    NotImplementedError, naming the model, when it is asked to stream. `context_window` in
    tokens; taken from the model's profile when LangChain knows it. Most of LangChain's clients belong to the event
    loop that they were first used on: make two models to use both the blocking and the asynchronous methods.
    """

    def __init__(self, llm: object, *, context_window: int | None = None) -> None:
        if find_spec("langchain_core") is None:
            raise MissingExtraError(EXTRA, "LangChainLLM")
        base = cast("type[object]", import_module("langchain_core.language_models.chat_models").BaseChatModel)
        if not isinstance(llm, base):
            raise UsageError(
                f"LangChainLLM takes a chat model of LangChain, not a {type(llm).__name__}.",
                hint="Such as LangChainLLM(llm=ChatOpenAI(model=...)), before any bind().",
            )
        self._llm = cast("_ChatModel", llm)
        self._endpoint = Endpoint(base_url="", model=_name(llm), api_key=_secret(llm))
        self._metadata = LLMMetadata(
            model_name=self._endpoint.model,
            context_window=context_window or _window(llm) or DEFAULT_CONTEXT_WINDOW,
            is_function_calling_model=_overrides(llm, base, "bind_tools"),
            is_streaming=self._llm.disable_streaming is not True
            and (_overrides(llm, base, "_astream") or _overrides(llm, base, "_stream")),
        )

    @property
    def metadata(self) -> LLMMetadata:
        return self._metadata

    def __repr__(self) -> str:
        return f"LangChainLLM({type(self._llm).__name__}, model={self._endpoint.model!r})"

    def _answer(self, request: ChatRequest, *, stream: bool) -> AsyncGenerator[ChatDelta, None]:
        model = self._with_tools(request.tools, request.tool_choice)

        def answer() -> AsyncGenerator[ChatDelta, None]:
            messages = wire_messages(with_schema(request.messages, request.response_schema))
            return self._read(model.astream(messages) if stream else _once(model, messages))

        return with_pictures(request.messages, answer)

    def _with_tools(self, tools: Sequence[ToolSpec], tool_choice: str | None) -> _Runnable:
        if not tools or tool_choice == "none":
            return self._llm
        if not self._metadata.is_function_calling_model:
            require_no_tools(tools, self._endpoint.model)
        if tool_choice in (None, "auto"):
            return self._llm.bind_tools(wire_tools(tools))
        return self._llm.bind_tools(wire_tools(tools), tool_choice="any" if tool_choice == "required" else tool_choice)

    async def _read(self, chunks: AsyncGenerator[Message, None]) -> AsyncGenerator[ChatDelta, None]:
        stream = ChatStream()
        text: list[str] = []
        usage: Usage | None = None
        came = False
        try:
            async with aclosing(chunks):
                while (chunk := await _next(chunks)) is not None:
                    came = True
                    if (counted := usage_of(chunk)) is not None:
                        usage = counted if usage is None else usage + counted
                    delta = stream.take(wire_chunk(chunk))
                    if delta is not None:
                        delta.raw = chunk
                        text.append(delta.delta)
                        yield delta
        except Exception as error:  # noqa: BLE001 - each provider raises its own
            # Not chained: the provider's message may quote the key.
            raise explained(error, self._endpoint, "".join(text)) from None
        if not came:
            raise ModelResponseError(f"{self._endpoint.model} answered with nothing.", hint="Ask again.")
        calls = stream.calls.snapshot() if stream.calls else None
        last = stream.finish()
        last.tool_calls, last.usage = calls, usage
        if calls:
            last.finish_reason = "tool_calls"
        yield last


async def _next(chunks: AsyncGenerator[Message, None]) -> Message | None:
    """The next chunk; None at the end.

    LangChain waits with `asyncio.wait_for`, and before Python 3.12 that forgets a cancellation that comes together
    with a chunk: the reader would wait on in a run that cannot be stopped.
    """
    task = asyncio.current_task()
    cancelled_before = task.cancelling() if task is not None else 0
    chunk = await anext(chunks, None)
    if task is not None and task.cancelling() > cancelled_before:
        raise asyncio.CancelledError
    return chunk


async def _once(model: _Runnable, messages: Sequence[JsonObject]) -> AsyncGenerator[Message, None]:
    yield await model.ainvoke(messages)


def _overrides(llm: object, base: type[object], method: str) -> bool:
    return getattr(type(llm), method) is not getattr(base, method)


# The classes of LangChain name these fields as their providers do, each differently.
def _name(llm: object) -> str:
    names: list[object] = [getattr(llm, field, None) for field in ("model_name", "model", "model_id")]
    return next((name for name in names if isinstance(name, str) and name), type(llm).__name__)


def _window(llm: object) -> int | None:
    profile: object = getattr(llm, "profile", None)
    window = cast("JsonObject", profile).get("max_input_tokens") if isinstance(profile, dict) else None
    return window if isinstance(window, int) else None


def _secret(llm: object) -> str:
    """The key that the model was made with, so that no message quotes it."""
    holders = (value for value in vars(llm).values() if hasattr(value, "get_secret_value"))
    return next((str(holder.get_secret_value()) for holder in holders), "")


def from_options(options: LLMOptions) -> LangChainLLM:
    """The chat model `MODULE:CLASS/MODEL` of LangChain, for the desk, such as `langchain_openai:ChatOpenAI/gpt-4o`.

    The class is called with `model=MODEL`, and reads its own key from its own variable. Raises ConfigError and
    MissingExtraError.
    """
    if find_spec("langchain_core") is None:
        raise MissingExtraError(EXTRA, "LangChainLLM")
    path, _, model = options.model.partition("/")
    module, _, class_name = path.partition(":")
    try:
        chat_model = getattr(import_module(module), class_name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigError(
            f"model.name ('{options.model}') does not name a chat model of LangChain: {error}",
            hint='Write "MODULE:CLASS/MODEL", such as "langchain_openai:ChatOpenAI/gpt-4o", and install its package.',
        ) from error
    arguments: dict[str, object] = {"model": model} if model else {}
    if options.temperature is not None:
        arguments["temperature"] = options.temperature
    return LangChainLLM(chat_model(**arguments), context_window=options.context_window)
