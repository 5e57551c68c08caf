"""Which row of a table holds the names of its columns, judged by the cells of the rows below it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bookwheel.lazy_regex import lazy_regex

_NUMBER = lazy_regex(
    r"[-+−(]?[$€£¥]?[ ]?[-+−]?[\d.,'’ \u00a0\u202f]{1,40}[ ]?(?:%|‰|[$€£¥]|[A-Z]{3})?[)]?|\d[\d./:T -]{1,40}Z?"
)
_YEAR = lazy_regex(r"(?:FY ?|CY ?)?(?:1[89]|20|21)\d\d[AEFP]?(?:[/–-]\d{2,4})?(?: ?[(\[]\w{1,2}[)\]])?")
# Days, months and hours over columns: no value below is one.
_TIME = lazy_regex(
    r"(?:19|20)\d\d[-./]\d\d?(?:[-./]\d\d?)?|\d\d?[./]\d\d?[./](?:19|20)?\d\d|\d\d?/(?:19|20)\d\d|\d\d?:\d\d"
)
_CODE = lazy_regex(r"[A-Z]{1,5}[-/ ]?\d{3,12}(?:[-/]\d{1,6})?")
_FIGURES = lazy_regex(r"\d+")
_WHOLE = lazy_regex(r"\d{1,6}")
_UNIT = lazy_regex(r"[\[(][^\])]{0,20}[\])]|[A-Za-zµμΩ°€$£¥%‰][\w°€$£%²³⁻¹·/^*-]{0,8}")
_KNOWN_UNITS = frozenset(
    """% ‰ ° °c °f c k kelvin mm cm m km in ft mi mm² m² m2 km² ha m³ m3 l ml hl mg g kg t lb oz s sec ms min h hr d
    days w kw mw gw wh kwh mwh gwh va kva v mv kv a ma ah hz khz mhz ghz pa hpa kpa mpa bar mbar psi n nm j kj mj cal
    kcal lx lux db dba ph ntu ppm ppb m/s km/h kmh mph kn l/s l/min l/h m3/s m³/s m3/h m³/h w/m2 w/m² mg/l µg/l ug/l
    µg/m3 µg/m³ g/l us/cm µs/cm ms/cm eur usd gbp chf € $ £ ¥ pcs stk st""".split()
)
_UNIT_LABELS = frozenset("unit units einheit einheiten unité unités unidad unidades unità unidade eenheid".split())
_MISSING = frozenset({"-", "–", "—", "n/a", "na", "n.a.", "nan", "none", "null", "k.a.", "?", "s/d", "n.d."})
_LONGEST_NAME = 100
LABEL_AND_VALUE = 2
# No name of a column: a code.
_NUMBERED = lazy_regex(r"(?i)(?:^|\W|[a-z])\d{3,}\Z")
# A column is of numbers when this share of its cells is.
_NUMERIC_SHARE = 0.6


def is_number(cell: str) -> bool:
    """Whether a cell is a number, an amount, a date or a time: a value and not a name."""
    return any(map(str.isdecimal, cell)) and _NUMBER.fullmatch(cell) is not None


def is_year(cell: str) -> bool:
    """Whether a cell is a year, which may name a column: "2024", "FY2024", "2023/24"."""
    return _YEAR.fullmatch(cell) is not None


def is_header(row: Sequence[str], body: Sequence[Sequence[str]], *, typed: bool = False) -> bool:
    """Whether `row` names the columns of the rows below it.

    With `typed` only the kinds of the cells count: text above numbers, or years above other numbers. Without it, short
    texts above texts count as well when no row below repeats one of them in its column.
    """
    filled = [cell for cell in row if cell]
    if not filled or not body or any(len(cell) > _LONGEST_NAME for cell in filled):
        return False
    if len(row) == len(filled) == LABEL_AND_VALUE and _NUMBERED.search(row[1]) and not _YEAR.fullmatch(row[1]):
        return False  # `Order number` and `P9-4410`
    if row[0].endswith(":") and body[0] and body[0][0].endswith(":"):
        return False  # `Account:` and its value, `From:` and its value
    if _are_years(row, body):
        return True
    numeric = numeric_columns(row, body)
    if len(numeric) == 1 and _CODE.fullmatch(row[numeric[0]]) and _YEAR.fullmatch(row[numeric[0]]) is None:
        return False  # the number of an invoice over its date
    named = sum(bool(row[column]) and not is_number(row[column]) for column in numeric)
    numbers = sum(is_number(cell) and not _is_year_name(cell, column, body) for column, cell in enumerate(row))
    years = sum(map(bool, map(_YEAR.fullmatch, row)))
    if not numbers and (named or (years > 1 and years == len(numeric) < len(filled))):
        return True
    if typed or numbers or len(set(filled)) < len(filled) or any(cell[0].isdecimal() for cell in filled):
        return False
    if len(filled) < (_width(row, body) + 1) // 2:
        return False
    if any(_is_like_below(cell, column, body) for column, cell in enumerate(row) if cell):
        return False
    missing = sum(not cell and _is_mostly_filled(column, body) for column, cell in enumerate(row))
    return missing <= 1 and not _repeated_below(row, body)


def is_unit_row(row: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether `row`, below a row of names, holds the units of the columns, as in `[kg]` or `mm`."""
    is_labelled = has_unit_label(row)
    units = [(column, cell) for column, cell in enumerate(row) if cell and not (is_labelled and column == 0)]
    if not units or not body or not all(_UNIT.fullmatch(cell) for _, cell in units):
        return False
    if any(cell.casefold() in _MISSING for _, cell in units):
        return False
    bracketed = all(cell[0] in "[(" for _, cell in units)
    numeric = set(numeric_columns(row, body))
    above_numbers = all(column in numeric for column, _ in units)
    known = sum(cell.casefold() in _KNOWN_UNITS for _, cell in units)
    is_clear = bracketed or (above_numbers and (is_labelled or not row[0] or 2 * known >= max(len(units), 2)))
    return bool(numeric) and is_clear


def has_unit_label(row: Sequence[str]) -> bool:
    """Whether a row begins with the word "Unit"."""
    return bool(row) and row[0].rstrip(":").casefold() in _UNIT_LABELS


def joined_names(header: Sequence[Sequence[str]]) -> list[str]:
    """The name of each column from one or more rows of headers; the name of a group reaches over its columns."""
    width = max(map(len, header), default=0)
    names: list[list[str]] = [[] for _ in range(width)]
    for number, row in enumerate(header):
        below = header[number + 1 :]
        group = ""
        for column in range(width):
            cell = row[column] if column < len(row) else ""
            if column:  # the column of labels is not a group
                has_column_below = any(column < len(cells) and cells[column] for cells in below)
                group = cell or (group if has_column_below else "")
                cell = group
            if cell and cell not in names[column] and not (number and not column and has_unit_label(row)):
                names[column].append(cell)
    return [" ".join(parts) for parts in names]


def _width(row: Sequence[str], body: Sequence[Sequence[str]]) -> int:
    """The number of columns up to the last one that is not empty: some programs end each row with delimiters."""
    return max(number for cells in (row, *body) for number, cell in enumerate(cells, 1) if cell)


def numeric_columns(row: Sequence[str], body: Sequence[Sequence[str]]) -> list[int]:
    """The columns of `row` below which nearly all values are numbers."""
    columns: list[int] = []
    for column in range(len(row)):
        cells = [cells[column] for cells in body if column < len(cells) and cells[column]]
        values = [cell for cell in cells if cell.casefold() not in _MISSING]
        if values and sum(map(is_number, values)) >= len(values) * _NUMERIC_SHARE:
            columns.append(column)
    return columns


def _is_year_name(cell: str, column: int, body: Sequence[Sequence[str]]) -> bool:
    """Whether a year names its column: below it stand other values."""
    if _YEAR.fullmatch(cell) is None:
        return False
    below = [cells[column] for cells in body if column < len(cells) and cells[column]]
    return bool(below) and not any(map(_YEAR.fullmatch, below))


def _are_code(column: int, body: Sequence[Sequence[str]]) -> bool:
    """Whether all cells of a column are written as code: "`--dry-run`"."""
    cells = [cells[column] for cells in body if column < len(cells) and cells[column]]
    return bool(cells) and all(cell[0] == cell[-1] == "`" for cell in cells)


def _is_like_below(cell: str, column: int, body: Sequence[Sequence[str]]) -> bool:
    """Whether a cell is a value like those below: "Room 12" over "Room 14", an address, an option over options."""
    if "@" in cell or (cell[0] == "`" and _are_code(column, body)):
        return True
    shape = _FIGURES.sub("0", cell)
    below = [cells[column] for cells in body if column < len(cells) and cells[column]]
    return shape != cell and bool(below) and all(_FIGURES.sub("0", other) == shape for other in below)


def _is_mostly_filled(column: int, body: Sequence[Sequence[str]]) -> bool:
    filled = sum(column < len(cells) and bool(cells[column]) for cells in body)
    return filled > len(body) / 2


def _are_years(row: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Years or a count (1, 2, 3) over columns, beside at most two names of columns of labels."""
    numbers = [(column, cell) for column, cell in enumerate(row) if cell and (is_number(cell) or _YEAR.fullmatch(cell))]
    named = [cell for cell in row if cell and not is_number(cell) and not _YEAR.fullmatch(cell)]
    cells = [cell for _, cell in numbers]
    # A row of data begins with a number too; the labels may stand in the last column.
    begins_with_number = (
        bool(row[0]) and is_number(row[0]) and not (len(named) == 1 and all(map(_YEAR.fullmatch, cells)))
    )
    if len(numbers) < 2 or begins_with_number or len(numbers) < len(named):
        return False
    if all(map(_TIME.fullmatch, cells)):
        below = (cells[column] for cells in body for column, _ in numbers if column < len(cells))
        return len(set(cells)) == len(cells) and not any(map(_TIME.fullmatch, below))
    if all(map(_YEAR.fullmatch, cells)):
        regular = True
    else:
        regular = len(cells) > 2 and all(map(_WHOLE.fullmatch, cells)) and _is_regular([int(cell) for cell in cells])
    if not regular:
        return False
    below = [(name, cells[column]) for cells in body for column, name in numbers if column < len(cells)]
    return any(cell and not _YEAR.fullmatch(cell) for _, cell in below) and all(name != cell for name, cell in below)


def _is_regular(numbers: Sequence[int]) -> bool:
    steps = {after - before for before, after in pairwise(numbers)}
    return len(steps) == 1 and steps != {0}


def _repeated_below(row: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    return any(
        cell and cell == cells[column] for cells in body for column, cell in enumerate(row) if column < len(cells)
    )
