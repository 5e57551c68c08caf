"""Reading JSON objects field by field: a field of the wrong type (an older version, a damaged file) reads as absent."""

from __future__ import annotations

from bookwheel.engine.schema import JsonObject, JsonValue


def text(data: JsonObject, name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def integer(data: JsonObject, name: str) -> int | None:
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number(data: JsonObject, name: str) -> float | None:
    value = data.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def obj(data: JsonObject, name: str) -> JsonObject:
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def objects(data: JsonObject, name: str) -> list[JsonObject]:
    return [item for item in _items(data, name) if isinstance(item, dict)]


def texts(data: JsonObject, name: str) -> list[str]:
    return [item for item in _items(data, name) if isinstance(item, str)]


def integers(data: JsonObject, name: str) -> list[int]:
    return [item for item in _items(data, name) if isinstance(item, int) and not isinstance(item, bool)]


def _items(data: JsonObject, name: str) -> list[JsonValue]:
    value = data.get(name)
    return value if isinstance(value, list) else []


def pointer_part(name: str) -> str:
    """A name as a part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
