"""What every language model offers: one asynchronous stream of chat deltas; all other calls are made from it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Coroutine, Generator, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from bookwheel.engine.blocking import iterate_blocking, run_blocking
from bookwheel.engine.llms.chat import (
    ChatDelta,
    ChatOptions,
    ChatRequest,
    ChatResponse,
    CompletionResponse,
    LLMMetadata,
    collect,
    completions,
)
from bookwheel.engine.schema import ChatMessage

T = TypeVar("T")


class AnswerStream(AsyncGenerator[T, None]):
    """An asynchronous generator that may also be awaited, which gives itself.

    `async for piece in llm.astream_chat(…)` is enough; LlamaIndex's users write `await llm.astream_chat(…)` first.
    """

    def __init__(self, stream: AsyncGenerator[T, None]) -> None:
        self._stream = stream

    def __await__(self) -> Generator[None, None, Self]:
        return self
        yield  # makes this a generator function, as awaiting wants

    # Handed on rather than awaited here: a stream has thousands of pieces.
    def __anext__(self) -> Coroutine[Any, Any, T]:
        return self._stream.__anext__()

    def asend(self, value: None, /) -> Coroutine[Any, Any, T]:
        return self._stream.asend(value)

    def athrow(
        self,
        typ: type[BaseException] | BaseException,
        val: object = None,
        tb: TracebackType | None = None,
        /,
    ) -> Coroutine[Any, Any, T]:
        error = typ if isinstance(typ, BaseException) else typ()
        return self._stream.athrow(error)

    def aclose(self) -> Coroutine[Any, Any, None]:
        return self._stream.aclose()


class LLM(ABC):
    """A chat model.

    A subclass implements `metadata` and either `_answer` or, for streaming alone, `astream_chat`; everything else
    follows from these two.
    """

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
        return AnswerStream(self._answer(ChatRequest(messages, **options), stream=True))

    async def achat(self, messages: Sequence[ChatMessage], **options: Unpack[ChatOptions]) -> ChatResponse:
        """Ask the model and wait for the whole answer."""
        return await collect(self._answer(ChatRequest(messages, **options), stream=False))

    async def acomplete(self, prompt: str, **options: Unpack[ChatOptions]) -> CompletionResponse:
        """Complete a plain prompt."""
        return CompletionResponse.whole(str(await self.achat([ChatMessage(content=prompt)], **options)))

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

    def capped(self, max_tokens: int) -> LLM:
        """This model for one short answer of at most `max_tokens`, without retries; itself where it has no such limit.

        It shares the connections of this one.
        """
        return self

    async def warm_up(self) -> None:  # noqa: B027 - most models have nothing to warm
        """Import and connect before the first question; never raises for an endpoint that is down."""

    async def aclose(self) -> None:  # noqa: B027 - most models hold nothing open
        """Close connections; the model can be used again afterwards."""
