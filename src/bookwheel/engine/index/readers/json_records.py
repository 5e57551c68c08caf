"""JSON values as lines that can be understood alone: each value with the path that leads to it.

    {"name": "Wheel", "maker": {"name": "Ramelli"}, "parts": [{"id": 1}, {"id": 2}], "tags": ["oak", "iron"]}

becomes

    name: Wheel
    maker.name: Ramelli
    tags: oak, iron

    parts[0]
    id: 1

    parts[1]
    id: 2

A record (an object in a list) comes under a heading with its own path.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.schema import JsonValue
from bookwheel.errors import DocumentError

DEEPEST = 200


class NotJsonError(ValueError):
    """The text is no JSON."""


@dataclass(slots=True)
class _Record:
    path: str
    value: JsonValue
    depth: int
    level: int
    lines: list[str] = field(default_factory=list[str])
    inner: list[_Record] = field(default_factory=list["_Record"])


def parsed(text: str) -> JsonValue:
    """The value, its numbers as they are written. Raises NotJsonError, and DocumentError when it is too deep."""
    try:
        # Numbers stay text: 1.10 is a version, and a number of a million digits takes minutes to convert.
        return cast("JsonValue", json.loads(text, parse_int=str, parse_float=str, parse_constant=str))
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise NotJsonError(str(error)) from error


def write_value(composer: Composer, value: JsonValue, path: str = "") -> None:
    """Write a value and all that is in it. Raises DocumentError when it is too deep."""
    waiting = [_Record(path, value, depth=0, level=1)]
    while waiting:
        record = waiting.pop()
        _fill(record)
        if record.path:
            composer.heading(record.level, record.path)
        for line in record.lines:
            composer.line(line)
        waiting.extend(reversed(record.inner))


def _fill(record: _Record) -> None:
    # Paths are relative to the record, so that its lines stay short.
    waiting: list[tuple[str, JsonValue, int]] = [("", record.value, record.depth)]
    while waiting:
        path, value, depth = waiting.pop()
        if depth > DEEPEST:
            raise _too_deep()
        if isinstance(value, Mapping):
            members = [(f"{path}.{key}" if path else key, member, depth + 1) for key, member in value.items()]
            waiting.extend(reversed(members))
        elif isinstance(value, list):
            _take_list(record, path, cast("Sequence[JsonValue]", value), depth)
        elif line := _line(path, value):
            record.lines.append(line)


def _take_list(record: _Record, path: str, items: Sequence[JsonValue], depth: int) -> None:
    if not any(isinstance(item, (Mapping, list)) for item in items):
        if line := _line(path, ", ".join(filter(None, map(_written, items)))):
            record.lines.append(line)
        return
    if record.path and path:
        path = f"{record.path}.{path}"
    for number, item in enumerate(items):
        record.inner.append(_Record(f"{path or record.path}[{number}]", item, depth + 1, record.level + 1))


def _line(path: str, value: JsonValue) -> str:
    written = _written(value)
    if not path or not written.strip():
        return written
    return f"{path}:\n{written}" if "\n" in written.strip() else f"{path}: {written}"


def _written(value: JsonValue) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def _too_deep() -> DocumentError:
    return DocumentError(f"its values are nested more than {DEEPEST} deep")
