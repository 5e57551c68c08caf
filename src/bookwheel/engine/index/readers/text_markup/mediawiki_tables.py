"""Tables of MediaWiki (`{| … |}`) as rows of cells, and how many rows are their header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bookwheel.engine.index.readers.tables.table_lines import over_columns, repeat_from_above
from bookwheel.lazy_regex import lazy_regex

_MOST_LINES = 50_000
_MOST_SPAN = 200
_WIDEST = 2_000
_MOST_CELLS = 1_000_000
# What stands before the text of a cell: `style="…" colspan=2 |`.
_ATTRIBUTES = lazy_regex(
    r"[ \t]*(?P<attributes>(?:[\w-]{1,30}[ \t]*=[ \t]*(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s|\"']+)[ \t]*)+)\|(?!\|)"
)
_SPAN = lazy_regex(r"\b(colspan|rowspan)[ \t]*=[ \t]*[\"']?(\d{1,4})", re.IGNORECASE)
_BETWEEN = lazy_regex(r"\|\|")
_BETWEEN_NAMES = lazy_regex(r"!!|\|\|")


class WikiTable(NamedTuple):
    """A table whose last line is the one before `end`; `header_rows` is None when none is marked."""

    rows: Sequence[Sequence[str]]
    header_rows: int | None
    caption: str
    end: int


class _WikiCell(NamedTuple):
    text: str
    is_name: bool
    across: int
    down: int


def table_rows(lines: Sequence[str], at: int) -> WikiTable | None:
    """The table that begins on the line `at`; None when it does not end. A table in a cell is text of the cell."""
    rows: list[list[_WikiCell]] = [[]]
    caption, depth = "", 0
    for number in range(at + 1, min(len(lines), at + _MOST_LINES)):
        line = lines[number].strip()
        if line.startswith("{|"):
            depth += 1
        elif line.startswith("|}") and not line.startswith("|}}"):
            if not depth:
                filled = [row for row in rows if row]
                return WikiTable(_grid(filled), _header_rows(filled), caption, number + 1)
            depth -= 1
        elif depth:
            _add_text(rows, line.lstrip("|!-"))
        elif line.startswith("|+"):
            caption = _cell(line[2:], is_name=False).text
        elif line.startswith("|-"):
            rows.append([])
        elif line.startswith(("|", "!")):
            is_name = line[0] == "!"
            between = _BETWEEN_NAMES if is_name else _BETWEEN
            rows[-1] += [_cell(text, is_name=is_name) for text in between.split(line[1:])]
        else:
            _add_text(rows, line)
    return None


def _cell(text: str, *, is_name: bool) -> _WikiCell:
    given = _ATTRIBUTES.match(text)
    if given is None:
        return _WikiCell(text.strip(), is_name, 1, 1)
    spans = {name.lower(): min(int(count), _MOST_SPAN) for name, count in _SPAN.findall(given["attributes"])}
    return _WikiCell(
        text[given.end() :].strip(), is_name, max(spans.get("colspan", 1), 1), max(spans.get("rowspan", 1), 1)
    )


def _add_text(rows: list[list[_WikiCell]], text: str) -> None:
    if rows[-1] and text.strip():
        last = rows[-1][-1]
        rows[-1][-1] = last._replace(text=f"{last.text} {text.strip()}".strip())


def _grid(rows: Sequence[Sequence[_WikiCell]]) -> list[list[str]]:
    """The cells by their columns: one that reaches down is repeated, a name also where it reaches across."""
    below: dict[int, tuple[int, str]] = {}
    grid: list[list[str]] = []
    cells = 0
    for row in rows:
        line: list[str] = []
        for cell in row:
            repeat_from_above(line, below)
            across = cell.across if len(line) < _WIDEST else 1
            for text in over_columns(cell.text, across, at=len(line), is_name=cell.is_name):
                if cell.down > 1:
                    below[len(line)] = (cell.down - 1, text)
                line.append(text)
        repeat_from_above(line, below)
        grid.append(line)
        cells += len(line)
        if len(line) > _WIDEST or cells > _MOST_CELLS:
            below.clear()
    return grid


def _header_rows(rows: Sequence[Sequence[_WikiCell]]) -> int | None:
    count = next((number for number, row in enumerate(rows) if not all(cell.is_name for cell in row)), 0)
    return count or None
