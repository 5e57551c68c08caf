"""A model that answers from a script: for tests, for examples, and for trying out a workflow without a model."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import field

from bookwheel.engine.llms.chat import (
    DEFAULT_NUM_OUTPUT,
    ChatDelta,
    ChatRequest,
    FinishReason,
    LLMMetadata,
    ToolCallDelta,
    ToolSpec,
)
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.schema import ChatMessage, JsonObject, ToolSelection, Usage
from bookwheel.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MockReply:
    """One scripted answer.

    `text` is streamed word by word, after `thinking`; then come `tool_calls`, whose arguments may be given as raw JSON
    text by `raw_arguments` (one for each call). With an `error` the answer breaks off there: at once, or after
    `fail_after` pieces. `delay_s` passes before each piece.
    """

    text: str = ""
    thinking: str = ""
    tool_calls: Sequence[ToolSelection] = ()
    raw_arguments: Sequence[str] = ()
    error: BaseException | None = None
    fail_after: int = 0
    delay_s: float = 0.0
    usage: Usage | None = None
    finish_reason: FinishReason | None = None


@dataclass(frozen=True, slots=True)
class MockCall:
    """One call of the model, as it was asked."""

    messages: list[ChatMessage]
    tools: list[ToolSpec] = field(default_factory=list[ToolSpec])
    tool_choice: str | None = None
    response_schema: JsonObject | None = None


class MockLLM(LLM):
    """Gives the replies of its script, one a call, the last one again and again; without a script it says what it read.

    `calls` holds what it was asked. `streams_open` counts the answers that are being read: 0 once all are closed.
    """

    def __init__(
        self,
        responses: Iterable[str | MockReply | ToolSelection | Sequence[ToolSelection]] = (),
        *,
        model: str = "mock",
        is_function_calling_model: bool = True,
        is_streaming: bool = True,
        context_window: int = 32_768,
        max_tokens: int | None = None,
    ) -> None:
        self._script = [_reply(response) for response in responses]
        self._max_tokens = max_tokens
        self._metadata = LLMMetadata(
            model_name=model,
            context_window=context_window,
            num_output=max_tokens or DEFAULT_NUM_OUTPUT,
            is_function_calling_model=is_function_calling_model,
            is_streaming=is_streaming,
        )
        self.calls: list[MockCall] = []
        self.streams_open = 0

    @property
    def metadata(self) -> LLMMetadata:
        return self._metadata

    def _answer(self, request: ChatRequest, *, stream: bool) -> AsyncGenerator[ChatDelta, None]:
        return self._pieces(self._next_reply(request))

    def _next_reply(self, request: ChatRequest) -> MockReply:
        asked = MockCall(list(request.messages), list(request.tools), request.tool_choice, request.response_schema)
        self.calls.append(asked)
        if not self._script:
            return MockReply(text=self._echo(request.messages))
        return self._script[min(len(self.calls), len(self._script)) - 1]

    def _echo(self, messages: Sequence[ChatMessage]) -> str:
        words = (messages[-1].content or "").split() if messages else []
        return " ".join(words[: self._max_tokens])

    async def _pieces(self, reply: MockReply) -> AsyncGenerator[ChatDelta, None]:
        self.streams_open += 1
        try:
            pieces = _deltas(reply)
            if reply.error is not None:
                pieces = pieces[: reply.fail_after]
            for piece in pieces:
                if reply.delay_s:
                    await asyncio.sleep(reply.delay_s)
                yield piece
            if reply.error is not None:
                raise reply.error
        finally:
            self.streams_open -= 1


def _reply(response: str | MockReply | ToolSelection | Sequence[ToolSelection]) -> MockReply:
    match response:
        case MockReply():
            return response
        case str():
            return MockReply(text=response)
        case ToolSelection():
            return MockReply(tool_calls=[response])
        case _:
            return MockReply(tool_calls=response)


def _deltas(reply: MockReply) -> list[ChatDelta]:
    pieces = [ChatDelta(thinking_delta=word) for word in _words(reply.thinking)]
    pieces += [ChatDelta(delta=word) for word in _words(reply.text)]
    arguments = reply.raw_arguments or [json.dumps(call.tool_kwargs) for call in reply.tool_calls]
    calls = [
        ToolCallDelta(index, call.tool_id, call.tool_name, text)
        for index, (call, text) in enumerate(zip(reply.tool_calls, arguments, strict=True))
    ]
    for count in range(1, len(calls) + 1):
        last = calls[count - 1]
        # The name first and the arguments after it, as endpoints do.
        begun = ToolCallDelta(last.index, last.tool_id, last.tool_name, "")
        pieces += [ChatDelta(tool_calls=[*calls[: count - 1], begun]), ChatDelta(tool_calls=calls[:count])]
    reason = reply.finish_reason or ("tool_calls" if calls else "stop")
    return [*pieces, ChatDelta(finish_reason=reason, usage=reply.usage)]


def _words(text: str) -> list[str]:
    words: list[str] = []
    for word in text.split(" "):
        words.append(f" {word}" if words else word)
    return [word for word in words if word]
