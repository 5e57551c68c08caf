"""Lists of JSON that are tables: records with the same keys, and lists of values below a list of names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from bookwheel.engine.index.readers.tables.table_lines import table_lines
from bookwheel.engine.schema import JsonValue

_LONGEST_ROW = 600
_MOST_NAMES = 60
# The members in which tables in two parts hold the names of their columns.
_NAMES = ("columns", "headers", "header", "fields", "cols")


def written(value: JsonValue) -> str:
    """A single value as text; empty for null."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def record_rows(items: Sequence[JsonValue]) -> list[str] | None:
    """A line for each of two and more records, as in `name: Ada; born: 1815`; None where they are not alike.

    Each holds single values, or objects of these, and more than half of all keys.
    """
    records = [cast("Mapping[str, JsonValue]", item) for item in items if isinstance(item, Mapping)]
    names = {name for record in records for name in record}
    if not len(records) == len(items) > 1 or not 1 < len(names) <= _MOST_NAMES:
        return None
    if any(2 * len(record) <= len(names) for record in records):
        return None
    rows = [_row(record) for record in records]
    return None if None in rows else [row for row in rows if row]


def value_rows(items: Sequence[JsonValue], names: Sequence[JsonValue] = ()) -> list[str] | None:
    """A line for each list of single values, with `names` or, where the first list holds only texts, with these."""
    rows = [cast("Sequence[JsonValue]", item) for item in items if isinstance(item, list)]
    header = list(names) if names else (rows[0] if rows else [])
    body = rows if names else rows[1:]
    width = len(header)
    if len(rows) < len(items) or not body or width < 2 or not all(isinstance(name, str) and name for name in header):
        return None
    if not names and header in body:
        return None  # pairs of words: a row that equals the names would be taken for names that are repeated
    if any(len(row) != width or any(isinstance(value, (list, Mapping)) for value in row) for row in body):
        return None
    return list(table_lines(([written(value) for value in row] for row in (header, *body)), header_rows=1))


def rows_in_parts(value: Mapping[str, JsonValue]) -> tuple[str, list[str]] | None:
    """The member with the rows of a table whose names stand in another member, and its lines; None for others."""
    for key in _NAMES:
        names = value.get(key)
        if not isinstance(names, list):
            continue
        for other, items in value.items():
            if other != key and isinstance(items, list) and items and (rows := value_rows(items, names)) is not None:
                return other, rows
    return None


def _row(record: Mapping[str, JsonValue]) -> str | None:
    parts: list[str] = []
    waiting = list(record.items())[::-1]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, Mapping):
            if "." in name:
                return None
            waiting.extend([(f"{name}.{key}", inner) for key, inner in value.items()][::-1])
            continue
        text = _single(value)
        if text is None or "\n" in text.strip():
            return None
        if text.strip():
            parts.append(f"{name}: {text.strip()}")
    row = "; ".join(parts)
    return row if len(row) <= _LONGEST_ROW else None


def _single(value: JsonValue) -> str | None:
    if not isinstance(value, list):
        return written(value)
    if any(isinstance(item, (list, Mapping)) for item in value):
        return None
    return ", ".join(filter(None, map(written, value)))
