"""Reads a function's parameters for a tool: types, defaults, descriptions, and the one for the context."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any, cast, get_args, get_origin

from bookwheel.engine.schema import JsonObject, JsonValue, jsonable
from bookwheel.engine.tools.docstring import read_docstring
from bookwheel.engine.tools.json_schema import SchemaWriter
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

_CONTEXT_NAME = lazy_regex(r"(?:\w+\.)*Context(?:\[.*\])?(?:\s*\|\s*None)?|Optional\[(?:\w+\.)*Context(?:\[.*\])?\]")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument that the model gives; `kind` is its annotation, `Any` without a readable one.

    `has_field_default`: the default is a pydantic `Field`, so `default` must be passed in each call.
    """

    name: str
    kind: Any
    required: bool
    default: object
    description: str
    positional_only: bool = False
    has_field_default: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of a tool: the model's arguments, and the name of the parameter for the run's context."""

    parameters: tuple[Parameter, ...]
    context_parameter: str | None
    takes_more: bool
    summary: str

    def json_schema(self) -> JsonObject:
        """The arguments as a JSON schema of an object."""
        writer = SchemaWriter()
        properties: JsonObject = {}
        for parameter in self.parameters:
            schema = writer.schema(parameter.kind)
            if parameter.description:
                schema["description"] = parameter.description
            if not parameter.required:
                schema["default"] = jsonable(parameter.default)
            properties[parameter.name] = schema
        required: list[JsonValue] = [parameter.name for parameter in self.parameters if parameter.required]
        schema: JsonObject = {"type": "object", "properties": properties, "required": required}
        if not self.takes_more:
            schema["additionalProperties"] = False
        if writer.definitions:
            schema["$defs"] = writer.definitions
        return schema

    def model(self, name: str) -> type[Any]:
        """The arguments as a pydantic model."""
        from pydantic import ConfigDict, Field, create_model

        fields: dict[str, Any] = {
            item.name: (item.kind, Field(... if item.required else item.default, description=item.description or None))
            for item in self.parameters
        }
        extra: ConfigDict = ConfigDict(extra="allow" if self.takes_more else "ignore", arbitrary_types_allowed=True)
        return create_model(name, __config__=extra, **fields)


def read_signature(function: Callable[..., object]) -> Signature:
    """The signature of a callable; one without a signature (some C functions) accepts any arguments."""
    summary, descriptions = read_docstring(inspect.getdoc(function) or "")
    try:
        found = list(inspect.signature(function).parameters.values())
    except (ValueError, TypeError):
        return Signature((), None, takes_more=True, summary=summary)
    hints = {parameter.name: _resolved(parameter.annotation, function) for parameter in found}
    context = next((name for name, hint in hints.items() if _is_context(hint)), None)
    parameters = tuple(
        _parameter(item, hints[item.name], descriptions.get(item.name, ""))
        for item in found
        if item.name != context and item.kind not in (item.VAR_POSITIONAL, item.VAR_KEYWORD)
    )
    takes_more = any(parameter.kind is parameter.VAR_KEYWORD for parameter in found)
    return Signature(parameters, context, takes_more, summary)


def _parameter(item: inspect.Parameter, hint: object, description: str) -> Parameter:
    if _is_field(item.default):
        return _field_parameter(item, hint, description)
    return Parameter(
        name=item.name,
        kind=_kind(item, hint),
        required=item.default is item.empty,
        default=None if item.default is item.empty else item.default,
        description=description,
        positional_only=item.kind is item.POSITIONAL_ONLY,
    )


def _is_field(default: object) -> bool:
    # By name, so that pydantic is not imported.
    return type(default).__name__ == "FieldInfo" and type(default).__module__.startswith("pydantic")


def _field_parameter(item: inspect.Parameter, hint: object, description: str) -> Parameter:
    info: Any = item.default
    kind = Any if isinstance(hint, str) or hint is item.empty else hint
    required: bool = info.is_required()
    return Parameter(
        name=item.name,
        kind=Annotated[kind, info],
        required=required,
        default=None if required else info.get_default(call_default_factory=True),
        description=info.description or description,
        positional_only=item.kind is item.POSITIONAL_ONLY,
        has_field_default=not required,
    )


def _kind(item: inspect.Parameter, hint: object) -> object:
    if hint is item.empty and isinstance(item.default, (bool, int, float, str)):
        return type(item.default)
    return Any if isinstance(hint, str) or hint is item.empty else hint


def _resolved(annotation: object, function: Callable[..., object]) -> object:
    # One by one, so that a name that cannot be resolved (an import under TYPE_CHECKING) does not affect the others.
    if not isinstance(annotation, str):
        return annotation
    target = inspect.unwrap(cast("Callable[..., Any]", getattr(function, "func", function)))
    scope = cast("dict[str, object]", getattr(target, "__globals__", None) or _call_scope(function))
    try:
        # The annotation is source code of the tool itself, which was already executed.
        return eval(annotation, scope, _closure(target))
    except Exception:  # noqa: BLE001 - an annotation may be any code; if it fails, the parameter is untyped
        return annotation


def _call_scope(function: Callable[..., object]) -> dict[str, object]:
    # A callable object's annotations are those of its `__call__`.
    return cast("dict[str, object]", getattr(type(function).__call__, "__globals__", {}))


def _closure(function: Callable[..., object]) -> dict[str, object]:
    names: tuple[str, ...] = getattr(getattr(function, "__code__", None), "co_freevars", ())
    cells: tuple[Any, ...] = getattr(function, "__closure__", None) or ()
    return {name: cell.cell_contents for name, cell in zip(names, cells, strict=False)}


def _is_context(hint: object) -> bool:
    if isinstance(hint, str):
        return _CONTEXT_NAME.fullmatch(hint.strip()) is not None
    candidates = [hint, get_origin(hint), *get_args(hint)]
    return any(
        getattr(kind, "__name__", "") == "Context" and "workflow" in getattr(kind, "__module__", "")
        for kind in candidates
    )


def create_schema_from_function(
    name: str, func: Callable[..., Any], ignore_fields: Sequence[str] | None = None
) -> type[Any]:
    """The parameters of a function as a pydantic model called `name`, without those in `ignore_fields`."""
    signature = read_signature(func)
    kept = tuple(parameter for parameter in signature.parameters if parameter.name not in (ignore_fields or ()))
    return replace(signature, parameters=kept).model(name)
