"""What every language model offers: one asynchronous stream of chat deltas; all other calls are made from it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Literal

from bookwheel.engine.blocking import iterate_blocking, run_blocking
from bookwheel.engine.llms.answer_stream import AnswerStream, CompletionResponse, completions
from bookwheel.engine.schema import ChatMessage, JsonObject, MessageRole
from bookwheel.engine.schema import Usage as Usage

FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "unknown"]


# What is left for an answer whose length nobody has set (LlamaIndex's number).
DEFAULT_NUM_OUTPUT = 256


@dataclass(frozen=True, slots=True)
class LLMMetadata:
    """What a caller may know of a model before it asks. `context_window` and `num_output` in tokens.

    `only_quotes` is true of a model that writes nothing of its own and can be asked for nothing but quotations.
    """

    model_name: str
    context_window: int = 32_768
    num_output: int = DEFAULT_NUM_OUTPUT
    is_function_calling_model: bool = False
    is_streaming: bool = True
    only_quotes: bool = False


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as a model sees it; `parameters` is a JSON schema of an object."""

    name: str
    description: str
    parameters: JsonObject


@dataclass(slots=True)
class ToolCallDelta:
    """A tool call as far as it has arrived; `arguments` is the JSON text so far (complete in the last delta)."""

    index: int
    tool_id: str
    tool_name: str
    arguments: str


@dataclass(slots=True)
class ChatDelta:
    """One piece of a streaming answer.

    `delta` and `thinking_delta` are new text only. `tool_calls` is None while nothing changed, else all calls so far.
    `finish_reason` is set on the last piece, `usage` on the piece that carries it. `raw` is the provider's own
    chunk, as the JSON text that it came as or as the provider's library made it.
    `supported` is set on the last piece by a model that knows whether the passages bear its answer out.
    `notice` is a line for whoever waits (such as "asking again in 4 s"), never a part of the answer.
    """

    delta: str = ""
    thinking_delta: str = ""
    tool_calls: list[ToolCallDelta] | None = None
    finish_reason: FinishReason | None = None
    usage: Usage | None = None
    raw: object = None
    notice: str = ""
    supported: bool | None = None


@dataclass(slots=True)
class ChatResponse:
    """A whole answer; `tool_calls` are the calls with their arguments as the model wrote them (JSON text)."""

    message: ChatMessage
    tool_calls: list[ToolCallDelta] = field(default_factory=list[ToolCallDelta])
    thinking: str = ""
    finish_reason: FinishReason = "unknown"
    usage: Usage | None = None
    supported: bool | None = None

    def __str__(self) -> str:
        return self.message.content or ""


async def collect(stream: AsyncGenerator[ChatDelta, None]) -> ChatResponse:
    """Read a streaming answer to its end and close it."""
    text: list[str] = []
    thinking: list[str] = []
    response = ChatResponse(ChatMessage(MessageRole.ASSISTANT))
    async with aclosing(stream) as deltas:
        async for piece in deltas:
            text.append(piece.delta)
            thinking.append(piece.thinking_delta)
            if piece.tool_calls is not None:
                response.tool_calls = piece.tool_calls
            response.finish_reason = piece.finish_reason or response.finish_reason
            response.usage = piece.usage or response.usage
            response.supported = piece.supported
    response.message.content = "".join(text)
    response.thinking = "".join(thinking)
    return response


class LLM(ABC):
    """A chat model.

    A subclass implements `metadata` and `astream_chat`; everything else follows from these two.
    """

    @property
    @abstractmethod
    def metadata(self) -> LLMMetadata:
        """Name, window and abilities; never touches the network."""

    @abstractmethod
    def astream_chat(
        self,
        messages: Sequence[ChatMessage],
        *,
        tools: Sequence[ToolSpec] = (),
        tool_choice: str | None = None,
        response_schema: JsonObject | None = None,
    ) -> AsyncGenerator[ChatDelta, None]:
        """Ask the model; yields the answer as it is written.

        The caller closes the generator (`async with aclosing(...)`); closing it closes the connection at once.
        Raises NotImplementedError, naming the model, at the call itself for a model that cannot stream, and
        `ModelError` while iterating. `response_schema` is a JSON schema that the answer must follow; `tool_choice` is
        None (the model decides), "required", "none" or a tool's name.
        """

    async def achat(
        self,
        messages: Sequence[ChatMessage],
        *,
        tools: Sequence[ToolSpec] = (),
        tool_choice: str | None = None,
        response_schema: JsonObject | None = None,
    ) -> ChatResponse:
        """Ask the model and wait for the whole answer."""
        return await collect(
            self.astream_chat(messages, tools=tools, tool_choice=tool_choice, response_schema=response_schema)
        )

    async def acomplete(self, prompt: str) -> CompletionResponse:
        """Complete a plain prompt."""
        return CompletionResponse.whole(str(await self.achat([ChatMessage(content=prompt)])))

    def astream_complete(self, prompt: str) -> AnswerStream[CompletionResponse]:
        """Complete a plain prompt; yields the text as it is written. To be closed as `astream_chat`."""
        return AnswerStream(completions(self.astream_chat([ChatMessage(content=prompt)])))

    def chat(
        self,
        messages: Sequence[ChatMessage],
        *,
        tools: Sequence[ToolSpec] = (),
        tool_choice: str | None = None,
        response_schema: JsonObject | None = None,
    ) -> ChatResponse:
        """As `achat`, waited for: in scripts, in threads, also where an event loop runs (which then stands still)."""
        return run_blocking(self.achat(messages, tools=tools, tool_choice=tool_choice, response_schema=response_schema))

    def stream_chat(
        self,
        messages: Sequence[ChatMessage],
        *,
        tools: Sequence[ToolSpec] = (),
        tool_choice: str | None = None,
        response_schema: JsonObject | None = None,
    ) -> Generator[ChatDelta, None, None]:
        """As `astream_chat`, waited for piece by piece; closing the generator closes the connection."""
        return iterate_blocking(
            self.astream_chat(messages, tools=tools, tool_choice=tool_choice, response_schema=response_schema)
        )

    def complete(self, prompt: str) -> CompletionResponse:
        """As `acomplete`, waited for."""
        return run_blocking(self.acomplete(prompt))

    def stream_complete(self, prompt: str) -> Generator[CompletionResponse, None, None]:
        """As `astream_complete`, waited for piece by piece; closing the generator closes the connection."""
        return iterate_blocking(self.astream_complete(prompt))

    def capped(self, max_tokens: int) -> LLM:
        """This model for one short answer, of at most so many tokens, asked once; itself where it cannot be told so.

        It shares the connections of this one.
        """
        return self

    async def warm_up(self) -> None:  # noqa: B027 - most models have nothing to warm
        """Import and connect ahead of the first question; never raises for an endpoint that is down."""

    async def aclose(self) -> None:  # noqa: B027 - most models hold nothing open
        """Close connections; the model can be used again afterwards."""
