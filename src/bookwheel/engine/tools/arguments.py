"""Converts a model's arguments to the types of a function's annotations."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
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

from bookwheel.engine.schema import JsonValue
from bookwheel.engine.tools.json_schema import is_class, is_typed_dict, plain_schema, unwrapped, value_kind
from bookwheel.engine.tools.signature import Signature

_JSON_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false", list: "a list"}
_MISFIT = object()


class ArgumentError(ValueError):
    """The arguments do not fit the tool; the message, made for the model, names the argument and what is wrong."""


def bind_arguments(signature: Signature, given: Mapping[str, JsonValue]) -> tuple[list[Any], dict[str, Any]]:
    """`given` as positional and keyword arguments.

    Raises ArgumentError for a missing, unknown or wrong one, before anything is called.
    """
    known = {parameter.name for parameter in signature.parameters}
    missing = [item.name for item in signature.parameters if item.required and item.name not in given]
    if missing:
        raise ArgumentError(f"missing argument: {', '.join(missing)}")
    unknown = [name for name in given if name not in known]
    if unknown and not signature.takes_more:
        raise ArgumentError(f"unknown argument: {', '.join(unknown)} (known: {', '.join(sorted(known)) or 'none'})")
    positional: list[Any] = []
    keywords: dict[str, Any] = {name: given[name] for name in unknown}
    for parameter in signature.parameters:
        if parameter.positional_only:
            value = given.get(parameter.name, _MISFIT)
            positional.append(parameter.default if value is _MISFIT else convert(value, parameter.kind, parameter.name))
        elif parameter.has_field_default and parameter.name not in given:
            keywords[parameter.name] = parameter.default
        elif parameter.name in given:
            keywords[parameter.name] = convert(given[parameter.name], parameter.kind, parameter.name)
    return positional, keywords


def convert(value: Any, kind: Any, where: str) -> Any:
    """`value` as `kind`. Raises ArgumentError, with `where`, when it does not fit.

    A number written as text is accepted, because models sometimes write numbers as text.
    """
    kind = unwrapped(kind)
    if kind is Any:
        return value
    if kind is None or kind is type(None):
        return _convert_null(value, where)
    plain = _PLAIN.get(kind) if is_class(kind) else None
    if plain is not None:
        converted = plain(value)
        if converted is _MISFIT:
            raise ArgumentError(f"{where} must be {_JSON_NAMES[kind]}, not {_shown(value)}")
        return converted
    origin = get_origin(kind)
    if origin is not None:
        return _convert_generic(value, kind, origin, where)
    return _convert_class(value, kind, where) if is_class(kind) else value


def _convert_null(value: object, where: str) -> None:
    if value is not None:
        raise ArgumentError(f"{where} must be null, not {_shown(value)}")


def _text(value: object) -> object:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else _MISFIT


def _whole(value: object) -> object:
    if isinstance(value, bool):
        return _MISFIT
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else _MISFIT
    return _parsed(value, int)


def _number(value: object) -> object:
    if isinstance(value, bool):
        return _MISFIT
    # A whole number stays an int, so that the tool gets the same value as the event log.
    return value if isinstance(value, (int, float)) else _parsed(value, float)


def _boolean(value: object) -> object:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower(), _MISFIT)
    return value if isinstance(value, bool) else _MISFIT


def _parsed(value: object, parse: Callable[[str], object]) -> object:
    try:
        return parse(value) if isinstance(value, str) else _MISFIT
    except ValueError:
        return _MISFIT


def _list(value: object) -> object:
    return cast("list[object]", value) if isinstance(value, list) else _MISFIT


_PLAIN: dict[type, Callable[[object], object]] = {
    str: _text,
    int: _whole,
    float: _number,
    bool: _boolean,
    list: _list,
}


def _convert_generic(value: Any, kind: Any, origin: Any, where: str) -> Any:
    args = get_args(kind)
    if origin in (Annotated, Required, NotRequired):
        return convert(value, args[0], where)
    if origin is Literal:
        return _convert_choice(value, args, where)
    if origin in (Union, types.UnionType):
        return _convert_union(value, args, where)
    if is_class(origin, Mapping):
        return {key: convert(item, value_kind(args), f"{where}.{key}") for key, item in _mapping(value, where).items()}
    if hasattr(origin, "__iter__"):
        return _convert_items(_items(value, where), origin, args, where)
    return value


def _convert_choice(value: Any, choices: tuple[Any, ...], where: str) -> Any:
    for choice in choices:
        if choice == value and type(choice) is type(value):
            return choice
    raise ArgumentError(f"{where} must be one of {', '.join(map(repr, choices))}, not {_shown(value)}")


def _convert_union(value: Any, choices: tuple[Any, ...], where: str) -> Any:
    # Prefer a type that fits without conversion.
    if type(value) in choices:
        return value
    wrong: list[str] = []
    for choice in choices:
        try:
            return convert(value, choice, where)
        except ArgumentError as error:
            wrong.append(str(error))
    raise ArgumentError(" or ".join(wrong))


def _convert_items(items: list[Any], origin: Any, args: tuple[Any, ...], where: str) -> Any:
    kinds: Iterable[Any] = [args[0]] * len(items)
    if is_class(origin, tuple) and Ellipsis not in args:
        if len(items) != len(args):
            raise ArgumentError(f"{where} must have {len(args)} items, not {len(items)}")
        kinds = args
    converted = [convert(item, kind, f"{where}[{n}]") for n, (item, kind) in enumerate(zip(items, kinds, strict=True))]
    return origin(converted) if is_class(origin, tuple, set, frozenset) else converted


def _convert_class(value: Any, kind: Any, where: str) -> Any:
    if _is_instance(value, kind):
        return value
    if is_class(kind, Enum):
        return _convert_enum(value, kind, where)
    validate = getattr(kind, "model_validate", None)
    if callable(validate):
        return _call(cast("Callable[[Any], Any]", validate), value, where)
    if is_dataclass(kind) or is_typed_dict(kind):
        return _convert_record(value, kind, where)
    from_text = getattr(kind, "fromisoformat", None) or (kind if plain_schema(kind) is not None else None)
    if callable(from_text):
        return _call(from_text, value, where)
    return value


def _is_instance(value: object, kind: type) -> bool:
    try:
        return isinstance(value, kind)
    except TypeError:  # a TypedDict, and a Protocol that is not `runtime_checkable`, refuse to be asked
        return False


def _convert_enum(value: Any, kind: type[Enum], where: str) -> Enum:
    for member in kind:
        if value in (member.value, member.name):
            return member
    raise ArgumentError(f"{where} must be one of {', '.join(repr(m.value) for m in kind)}, not {_shown(value)}")


def _convert_record(value: Any, kind: Any, where: str) -> Any:
    given = _mapping(value, where)
    try:
        hints = get_type_hints(kind, include_extras=True)
    except (NameError, TypeError):
        hints = dict.fromkeys(given, Any)
    converted = {name: convert(item, hints.get(name, Any), f"{where}.{name}") for name, item in given.items()}
    return _call(lambda fields: kind(**fields), converted, where)


def _call(make: Callable[[Any], Any], value: object, where: str) -> Any:
    try:
        return make(value)
    # ValueError includes pydantic's ValidationError; a constructor may raise any of these.
    except (ValueError, TypeError, ArithmeticError) as error:
        raise ArgumentError(f"{where}: {error}") from error


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ArgumentError(f"{where} must be an object, not {_shown(value)}")
    return cast("Mapping[str, Any]", value)


def _items(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise ArgumentError(f"{where} must be a list, not {_shown(value)}")
    return cast("list[Any]", value)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
