"""Simplifies the JSON schema of a server's tool for any model: without references and circles, limited in size."""

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
    """The schema with references (`#/$defs/…`) replaced by their targets; circular or too deep parts allow any value.

    A schema that is still too large allows any object, because the server checks the arguments.
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
    """The target of a reference within the schema; None for other references."""
    found: JsonValue = root
    for step in reference.removeprefix("#").strip("/").split("/"):
        if not isinstance(found, dict) or step not in found:
            return None
        found = found[step]
    return found if isinstance(found, dict) and reference.startswith("#/") else None
