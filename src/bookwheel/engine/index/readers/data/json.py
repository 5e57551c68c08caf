"""JSON and JSON Lines: each value with the path that leads to it, so that a passage can be understood alone.

    {"name": "Wheel", "maker": {"name": "Ramelli"}, "parts": [{"id": 1}, {"id": 2}], "tags": ["oak", "iron"]}

becomes

    name: Wheel
    maker.name: Ramelli
    tags: oak, iron

    parts[0]
    id: 1

    parts[1]
    id: 2

A record (an object in a list) comes under a heading with its own path. In JSON Lines each line is a record, and its
heading is the number of the line. Records that are alike (two and more with the same keys and single values) are the
rows of a table, one a line: `name: Ada; born: 1815`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import cast

from bookwheel.engine.index.readers.composer import Composer, clean
from bookwheel.engine.index.readers.data.json_tables import record_rows, rows_in_parts, value_rows, written
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.schema import Document, JsonValue
from bookwheel.errors import DocumentError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

DEEPEST = 200
# So many lines of JSON Lines decide together whether they are rows of a table.
_LINES_AT_ONCE = 1_000
_PIECE_MEMBERS = frozenset({"text", "type", "href", "user_id", "document_id", "language"})
_STRING = r'(?P<string>"(?:\\.|[^"\\\n]){0,100000}")'
_COMMENT = lazy_regex(rf"{_STRING}|//[^\n]*|/\*(?:.*?\*/|.*\Z)", re.DOTALL)
_LAST_COMMA = lazy_regex(rf"{_STRING}|,(?=\s*[}}\]])")


class NotJsonError(ValueError):
    """The text is not JSON."""


@dataclass(slots=True)
class _Record:
    path: str
    value: JsonValue
    depth: int
    level: int
    lines: list[str] = field(default_factory=list[str])
    inner: list[_Record] = field(default_factory=list["_Record"])


def read(source: Source) -> Document:
    """The values; title, author and date are those of the outermost object, when it has them.

    Text that is not JSON is read as JSON Lines, else as plain text: cut files.
    """
    text = decoded(source)
    try:
        value = _parsed_with_comments(text.removeprefix("\ufeff"))
    except NotJsonError:
        return _if_lines(source, text) or _as_plain_text(source, text)
    composer = Composer()
    write_value(composer, value)
    return composer.document(
        source, title=_named(value, "title"), author=_named(value, "author"), date=_named(value, "date")
    )


def read_lines(source: Source) -> Document:
    """The records of JSON Lines.

    A line that is not JSON is kept as it is; when the first line is not, the file is read as plain text.
    """
    text = decoded(source)
    return _if_lines(source, text) or _as_plain_text(source, text)


def _as_plain_text(source: Source, text: str) -> Document:
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        source.remarks.append("its JSON is broken or cut: it is read as plain text")
    return made_document(source, clean(text))


def _if_lines(source: Source, text: str) -> Document | None:
    """The records of `text`; None when its first line is not JSON."""
    composer = Composer()
    waiting: list[tuple[int, JsonValue]] = []
    found = False
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not line.strip():
            continue
        try:
            waiting.append((number, _parsed(line)))
        except NotJsonError:
            if not found:
                return None
            _write_lines(composer, waiting)
            composer.paragraph(line)
        found = True
        if len(waiting) == _LINES_AT_ONCE:
            _write_lines(composer, waiting)
    _write_lines(composer, waiting)
    return composer.document(source)


def _write_lines(composer: Composer, records: list[tuple[int, JsonValue]]) -> None:
    """Write records of JSON Lines with the numbers of their lines, and take them out of the list."""
    rows = record_rows([value for _, value in records])
    for row in rows or []:
        composer.line(row)
    if rows is None:
        for number, value in records:
            write_value(composer, value, f"line {number}")
    records.clear()


def _parsed(text: str) -> JsonValue:
    """The value, its numbers as they are written. Raises NotJsonError, and DocumentError when it is too deep."""
    try:
        # Numbers stay text: 1.10 is a version, and a number of a million digits takes minutes to convert.
        return cast("JsonValue", json.loads(text, parse_int=str, parse_float=str, parse_constant=str))
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise NotJsonError(str(error)) from error


def _parsed_with_comments(text: str) -> JsonValue:
    """As `_parsed`, also for settings with comments and a comma after the last value."""
    try:
        return _parsed(text)
    except NotJsonError:
        plain = _COMMENT.sub(lambda match: match["string"] or " ", text)
        if plain == text and _LAST_COMMA.search(text) is None:
            raise
        return _parsed(_LAST_COMMA.sub(lambda match: match["string"] or "", plain))


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
            if (table := rows_in_parts(value)) is not None:
                record.inner.append(_table(record, f"{path}.{table[0]}" if path else table[0], table[1]))
                value = {key: member for key, member in value.items() if key not in (table[0], "index")}
            # The text of an element of XML with attributes has no name of its own.
            members = [(".".join(filter(None, (path, key))), member, depth + 1) for key, member in value.items()]
            waiting.extend(reversed(members))
        elif isinstance(value, list):
            _take_list(record, path, cast("Sequence[JsonValue]", value), depth)
        elif line := _line(path, value):
            record.lines.append(line)


def _take_list(record: _Record, path: str, items: Sequence[JsonValue], depth: int) -> None:
    if not any(isinstance(item, (Mapping, list)) for item in items):
        if line := _line(path, ", ".join(filter(None, map(written, items)))):
            record.lines.append(line)
        return
    if (words := _words_of(items)) is not None:
        # Chats give a text once whole and once in pieces.
        if words.strip() and not any(line.endswith(words) for line in record.lines):
            record.lines.append(_line(path, words))
        return
    if (rows := record_rows(items) or value_rows(items)) is not None:
        record.inner.append(_table(record, path, rows))
        return
    if record.path and path:
        path = f"{record.path}.{path}"
    for number, item in enumerate(items):
        record.inner.append(_Record(f"{path or record.path}[{number}]", item, depth + 1, record.level + 1))


def _table(record: _Record, path: str, rows: list[str]) -> _Record:
    whole = ".".join(filter(None, (record.path, path)))
    return _Record(whole, None, record.depth + 1, record.level + 1, lines=rows)


def _words_of(items: Sequence[JsonValue]) -> str | None:
    """A text in pieces, some with a kind (`["Code ", {"type": "bold", "text": "44"}]`); None for other lists."""
    pieces = [item if isinstance(item, str) else _piece(item) for item in items]
    return None if None in pieces else "".join(filter(None, pieces))


def _piece(item: JsonValue) -> str | None:
    if not isinstance(item, Mapping) or not {"text", "type"} <= item.keys() <= _PIECE_MEMBERS:
        return None
    return _named(item, "text")


def _line(path: str, value: JsonValue) -> str:
    text = written(value)
    if not path or not text.strip():
        return text
    return f"{path}:\n{text}" if "\n" in text.strip() else f"{path}: {text}"


def _named(value: JsonValue, key: str) -> str | None:
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else None


def _too_deep() -> DocumentError:
    return DocumentError(f"its values are nested more than {DEEPEST} deep")
