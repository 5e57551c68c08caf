"""Tables drawn with characters in plain text: the grid and simple tables of reStructuredText and Pandoc.

    +------+------+     ====  ====      Port   2023
    | Port | 2023 |     Port  2023      ------ -----
    +======+======+     ====  ====      Lund      31
    | Lund | 31   |     Lund  31
    +------+------+     ====  ====

The output of database programs is such a grid too, with a rule below the header only, or has no frame:

     port | 2023
    ------+------
     Lund |   31

Lists of SAP have rules of dashes around rows between bars.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from bookwheel.engine.index.readers.tables.table_lines import over_columns, table_lines
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

_GRID_RULE = lazy_regex(r"[ \t]*\+(?:[-=]{2,}\+){2,}[ \t]*")
_PARTLY_RULE = lazy_regex(r"\+[-=]{2,}\+")
_CROSSING = lazy_regex(r"\+(?=[-=]{2})|(?<=[-=]{2})\+")
_GRID_LINE = lazy_regex(r"[ \t]*[|+].*[|+][ \t]*")
_SIMPLE_RULE = lazy_regex(r"[ \t]*=+(?:[ \t]+=+)+[ \t]*")
_DASHES = lazy_regex(r"[ \t]*-{2,}(?:[ \t]+-{2,})+[ \t]*")
_CROSSED = lazy_regex(r"-+(?:\+-+)+")
_FULL_RULE = lazy_regex(r"\|?-{8,}\|?")
_BARRED = lazy_regex(r"[ \t]*\|[^|\n]*(?:\|[^|\n]*)+\|[ \t]*")
_RUN = lazy_regex(r"[-=]+")
_FENCE = lazy_regex(r" {0,3}(?:```|~~~)")
_MOST_LINES = 20_000


@dataclass(frozen=True, slots=True)
class _Drawn:
    rows: Sequence[Sequence[str]]
    header_rows: int | None
    end: int
    """The number of the first line after the table."""
    has_names_above: bool = False
    """Whether the line above the first rule holds the names of its columns."""


def with_named_rows(text: str, *, only_framed: bool = False) -> str:
    """The text with each drawn table as lines that name their columns; fenced code stays as it is.

    With `only_framed` a rule of dashes or equals signs alone begins no table: in plain text it may be an ornament.
    """
    # One character is found a hundred times as fast as two.
    if ("-" not in text or "--" not in text) and ("=" not in text or "==" not in text):
        return text
    lines = text.split("\n")
    written: list[str] = []
    at, is_code = 0, False
    while at < len(lines):
        is_code ^= _FENCE.match(lines[at]) is not None
        table = None if is_code else _table_at(lines, at, only_framed=only_framed)
        # The line above may be the last row of another table.
        if table is None or (table.has_names_above and (not written or written[-1] != lines[at - 1])):
            written.append(lines[at])
            at += 1
            continue
        if table.has_names_above:
            written.pop()
        written += table_lines(table.rows, header_rows=table.header_rows)
        at = table.end
    return "\n".join(written)


def _table_at(lines: Sequence[str], at: int, *, only_framed: bool) -> _Drawn | None:
    """The table whose first rule is the line `at`."""
    line = lines[at].strip()
    if line.startswith("+-"):
        return _grid(lines, at) if _GRID_RULE.fullmatch(lines[at]) else None
    if line.startswith("-") and at and "|" in lines[at - 1] and _CROSSED.fullmatch(line):
        return _between_bars(lines, at)
    if line.startswith(("-", "|-")) and at + 1 < len(lines) and "|" in lines[at + 1] and _FULL_RULE.fullmatch(line):
        return _in_frame(lines, at)
    if only_framed:
        return None
    if line.startswith("="):
        return _simple(lines, at) if _SIMPLE_RULE.fullmatch(lines[at]) else None
    if line.startswith("--") and at and lines[at - 1].strip() and _DASHES.fullmatch(lines[at]):
        return _below_dashes(lines, at)
    return None


def _grid(lines: Sequence[str], at: int) -> _Drawn | None:
    drawn = list(takewhile(_GRID_LINE.fullmatch, lines[at : at + _MOST_LINES]))
    borders = sorted({place for line in drawn for place in _crossings(line)})
    blocks: list[list[list[str]]] = [[]]
    # The columns whose cells go on through the rule above a block.
    going_on: dict[int, list[int]] = {}
    header_blocks = 0
    for line in drawn[1:]:
        if not _PARTLY_RULE.search(line):
            blocks[-1].append(_between(line, borders))
            continue
        header_blocks = len(blocks) if "=" in line and _GRID_RULE.fullmatch(line) else header_blocks
        if blocks[-1]:
            blocks.append([])
        if not _GRID_RULE.fullmatch(line):
            blocks[-1].append([_RUN.sub("", cell).strip() for cell in _between(line, borders)])
            going_on[len(blocks) - 1] = [
                column for column, left in enumerate(borders[:-1]) if line[left + 1 : left + 2] not in ("-", "=")
            ]
    blocks = [block for block in blocks if block]
    end = at + len(drawn)
    if header_blocks or all(len(block) == 1 for block in blocks):
        rows = [[" ".join(filter(None, cell)) for cell in zip(*block, strict=True)] for block in blocks]
        for number, columns in going_on.items():
            for column in columns if header_blocks < number < len(rows) else ():
                rows[number][column] = rows[number][column] or rows[number - 1][column]
        return _Drawn(rows, header_blocks or None, end) if rows else None
    # Programs of databases set a rule below the header and after the last row only.
    return _Drawn([row for block in blocks for row in block], len(blocks[0]) if len(blocks) > 1 else None, end)


def _crossings(line: str) -> Iterator[int]:
    """Where a rule of a grid crosses a border."""
    return (match.start() for match in _CROSSING.finditer(line))


def _between(line: str, borders: Sequence[int]) -> list[str]:
    """The cells of a line; a value over several columns counts for each of them."""
    cells: list[str] = []
    starts = [at for at, left in enumerate(borders[:-1]) if not at or line[left : left + 1] in ("|", "+")]
    for start, end in pairwise([*starts, len(borders) - 1]):
        cells += over_columns(line[borders[start] + 1 : borders[end]].strip(" |+"), end - start, at=start)
    return cells


def _simple(lines: Sequence[str], at: int) -> _Drawn | None:
    columns = _columns(lines[at])
    rules: list[int] = [0]  # how many rows stand above each rule
    rows: list[list[str]] = []
    for number, line in enumerate(lines[at + 1 : at + _MOST_LINES], at + 1):
        if _SIMPLE_RULE.fullmatch(line):
            rules.append(len(rows))
            below = lines[number + 1].strip() if number + 1 < len(lines) else ""
            if len(rules) == 3 or not below:
                return _Drawn(rows, rules[1] if len(rules) == 3 else 0, number + 1) if rows else None
        elif line.strip() and not _DASHES.fullmatch(line):
            _add(rows, _cells(line, columns))
    return None


def _between_bars(lines: Sequence[str], at: int) -> _Drawn | None:
    width = lines[at].count("+")
    rows = [lines[at - 1].split("|")]
    for line in lines[at + 1 : at + _MOST_LINES]:
        if line.count("|") != width:
            break
        rows.append(line.split("|"))
    cells = [[cell.strip() for cell in row] for row in rows]
    is_table = len(rows) > 1 and len(rows[0]) == width + 1
    return _Drawn(cells, 1, at + len(rows), has_names_above=True) if is_table else None


def _in_frame(lines: Sequence[str], at: int) -> _Drawn | None:
    rows: list[list[str]] = []
    header_rows: int | None = None
    end = at + 1
    for line in lines[at + 1 : at + _MOST_LINES]:
        if _FULL_RULE.fullmatch(line.strip()):
            header_rows = len(rows) if header_rows is None else header_rows
        elif _BARRED.fullmatch(line) and (not rows or line.count("|") == len(rows[0]) + 1):
            rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
        else:
            break
        end += 1
    is_table = len(rows) > 1 and len(rows[0]) > 1
    return _Drawn(rows, header_rows if header_rows and header_rows < len(rows) else None, end) if is_table else None


def _below_dashes(lines: Sequence[str], at: int) -> _Drawn | None:
    columns = _columns(lines[at])
    rows = [_cells(lines[at - 1], columns)]
    end = at + 1
    for line in lines[at + 1 : at + _MOST_LINES]:
        if not line.strip() or _DASHES.fullmatch(line):
            break
        rows.append(_cells(line, columns))
        end += 1
    # Two words over two words may be a heading of prose.
    is_table = len(rows) > 1 and sum(all(row) for row in rows) >= len(rows) / 2
    last = end + (end < len(lines) and bool(lines[end].strip()))
    return _Drawn(rows, 1, last, has_names_above=True) if is_table else None


def _columns(rule: str) -> list[int]:
    return [run.start() for run in _RUN.finditer(rule)]


def _cells(line: str, columns: Sequence[int]) -> list[str]:
    return [line[left:right].strip() for left, right in _bounds(columns)]


def _bounds(columns: Sequence[int]) -> Iterator[tuple[int, int | None]]:
    yield from pairwise(columns)
    yield columns[-1], None


def _add(rows: list[list[str]], cells: list[str]) -> None:
    """Add a row; one with an empty first cell goes on with the row above."""
    if not cells[0] and rows:
        rows[-1] = [f"{above} {below}".strip() for above, below in zip(rows[-1], cells, strict=True)]
    else:
        rows.append(cells)
