"""What goes to a chat model and what comes back: the request, the pieces of its answer, the whole answer."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Generator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict, cast

from bookwheel.engine.events import AnswerSoFar, parsed_chunk
from bookwheel.engine.schema import ChatMessage, Cut, JsonObject, MessageRole, ToolSelection, Usage, jsonable
from bookwheel.errors import BookwheelError, LimitReachedError, ModelResponseError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "unknown"]

# Tokens left for an answer whose length is not set (LlamaIndex's number).
DEFAULT_NUM_OUTPUT = 256


@dataclass(frozen=True, slots=True)
class LLMMetadata:
    """What is known of a model before it is asked. `context_window` and `num_output` in tokens.

    `only_quotes` is true of a model that can only quote: it writes no text itself. `is_chat_model` and
    `system_role` are LlamaIndex's.
    """

    model_name: str = "unknown"
    context_window: int = 32_768
    num_output: int = DEFAULT_NUM_OUTPUT
    is_function_calling_model: bool = False
    is_streaming: bool = True
    only_quotes: bool = False
    is_chat_model: bool = True
    system_role: MessageRole = MessageRole.SYSTEM


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as a model sees it; `parameters` is a JSON schema of an object."""

    name: str
    description: str
    parameters: JsonObject


if TYPE_CHECKING:

    class CallOptions(TypedDict, total=False):
        """The settings of one call that go into the body of its request."""

        temperature: float
        max_tokens: int

    class ChatOptions(CallOptions, total=False):
        """How one call differs from the others: the keyword arguments of every chat method.

        `response_schema` is a JSON schema that the answer must follow; `tool_choice` is None (the model decides),
        "required", "none" or the name of a tool. `temperature`, `max_tokens`, `parallel_tool_calls` and any further
        keyword go into the body of the request, over what the model was made with; a model without such a setting
        ignores them.
        """

        tools: Sequence[ToolSpec | Mapping[str, Any]]
        tool_choice: str | None
        parallel_tool_calls: bool
        response_schema: JsonObject | None

else:
    # The first class whose annotations `typing` compiles takes 1.5 ms of a question.
    CallOptions = ChatOptions = dict


class ChatRequest:
    """One call of a model: the messages, and the call's options."""

    __slots__ = ("body", "messages", "response_schema", "tool_choice", "tools")

    def __init__(
        self,
        messages: Sequence[ChatMessage],
        *,
        tools: Sequence[ToolSpec | Mapping[str, Any]] = (),
        tool_choice: str | None = None,
        response_schema: JsonObject | None = None,
        **body: object,
    ) -> None:
        self.messages = messages
        self.tools = [_tool_spec(tool) for tool in tools]
        self.tool_choice = tool_choice
        self.response_schema = response_schema
        self.body: JsonObject = {name: jsonable(value) for name, value in body.items()}


def _tool_spec(tool: ToolSpec | Mapping[str, Any]) -> ToolSpec:
    """A tool, also in the form that OpenAI's endpoint takes (`tool.metadata.to_openai_tool()`)."""
    if isinstance(tool, ToolSpec):
        return tool
    function: Mapping[str, Any] = tool.get("function", tool)
    return ToolSpec(function["name"], function.get("description", ""), function.get("parameters", {"type": "object"}))


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
    chunk, as the JSON text that arrived or as the provider's library made it.
    `supported` is set on the last piece by a model that knows whether the passages support its answer.
    `restarts`: what came before as `delta` has turned out to be a thought; the answer begins with this piece.
    `message` is the answer up to here, as LlamaIndex's users read it.
    `notice` is a line for the reader who waits (such as "asking again in 4 s"), never a part of the answer.
    """

    delta: str = ""
    thinking_delta: str = ""
    tool_calls: list[ToolCallDelta] | None = None
    finish_reason: FinishReason | None = None
    usage: Usage | None = None
    raw: object = None
    notice: str = ""
    supported: bool | None = None
    restarts: bool = False
    so_far: AnswerSoFar | None = field(default=None, repr=False, compare=False)
    count: int = field(default=0, repr=False, compare=False)

    @property
    def message(self) -> ChatMessage:
        """The answer up to this piece, with the calls so far."""
        text = self.delta if self.so_far is None else self.so_far.text(self.count)
        return ChatMessage(MessageRole.ASSISTANT, text, tool_calls=selections_of(self.tool_calls or ()))

    def __str__(self) -> str:
        return str(self.message)


@dataclass(slots=True)
class ChatResponse:
    """A whole answer; `tool_calls` are the calls with their arguments as the model wrote them (JSON text).

    `raw` is the provider's own answer as parsed JSON, or as the provider's library made it; of a streamed answer it is
    the last chunk. `additional_kwargs` has the tokens that it took, by name. `str()` is the answer's text.
    """

    message: ChatMessage = field(default_factory=lambda: ChatMessage(MessageRole.ASSISTANT))
    raw: Any = None
    delta: str | None = None
    additional_kwargs: dict[str, Any] = field(default_factory=dict[str, Any])
    tool_calls: list[ToolCallDelta] = field(default_factory=list[ToolCallDelta])
    thinking: str = ""
    finish_reason: FinishReason = "unknown"
    usage: Usage | None = None
    supported: bool | None = None
    logprobs: Any = None

    def __str__(self) -> str:
        return self.message.content or ""


class CompletionResponse:
    """A completion as far as it has arrived: `text` is all of it, `delta` what this piece added; `raw` as elsewhere."""

    __slots__ = ("_count", "_raw", "_text", "additional_kwargs", "delta")

    def __init__(
        self,
        text: str | AnswerSoFar = "",
        additional_kwargs: dict[str, Any] | None = None,
        raw: Any = None,
        delta: str | None = None,
    ) -> None:
        self.delta = delta
        self.additional_kwargs = additional_kwargs or {}
        self._raw = raw
        self._text = text
        self._count = text.count if isinstance(text, AnswerSoFar) else 0

    @property
    def text(self) -> str:
        return self._text if isinstance(self._text, str) else self._text.text(self._count)

    @property
    def raw(self) -> Any:
        return parsed_chunk(self._raw)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"CompletionResponse(text={self.text!r})"


ChatResponseGen: TypeAlias = Generator[ChatDelta, None, None]
ChatResponseAsyncGen: TypeAlias = AsyncGenerator[ChatDelta, None]
CompletionResponseGen: TypeAlias = Generator[CompletionResponse, None, None]
CompletionResponseAsyncGen: TypeAlias = AsyncGenerator[CompletionResponse, None]


def selections_of(calls: Iterable[ToolCallDelta]) -> list[ToolSelection]:
    """The calls with parsed arguments; arguments that are not a JSON object are none."""
    return [ToolSelection(call.tool_id, call.tool_name, _arguments(call.arguments)) for call in calls]


def _arguments(text: str) -> JsonObject:
    try:
        value: object = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        return {}
    return cast("JsonObject", value) if isinstance(value, dict) else {}


def cut_of(reason: FinishReason | None) -> Cut | None:
    """What cut the answer; None when the model ended it by itself."""
    return reason if reason in ("length", "content_filter") else None


_CITED = lazy_regex(r"\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\]")


def says_nothing(text: str) -> bool:
    """Whether an answer has no word, figure or symbol: blanks, what no screen shows, a citation or a stop alone."""
    if text and text[0].isalnum():
        return False
    import unicodedata  # late: most answers begin with a letter

    return all(unicodedata.category(letter)[0] in "CPZ" for letter in _CITED.sub("", text))


def empty_answer(model: str, cut: Cut | None, *, has_thought: bool) -> BookwheelError:
    """The error for an answer without a word: nothing came, thoughts alone, or what was cut before it began."""
    if cut == "length":
        return LimitReachedError(
            f"{model} reached its output limit before it began to answer.",
            hint="Raise model.max_output_tokens (max_tokens in a program), or ask a model that thinks less.",
        )
    if cut == "content_filter":
        return ModelResponseError(
            f"The provider's content filter stopped the answer of {model} before it began.",
            hint="Ask in other words, or choose another model.",
        )
    what = "gave only its thoughts and no answer" if has_thought else "gave an empty answer"
    return ModelResponseError(f"{model} {what}.", hint="Ask again, or choose another model.")


async def collect(stream: AsyncGenerator[ChatDelta, None]) -> ChatResponse:
    """Read a streaming answer to its end and close it."""
    text: list[str] = []
    thinking: list[str] = []
    raw: object = None
    response = ChatResponse()
    async with aclosing(stream) as deltas:
        async for piece in deltas:
            if piece.restarts:
                thinking += text
                text.clear()
            text.append(piece.delta)
            thinking.append(piece.thinking_delta)
            if piece.tool_calls is not None:
                response.tool_calls = piece.tool_calls
            response.finish_reason = piece.finish_reason or response.finish_reason
            response.usage = piece.usage or response.usage
            response.supported = piece.supported
            raw = piece.raw if piece.raw is not None else raw
    response.raw = parsed_chunk(raw)
    if response.usage is not None:
        response.additional_kwargs = response.usage.model_dump()
    response.message.tool_calls = selections_of(response.tool_calls)
    response.message.content = "".join(text)
    response.thinking = "".join(thinking)
    return response


async def completions(stream: AsyncGenerator[ChatDelta, None]) -> AsyncGenerator[CompletionResponse, None]:
    """The text of a streaming answer; pieces without text (a call, the usage) are left out."""
    so_far = AnswerSoFar()
    async with aclosing(stream) as deltas:
        async for piece in deltas:
            if piece.restarts:
                so_far = AnswerSoFar()
            if piece.delta:
                so_far.append(piece.delta)
                yield CompletionResponse(so_far, raw=piece.raw, delta=piece.delta)


async def with_text(stream: AsyncGenerator[ChatDelta, None]) -> AsyncGenerator[ChatDelta, None]:
    """The same pieces, each knowing the answer up to it."""
    so_far = AnswerSoFar()
    async with aclosing(stream) as pieces:
        async for piece in pieces:
            if piece.restarts:
                so_far = AnswerSoFar()
            if piece.delta:
                so_far.append(piece.delta)
            piece.so_far, piece.count = so_far, so_far.count
            yield piece
