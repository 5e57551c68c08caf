"""Tables of LaTeX (`tabular` and its kin) as rows of cells, still written in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bookwheel.engine.index.readers.tables.table_lines import over_columns
from bookwheel.lazy_regex import lazy_regex

_TABLE = lazy_regex(
    r"\\begin{(?P<name>tabular\*?|tabularx|tabulary|longtable|supertabular|xltabular)}"
    r"(?P<body>.{1,200000}?)\\end{(?P=name)}",
    re.DOTALL,
)
_RULE = lazy_regex(
    r"\\(?:hline|(?:top|mid|bottom)rule|addlinespace|end(?:first)?head|end(?:last)?foot)(?![A-Za-z])(?:\[[^\]\n]{0,40}\])?"
    r"|\\c(?:line|midrule)(?:\([a-z]*\))?{[^{}\n]{0,40}}"
)
_HEADER_RULE = lazy_regex(r"\\(?:midrule|endhead|endfirsthead)(?![A-Za-z])")
_ROW_END = lazy_regex(r"\\\\\*?(?:\[[^\]\n]{0,40}\])?|\\tabularnewline(?![A-Za-z])")
_CELL_END = lazy_regex(r"(?<!\\)&")
_SPAN = lazy_regex(r"\\multi(?P<kind>column|row){(?P<count>-?\d{1,3})}\s*(?:{[^{}]{0,80}}|\*)\s*{")
_CAPTION = lazy_regex(r"\\caption(?:\[[^\]]{0,300}\])?{")
_MOST_SPAN = 100


class LatexTable(NamedTuple):
    """A table: where it stands in the source, its rows, and how many of them a rule sets apart as the header."""

    start: int
    end: int
    rows: list[list[str]]
    header_rows: int | None


def tables_of(source: str) -> Iterator[LatexTable]:
    """The tables with at least two rows and two columns, in order."""
    for match in _TABLE.finditer(source):
        body = _CAPTION.sub(r"{", match["body"])
        body = body[_after_columns(body) :]
        rows = _LatexRows()
        header_rows: int | None = None
        for piece in _ROW_END.split(body):
            if rows and header_rows is None and _HEADER_RULE.match(piece.lstrip()):
                header_rows = len(rows)
            content = _RULE.sub("", piece)
            if content.strip():
                rows.add([raw.strip() for raw in _CELL_END.split(content)])
        if len(rows) > 1 and max(map(len, rows)) > 1:
            is_header = header_rows is not None and header_rows < min(len(rows), 4)
            yield LatexTable(match.start(), match.end(), rows, header_rows if is_header else None)


_OPENED = lazy_regex(r"\s*(?:\[[^\]\n]{0,20}\]\s*)?{")


def _after_columns(body: str) -> int:
    """Where the rows begin: after the width and the columns, as in `{10cm}{lrr}`."""
    at = 0
    while (opened := _OPENED.match(body, at)) is not None:
        depth, index = 1, opened.end()
        while index < len(body) and depth:
            depth += {"{": 1, "}": -1}.get(body[index], 0)
            index += 1
        at = index
        if _ROW_END.search(body[opened.end() : index]) or at > 400:
            break
    return at


class _LatexRows(list[list[str]]):
    """Rows in which a cell that stands in several of them is in each."""

    def __init__(self) -> None:
        super().__init__()
        self._open: dict[int, tuple[int, str]] = {}

    def add(self, raw: Sequence[str]) -> None:
        """Add the next row, written as the cells `raw`; a cell of the first row stands once."""
        cells: list[str] = []
        for cell in raw:
            column = len(cells)
            written, rows = _spread(cell, column)
            cells += written
            if not cell and column in self._open:
                rows, cells[column] = self._open[column]
            self._open.pop(column, None)
            if rows > 1 and self:
                self._open[column] = (rows - 1, cells[column])
            for above in self[rows + 1 :] if rows < 0 else ():
                # Below rows with a colour, the cell is written in the last of its rows.
                if column < len(above) and not above[column]:
                    above[column] = cells[column]
        self.append(cells)


def _spread(cell: str, column: int) -> tuple[list[str], int]:
    """A cell that begins in `column` in each column that it is over, and its number of rows, below zero upwards."""
    match = _SPAN.match(cell)
    if match is None:
        return [cell], 1
    text = cell[match.end() :].removesuffix("}")
    count = max(-_MOST_SPAN, min(int(match["count"]), _MOST_SPAN))
    if match["kind"] == "row":
        return [text], count
    written, rows = _spread(text, column)
    return over_columns(written[0], count, at=column), rows
