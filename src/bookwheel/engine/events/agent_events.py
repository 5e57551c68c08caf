"""The events of an agent's run: what is sent to the model, what it answers, and its tool calls."""

from __future__ import annotations

from typing import Any, ClassVar

from bookwheel.engine.events.event_base import Event, SideEvent
from bookwheel.engine.events.workflow_events import StartEvent
from bookwheel.engine.schema import ChatMessage, Cut, JsonObject, MessageRole, ToolSelection, Usage, jsonable
from bookwheel.engine.tool_output import ToolOutput


class AnswerSoFar:
    """The text of one streaming answer, shared by its `AgentStream` events, so that they do not each hold a copy."""

    __slots__ = ("_pieces", "_text", "_text_count", "count")

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._text = ""
        self._text_count = 0
        self.count = 0

    def append(self, delta: str) -> None:
        self._pieces.append(delta)
        self.count += 1

    def text(self, count: int | None = None) -> str:
        """The first `count` deltas joined (all when None)."""
        wanted = self.count if count is None else count
        if wanted < self._text_count:
            return "".join(self._pieces[:wanted])
        # Counts usually grow from call to call, so join only the new pieces.
        self._text += "".join(self._pieces[self._text_count : wanted])
        self._text_count = wanted
        return self._text


def parsed_chunk(raw: object) -> object:
    """A provider's chunk, parsed. It is kept as JSON text, because dicts take six times the memory."""
    import json

    try:
        return json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:  # another model may give text that is not JSON
        return raw


class AgentInput(Event):
    """The messages that are about to be sent to the model; one before each model call."""

    input: list[ChatMessage]
    current_agent_name: str = ""


class AgentSetup(Event):
    """As `AgentInput`; LlamaIndex's event of the step before, never written to the stream."""

    input: list[ChatMessage]
    current_agent_name: str = ""


class AgentStream(Event):
    """A piece of the model's answer as it arrived.

    `delta` and `thinking_delta` are new text only; `response` is everything so far; `tool_calls` are the calls so far,
    with empty arguments until they are complete; `raw` is the provider's own chunk, parsed on access.
    """

    _is_always_plain: ClassVar[bool] = True

    def __init__(
        self,
        *,
        delta: str = "",
        response: str | AnswerSoFar = "",
        current_agent_name: str = "",
        tool_calls: list[ToolSelection] | None = None,
        raw: Any = None,
        thinking_delta: str | None = None,
        **values: Any,
    ) -> None:
        # Without super().__init__: there is one event per delta, and setting fields directly is three times as fast.
        self.delta = delta
        self.current_agent_name = current_agent_name
        self.tool_calls = [] if tool_calls is None else tool_calls
        self._raw = raw
        self.thinking_delta = thinking_delta
        self._response = response
        self._count = response.count if isinstance(response, AnswerSoFar) else 0
        if values:
            vars(self).update(values)

    @property
    def response(self) -> str:
        """The whole text so far, including this delta; joined on access."""
        answer = self._response
        return answer if isinstance(answer, str) else answer.text(self._count)

    @property
    def raw(self) -> Any:
        """The provider's own chunk; None when there is none."""
        return parsed_chunk(self._raw)

    def _fields(self) -> dict[str, Any]:
        return {**super()._fields(), "response": self.response, "raw": self.raw}

    def __model_fields__(self) -> dict[str, Any]:
        dynamic = {name: value for name, value in super()._fields().items() if name not in _STREAM_FIELDS}
        return {
            "delta": self.delta,
            "response": self.response,
            "current_agent_name": self.current_agent_name,
            "tool_calls": self.tool_calls,
            "thinking_delta": self.thinking_delta,
            **dynamic,
        }

    def log_data(self) -> JsonObject:
        """The fields for the event log, without `response`, which follows from the deltas."""
        return {
            "delta": self.delta,
            "thinking_delta": self.thinking_delta,
            "current_agent_name": self.current_agent_name,
            "tool_calls": [call.to_json() for call in self.tool_calls],
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AgentStream) and self.__model_fields__() == other.__model_fields__()

    __hash__ = None  # pyright: ignore[reportAssignmentType] - as every event


_STREAM_FIELDS = frozenset({"delta", "current_agent_name", "tool_calls", "thinking_delta"})


class AgentOutput(Event):
    """The complete answer of one model call; as the result of a run, the answer of the run.

    `tool_calls` are the calls of the model; in a run's result they are the `ToolCallResult` events of the run.
    `retry_messages` say what was wrong with the model's answer. `usage` counts the tokens of the model calls since
    the `AgentOutput` before, None when the endpoint does not count. `supported` is False when the documents were
    searched and nothing in them supports an answer, None when that is not known. `cut` says why the model stopped
    early: "length" is its output limit, "content_filter" the provider's filter; None when it did not.
    """

    response: ChatMessage
    current_agent_name: str = ""
    tool_calls: list[Any] = []
    structured_response: dict[str, Any] | None = None
    retry_messages: list[ChatMessage] = []
    raw: Any = None
    usage: Usage | None = None
    supported: bool | None = None
    cut: Cut | None = None
    __not_dumped__ = frozenset({"raw"})

    def __init__(self, *, response: ChatMessage | None = None, **values: Any) -> None:
        super().__init__(response=response or ChatMessage(MessageRole.ASSISTANT), **values)

    def __str__(self) -> str:
        return self.response.content or ""

    def get_pydantic_model(self, model: type[Any]) -> Any:
        """The structured answer as an instance of `model`; None when there is none."""
        if self.structured_response is None:
            return None
        return model.model_validate(self.structured_response)


class AgentStreamStructuredOutput(Event):
    """The structured answer (`output_cls`, `structured_output_fn`), after the `AgentOutput` that it was made from."""

    output: dict[str, Any]

    def get_pydantic_model(self, model: type[Any]) -> Any:
        """The structured answer as an instance of `model`."""
        return model.model_validate(self.output)

    def __str__(self) -> str:
        import json

        return json.dumps(jsonable(self.output), indent=4, ensure_ascii=False)


class AgentWorkflowStartEvent(StartEvent):
    """Starts an agent's run; carries the arguments of `run()`."""


class ToolCall(Event):
    """A tool will be called, perhaps after approval; its `ToolCallResult` always follows, unless the run ends."""

    tool_name: str
    tool_kwargs: dict[str, Any]
    tool_id: str


class ToolProgress(SideEvent):
    """A value that a generator tool yields before its result; `progress` is the value as plain JSON."""

    tool_name: str
    tool_id: str
    progress: Any = None


class ToolCallResult(Event):
    """The result of the `ToolCall` with the same `tool_id`, as the model reads it.

    Results come in the order of the calls. With `return_direct` the result ends the run.
    """

    tool_name: str
    tool_kwargs: dict[str, Any]
    tool_id: str
    tool_output: ToolOutput
    return_direct: bool = False
