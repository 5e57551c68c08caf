"""Tables that reStructuredText gives by a directive: `list-table` and `csv-table`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from bookwheel.engine.index.readers.tables.table_lines import table_lines
from bookwheel.lazy_regex import lazy_regex

_DIRECTIVE = lazy_regex(r"(?P<indent>[ \t]*)\.\. (?P<kind>list-table|csv-table)::[ \t]*(?P<title>.*)")
_OPTION = lazy_regex(r"[ \t]+:(?P<name>[\w-]{1,30}):[ \t]*(?P<value>.*)")
_ITEM = lazy_regex(
    r"[ \t]*(?:(?P<row>[*+-])[ \t]+(?P<first>[*+-])(?:[ \t]+|$)|(?P<cell>[*+-])(?:[ \t]+|$))(?P<text>.*)"
)
_MOST_LINES = 20_000


def with_rows_of_directives(text: str) -> str:
    """The text with each such table as its title and lines that name their columns."""
    if "list-table::" not in text and "csv-table::" not in text:
        return text
    lines = text.split("\n")
    written: list[str] = []
    at = 0
    while at < len(lines):
        match = _DIRECTIVE.fullmatch(lines[at])
        end = _end_of(lines, at, len(match["indent"])) if match else at
        named = list(_lines_of(match, lines[at + 1 : end])) if match else []
        written += named or [lines[at]]
        at = end if named else at + 1
    return "\n".join(written)


def _end_of(lines: Sequence[str], at: int, indent: int) -> int:
    """The number of the first line after the directive: one with text that is not indented more."""
    end = at + 1
    for number, line in enumerate(lines[at + 1 : at + _MOST_LINES], at + 1):
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        if line.strip():
            end = number + 1
    return end


def _lines_of(directive: re.Match[str], inner: Sequence[str]) -> Iterator[str]:
    options: dict[str, str] = {}
    body = list(inner)
    while body and (option := _OPTION.fullmatch(body[0])):
        options[option["name"]] = option["value"].strip()
        body.pop(0)
    header = options.get("header-rows", "")
    count = int(header) if header.isdecimal() else 0
    if directive["kind"] == "list-table":
        rows = _items(body)
    else:
        rows = _values("\n".join(line.strip() for line in body))
        if options.get("header"):
            rows, count = [*_values(options["header"]), *rows], 1
    if rows:
        yield from filter(None, [directive["title"].strip()])
        yield from table_lines(rows, header_rows=count or None)
        yield ""


def _items(body: Sequence[str]) -> list[list[str]]:
    """The rows of a list of lists; a line without a sign goes on with its cell."""
    rows: list[list[str]] = []
    depth = 0
    for line in body:
        match = _ITEM.fullmatch(line)
        if match is not None and match["row"]:
            rows.append([match["text"].strip()])
            depth = match.start("first")
        elif match is not None and rows and match.start("cell") == depth:
            rows[-1].append(match["text"].strip())
        elif rows and line.strip():
            rows[-1][-1] = f"{rows[-1][-1]} {line.strip()}".strip()
    return rows


def _values(text: str) -> list[list[str]]:
    try:
        return [
            row for row in csv.reader(io.StringIO(text, newline=""), skipinitialspace=True, strict=True) if any(row)
        ]
    except csv.Error:
        return []
