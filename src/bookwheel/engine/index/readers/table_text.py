"""Rows of a table as lines that make sense alone: each value with the header of its column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_NUMBER = re.compile(r"[-+(]?[\d.,]{1,40}[%)]?|\d[\d./:T -]{1,40}Z?")
_LONGEST_HEADER = 80


def rows_with_headers(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A line a row, as in `Name: Ada; Born: 1815`. Empty cells and rows are left out.

    The first row that is not empty holds the headers when its cells are all filled (the first may be blank), all
    different, short, and not numbers.
    """
    headers: Sequence[str] | None = None
    for row in rows:
        cells = [" ".join(cell.split()) for cell in row]
        if not any(cells):
            continue
        if headers is None:
            headers = _trimmed(cells) if _are_headers(_trimmed(cells)) else ()
            if headers:
                continue
        yield "; ".join(_with_header(headers, column, cell) for column, cell in enumerate(cells) if cell)


def _with_header(headers: Sequence[str], column: int, cell: str) -> str:
    header = headers[column] if column < len(headers) else ""
    return f"{header}: {cell}" if header else cell


def _trimmed(cells: Sequence[str]) -> Sequence[str]:
    filled = max(column for column, cell in enumerate(cells) if cell)
    return cells[: filled + 1]


def _are_headers(cells: Sequence[str]) -> bool:
    return (
        all(cells[1:])
        and len(set(cells)) == len(cells)
        and all(len(cell) <= _LONGEST_HEADER and not _NUMBER.fullmatch(cell) for cell in cells)
    )
