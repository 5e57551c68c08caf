"""State and events to plain JSON and back; what JSON has no form for is refused.

An event is saved under the name that its workflow knows it by; nothing is imported when it is read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Protocol, cast, runtime_checkable

from bookwheel.engine.events import Event
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.engine.workflow.state_store import DictState
from bookwheel.errors import WorkflowRuntimeError

_SERIALIZED = "$serialized"


@runtime_checkable
class SavesItself(Protocol):
    """An object of the engine's own that comes back from its plain JSON where it is used again."""

    def saved(self) -> JsonObject:
        """The object as plain JSON."""
        ...


class Serializer(Protocol):
    """Makes text of values that JSON has no form for, and values of that text (LlamaIndex's interface)."""

    def serialize(self, value: Any) -> str: ...

    def deserialize(self, value: str) -> Any: ...


class JsonSerializer:
    """The serializer that `Context.to_dict` has by itself, under LlamaIndex's name: JSON, and a refusal of the rest."""

    def serialize(self, value: Any) -> str:
        """`value` as JSON text; WorkflowRuntimeError that names what has no such form."""
        return json.dumps(save_value(value, "value"))

    def deserialize(self, value: str) -> Any:
        """The value of a JSON text."""
        return json.loads(value)


def save_state(state: object, serializer: Serializer | None = None) -> JsonValue:
    """A workflow's state as plain JSON; a state class of the user's by its fields.

    Raises WorkflowRuntimeError that names the path of what cannot be saved.
    """
    if isinstance(state, Mapping):
        return save_value(cast("Mapping[object, object]", state), "state", serializer)
    dump = getattr(state, "model_dump", None)
    return save_value(dump() if callable(dump) else vars(state), "state", serializer)


def save_value(value: object, path: str, serializer: Serializer | None = None) -> JsonValue:
    """`value` as plain JSON, by `serializer` where it has no such form.

    Raises WorkflowRuntimeError that names the path of what neither can save.
    """
    if value is None or isinstance(value, (bool, int, str)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value)
        return {_key(key, path): save_value(item, f"{path}.{key}", serializer) for key, item in pairs.items()}
    if isinstance(value, (list, tuple)):
        items = cast("list[object]", value)
        return [save_value(item, f"{path}.{index}", serializer) for index, item in enumerate(items)]
    if isinstance(value, SavesItself):
        return value.saved()
    if serializer is not None and not isinstance(serializer, JsonSerializer):
        return {_SERIALIZED: serializer.serialize(value)}
    raise WorkflowRuntimeError(
        f"The context cannot be saved: {path} is a {type(value).__name__}.",
        hint="Keep only text, numbers, lists and dictionaries in it, or give to_dict a serializer that knows it.",
    )


def _key(key: object, path: str) -> str:
    if isinstance(key, str):
        return key
    raise WorkflowRuntimeError(f"The context cannot be saved: {path} has the key {key!r}, which is no text.")


def save_event(event: Event) -> JsonObject:
    """An event as plain JSON."""
    name = type(event).__name__
    return {"event": name, "fields": {field: save_value(value, f"{name}.{field}") for field, value in event.items()}}


def save_result(result: object) -> JsonValue:
    """The result of a nested run as plain JSON; WorkflowRuntimeError when it has no such form."""
    return save_value(result, "result")


def restore_result(data: JsonValue) -> Any:
    """The result that `save_result` gave."""
    return _restored(data, None)


def restore_event(data: Mapping[str, Any], known: Mapping[str, type[Event]]) -> Event:
    """The event that `save_event` gave, as the class of that name in `known`."""
    kind = known.get(data["event"])
    if kind is None:
        raise WorkflowRuntimeError(f"The saved context holds a {data['event']}, which this workflow does not know.")
    return kind(**data["fields"])


def restore_state(workflow: object, data: JsonValue, serializer: Serializer | None = None) -> Any:
    """The state that `save_state` gave, as the class that `workflow` declares for it."""
    kind: Any = getattr(workflow, "state_type", None)
    fields = cast("Mapping[str, Any]", _restored(data, serializer))
    if kind is None:
        return DictState(fields)
    if hasattr(kind, "model_validate"):
        return kind.model_validate(fields)
    return kind(**fields)


def _restored(data: JsonValue, serializer: Serializer | None) -> Any:
    if isinstance(data, list):
        return [_restored(value, serializer) for value in data]
    if not isinstance(data, dict):
        return data
    text = data.get(_SERIALIZED)
    if not isinstance(text, str) or len(data) > 1:
        return {key: _restored(value, serializer) for key, value in data.items()}
    if serializer is None:
        raise WorkflowRuntimeError(
            "The saved context holds values that only a serializer can read.",
            hint="Give from_dict the serializer that to_dict was given.",
        )
    return serializer.deserialize(text)
