"""Converts Python types to JSON schemas, which describe a tool's arguments to the model."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from bookwheel.engine.schema import JsonObject, JsonValue, jsonable

# Deeper types become "anything": recursive dataclasses have no end.
_MAX_DEPTH = 8

_PLAIN: dict[object, JsonObject] = {
    str: {"type": "string"},
    bytes: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    complex: {"type": "string"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    None: {"type": "null"},
    list: {"type": "array"},
    tuple: {"type": "array"},
    set: {"type": "array", "uniqueItems": True},
    frozenset: {"type": "array", "uniqueItems": True},
    dict: {"type": "object"},
}
# By name, so that these modules are not imported unnecessarily.
_BY_NAME: dict[tuple[str, str], JsonObject] = {
    ("datetime", "datetime"): {"type": "string", "format": "date-time"},
    ("datetime", "date"): {"type": "string", "format": "date"},
    ("datetime", "time"): {"type": "string", "format": "time"},
    ("uuid", "UUID"): {"type": "string", "format": "uuid"},
    ("decimal", "Decimal"): {"type": "number"},
    ("pathlib", "Path"): {"type": "string"},
}
_CONSTRAINTS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
    "description": "description",
}
_LENGTHS = {"minLength": "minItems", "maxLength": "maxItems"}


class SchemaWriter:
    """Writes the schemas of several types that share one `$defs`."""

    def __init__(self) -> None:
        self.definitions: JsonObject = {}

    def schema(self, kind: Any, depth: int = 0) -> JsonObject:
        """The JSON schema of `kind`; `{}` (anything) for a type that JSON does not have."""
        kind = unwrapped(kind)
        if depth > _MAX_DEPTH:
            return {}
        plain = plain_schema(kind)
        if plain is not None:
            return dict(plain)
        origin = get_origin(kind)
        if origin is not None:
            return self._generic(kind, origin, depth)
        return self._class(kind, depth) if is_class(kind) else {}

    def _generic(self, kind: Any, origin: Any, depth: int) -> JsonObject:
        args = get_args(kind)
        if origin is Annotated:
            return self._annotated(args, depth)
        if origin in (Required, NotRequired):
            return self.schema(args[0], depth)
        if origin is Literal:
            return enum_schema([jsonable(value) for value in args])
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.schema(choice, depth + 1) for choice in args]}
        if is_class(origin, Mapping):
            return {"type": "object", "additionalProperties": self.schema(value_kind(args), depth + 1)}
        if is_class(origin, tuple) and Ellipsis not in args:
            items: list[JsonValue] = [self.schema(item, depth + 1) for item in args]
            return {"type": "array", "prefixItems": items, "minItems": len(args), "maxItems": len(args)}
        if hasattr(origin, "__iter__") and args:
            array: JsonObject = {"type": "array", "items": self.schema(args[0], depth + 1)}
            return {**array, "uniqueItems": True} if is_class(origin, set, frozenset) else array
        return {}

    def _annotated(self, args: tuple[Any, ...], depth: int) -> JsonObject:
        schema = self.schema(args[0], depth)
        for note in args[1:]:
            schema.update(_note_schema(note))
        if schema.get("type") == "array":
            return {_LENGTHS.get(name, name): value for name, value in schema.items()}
        return schema

    def _class(self, kind: Any, depth: int) -> JsonObject:
        if is_class(kind, Enum):
            return enum_schema([jsonable(member.value) for member in kind])
        model_schema = getattr(kind, "model_json_schema", None)
        if callable(model_schema):
            schema = dict(cast("Callable[[], JsonObject]", model_schema)())
            self.definitions.update(cast("JsonObject", schema.pop("$defs", {})))
            return schema
        if is_dataclass(kind):
            required = [item.name for item in fields(kind) if not _has_default(item)]
            return self._object(_hints(kind), required, depth)
        if is_typed_dict(kind):
            hints = _hints(kind)
            return self._object(hints, [name for name, hint in hints.items() if _is_required(kind, name, hint)], depth)
        return {}

    def _object(self, hints: Mapping[str, object], required: list[str], depth: int) -> JsonObject:
        properties = {name: self.schema(kind, depth + 1) for name, kind in hints.items()}
        return {"type": "object", "properties": properties, "required": required}


def is_class(kind: Any, *bases: type) -> bool:
    """Whether `kind` is a class and, if `bases` are given, a subclass of one; does not narrow its type."""
    return isinstance(kind, type) and (not bases or issubclass(kind, bases))


def is_typed_dict(kind: Any) -> bool:
    """Whether `kind` is a `TypedDict`, of `typing` or of `typing_extensions`, which `typing` does not know as one."""
    return is_class(kind, dict) and hasattr(kind, "__required_keys__")


def value_kind(args: tuple[Any, ...]) -> Any:
    """The type of a mapping's values by the arguments of its type; a `Counter` has an argument for its keys alone."""
    return args[1] if len(args) > 1 else Any


def schema_of(kind: Any) -> JsonObject:
    """The JSON schema of one type, with its own `$defs`."""
    writer = SchemaWriter()
    schema = writer.schema(kind)
    return {**schema, "$defs": writer.definitions} if writer.definitions else schema


def plain_schema(kind: Any) -> JsonObject | None:
    """The schema of a simple type; None for others."""
    try:
        plain = _PLAIN.get(kind)
    except TypeError:  # an unhashable annotation, such as a Literal of a list
        return None
    if plain is not None or not isinstance(kind, type):
        return plain
    return _BY_NAME.get((kind.__module__.partition(".")[0], kind.__name__))


def enum_schema(values: list[JsonValue]) -> JsonObject:
    """A schema that allows exactly `values`."""
    kinds = {str(plain["type"]) for value in values if (plain := _PLAIN.get(type(value))) is not None}
    return {"enum": values, "type": kinds.pop()} if len(kinds) == 1 else {"enum": values}


def unwrapped(kind: Any) -> object:
    """The type behind a `NewType` or a `type` alias."""
    while True:
        inner = getattr(kind, "__supertype__", None) or (
            getattr(kind, "__value__", None) if type(kind).__name__ == "TypeAliasType" else None
        )
        if inner is None:
            return kind
        kind = inner


def _note_schema(note: object) -> JsonObject:
    if isinstance(note, str):
        return {"description": note}
    # pydantic's Field and annotated-types, by their attributes; Field keeps its constraints in `metadata`.
    notes = [note, *cast("list[object]", getattr(note, "metadata", []))]
    values: JsonObject = {}
    for item in notes:
        for name, key in _CONSTRAINTS.items():
            value = getattr(item, name, None)
            if isinstance(value, (str, int, float)):
                values[key] = value
    return values


def _is_required(typed_dict: Any, name: str, hint: object) -> bool:
    # `__required_keys__` is wrong when annotations are strings.
    if get_origin(hint) in (Required, NotRequired):
        return get_origin(hint) is Required
    return name in typed_dict.__required_keys__


def _has_default(item: Any) -> bool:
    from dataclasses import MISSING

    return item.default is not MISSING or item.default_factory is not MISSING


def _hints(kind: Any) -> dict[str, object]:
    try:
        return get_type_hints(kind, include_extras=True)
    except (NameError, TypeError):
        # A forward reference cannot be resolved: the names are known, the types are not.
        return dict.fromkeys(getattr(kind, "__annotations__", {}), Any)
