"""Converts state, events and results to plain JSON and back; refuses values that JSON cannot hold.

An event is saved with its class name, any other model with its module and class. Reading imports nothing: the program
must have imported the module of the class.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, cast, runtime_checkable

from bookwheel.engine.events import Event
from bookwheel.engine.events.event_base import event_fields
from bookwheel.engine.model_like import JsonObject, JsonValue, ModelLike
from bookwheel.engine.node_links import RelatedNodeInfo
from bookwheel.engine.schema import Document, NodeWithScore, QueryBundle, TextNode
from bookwheel.engine.workflow.state_store import DictState
from bookwheel.errors import WorkflowRuntimeError

_SERIALIZED = "$serialized"
_MODEL = "$model"
_FIELDS = "fields"
_ERROR = "$error"
_TIME = "$time"
_MAX_PATH_CHARS = 80
_PASSAGES = (Document, TextNode, NodeWithScore, QueryBundle, RelatedNodeInfo)


@runtime_checkable
class SavesItself(Protocol):
    """An object of the engine that is saved as plain JSON, and restored by the code that uses it."""

    def saved(self) -> JsonObject:
        """The object as plain JSON."""
        ...


class Serializer(Protocol):
    """Converts values to text and back (LlamaIndex's interface)."""

    def serialize(self, value: Any) -> str: ...

    def deserialize(self, value: str) -> Any: ...


class JsonSerializer:
    """The default serializer of `Context.to_dict`: JSON, pydantic models, messages and events.

    Raises WorkflowRuntimeError, with the path of the value, for other values.
    """

    def serialize(self, value: Any) -> str:
        """`value` as JSON text."""
        return json.dumps(save_value(value, "value"))

    def deserialize(self, value: str) -> Any:
        """The value restored from JSON text."""
        return restore_value(json.loads(value))


def save_state(state: object, serializer: Serializer | None = None) -> JsonValue:
    """A workflow's state as plain JSON; an object is saved by its fields.

    Raises WorkflowRuntimeError, with the path of the value, for one that cannot be saved.
    """
    if isinstance(state, Mapping):
        fields = cast("Mapping[object, object]", state)
    else:
        fields = cast("Mapping[object, object]", _model_json(state, "state") if _is_pydantic(state) else vars(state))
    return {_key(name, "state"): save_value(value, f"state.{name}", serializer) for name, value in fields.items()}


def save_value(value: object, path: str, serializer: Serializer | None = None) -> JsonValue:
    """`value` as plain JSON; parts that JSON cannot hold are saved with `serializer`.

    Raises WorkflowRuntimeError, with the path of the value, for one that cannot be saved.
    """
    try:
        return _plain(value, path, serializer)
    except RecursionError:
        raise WorkflowRuntimeError(
            f"The context cannot be saved: {path[:_MAX_PATH_CHARS]} contains itself, or is nested too deeply.",
            hint="Keep only text, numbers, lists, dictionaries and pydantic models in it.",
        ) from None


def _plain(value: object, path: str, serializer: Serializer | None) -> JsonValue:
    if value is None or isinstance(value, (bool, int, str)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value)
        return {_key(key, path): _plain(item, f"{path}.{key}", serializer) for key, item in pairs.items()}
    if isinstance(value, (list, tuple)):
        items = cast("list[object]", value)
        return [_plain(item, f"{path}.{index}", serializer) for index, item in enumerate(items)]
    if isinstance(value, SavesItself):
        return value.saved()
    if isinstance(value, Exception):
        return {_ERROR: f"{type(value).__module__}:{type(value).__qualname__}", "message": str(value)}
    if isinstance(value, datetime):
        return {_TIME: value.isoformat()}
    if isinstance(value, _PASSAGES):
        # Without empty tuples, which are defaults, and would come back as lists.
        fields = {
            field.name: found for field in dataclasses.fields(value) if (found := getattr(value, field.name)) != ()
        }
        return {_MODEL: _full_name(type(value)), _FIELDS: _plain(fields, path, serializer)}
    if _is_pydantic(value) or isinstance(value, ModelLike):
        return _save_model(value, path, serializer)
    if serializer is not None and not isinstance(serializer, JsonSerializer):
        return {_SERIALIZED: _serialized(value, path, serializer)}
    raise WorkflowRuntimeError(
        f"The context cannot be saved: {path} is {_kind_of(value)}.",
        hint="Keep only text, numbers, lists, dictionaries and pydantic models in it, or give to_dict a serializer "
        "that knows it.",
    )


def _serialized(value: object, path: str, serializer: Serializer) -> str:
    try:
        return serializer.serialize(value)
    except Exception as error:  # a serializer of the user's own may raise anything
        refused = f"{path} is {_kind_of(value)}, which {type(serializer).__name__} refuses"
        raise WorkflowRuntimeError(f"The context cannot be saved: {refused}: {error}") from error


def _kind_of(value: object) -> str:
    # JSON has no number for infinity.
    return str(value) if isinstance(value, float) else f"a {type(value).__name__}"


def _save_model(value: object, path: str, serializer: Serializer | None) -> JsonValue:
    kind = type(value)
    if "<locals>" in kind.__qualname__:
        raise WorkflowRuntimeError(
            f"The context cannot be saved: {path} is a {kind.__name__}, a class inside a function, which cannot "
            "be found again.",
            hint="Define the class at the top of its module.",
        )
    if isinstance(value, Event):
        fields: JsonValue = _save_fields(value, path, serializer)
    elif isinstance(value, ModelLike):
        fields = _plain(value.__model_fields__(), path, serializer)
    else:
        fields = _model_json(value, path)
    return {_MODEL: _full_name(kind), _FIELDS: fields}


def _full_name(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _save_fields(event: Event, path: str, serializer: Serializer | None = None) -> JsonObject:
    return {name: save_value(value, f"{path}.{name}", serializer) for name, value in event_fields(event).items()}


def _is_pydantic(value: object) -> bool:
    # A pydantic object exists only if pydantic is imported.
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and isinstance(value, pydantic.BaseModel)


def _model_json(value: Any, path: str) -> JsonObject:
    try:
        return value.model_dump(mode="json")
    except ValueError as error:
        raise WorkflowRuntimeError(f"The context cannot be saved: {path} ({type(value).__name__}): {error}") from error


def _key(key: object, path: str) -> str:
    if isinstance(key, str):
        return key
    raise WorkflowRuntimeError(
        f"The context cannot be saved: {path} has the key {key!r}, which is not text.", hint="Use text as keys."
    )


def save_event(event: Event, serializer: Serializer | None = None) -> JsonObject:
    """An event as plain JSON."""
    name = type(event).__name__
    return {"event": name, _FIELDS: _save_fields(event, name, serializer)}


def restore_event(
    data: Mapping[str, Any], known: Mapping[str, type[Event]], serializer: Serializer | None = None
) -> Event:
    """The event restored from the JSON of `save_event`, with the class of that name in `known`."""
    kind = known.get(data["event"])
    if kind is None:
        raise WorkflowRuntimeError(
            f"The saved context holds a {data['event']}, which this workflow does not know.",
            hint="Give from_dict the workflow that saved it.",
        )
    return kind(**restore_value(data[_FIELDS], serializer))


def restore_state(state: Any, data: JsonValue, serializer: Serializer | None = None) -> Any:
    """The state restored from the JSON of `save_state`, as an object of the class of `state`."""
    fields = cast("Mapping[str, Any]", restore_value(data, serializer))
    if isinstance(state, DictState):
        return DictState(fields)
    kind = cast("Any", type(state))
    return kind.model_validate(fields) if hasattr(kind, "model_validate") else kind(**fields)


def restore_value(data: JsonValue, serializer: Serializer | None = None) -> Any:
    """The value restored from `save_value`. Raises WorkflowRuntimeError without its serializer or its class."""
    if isinstance(data, list):
        return [restore_value(value, serializer) for value in data]
    if not isinstance(data, dict):
        return data
    if data.keys() == {_MODEL, _FIELDS}:
        return _restore_model(str(data[_MODEL]), restore_value(data[_FIELDS], serializer))
    if data.keys() == {_ERROR, "message"}:
        return _restore_error(str(data[_ERROR]), str(data["message"]))
    if data.keys() == {_TIME}:
        return datetime.fromisoformat(str(data[_TIME]))
    text = data.get(_SERIALIZED)
    if not isinstance(text, str) or len(data) > 1:
        return {key: restore_value(value, serializer) for key, value in data.items()}
    if serializer is None:
        raise WorkflowRuntimeError(
            "The saved context holds values that a serializer wrote, such as a pickle, which runs code when read.",
            hint="Give from_dict the serializer that to_dict was given, if you made the context yourself.",
        )
    try:
        return serializer.deserialize(text)
    except Exception as error:  # a serializer of the user's own may raise anything
        raise WorkflowRuntimeError(
            f"The saved context holds a value that {type(serializer).__name__} cannot read: {error}",
            hint="Give from_dict the serializer that to_dict was given.",
        ) from error


def _restore_error(name: str, message: str) -> Exception:
    kind = _loaded(name)
    if isinstance(kind, type) and issubclass(kind, Exception):
        # An error class with another constructor cannot be made from its text.
        with contextlib.suppress(Exception):
            return kind(message)
    return RuntimeError(f"{name.partition(':')[2]}: {message}")


def _loaded(name: str) -> Any:
    module, _, qualified = name.partition(":")
    found: Any = sys.modules.get(module)
    for part in qualified.split("."):
        found = getattr(found, part, None)
    return found


def _restore_model(name: str, fields: Any) -> Any:
    module, _, qualified = name.partition(":")
    found = _loaded(name)
    if found in _PASSAGES:
        return found(**fields)
    validate = getattr(found, "model_validate", None) if isinstance(found, type) else None
    if not callable(validate):
        raise WorkflowRuntimeError(
            f"The saved context holds a {qualified} of the module {module}, which is not loaded here.",
            hint=f"Import {module} before you read the context.",
        )
    return validate(fields)
