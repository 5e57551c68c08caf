"""Tables of a page as rows of cells: which tables hold data, where their header ends, and what merged cells repeat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING

from bookwheel.engine.index.readers.tables.table_lines import AcrossAll, over_columns, repeat_from_above, table_lines

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

# Tables with these inside are a page's layout, not data.
_LAYOUT = "h1, h2, h3, h4, h5, h6, pre, blockquote"
# In a table of data that holds tables, a cell beside one is a label of at most so many characters.
_LONGEST_LABEL = 80
_MOST_INNER = 500
_LONGEST_CELL = 2_000
_MOST_SPAN = 1_000
_MOST_CELLS = 2_000_000
_CELLS = ("td", "th")
_GRID = "[role=table], [role=grid], [role=treegrid]"
_GRID_CELL = "[role=cell], [role=gridcell], [role=columnheader], [role=rowheader]"
_MOST_GRIDS = 500
_ROW_GROUPS = ("thead", "tbody", "tfoot")
_INNER = "\ue000"  # stands around the number of a table inside a cell, while its row is written
_BREAKS = frozenset({"br", "p", "div", "li"})


def take_tables(tree: LexborHTMLParser) -> dict[int, list[str]]:
    """The lines of each table of data, by the `mem_id` of its first row, which stays in the tree without its cells."""
    found: dict[int, list[str]] = {}
    consumed = set[int]()
    for table in tree.css("table"):
        if table.mem_id in consumed or table.css_first(_LAYOUT) is not None:
            continue
        lines = _lines_of(table)
        if lines is None:
            continue
        consumed.update(inner.mem_id for inner in table.css("table"))
        rows = _rows_of(table)
        found[rows[0].mem_id] = lines
        for cell in [node for node in rows[0].iter() if node.tag in _CELLS]:
            cell.decompose()
        for row in rows[1:]:
            row.decompose()
    _take_grids(tree, found)
    return found


def _take_grids(tree: LexborHTMLParser, found: dict[int, list[str]]) -> None:
    """The tables that are made of other elements and marked as such for programs that read a page aloud."""
    for grid in tree.css(_GRID)[:_MOST_GRIDS]:
        rows = grid.css("[role=row]")
        if grid.css_first("table") is not None or len(grid.css(_GRID)) > 1 or not rows:
            continue
        cells = [row.css(_GRID_CELL) for row in rows]
        header = next((number for number, row in enumerate(cells) if not all(map(_is_name, row))), 0)
        lines = [[_text(cell) for cell in row] for row in cells]
        if not _is_data(lines):
            continue
        found[rows[0].mem_id] = list(table_lines(lines, header_rows=header or None))
        for child in list(rows[0].iter(include_text=True)):
            child.decompose()
        for row in rows[1:]:
            row.decompose()


def _is_name(cell: LexborNode) -> bool:
    return cell.attributes.get("role") == "columnheader"


def _lines_of(table: LexborNode) -> list[str] | None:
    """The lines of a table of data; None for one that is a page's layout."""
    rows = _rows_of(table)
    inner = [node for node in table.css("table") if node.mem_id != table.mem_id]
    if inner:
        return _lines_with_inner(table, rows) if len(inner) <= _MOST_INNER else None
    grid, header_rows = _grid(rows)
    if not _is_data(grid):
        return None
    tags = [[cell.tag for cell in row.iter() if cell.tag in _CELLS] for row in rows]
    # A box of labels and values may have titles across both.
    if ["th", "td"] in tags and all(row == ["th", "td"] or len(row) < 2 for row in tags):
        return list(_labelled_values(zip(tags, grid, strict=True)))
    return list(table_lines(grid, header_rows=header_rows))


def _labelled_values(rows: Iterable[tuple[Sequence[str], Sequence[str]]]) -> Iterator[str]:
    """The rows of a box (its tags, its cells) as `label: value`, after the title over them."""
    title, alone = "", ""  # a title over no values is a line of its own
    for tags, cells in rows:
        if len(tags) < 2:
            if alone:
                yield alone
            title = alone = cells[0] if cells else title
        elif any(cells):
            yield "; ".join(filter(None, [title, ": ".join(filter(None, cells))]))
            alone = ""
    if alone:
        yield alone


def _rows_of(table: LexborNode) -> list[LexborNode]:
    """The table's own rows, without those of tables in its cells."""
    found: list[LexborNode] = []
    for child in table.iter():
        if child.tag == "tr":
            found.append(child)
        elif child.tag in _ROW_GROUPS:
            found += [row for row in child.iter() if row.tag == "tr"]
    return found


def _lines_with_inner(table: LexborNode, rows: list[LexborNode]) -> list[str] | None:
    """The rows of a table whose cells hold tables: each row inside a cell begins with the labels of its outer row.

    Only where each row with an inner table has a label beside it, and no inner table holds another: else the tables
    are a page's layout.
    """
    if table.attributes.get("role") in ("presentation", "none"):
        return None
    cells = [[node for node in row.iter() if node.tag in _CELLS] for row in rows]
    held = [[cell.css("table") for cell in row] for row in cells]
    if any(len(inner) > 1 for row in held for inner in row):
        return None
    labelled = [any(_is_label(cell) for cell in row) for row in cells]
    if not all(is_labelled for is_labelled, row in zip(labelled, held, strict=True) if any(row)):
        return None
    read = [_lines_of(inner[0]) for row in held for inner in row if inner]
    inside = [lines for lines in read if lines is not None]
    if len(inside) < len(read):
        return None
    numbers = count()
    grid = [[_text_around(cell, numbers) for cell in row] for row in cells]
    first = 0 if any(held[0]) else None  # a row with a table inside is not a header
    return [line for row in table_lines(grid, header_rows=first) for line in _with_inner(row, inside)]


def _is_label(cell: LexborNode) -> bool:
    return cell.css_first("table, a") is None and 0 < len(_text(cell)) <= _LONGEST_LABEL


def _text_around(cell: LexborNode, numbers: Iterator[int]) -> str:
    """The text of a cell, the table inside it taken out and replaced by its number."""
    inner = cell.css_first("table")
    if inner is None:
        return _text(cell)
    inner.decompose()
    return f"{_text(cell)}{_INNER}{next(numbers)}{_INNER}"


def _with_inner(line: str, inside: list[list[str]]) -> list[str]:
    """The lines that stand for one outer row: `Depot: North; Stock; Item: Bolt; Qty: 40`."""
    held = [int(number) for number in line.split(_INNER)[1::2]]
    if not held:
        return [line]
    labels = [part for part in line.split("; ") if _INNER not in part]
    beside = [part.split(_INNER)[0].rstrip(": ") for part in line.split("; ") if _INNER in part]
    return [
        "; ".join(filter(None, [*labels, name, row]))
        for name, number in zip(beside, held, strict=False)
        for row in inside[number]
    ]


def _is_data(grid: list[list[str]]) -> bool:
    if len(grid) < 2 or max(map(len, grid)) < 2:
        return False
    return all(len(cell) <= _LONGEST_CELL for row in grid for cell in row)


def _grid(rows: list[LexborNode]) -> tuple[list[list[str]], int | None]:
    """The rows, and how many of them are marked as the header; a merged cell is repeated where it reaches."""
    grid: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}
    header_rows, cells = 0, 0
    merged = _merged_header(rows[0]) if rows else 0
    for number, row in enumerate(rows):
        own = [node for node in row.iter() if node.tag in _CELLS]
        in_head = number < merged or (row.parent is not None and row.parent.tag == "thead")
        # A name alone below the first row is that of a group of rows.
        names = in_head or (bool(own) and all(node.tag == "th" for node in own) and not (grid and len(own) == 1))
        grid.append(_cells(own, below, names=names))
        cells += len(grid[-1])
        if cells > _MOST_CELLS:
            break
        if names and header_rows == len(grid) - 1:
            header_rows += 1
    return grid, header_rows if 0 < header_rows < len(grid) else None


def _merged_header(row: LexborNode) -> int:
    """How many rows the header has whose first row joins columns beside a cell that reaches down; 0 for others."""
    own = [node for node in row.iter() if node.tag in _CELLS]
    down = max((_span(node, "rowspan") for node in own), default=1)
    return down if down > 1 and any(_span(node, "colspan") > 1 for node in own) else 0


def _cells(own: list[LexborNode], below: dict[int, tuple[int, str]], *, names: bool) -> list[str]:
    """One row. `below` holds, for a column, how many more rows a cell above reaches into, and its text."""
    line: list[str] = []
    for node in own:
        repeat_from_above(line, below)
        text = _text(node)
        down, across = _span(node, "rowspan"), _span(node, "colspan")
        for value in over_columns(text, across, at=len(line), is_name=names):
            if down > 1:
                below[len(line)] = (down - 1, value)
            line.append(value)
    repeat_from_above(line, below)
    is_across = len(own) == 1 < len(line) == _span(own[0], "colspan") and not names
    return AcrossAll(line[:1]) if is_across else line


def _text(cell: LexborNode) -> str:
    pieces: list[str] = []
    for node in cell.traverse(include_text=True):
        if node.tag == "-text":
            pieces.append(node.text_content or "")
        elif node.tag in _BREAKS:
            pieces.append(" ")
    return " ".join("".join(pieces).split())


def _span(node: LexborNode, name: str) -> int:
    value = (node.attributes.get(name) or "1").strip()
    return max(1, min(int(value), _MOST_SPAN)) if value.isascii() and value.isdecimal() and len(value) < 6 else 1
