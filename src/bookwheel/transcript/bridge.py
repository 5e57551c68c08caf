"""The one bridge from any handler's events to ours: by class name, without importing the library that they are from.

A class counts as the nearest class of its MRO whose name we know, so that a user's own `Approval(InputRequiredEvent)`
is a question too. It is logged under its own name; `is_a` in its data then names the class that it counts as. Events of
unknown classes pass through with all their fields, as a `ForeignEvent`. Only this module walks objects with `getattr`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import cast

from bookwheel.engine.events.agent_events import AgentStream
from bookwheel.engine.events.logged_events import INTERNAL_NAMES, STOP_NAMES, LoggedEvent, decoded
from bookwheel.engine.schema import JsonObject, JsonValue, ToolSelection
from bookwheel.lazy_dataclass import dataclass
from bookwheel.transcript.plain import MAX_REPR, plain, plain_object

_KNOWN = (
    STOP_NAMES
    | INTERNAL_NAMES
    | {"AgentInput", "AgentStream", "AgentOutput", "ToolCall", "ToolCallResult", "Retrieval", "BriefChanged"}
    | {"InputRequiredEvent", "HumanResponseEvent"}
)
_OF_THE_LOG = frozenset({"RunStarted", "RunFinished", "BriefChanged"})


@dataclass(frozen=True, slots=True)
class WireEvent:
    """An event for the log: its name and data, and the same decoded.

    `original` is the event as it came; None for `AgentStream`, of which a long answer has thousands. `ends_run`: it
    is the last event of a workflow's run.
    """

    type: str
    data: JsonObject
    event: LoggedEvent
    original: object = None
    ends_run: bool = False

    def with_field(self, name: str, value: JsonValue) -> WireEvent:
        """The same event with one more field."""
        data = {**self.data, name: value}
        return WireEvent(self.type, data, decoded(self.type, data), self.original, self.ends_run)


def to_wire(event: object) -> WireEvent:
    """Any workflow's event as ours; never raises."""
    name, kind = _names(type(event))
    if kind == "AgentStream":
        stream = _agent_stream(event)
        return WireEvent(kind, stream.log_data(), stream)
    data = _READERS.get(kind, _all_fields)(event)
    if kind and kind != name:
        data["is_a"] = kind
    return WireEvent(name, data, decoded(name, data), event, kind in STOP_NAMES)


def answer_to(question: object, response: str, fields: Mapping[str, JsonValue]) -> object | None:
    """The `HumanResponseEvent` that answers `question`, of the library that the question is from; None if it has none.

    The question's own fields are copied into it: the waiting step may require them of an answer (such as a user's
    name), which cannot be seen from outside.
    """
    for cls in type(question).__mro__:
        response_class = getattr(sys.modules.get(cls.__module__), "HumanResponseEvent", None)
        if isinstance(response_class, type):
            make = cast("Callable[..., object]", response_class)
            copied = {name: value for name, value in _raw_fields(question).items() if name != "prefix"}
            return make(**{**copied, **fields, "response": response})
    return None


def result_text(result: object) -> str | None:
    """The text of a run's result: an agent's answer, a query's response, a string; None when it has no text."""
    if result is None or isinstance(result, str):
        return result
    response = _field(result, "response")
    if isinstance(response, str):
        return response
    if response is not None and (content := _field(response, "content")) is not None:
        return str(content)
    return None


def result_shown(result: object) -> str:
    """A run's result for a reader when nothing was streamed: its text, else its data as JSON."""
    text = result_text(result)
    if text is not None or result is None:
        return text or ""
    import json

    return json.dumps(plain(result), ensure_ascii=False, indent=2)


@lru_cache(maxsize=256)
def _names(cls: type) -> tuple[str, str]:
    kind = next((base.__name__ for base in cls.__mro__ if base.__name__ in _KNOWN), "")
    # A user's class of this name would begin or end the run, or replace the brief, for every reader of the log.
    is_borrowed = cls.__name__ in _OF_THE_LOG and not cls.__module__.startswith("bookwheel.")
    return f"{cls.__module__}.{cls.__name__}" if is_borrowed else cls.__name__, kind


def _field(event: object, name: str, default: object = None) -> object:
    try:
        return getattr(event, name, default)
    except Exception:  # noqa: BLE001 - a foreign property may raise anything
        return default


def _text(event: object, name: str) -> str:
    value = _field(event, name)
    return value if isinstance(value, str) else "" if value is None else str(value)


def _items(event: object, name: str) -> list[object]:
    value = _field(event, name)
    return list(cast("Iterable[object]", value)) if isinstance(value, list | tuple) else []


def _agent_stream(event: object) -> AgentStream:
    # Never reads `response`: it is the whole answer so far, and building it for each piece is quadratic.
    calls = _items(event, "tool_calls")
    return AgentStream(
        delta=_text(event, "delta"),
        thinking_delta=_text(event, "thinking_delta"),
        current_agent_name=_text(event, "current_agent_name"),
        tool_calls=[_tool_selection(call) for call in calls] if calls else [],
    )


def _tool_selection(call: object) -> ToolSelection:
    return ToolSelection(_text(call, "tool_id"), _text(call, "tool_name"), plain_object(_field(call, "tool_kwargs")))


def _agent_input(event: object) -> JsonObject:
    return {
        "input": [_message(message) for message in _items(event, "input")],
        "current_agent_name": _text(event, "current_agent_name"),
    }


def _agent_output(event: object) -> JsonObject:
    data = _all_fields(event)
    data.pop("raw", None)
    data["response"] = _message(_field(event, "response"))
    data["tool_calls"] = [_tool_call(call) for call in _items(event, "tool_calls")]
    data["current_agent_name"] = _text(event, "current_agent_name")
    return {name: value for name, value in data.items() if value is not None and (value != [] or name == "tool_calls")}


def _tool_call(event: object) -> JsonObject:
    return {
        "tool_name": _text(event, "tool_name"),
        "tool_kwargs": plain_object(_field(event, "tool_kwargs")),
        "tool_id": _text(event, "tool_id"),
    }


def _tool_call_result(event: object) -> JsonObject:
    output = _field(event, "tool_output")
    content = _field(output, "content")
    return {
        **_tool_call(event),
        "tool_output": {
            "content": content if isinstance(content, str) else "" if output is None else repr(output)[:MAX_REPR],
            "is_error": bool(_field(output, "is_error", False)),
        },
        "return_direct": bool(_field(event, "return_direct", False)),
    }


def _stop(event: object) -> JsonObject:
    # The result becomes a part of `RunFinished`; a user's may be of any size.
    return {name: value for name, value in _all_fields(event).items() if name != "result"}


def _message(message: object) -> JsonObject:
    role = _field(message, "role")
    content = _field(message, "content")
    data: JsonObject = {
        "role": str(_field(role, "value", role) or ""),
        "content": content if content is None or isinstance(content, str) else plain(content),
    }
    calls = _items(message, "tool_calls")
    if calls:
        data["tool_calls"] = [_tool_call(call) for call in calls]
    extra = plain_object(_field(message, "additional_kwargs"))
    call_id = _field(message, "tool_call_id") or extra.get("tool_call_id")
    if call_id:
        data["tool_call_id"] = str(call_id)
    return data


def _all_fields(event: object) -> JsonObject:
    dump = _field(event, "model_dump")
    dumped: object = None
    if callable(dump):
        try:
            dumped = dump()
        except Exception:  # noqa: BLE001 - a foreign serializer may raise anything
            dumped = None
    data = plain_object(dumped) or plain_object(_raw_fields(event))
    for name, value in _dynamic_fields(event).items():
        data.setdefault(name, plain(value))
    nested = data.pop("_data", None)  # how LlamaIndex dumps dynamic fields
    if isinstance(nested, dict):
        data = {**nested, **data}
    return data


def _raw_fields(event: object) -> dict[str, object]:
    declared = _field(type(event), "model_fields")
    if isinstance(declared, Mapping):  # a pydantic model
        names = [str(name) for name in cast("Mapping[object, object]", declared)]
        extra = cast("dict[str, object]", _field(event, "model_extra") or {})
        return {**{name: _field(event, name) for name in names}, **extra, **_dynamic_fields(event)}
    own = _field(event, "__dict__")
    attributes = cast("dict[str, object]", own) if isinstance(own, dict) else {}
    return {name: value for name, value in attributes.items() if not name.startswith("_")} | _dynamic_fields(event)


def _dynamic_fields(event: object) -> dict[str, object]:
    items = _field(event, "items")
    if not callable(items):
        return {}
    try:
        pairs = list(cast("Iterable[tuple[object, object]]", items()))
        return {str(name): value for name, value in pairs}
    except Exception:  # noqa: BLE001 - a foreign `items` may be anything
        return {}


_READERS: Mapping[str, Callable[[object], JsonObject]] = {
    "AgentInput": _agent_input,
    "AgentOutput": _agent_output,
    "ToolCall": _tool_call,
    "ToolCallResult": _tool_call_result,
    **dict.fromkeys(STOP_NAMES, _stop),
}
