"""Tables of every format as lines that can be understood alone: each value with the name of its column."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, dropwhile, islice, pairwise, takewhile

from bookwheel.engine.index.readers.tables.column_names import (
    LABEL_AND_VALUE,
    is_header,
    is_number,
    is_unit_row,
    joined_names,
    numeric_columns,
)
from bookwheel.engine.index.readers.tables.label_values import label_columns

# The rows that decide where the header is.
_SAMPLE_ROWS = 24
_MOST_HEADER_ROWS = 4
# Lines of one cell are titles when at least this share of the rows has more cells.
_WIDE_SHARE = 0.25
# A header and a row: a single wide line may be a row in another format.
_FEWEST_WIDE = 2
# The rows below a preamble have at least so many cells.
_FEWEST_BELOW = 4
# Wider rows are written without column names: each name would be repeated on each line.
WIDEST_NAMED = 4_096
# A remark across the columns, or a bar across a calendar, would only make the row long.
_LONGEST_REPEATED = 80
MOST_REPEATED = 24

Cells = Sequence[str]


class AcrossAll(list[str]):
    """A row of one cell that stands across all columns: a title or a section, not a value of the first column."""


def table_lines(rows: Iterable[Cells], *, header_rows: int | None = None) -> Iterator[str]:
    """A line a row, as in `Name: Ada; Born: 1815`; empty cells and rows are left out.

    `header_rows` is the number of rows that the format itself marks as a header, below any title rows; None when it
    marks none. Then the header is found by what its cells are: text or years above numbers, or short names that no row
    below repeats. Rows above the header (a title, a remark) are written as they are. Two rows of headers are joined, so
    that a group and its columns read `2024 Revenue`. A cell without a column name is written alone, and so is a row
    `AcrossAll` columns. After an empty row another table may begin, with a header of its own.
    """
    cleaned = map(_cleaned, rows)
    if header_rows is not None:
        yield from _lines_of_one(filter(any, cleaned), header_rows)
        return
    first = list(islice(cleaned, _SAMPLE_ROWS))
    above = _preamble(first)
    yield from map(_title, filter(any, first[:above]))
    for table in _tables(chain(first[above:], cleaned)):
        yield from _lines_of_one(table, None)


def repeat_from_above(line: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Add to a row that is being read what cells of earlier rows put into its next columns.

    `below` holds for a column in how many more rows its cell counts, and the text.
    """
    while len(line) in below:
        rows, text = below.pop(len(line))
        if rows > 1:
            below[len(line)] = (rows - 1, text)
        line.append(text)


def over_columns(text: str, across: int, *, at: int, is_name: bool = False) -> list[str]:
    """A cell that begins in column `at`, in each of the columns that it reaches over.

    A name counts for all of them, and so does a short value: "3.80" for adults and children. A text in the first column
    is a label, such as "Total", and stands once.
    """
    is_value = at > 0 and len(text) <= _LONGEST_REPEATED and across <= MOST_REPEATED
    return [text] * across if is_name or is_value else [text, *[""] * (across - 1)]


def found_names(rows: Iterable[Cells]) -> list[str]:
    """The names of the columns of one table, found as in `table_lines`; empty when there are none."""
    sample = list(islice(filter(any, map(_cleaned, rows)), _SAMPLE_ROWS))
    first = _title_rows(sample)
    if label_columns(sample[first:]):
        return []
    return joined_names(sample[first : first + _header_rows(sample[first:])])


def _lines_of_one(cleaned: Iterator[list[str]], header_rows: int | None) -> Iterator[str]:
    sample = list(islice(cleaned, _SAMPLE_ROWS))
    first = _title_rows(sample) if header_rows is None else 0
    yield from map(_title, sample[:first])
    if header_rows is None and (labels := label_columns(sample[first:])):
        yield from (_pairs(labels, row) for row in chain(sample[first:], cleaned))
        return
    count = _header_rows(sample[first:]) if header_rows is None else min(header_rows, len(sample))
    header = sample[first : first + count]
    names = joined_names(header)
    body = sample[first + count :]
    if len(body) > 1 and all(
        row[:1] == [str(number)] and len(row) == len(names) + 1 for number, row in enumerate(body, 1)
    ):
        names.insert(0, "")  # R writes no name over the numbers of the rows
    yield from _names_without_values(names, body)
    for row in chain(body, cleaned):
        if row not in header:  # repeated on each page of a print
            yield _line(names, row)


def _names_without_values(names: Cells, body: Sequence[Cells]) -> Iterator[str]:
    """The names that no row would show: those of columns with empty cells, and all of a table that is too wide."""
    filled = {column for row in body for column, cell in enumerate(row) if cell}
    is_wide = len(names) > WIDEST_NAMED
    unseen = [name for column, name in enumerate(names) if name and (is_wide or column not in filled)]
    if body and unseen:
        yield "; ".join(unseen)


def _tables(rows: Iterator[list[str]]) -> Iterator[Iterator[list[str]]]:
    """The filled rows of each of the tables that stand one below the other; read each one whole before the next."""
    ahead: deque[list[str]] = deque()
    is_more = True

    def one() -> Iterator[list[str]]:
        nonlocal is_more
        count = width = 0
        is_below = False
        above: list[list[str]] = []
        while (row := ahead.popleft() if ahead else next(rows, None)) is not None:
            if any(row):
                count += _filled(row) > 1
                width = max(width, _filled(row))
                if len(above) < _SAMPLE_ROWS:
                    above.append(row)
                # A remark below the rows, or the name of a section: not a value of the first column.
                is_below = is_below and width > 2 and _filled(row) == 1 and bool(row[0])
                yield AcrossAll(row) if is_below else row
                continue
            is_below = True
            if count > 1:
                ahead.extend(islice(rows, _SAMPLE_ROWS - len(ahead)))
                if _begins_table(ahead, above):
                    return
        is_more = False

    while is_more:
        yield one()


def _begins_table(rows: Iterable[Cells], above: Sequence[Cells]) -> bool:
    """Whether the rows up to the next empty one begin with a header, perhaps below a title.

    Names above text are one only where the rows are of another kind than those `above`.
    """
    block = list(takewhile(any, dropwhile(lambda row: not any(row), rows)))
    if block and _filled(block[0]) == 1 and block[0][0]:
        block = block[1:]
    if len(block) < 2 or _filled(block[0]) < 2:
        return False
    return is_header(block[0], block[1:], typed=True) or (
        len(block) > 2 and _lacks_numbers(block, above) and is_header(block[0], block[1:])
    )


def _lacks_numbers(block: Sequence[Cells], above: Sequence[Cells]) -> bool:
    """Whether text alone stands in the block where the rows above have a column of numbers."""
    wide = [row for row in above if _filled(row) > 1]
    columns = numeric_columns(wide[0], wide[1:]) if len(wide) > 1 else []
    return any(
        all(column < len(row) and row[column] and not is_number(row[column]) for row in block) for column in columns
    )


def _cleaned(row: Cells) -> list[str]:
    cells = [" ".join(cell.split()) for cell in row]
    return AcrossAll(cells) if isinstance(row, AcrossAll) else cells


def _filled(row: Cells) -> int:
    return sum(map(bool, row))


def _line(names: Cells, row: Cells) -> str:
    if len(row) > WIDEST_NAMED or isinstance(row, AcrossAll):
        names = ()
    if not names and _filled(row) == 2 and row[0].endswith(":"):
        return " ".join(filter(None, row))  # `Account:` with its value
    return "; ".join(_named(names, column, cell) for column, cell in enumerate(row) if cell)


def _pairs(labels: Sequence[int], row: Cells) -> str:
    """The row as `label: value`, for each of the columns of labels."""
    pairs = (row[begin:end] for begin, end in pairwise([*labels, max(len(row), labels[-1] + 1)]))
    return "; ".join(": ".join(cell.removesuffix(":") for cell in pair if cell) for pair in pairs if any(pair))


def _named(names: Cells, column: int, cell: str) -> str:
    name = names[column] if column < len(names) else ""
    name = name.removesuffix(":")
    return f"{name}: {cell}" if name and name != cell else cell


def _title(row: Cells) -> str:
    cells = list(filter(None, row))
    is_pair = len(cells) == LABEL_AND_VALUE and not cells[0].endswith(":")
    return (": " if is_pair else " ").join(cells)


def _preamble(rows: Sequence[Cells]) -> int:
    """How many rows at the beginning say what the table is (`Updated; 2024-05-30`), up to an empty row above it.

    They have two cells at most and the table four at least. Numbers alone below the second are a table of their own.
    """
    wide = next((number for number, row in enumerate(rows) if _filled(row) > LABEL_AND_VALUE), 0)
    above = [row for row in rows[:wide] if any(row)]
    if not above or any(rows[wide - 1]) or _filled(rows[wide]) < _FEWEST_BELOW or not all(row[0] for row in above):
        return 0
    values = [row[1] for row in above[1:] if len(row) > 1 and row[1]]
    return 0 if len(values) > 1 and all(map(is_number, values)) else wide


def _title_rows(sample: Sequence[Cells]) -> int:
    """How many rows at the beginning are titles or remarks: few cells, all at the left, above wider rows."""
    widths = Counter(_filled(row) for row in sample)
    if sum(widths.values()) - widths[1] >= max(_FEWEST_WIDE, _WIDE_SHARE * len(sample)):
        del widths[1]  # the head of an account's statement can have more lines than its rows
    usual = max(widths, key=lambda width: (widths[width], width), default=0)
    if usual < 2:
        return 0
    for number, row in enumerate(sample):
        filled = _filled(row)
        at_left = all(row[:filled])
        if not at_left or filled > max(1, usual // 2):
            return number
        if filled > 1 and any(map(is_number, row[1:filled])):
            return number
    return 0


def _header_rows(rows: Sequence[Cells]) -> int:
    """How many of the first rows are the header: 0 when the first row is data already."""
    if len(rows) < 2:
        return 0
    if is_header(rows[0], rows[1:]):
        count = 1
    elif is_header(rows[0], rows[2:], typed=True) and continues_header(rows[0], rows[1], rows[2:]):
        count = 2  # the second row of names hides that numbers stand below
    else:
        return 0
    while count < min(len(rows) - 1, _MOST_HEADER_ROWS) and continues_header(
        rows[count - 1], rows[count], rows[count + 1 :]
    ):
        count += 1
    return count


def continues_header(above: Cells, row: Cells, body: Sequence[Cells]) -> bool:
    """Whether `row` is one more row of the header: units, or the columns of the groups named `above`."""
    if is_unit_row(row, body):
        return True
    groups = any(not cell for cell in above[1:]) or any(
        cell and cell == following for cell, following in pairwise(above)
    )
    return groups and is_header(row, body, typed=True)
