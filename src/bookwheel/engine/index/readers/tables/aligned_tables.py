"""Tables whose columns are set apart by blanks alone, in plain text: their rows as lines that name their columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from bookwheel.engine.index.readers.tables.column_names import is_header, is_number
from bookwheel.engine.index.readers.tables.table_lines import table_lines
from bookwheel.lazy_regex import lazy_regex

_GAP = lazy_regex(r"[ \t]{2,}|\t")
_ANY_GAP = lazy_regex(r"[ \t]+")
_COMMENT = lazy_regex(r"[ \t]*[#%][ \t]*(?=\S)")
_FEWEST_COLUMNS = 3
_FEWEST_ROWS = 2
_MOST_COLUMNS = 60
_LONGEST_LINE = 400


def with_aligned_rows(text: str) -> str:
    """The text with each block of lines that is such a table as rows.

    Each line has the same number of cells, three at least, set apart by two blanks or more, and the first line names
    columns of numbers. One blank is enough where half of the columns and more are numbers in each line.
    """
    written: list[str] = []
    for is_blank, lines in groupby(text.split("\n"), key=lambda line: not line.strip()):
        block = list(lines)
        written += block if is_blank else _named(block) or block
    return "\n".join(written)


def _named(block: Sequence[str]) -> list[str] | None:
    if len(block) <= _FEWEST_ROWS or any(len(line) > _LONGEST_LINE for line in (block[0], block[1], block[-1])):
        return None
    first = _COMMENT.sub("", block[0], count=1)
    for gap, is_sure in ((_GAP, True), (_ANY_GAP, False)):
        width = len(gap.split(first.strip()))
        if not _FEWEST_COLUMNS <= width <= _MOST_COLUMNS or len(gap.split(block[1].strip())) != width:
            continue
        rows = [gap.split(line.strip()) for line in (first, *block[1:])]
        if all(len(row) == width for row in rows) and is_header(rows[0], rows[1:], typed=True):
            if is_sure or all(2 * sum(map(is_number, row)) >= width for row in rows[1:]):
                return list(table_lines(rows, header_rows=1))
    return None
