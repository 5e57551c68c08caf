"""Reads foreign JSON: parse it once, then get values of the expected type."""

from __future__ import annotations

import json
from typing import cast

from bookwheel.engine.schema import JsonObject, JsonValue


def parse_json(text: str | bytes) -> JsonValue:
    """The parsed value.

    Raises ValueError for text that is not JSON or is nested too deeply.
    """
    try:
        return cast("JsonValue", json.loads(text))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def parse_object(text: str | bytes) -> JsonObject | None:
    """The JSON object in `text`; None when it is not one."""
    try:
        return object_of(parse_json(text))
    except ValueError:
        return None


def object_of(value: object) -> JsonObject | None:
    """`value` when it is an object, else None."""
    return cast("JsonObject", value) if isinstance(value, dict) else None


def list_of(value: object) -> list[JsonValue]:
    """`value` when it is an array, else an empty one."""
    return cast("list[JsonValue]", value) if isinstance(value, list) else []


def text_of(value: object) -> str:
    """`value` when it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def count_of(value: object) -> int:
    """`value` when it is a whole number from 0 up, else 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
