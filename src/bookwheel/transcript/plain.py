"""Any object as plain JSON data, for logging foreign events.

Unlike the engine's `jsonable`, which may trust its own types, this is safe for any value: a property that raises, a
list that contains itself, a `repr` of a hundred megabytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import cast

from bookwheel.engine.schema import JsonObject, JsonValue

MAX_DEPTH = 32
MAX_VALUES = 100_000
MAX_REPR = 2_000
_MAX_INT = 1 << 1024  # json writes integers in decimal, and Python refuses beyond 4,300 digits


def plain(value: object) -> JsonValue:
    """`value` as JSON data; a value that JSON cannot hold becomes its `repr`, cut at `MAX_REPR` characters."""
    return _Walk().value(value, MAX_DEPTH)


def plain_object(value: object) -> JsonObject:
    """A mapping as a JSON object; {} for anything else."""
    data = plain(value)
    return data if isinstance(value, Mapping) and isinstance(data, dict) else {}


class _Walk:
    def __init__(self) -> None:
        self._left = MAX_VALUES

    def value(self, value: object, depth: int) -> JsonValue:
        self._left -= 1
        if type(value) is str:  # as most are
            return value
        if isinstance(value, Enum):
            value = value.value
        match value:
            case None | bool():
                return value
            case str():
                return str(value)
            case int():
                return int(value) if -_MAX_INT < value < _MAX_INT else hex(value)[:MAX_REPR]
            case float():
                return float(value) if math.isfinite(value) else None
            case _:
                return self._composite(value, depth - 1)

    def _composite(self, value: object, depth: int) -> JsonValue:
        if depth <= 0 or self._left <= 0:
            return "…"
        name = type(value).__name__
        try:
            if isinstance(value, Mapping):
                items = cast("Mapping[object, object]", value).items()
                return {str(key)[:MAX_REPR]: self.value(item, depth) for key, item in items if self._left > 0}
            if isinstance(value, list | tuple | set | frozenset):
                return [self.value(item, depth) for item in cast("Iterable[object]", value) if self._left > 0]
            return self._object(value, depth)
        except Exception as error:  # noqa: BLE001 - a foreign object may raise anything
            return f"<{name}, which cannot be shown: {type(error).__name__}>"

    def _object(self, value: object, depth: int) -> JsonValue:
        if isinstance(value, type):
            return value.__qualname__
        if isinstance(value, BaseException):
            return f"{type(value).__name__}: {value}"[:MAX_REPR]
        dump = getattr(value, "model_dump", None)
        if callable(dump):
            return self.value(dump(), depth)
        if is_dataclass(value):
            return {item.name: self.value(getattr(value, item.name), depth) for item in fields(value)}
        isoformat = getattr(value, "isoformat", None)
        if callable(isoformat):
            return str(isoformat())[:MAX_REPR]
        # A path, a UUID or a decimal number becomes its text.
        has_text = type(value).__str__ is not object.__str__
        return (str(value) if has_text else repr(value))[:MAX_REPR]
