"""The events that a run emits: one small class each, with LlamaIndex's names and fields."""

from __future__ import annotations

import copy
import inspect
import sys
from collections.abc import Iterator, KeysView
from typing import Any, ClassVar

from bookwheel.engine.schema import (
    ChatMessage,
    JsonObject,
    MessageRole,
    NumberedNode,
    ToolSelection,
    Usage,
    jsonable,
)

_REQUIRED = object()
_COPIED = (list, dict, set)


class Event:
    """Something that happened in a run, or that a step hands to the next one.

    A subclass declares its fields by annotations (`msg: str`, `n: int = 0`); any further keyword becomes a field too.
    Read them as `event.msg`, `event["msg"]` or `event.get("msg")`. A declared field without a default must be given:
    TypeError when it is not.
    """

    _declared: ClassVar[dict[str, object]] = {}
    _not_dumped: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        declared: dict[str, object] = {}
        for base in reversed(cls.__bases__):
            declared.update(getattr(base, "_declared", {}))
        for name in _annotated_names(cls):
            declared[name] = cls.__dict__.get(name, _REQUIRED)
        cls._declared = declared

    def __init__(self, **values: Any) -> None:
        fields = self.__dict__
        for name, default in self._declared.items():
            if name in values:
                fields[name] = values.pop(name)
            elif default is _REQUIRED:
                raise TypeError(f"{type(self).__name__} needs the field {name!r}.")
            else:
                fields[name] = copy.copy(default) if type(default) in _COPIED else default
        fields.update(values)

    def __getattr__(self, name: str) -> Any:
        # Only reached for names that are not there; it tells type checkers that there are dynamic fields.
        raise AttributeError(f"{type(self).__name__} has no field {name!r}.")

    def _fields(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if not name.startswith("_")}

    def __getitem__(self, name: str) -> Any:
        return self._fields()[name]

    def __setitem__(self, name: str, value: Any) -> None:
        setattr(self, name, value)

    def __contains__(self, name: object) -> bool:
        return name in self._fields()

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields())

    def __bool__(self) -> bool:
        return True

    def get(self, name: str, default: Any = None) -> Any:
        """The field `name`, or `default` when the event has no such field."""
        return self._fields().get(name, default)

    def keys(self) -> KeysView[str]:
        """The names of all fields."""
        return self._fields().keys()

    def values(self) -> list[Any]:
        """The values of all fields."""
        return list(self._fields().values())

    def items(self) -> list[tuple[str, Any]]:
        """All fields, declared ones first."""
        return list(self._fields().items())

    def model_dump(self) -> JsonObject:
        """The fields as plain JSON data: what the event log stores."""
        hidden = self._not_dumped
        return {name: jsonable(value) for name, value in self._fields().items() if name not in hidden}

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self._fields().items())
        return f"{type(self).__name__}({fields})"


def _annotated_names(cls: type) -> list[str]:
    if sys.version_info >= (3, 14):
        import annotationlib

        annotations = annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF)
    else:
        annotations = inspect.get_annotations(cls)
    return [name for name, kind in annotations.items() if not name.startswith("_") and "ClassVar" not in str(kind)]


class StartEvent(Event):
    """Starts a workflow's run; carries the arguments of `run()`."""


class StopEvent(Event):
    """The last event of a run that ended well; `result` is what awaiting the handler gives.

    Every run emits exactly one `StopEvent` or one of its other kinds, as its last event; `reason` says which end it is.
    """

    reason: ClassVar[str] = "completed"
    result: Any = None

    def __init__(self, result: Any = None, **values: Any) -> None:
        super().__init__(result=result, **values)


class WorkflowCancelledEvent(StopEvent):
    """The last event of a run that somebody cancelled."""

    reason: ClassVar[str] = "cancelled"


class WorkflowTimedOutEvent(StopEvent):
    """The last event of a run that took longer than `timeout` seconds; `active_steps` were at work."""

    reason: ClassVar[str] = "timed out"
    timeout: float = 0.0
    active_steps: list[str] = []


class WorkflowFailedEvent(StopEvent):
    """The last event of a run in which the step `step_name` failed for good with `exception`."""

    reason: ClassVar[str] = "failed"
    step_name: str = ""
    exception: BaseException | None = None
    attempts: int = 1
    elapsed_seconds: float = 0.0


class InputRequiredEvent(Event):
    """A question to a human; all fields are free, `prefix` is by custom the question itself.

    One that a tool asks also carries `request_id`, `tool_id`, `tool_name` and `tool_kwargs`, and `choices` when only
    certain answers are meant. It is answered by a `HumanResponseEvent`, with the same `request_id` when it has one.
    """


class HumanResponseEvent(Event):
    """A human's answer; all fields are free, `response` is by custom the answer itself."""


class InternalEvent(Event):
    """An event about the engine itself; only readers that ask for it (`expose_internal`) see it."""


class StepStateChanged(InternalEvent):
    """A step began or ended; `step_state` is "preparing", "running" or "not_running"."""

    name: str
    step_state: str
    worker_id: str = "0"
    input_event_name: str = ""
    output_event_name: str | None = None


class WorkflowIdleEvent(InternalEvent):
    """Nothing runs until somebody sends an event into the run."""


class UnhandledEvent(InternalEvent):
    """An event was sent that no step takes and nobody waits for."""

    event_type: str
    idle: bool = False


class Retrieval(Event):
    """Passages were searched for: `query` is what was asked, `nodes` what was found, best first.

    Sent before the model is asked, so that the sources are known before the first word of the answer.
    """

    query: str
    nodes: list[NumberedNode] = []


class Notice(Event):
    """A line for whoever waits, such as "asking again in 4 s"; never a part of the answer."""

    text: str


class AnswerSoFar:
    """The text of one streaming answer, shared by all its `AgentStream` events, so that each need not hold a copy."""

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
        # Most readers ask with growing counts: join only what is new.
        self._text += "".join(self._pieces[self._text_count : wanted])
        self._text_count = wanted
        return self._text


def parsed_chunk(raw: object) -> object:
    """A provider's chunk. It is kept as its JSON text: as dicts it takes six times the memory, and few ask for it."""
    import json

    try:
        return json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:  # a model of the user's own may have its own kind
        return raw


class AgentInput(Event):
    """The messages that are about to be sent to the model; one before each model call."""

    input: list[ChatMessage]
    current_agent_name: str = ""


class AgentSetup(Event):
    """As `AgentInput`; LlamaIndex's name for the step before, never written to the stream."""

    input: list[ChatMessage]
    current_agent_name: str = ""


class AgentStream(Event):
    """A piece of the model's answer as it arrived.

    `delta` and `thinking_delta` are new text only; `response` is everything so far; `tool_calls` are the calls so far,
    with empty arguments until they are complete; `raw` is the provider's own chunk, parsed when it is asked for.
    """

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
        # No super().__init__: this is made once a delta, and setting the fields one by one is three times as fast.
        self.delta = delta
        self.current_agent_name = current_agent_name
        self.tool_calls = [] if tool_calls is None else tool_calls
        self._raw = raw
        self.thinking_delta = thinking_delta
        self._response = response
        self._count = response.count if isinstance(response, AnswerSoFar) else 0
        if values:
            self.__dict__.update(values)

    @property
    def response(self) -> str:
        """The whole text so far, this delta included; joined when it is asked for."""
        answer = self._response
        return answer if isinstance(answer, str) else answer.text(self._count)

    @property
    def raw(self) -> Any:
        """The provider's own chunk; None when there is none."""
        return parsed_chunk(self._raw)

    def _fields(self) -> dict[str, Any]:
        return {**super()._fields(), "response": self.response, "raw": self.raw}

    def model_dump(self) -> JsonObject:
        return {
            "delta": self.delta,
            "thinking_delta": self.thinking_delta,
            "current_agent_name": self.current_agent_name,
            "tool_calls": [call.model_dump() for call in self.tool_calls],
        }


class AgentOutput(Event):
    """The model's whole answer of one call, and, as the result of a run, the run's answer.

    `tool_calls` are what the model asks for; in a run's result they are the `ToolCallResult` events of the run.
    `retry_messages` tell the model what was wrong with its answer. `usage` counts the tokens of the model calls since
    the `AgentOutput` before, None when the endpoint does not count. `supported` is False when the documents were
    searched and held nothing that supports an answer, None where that is not known.
    """

    response: ChatMessage
    current_agent_name: str = ""
    tool_calls: list[Any] = []
    structured_response: dict[str, Any] | None = None
    retry_messages: list[ChatMessage] = []
    raw: Any = None
    usage: Usage | None = None
    supported: bool | None = None
    _not_dumped = frozenset({"raw"})

    def __init__(self, *, response: ChatMessage | None = None, **values: Any) -> None:
        super().__init__(response=response or ChatMessage(MessageRole.ASSISTANT), **values)

    def __str__(self) -> str:
        return self.response.content or ""

    def get_pydantic_model(self, model: type[Any]) -> Any:
        """The structured answer as an instance of `model`, None when there is none."""
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
