"""Whether a file without a telling suffix holds rows of cells between delimiters: exports saved as `.txt`, `.dat`."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from bookwheel.engine.index.readers.tables.column_names import is_header, numeric_columns
from bookwheel.lazy_regex import lazy_regex

_DELIMITERS = "\t;|,"
_COMMENT = lazy_regex(r"[ \t]*(?:#|//|%)")
_CUT = 8_000
_MOST_LINES = 200
_MOST_TITLES = 10
_FEWEST_ROWS = 3
_LONGEST_CELL = 80


def is_delimited(head: bytes) -> bool:
    """Whether the first bytes of a file are such rows, perhaps below remarks and titles: at least three, all as wide.

    Two columns, and any cells between commas, must have names above numbers: lists of words and prose have not.
    """
    if b"\0" in head:
        return False
    read = head.decode("latin-1").splitlines()
    if len(head) >= _CUT:
        read = read[:-1]  # its last line may be half of one
    lines = [line for line in read[:_MOST_LINES] if line.strip() and not _COMMENT.match(line)]
    return any(_are_rows(lines, delimiter) for delimiter in _DELIMITERS if len(lines) >= _FEWEST_ROWS)


def _are_rows(lines: Sequence[str], delimiter: str) -> bool:
    try:
        read = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter, strict=True)]
    except csv.Error:
        return False
    width = len(read[-1])
    first = next((number for number in range(len(read), 0, -1) if len(read[number - 1]) != width), 0)
    rows = read[first:]
    if width < 2 or first > _MOST_TITLES or len(rows) < _FEWEST_ROWS:
        return False
    if any(len(cell) > _LONGEST_CELL for row in rows for cell in row):
        return False
    if not all(rows[0][:2]) or sum(sum(map(bool, row)) > 1 for row in rows) < _FEWEST_ROWS:
        return False
    if width == 2 or delimiter == ",":
        return is_header(rows[0], rows[1:], typed=True)
    return bool(numeric_columns(rows[0], rows[1:])) or delimiter != "\t"
