"""State and events to plain JSON and back; what JSON has no form for is refused.

An event is saved under the name that its workflow knows it by; nothing is imported when it is read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Protocol, cast, runtime_checkable

from bookwheel.engine.events import Event
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.engine.workflow.store import DictState
from bookwheel.errors import WorkflowRuntimeError


@runtime_checkable
class SavesItself(Protocol):
    """An object of the engine's own that comes back from its plain JSON where it is used again."""

    def saved(self) -> JsonObject:
        """The object as plain JSON."""
        ...


def save_state(state: object) -> JsonValue:
    """A workflow's state as plain JSON; a state class of the user's by its fields.

    Raises WorkflowRuntimeError that names the path of what cannot be saved.
    """
    if isinstance(state, Mapping):
        return save_value(cast("Mapping[object, object]", state), "state")
    dump = getattr(state, "model_dump", None)
    return save_value(dump() if callable(dump) else vars(state), "state")


def save_value(value: object, path: str) -> JsonValue:
    """`value` as plain JSON; WorkflowRuntimeError that names the path of what has no such form."""
    if value is None or isinstance(value, (bool, int, str)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value)
        return {_key(key, path): save_value(item, f"{path}.{key}") for key, item in pairs.items()}
    if isinstance(value, (list, tuple)):
        items = cast("list[object]", value)
        return [save_value(item, f"{path}.{index}") for index, item in enumerate(items)]
    if isinstance(value, SavesItself):
        return value.saved()
    raise WorkflowRuntimeError(
        f"The context cannot be saved: {path} is a {type(value).__name__}.",
        hint="Keep only text, numbers, lists and dictionaries in it.",
    )


def _key(key: object, path: str) -> str:
    if isinstance(key, str):
        return key
    raise WorkflowRuntimeError(f"The context cannot be saved: {path} has the key {key!r}, which is no text.")


def save_event(event: Event) -> JsonObject:
    """An event as plain JSON."""
    name = type(event).__name__
    return {"event": name, "fields": {field: save_value(value, f"{name}.{field}") for field, value in event.items()}}


def restore_event(data: Mapping[str, Any], known: Mapping[str, type[Event]]) -> Event:
    """The event that `save_event` gave, as the class of that name in `known`."""
    kind = known.get(data["event"])
    if kind is None:
        raise WorkflowRuntimeError(f"The saved context holds a {data['event']}, which this workflow does not know.")
    return kind(**data["fields"])


def restore_state(workflow: object, data: JsonValue) -> Any:
    """The state that `save_state` gave, as the class that `workflow` declares for it."""
    kind: Any = getattr(workflow, "state_type", None)
    if kind is None:
        return DictState(cast("Mapping[str, Any]", data))
    if hasattr(kind, "model_validate"):
        return kind.model_validate(data)
    return kind(**cast("Mapping[str, Any]", data))
