"""One model call of an agent, streamed as `AgentStream` events and read to its end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import field
from time import perf_counter
from typing import Protocol, cast

from bookwheel.engine.events import AgentInput, AgentStream, AnswerSoFar, Notice
from bookwheel.engine.llms.chat import ChatDelta, ChatOptions, FinishReason, ToolCallDelta, ToolSpec
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.query.citation_forms import CitationReader
from bookwheel.engine.schema import ChatMessage, JsonObject, JsonValue, ToolSelection, Usage
from bookwheel.engine.workflow.live_run import LiveRun
from bookwheel.lazy_dataclass import dataclass

# A fast endpoint fills the socket buffer, and a thousand deltas can be read before another task runs. Yield after this
# time, so that readers and a cancellation do not wait longer.
_YIELD_AFTER_S = 0.004


@dataclass(slots=True)
class AskedCall:
    """A tool call of the model; `error` says why its arguments cannot be read, "" when they can."""

    selection: ToolSelection
    error: str = ""


@dataclass(slots=True)
class Reply:
    """A complete model reply; `thought` is the thought in a text protocol, `has_thought` includes native reasoning.

    `problem` says what was wrong with the form of the reply, "" when nothing was.
    """

    text: str = ""
    thought: str = ""
    has_thought: bool = False
    calls: list[AskedCall] = field(default_factory=list[AskedCall])
    problem: str = ""
    usage: Usage | None = None
    finish_reason: FinishReason = "unknown"
    supported: bool | None = None
    raw: object = None


class ProtocolReader(Protocol):
    """Reads a text protocol (ReAct) from the model's text."""

    def push(self, text: str) -> tuple[str, str]:
        """The new (answer, thought) after this text."""
        ...

    def take_restart(self) -> bool:
        """Whether the answer so far was in fact a thought and starts again; True once."""
        ...

    def finish(self, reply: Reply) -> tuple[str, str]:
        """The (answer, thought) held back so far; sets the calls or the problem of `reply`."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """The request to the model; `one_call`: it is to call at most one tool in its answer."""

    messages: Sequence[ChatMessage]
    tools: Sequence[ToolSpec] = ()
    tool_choice: str | None = None
    one_call: bool = False

    @property
    def options(self) -> ChatOptions:
        """The options of the model call."""
        options: ChatOptions = {"tools": self.tools, "tool_choice": self.tool_choice}
        if self.one_call and self.tools:
            options["parallel_tool_calls"] = False
        return options


class StepStream:
    """Writes one streamed answer to the events of a run."""

    def __init__(
        self,
        run: LiveRun,
        agent_name: str,
        reader: ProtocolReader | None,
        messages: list[ChatMessage] | None = None,
        citations: CitationReader | None = None,
    ) -> None:
        self._messages = messages or []
        self._citations = citations
        self._publish = run.stream.publish
        self._agent_name = agent_name
        self._reader = reader
        self._answer = AnswerSoFar()
        self._selections: list[ToolSelection] = []
        self._calls: list[ToolCallDelta] = []
        self._reply = Reply()

    async def read(self, stream: AsyncGenerator[ChatDelta, None]) -> Reply:
        """Read the answer to its end; the stream, and with it the connection, is always closed."""
        try:
            async with aclosing(stream) as pieces:
                await self._read_pieces(pieces)
        except BaseException:
            # Also when the run is cancelled: what had arrived is kept.
            self._release()
            raise
        return self._finish()

    async def _read_pieces(self, pieces: AsyncGenerator[ChatDelta, None]) -> None:
        yield_at = perf_counter() + _YIELD_AFTER_S
        async for piece in pieces:
            if piece.restarts:
                self._restart()
            if piece.delta or piece.thinking_delta or piece.tool_calls is not None:
                self._show(piece)
            if piece.usage is not None or piece.finish_reason is not None or piece.notice:
                self._note(piece)
            if perf_counter() > yield_at:
                await asyncio.sleep(0)
                yield_at = perf_counter() + _YIELD_AFTER_S

    def _show(self, piece: ChatDelta) -> None:
        delta, thinking = piece.delta, piece.thinking_delta
        if self._reader is not None:
            delta, thought = self._reader.push(delta)
            thinking += thought
            if self._reader.take_restart():
                self._restart()
        if delta and self._citations is not None:
            delta = self._citations.push(delta)
        if piece.tool_calls is not None:
            self._calls = piece.tool_calls
            self._selections = [_selection_so_far(call) for call in piece.tool_calls]
        elif not delta and not thinking:
            return
        self._reply.raw = piece.raw or self._reply.raw
        self._emit(delta, thinking, piece.raw)

    def _emit(self, delta: str, thinking: str, raw: object = None) -> None:
        self._reply.has_thought |= bool(thinking.strip())
        if delta:
            self._answer.append(delta)
        self._publish(
            AgentStream(
                delta=delta,
                response=self._answer,
                current_agent_name=self._agent_name,
                tool_calls=self._selections,
                raw=raw,
                thinking_delta=thinking or None,
            )
        )

    def _restart(self) -> None:
        # The text so far was a thought. Readers start a new answer at each `AgentInput`.
        self._answer = AnswerSoFar()
        self._publish(AgentInput(input=self._messages, current_agent_name=self._agent_name))

    def _note(self, piece: ChatDelta) -> None:
        self._reply.raw = piece.raw or self._reply.raw
        self._reply.usage = piece.usage or self._reply.usage
        self._reply.finish_reason = piece.finish_reason or self._reply.finish_reason
        self._reply.supported = piece.supported
        if piece.notice:
            self._publish(Notice(text=piece.notice))

    def _release(self) -> None:
        """Write the text held back as the possible start of a citation or of a part of the protocol."""
        delta, thinking = "", ""
        if self._reader is not None:
            delta, thinking = self._reader.finish(self._reply)
        if self._citations is not None:
            delta = self._citations.push(delta) + self._citations.finish()
        if delta or thinking:
            self._emit(delta, thinking)

    def _finish(self) -> Reply:
        reply = self._reply
        reply.calls = [read_call(call) for call in self._calls]
        self._release()
        reply.text = self._answer.text()
        return reply


async def ask_whole(llm: LLM, request: Request, reader: ProtocolReader | None) -> Reply:
    """Call the model without streaming: no events, one reply."""
    response = await llm.achat(request.messages, **request.options)
    reply = Reply(
        text=response.message.content or "",
        calls=[read_call(call) for call in response.tool_calls],
        usage=response.usage,
        finish_reason=response.finish_reason,
        supported=response.supported,
        has_thought=bool(response.thinking.strip()),
    )
    if reader is not None:
        first, _ = reader.push(reply.text)
        last, _ = reader.finish(reply)
        reply.text = first + last
        reply.has_thought |= bool(reply.thought.strip())
    return reply


def read_call(call: ToolCallDelta) -> AskedCall:
    """The call with parsed arguments, or with an `error` when they are not a JSON object."""
    kwargs, error = _read_arguments(call.arguments)
    return AskedCall(ToolSelection(call.tool_id, call.tool_name, kwargs or {}), error)


def _read_arguments(text: str) -> tuple[JsonObject | None, str]:
    if not text.strip():
        return {}, ""
    try:
        value: object = json.loads(text, parse_constant=_not_a_number, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        return None, f"The arguments are not valid JSON ({error}): {text[:200]}"
    if not isinstance(value, dict):
        return None, f"The arguments are not a JSON object: {text[:200]}"
    return cast("JsonObject", value), ""


def _not_a_number(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _object(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a name occurs twice in one object")
    return fields


def _selection_so_far(call: ToolCallDelta) -> ToolSelection:
    # Parse only text that ends like a complete object, not at every delta.
    kwargs = _read_arguments(call.arguments)[0] if call.arguments.endswith("}") else None
    return ToolSelection(call.tool_id, call.tool_name, kwargs or {})
