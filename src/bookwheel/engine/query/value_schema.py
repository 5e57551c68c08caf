"""The part of JSON Schema that an answer can be bound to: objects, lists and single values, read from a file.

    {"type": "object", "properties": {"speed": {"type": "number", "description": "Revolutions a minute"}}}

`$ref` into `$defs` and `anyOf` with null are resolved. Unknown keywords are refused, because an answer that only seems
to fit a schema is worse than none.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import TypeAlias, cast

from bookwheel.engine.json_fields import pointer_part
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.errors import UsageError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

MAX_DEPTH = 12
MAX_VALUES = 200

_NOTES = frozenset(
    "title description default examples deprecated readOnly writeOnly $schema $id $comment $defs definitions".split()
)
_OF_VALUES = frozenset(
    "type enum const minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern "
    "format".split()
)
_OF_OBJECTS = frozenset(("type", "properties", "required", "additionalProperties"))
_OF_LISTS = frozenset(("type", "items", "minItems", "maxItems", "uniqueItems"))
_SCALARS = ("string", "number", "integer", "boolean")
_DATE = lazy_regex(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True, slots=True)
class OneValue:
    """A text, a number or a yes or no; `rules` are its keywords, `is_nullable` is whether null fits too."""

    rules: JsonObject
    kind: str
    is_nullable: bool
    about: str

    @property
    def choices(self) -> list[JsonValue]:
        """The only values that fit, where the schema names them; empty for any."""
        if "const" in self.rules:
            return [self.rules["const"]]
        listed = self.rules.get("enum")
        return [choice for choice in listed if choice is not None] if isinstance(listed, list) else []

    @property
    def is_date(self) -> bool:
        return self.rules.get("format") == "date"

    def problem(self, value: JsonValue) -> str:
        """Why the value does not fit; "" when it does."""
        if value is None:
            return "" if self.is_nullable else "it is null"
        if not _is_of_kind(value, self.kind):
            return f"{_shown(value)} is not of the type {self.kind}"
        if self.choices and value not in self.choices:
            return f"{_shown(value)} is not one of {', '.join(map(_shown, self.choices))}"
        rules = ((name, self.rules[name]) for name in _CHECKS if name in self.rules)
        return next(
            (f"{_shown(value)} breaks {name} {rule}" for name, rule in rules if not _fits(name, value, rule)), ""
        )


@dataclass(frozen=True, slots=True)
class ListOf:
    """Values of one form."""

    items: Shape
    smallest: int
    largest: float
    is_unique: bool
    is_nullable: bool
    about: str


@dataclass(frozen=True, slots=True)
class ObjectOf:
    """Named values."""

    members: Mapping[str, Shape]
    required: frozenset[str]
    is_nullable: bool
    about: str


Shape: TypeAlias = OneValue | ListOf | ObjectOf


def read_schema(text: str, name: str) -> ObjectOf:
    """The schema in the text of the file `name`. Raises UsageError, with pointer and reason, for an unusable one."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is not JSON: {error}.", hint="Write a JSON schema of an object.") from error
    if not isinstance(whole, dict):
        raise UsageError(f"{name} is not a JSON schema: it is not an object.", hint="Write a JSON schema of an object.")
    root = cast("JsonObject", whole)
    reader = _Reader(root, name)
    shape = reader.shape(root, "", 0)
    if not isinstance(shape, ObjectOf):
        raise UsageError(f"{name} is a schema of a single value.", hint='Give it "type": "object" and "properties".')
    return shape


@dataclass(slots=True)
class _Reader:
    root: JsonObject
    name: str
    values: int = field(default=0)

    def shape(self, schema: JsonValue, at: str, depth: int) -> Shape:
        if not isinstance(schema, dict):
            raise self._refusal(at, "it is not an object")
        if depth > MAX_DEPTH:
            raise self._refusal(at, f"it is nested deeper than {MAX_DEPTH} levels, or refers to itself")
        if "$ref" in schema:
            target = self._target(schema["$ref"], at)
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            return self.shape({**target, **rest}, at, depth + 1)
        rules, is_nullable = _without_null(schema)
        if rules is not schema:
            return self._nullable(self.shape(rules, at, depth + 1)) if is_nullable else self.shape(rules, at, depth + 1)
        match rules.get("type", "object" if "properties" in rules else None):
            case "object":
                return self._object(rules, at, depth)
            case "array":
                return self._list(rules, at, depth)
            case kind:
                return self._value(rules, kind, at)

    def _object(self, rules: JsonObject, at: str, depth: int) -> ObjectOf:
        self._only(rules, _OF_OBJECTS, at)
        members = rules.get("properties")
        if not isinstance(members, dict) or not members:
            raise self._refusal(at, 'it has no "properties"')
        if isinstance(rules.get("additionalProperties"), dict):
            raise self._refusal(at, '"additionalProperties" with a schema is not supported')
        shapes = {key: self.shape(member, f"{at}/{key}", depth + 1) for key, member in members.items()}
        named = rules.get("required", [])
        required = frozenset(str(key) for key in named) if isinstance(named, list) else frozenset[str]()
        if unknown := required - shapes.keys():
            raise self._refusal(at, f'"required" names {", ".join(sorted(unknown))}, which "properties" does not have')
        return ObjectOf(shapes, required, False, _about(rules))

    def _list(self, rules: JsonObject, at: str, depth: int) -> ListOf:
        self._only(rules, _OF_LISTS, at)
        if "items" not in rules:
            raise self._refusal(at, 'it has no "items"')
        items = self.shape(rules["items"], f"{at}/items", depth + 1)
        smallest, largest = rules.get("minItems", 0), rules.get("maxItems", math.inf)
        if not isinstance(smallest, int) or not isinstance(largest, int | float):
            raise self._refusal(at, '"minItems" and "maxItems" are numbers')
        return ListOf(items, smallest, largest, rules.get("uniqueItems") is True, False, _about(rules))

    def _value(self, rules: JsonObject, kind: JsonValue, at: str) -> OneValue:
        self.values += 1
        if self.values > MAX_VALUES:
            raise self._refusal(at, f"it asks for more than {MAX_VALUES} values")
        self._only(rules, _OF_VALUES, at)
        known = kind if kind is not None else _kind_of_choices(rules)
        if known not in _SCALARS:
            said = f"the type {_shown(kind)} is not supported" if kind is not None else 'it has no "type"'
            raise self._refusal(at, said)
        self._check_rules(rules, at)
        listed = rules.get("enum")
        has_null = isinstance(listed, list) and None in listed
        return OneValue(rules, str(known), has_null, _about(rules))

    def _check_rules(self, rules: JsonObject, at: str) -> None:
        for name in _CHECKS:
            rule = rules.get(name)
            is_text = name in ("pattern", "format")
            if rule is not None and not isinstance(rule, str if is_text else int | float):
                raise self._refusal(at, f'"{name}" is not a {"text" if is_text else "number"}')
        try:
            re.compile(str(rules.get("pattern", "")))
        except re.error as error:
            raise self._refusal(at, f'"pattern" is not a regular expression: {error}') from error

    def _nullable(self, shape: Shape) -> Shape:
        match shape:
            case OneValue():
                return OneValue(shape.rules, shape.kind, True, shape.about)
            case ListOf():
                return ListOf(shape.items, shape.smallest, shape.largest, shape.is_unique, True, shape.about)
            case ObjectOf():
                return ObjectOf(shape.members, shape.required, True, shape.about)

    def _target(self, reference: JsonValue, at: str) -> JsonObject:
        target: JsonValue = self.root
        parts = reference.removeprefix("#/").split("/") if isinstance(reference, str) else []
        for part in parts if str(reference).startswith("#/") else [""]:
            key = part.replace("~1", "/").replace("~0", "~")
            target = target.get(key) if isinstance(target, dict) else None
        if not isinstance(target, dict):
            raise self._refusal(at, f'"$ref" {_shown(reference)} is not found in this file')
        return target

    def _only(self, rules: JsonObject, known: frozenset[str], at: str) -> None:
        for key in rules:
            if key not in known and key not in _NOTES:
                raise self._refusal(at, f'"{key}" is not supported')

    def _refusal(self, at: str, reason: str) -> UsageError:
        return UsageError(
            f"The schema {self.name} cannot be used, at {at or '/'}: {reason}.",
            hint="docs/schemas.md lists what a schema may hold.",
        )


def _without_null(schema: JsonObject) -> tuple[JsonObject, bool]:
    """The schema without its null alternative, and whether it had one; the same object when nothing changes."""
    kinds, branches = schema.get("type"), schema.get("anyOf", schema.get("oneOf"))
    if isinstance(kinds, list):
        others = [kind for kind in kinds if kind != "null"]
        if len(others) == 1:
            return {**schema, "type": others[0]}, len(others) < len(kinds)
    if isinstance(branches, list) and "type" not in schema:
        others = [branch for branch in branches if branch != {"type": "null"}]
        if len(others) == 1 and isinstance(others[0], dict):
            rest = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf")}
            return {**others[0], **rest}, len(others) < len(branches)
    return schema, False


def _kind_of_choices(rules: JsonObject) -> str | None:
    listed = rules.get("enum", [rules["const"]] if "const" in rules else [])
    choices = [choice for choice in listed if choice is not None] if isinstance(listed, list) else []
    return next((kind for kind in _SCALARS if choices and all(_is_of_kind(each, kind) for each in choices)), None)


def _is_of_kind(value: JsonValue, kind: str) -> bool:
    match value:
        case bool():
            return kind == "boolean"
        case int():
            return kind in ("integer", "number")
        case float():
            return kind == "number" or (kind == "integer" and value.is_integer())
        case str():
            return kind == "string"
        case _:
            return False


def _about(rules: JsonObject) -> str:
    said = rules.get("description") or rules.get("title") or ""
    return " ".join(said.split()) if isinstance(said, str) else ""


def _shown(value: JsonValue) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _is_multiple(value: float, rule: float) -> bool:
    quotient = value / rule if rule else 0.5
    return math.isclose(quotient, round(quotient), abs_tol=1e-9)


_NUMBER_CHECKS: Mapping[str, Callable[[float, float], bool]] = {
    "minimum": lambda value, rule: value >= rule,
    "maximum": lambda value, rule: value <= rule,
    "exclusiveMinimum": lambda value, rule: value > rule,
    "exclusiveMaximum": lambda value, rule: value < rule,
    "multipleOf": _is_multiple,
}
_LENGTH_CHECKS: Mapping[str, Callable[[int, float], bool]] = {
    "minLength": lambda length, rule: length >= rule,
    "maxLength": lambda length, rule: length <= rule,
}
_CHECKS = (*_NUMBER_CHECKS, *_LENGTH_CHECKS, "pattern", "format")


def _fits(name: str, value: JsonValue, rule: JsonValue) -> bool:
    """Whether a value keeps one rule; a rule for another type of value does not concern it."""
    if isinstance(value, int | float) and isinstance(rule, int | float) and name in _NUMBER_CHECKS:
        return _NUMBER_CHECKS[name](value, rule)
    if not isinstance(value, str):
        return True
    if name in _LENGTH_CHECKS and isinstance(rule, int | float):
        return _LENGTH_CHECKS[name](len(value), rule)
    if name == "pattern":
        return re.search(str(rule), value) is not None
    return _DATE.fullmatch(value) is not None if (name, rule) == ("format", "date") else True


def values_in(shape: Shape, at: str = "") -> Iterator[tuple[str, OneValue]]:
    """Each single value of a shape with its JSON pointer; "*" stands for an item of a list."""
    match shape:
        case OneValue():
            yield at, shape
        case ListOf():
            yield from values_in(shape.items, f"{at}/*")
        case ObjectOf():
            for name, member in shape.members.items():
                yield from values_in(member, f"{at}/{pointer_part(name)}")
