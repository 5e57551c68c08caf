"""State to plain JSON and back, without class names in it; what JSON has no form for is refused."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Protocol, cast, runtime_checkable

from bookwheel.engine.schema import JsonValue
from bookwheel.engine.workflow.store import DictState
from bookwheel.errors import WorkflowRuntimeError


@runtime_checkable
class _Dumpable(Protocol):
    def model_dump(self) -> object: ...


def save_state(value: object, path: str = "state") -> JsonValue:
    """`value` as plain JSON; models by their fields.

    Raises WorkflowRuntimeError that names the path of what cannot be saved.
    """
    if value is None or isinstance(value, (bool, int, str)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value)
        return {_key(key, path): save_state(item, f"{path}.{key}") for key, item in pairs.items()}
    if isinstance(value, (list, tuple)):
        items = cast("list[object]", value)
        return [save_state(item, f"{path}.{index}") for index, item in enumerate(items)]
    if isinstance(value, _Dumpable):
        return save_state(value.model_dump(), path)
    raise WorkflowRuntimeError(
        f"The context cannot be saved: {path} is a {type(value).__name__}.",
        hint="Keep only text, numbers, lists, dictionaries and models (with model_dump) in the state.",
    )


def _key(key: object, path: str) -> str:
    if isinstance(key, str):
        return key
    raise WorkflowRuntimeError(f"The context cannot be saved: {path} has the key {key!r}, which is no text.")


def restore_state(workflow: object, data: JsonValue) -> Any:
    """The state that `save_state` gave, as the class that `workflow` declares for it."""
    kind: Any = getattr(workflow, "state_type", None)
    if kind is None:
        return DictState(cast("Mapping[str, Any]", data))
    if hasattr(kind, "model_validate"):
        return kind.model_validate(data)
    return kind(**cast("Mapping[str, Any]", data))
