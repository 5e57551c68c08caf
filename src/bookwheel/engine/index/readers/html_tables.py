"""Tables of a page as rows of cells: which tables hold data, where their header ends, and what merged cells repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookwheel.engine.index.readers.table_lines import AcrossAll, table_lines

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

# Tables with these inside are a page's layout, not data.
_LAYOUT = "table, h1, h2, h3, h4, h5, h6, pre, blockquote"
_LONGEST_CELL = 2_000
_MOST_SPAN = 1_000
_MOST_CELLS = 2_000_000
_CELLS = ("td", "th")
_BREAKS = frozenset({"br", "p", "div", "li"})


def take_tables(tree: LexborHTMLParser) -> dict[int, list[str]]:
    """The lines of each table of data, by the `mem_id` of its first row, which stays in the tree without its cells."""
    found: dict[int, list[str]] = {}
    for table in tree.css("table"):
        if any(node.mem_id != table.mem_id for node in table.css(_LAYOUT)):
            continue
        rows = table.css("tr")
        grid, header_rows = _grid(rows)
        if not _is_data(grid):
            continue
        if all([cell.tag for cell in row.iter() if cell.tag in _CELLS] == ["th", "td"] for row in rows):
            found[rows[0].mem_id] = [": ".join(filter(None, cells)) for cells in grid if any(cells)]
        else:
            found[rows[0].mem_id] = list(table_lines(grid, header_rows=header_rows))
        for cell in rows[0].css("td, th"):
            cell.decompose()
        for row in rows[1:]:
            row.decompose()
    return found


def _is_data(grid: list[list[str]]) -> bool:
    if len(grid) < 2 or max(map(len, grid)) < 2:
        return False
    return all(len(cell) <= _LONGEST_CELL for row in grid for cell in row)


def _grid(rows: list[LexborNode]) -> tuple[list[list[str]], int | None]:
    """The rows, and how many of them are marked as the header; a merged cell is repeated where it reaches."""
    grid: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}
    header_rows, cells = 0, 0
    for row in rows:
        own = [node for node in row.iter() if node.tag in _CELLS]
        in_head = row.parent is not None and row.parent.tag == "thead"
        names = in_head or (bool(own) and all(node.tag == "th" for node in own))
        grid.append(_cells(own, below, names=names))
        cells += len(grid[-1])
        if cells > _MOST_CELLS:
            break
        if names and header_rows == len(grid) - 1:
            header_rows += 1
    return grid, header_rows if 0 < header_rows < len(grid) else None


def _cells(own: list[LexborNode], below: dict[int, tuple[int, str]], *, names: bool) -> list[str]:
    """One row. `below` holds, for a column, how many more rows a cell above reaches into, and its text."""
    line: list[str] = []
    for node in own:
        _repeat_from_above(line, below)
        text = _text(node)
        down, across = _span(node, "rowspan"), _span(node, "colspan")
        for number in range(across):
            # A name reaches over its columns; a value stands once.
            value = text if names or number == 0 else ""
            if down > 1:
                below[len(line)] = (down - 1, value)
            line.append(value)
    _repeat_from_above(line, below)
    is_across = len(own) == 1 < len(line) == _span(own[0], "colspan") and not names
    return AcrossAll(line[:1]) if is_across else line


def _repeat_from_above(line: list[str], below: dict[int, tuple[int, str]]) -> None:
    while len(line) in below:
        rows, text = below.pop(len(line))
        if rows > 1:
            below[len(line)] = (rows - 1, text)
        line.append(text)


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
