"""The tables of rich text: a cell reaches over the columns that end before its right edge, and over rows below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field

from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

_MARK = lazy_regex(
    r"\\(?:(?P<begin>trowd)|(?P<below>clvmrg)|cellx(?P<edge>-?\d{1,7})|(?P<cell>cell)|(?P<end>row)|(?P<par>par))(?![a-z])"
)
# Edges so near to each other, in twentieths of a point, are those of one column.
_SAME_EDGE = 60
_MOST_SPAN = 60
# Written at the end of a cell: once for each further column, and once for a cell that goes on from the row above.
_FURTHER, _FROM_ABOVE = "\ue101", "\ue102"


@dataclass(slots=True)
class _Row:
    edges: list[int] = field(default_factory=list[int])
    below: list[bool] = field(default_factory=list[bool])
    cells: list[int] = field(default_factory=list[int])
    """Where each cell ends in the file."""


def with_marked_cells(raw: str) -> str:
    """The file with signs in the cells that reach over columns or rows; `marked_rows` reads them."""
    if "\\trowd" not in raw:
        return raw
    pieces: list[str] = []
    at = 0
    for place, signs in _signs(raw):
        pieces += [raw[at:place], *(f"\\u{ord(sign)}?" for sign in signs)]
        at = place
    return "".join([*pieces, raw[at:]])


def marked_rows(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The rows with as many cells as columns; a cell that goes on from the row above has its text."""
    found: list[list[str]] = []
    for row in rows:
        line: list[str] = []
        for cell in row:
            text = cell.replace(_FURTHER, "").replace(_FROM_ABOVE, "").strip()
            if _FROM_ABOVE in cell and found and len(line) < len(found[-1]):
                text = found[-1][len(line)]
            line += [text, *[""] * cell.count(_FURTHER)]
        found.append(line)
    return found


def _signs(raw: str) -> Iterator[tuple[int, str]]:
    for table in _tables(raw):
        edges: list[int] = []
        for edge in sorted({edge for row in table for edge in row.edges}):
            if not edges or edge - edges[-1] > _SAME_EDGE:
                edges.append(edge)
        for row in table:
            before = -1_000_000
            for edge, is_below, place in zip(row.edges, row.below, row.cells, strict=True):
                reached = sum(before + _SAME_EDGE < other <= edge for other in edges)
                yield place, _FURTHER * min(reached - 1, _MOST_SPAN) + _FROM_ABOVE * is_below
                before = edge


def _tables(raw: str) -> Iterator[list[_Row]]:
    """The rows of each table, without those whose cells the file does not describe; text between two ends a table."""
    rows: list[_Row] = []
    row: _Row | None = None
    is_below = False
    for mark in _MARK.finditer(raw):
        match mark.lastgroup:
            case "begin":
                row = _Row(cells=row.cells if row is not None else [])
            case "below":
                is_below = True
            case "edge" if row is not None:
                row.edges.append(int(mark["edge"]))
                row.below.append(is_below)
                is_below = False
            case "cell" if row is not None:
                row.cells.append(mark.start())
            case "end" if row is not None:
                if len(row.cells) == len(row.edges):
                    rows.append(row)
                row = None
            case "par" if row is None and rows:
                yield rows
                rows = []
            case _:
                pass
    yield rows
