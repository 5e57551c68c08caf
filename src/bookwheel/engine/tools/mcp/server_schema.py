"""The JSON schema of a server's tool, made safe for any model: no references, no circles, bounded in size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from bookwheel.engine.schema import JsonObject, JsonValue

MAX_SCHEMA = 16_000
MAX_DEPTH = 8
_ANY_OBJECT: JsonObject = {"type": "object", "properties": {}}
_REFERENCES = ("$defs", "definitions")


def plain_schema(schema: Mapping[str, object]) -> JsonObject:
    """The schema with what `#/$defs/…` refers to in its place; what is circular or too deep takes any value.

    One that is too large even so takes any object: its server checks the arguments.
    """
    given = cast("JsonObject", json.loads(json.dumps(schema)))
    plain = _inlined(given, given, (), 0)
    if not isinstance(plain, dict) or plain.get("type") != "object" or len(json.dumps(plain)) > MAX_SCHEMA:
        return dict(_ANY_OBJECT)
    return plain


def _inlined(part: JsonValue, root: JsonObject, seen: tuple[str, ...], depth: int) -> JsonValue:
    if isinstance(part, list):
        return [_inlined(item, root, seen, depth + 1) for item in part]
    if not isinstance(part, dict):
        return part
    reference = part.get("$ref")
    if isinstance(reference, str):
        target = _target(reference, root)
        if reference in seen or target is None:
            return {}
        return _inlined(target, root, (*seen, reference), depth + 1)
    if depth > MAX_DEPTH:
        return {}
    return {name: _inlined(value, root, seen, depth + 1) for name, value in part.items() if name not in _REFERENCES}


def _target(reference: str, root: JsonObject) -> JsonObject | None:
    """What a reference within the schema means; others are not followed."""
    found: JsonValue = root
    for step in reference.removeprefix("#").strip("/").split("/"):
        if not isinstance(found, dict) or step not in found:
            return None
        found = found[step]
    return found if isinstance(found, dict) and reference.startswith("#/") else None
