"""Tables as rows: columns without a grid, or `Header: value` lists where they are wider than the page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from rich.style import Style

from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.counted import more
from bookwheel.tui.rows.inline_runs import inline_runs
from bookwheel.tui.rows.look import Look
from bookwheel.tui.rows.row_text import BLANK, Row, Run, row, wrap_runs
from bookwheel.tui.rows.signs import Signs
from bookwheel.tui.rows.wrapping import cells

if TYPE_CHECKING:
    from markdown_it.token import Token

MAX_ROWS = 400
MAX_COLUMNS = 24
GAP = 2
MAX_KEPT = 4_000
"""Cells, and lines, that are kept as they were laid out: a table that grows is drawn again with each piece."""

Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class _Cell:
    runs: tuple[Run, ...]
    width: int
    align: Align


class _TableLayout:
    """The cells and lines of tables in one look."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._cells: dict[tuple[str, Align, bool, frozenset[int]], _Cell] = {}
        self._lines: dict[tuple[tuple[_Cell, ...], tuple[int, ...]], list[Row]] = {}

    def cell(self, content: str, align: Align, cited: frozenset[int], *, is_header: bool) -> _Cell:
        key = (content, align, is_header, cited)
        if (cell := self._cells.get(key)) is None:
            if len(self._cells) >= MAX_KEPT:
                self._cells.clear()
            style = self._look.strong if is_header else self._look.text
            cell = self._cells[key] = _cell(content, align, self._look, style, cited)
        return cell

    def line(self, line: tuple[_Cell, ...], widths: tuple[int, ...]) -> list[Row]:
        if (rows := self._lines.get((line, widths))) is None:
            if len(self._lines) >= MAX_KEPT:
                self._lines.clear()
            rows = self._lines[line, widths] = _line(line, widths)
        return rows


@lru_cache(maxsize=4)
def _layout_in(look: Look, _signs: Signs) -> _TableLayout:
    """Looks with other signs are equal."""
    return _TableLayout(look)


def table_rows(tokens: Sequence[Token], width: int, look: Look, cited: Collection[int]) -> list[Row]:
    """The rows of a table, given the tokens inside it; more than `MAX_ROWS` are counted, not shown."""
    contents = _contents(tokens)
    if not contents:
        return []
    header, *body = contents
    shown = body[:MAX_ROWS]
    kept, numbers = _layout_in(look, look.signs), frozenset(cited)
    table = [
        tuple(kept.cell(content, align, numbers, is_header=not number) for content, align in line[:MAX_COLUMNS])
        for number, line in enumerate((header, *shown))
    ]
    widths = tuple(max(line[column].width for line in table) for column in range(len(table[0])))
    fits = sum(widths) + GAP * (len(widths) - 1) <= width
    rows = _columns(table, widths, kept, look) if fits else _lists(table, width, look)
    return rows + _left_out(len(body) - len(shown), len(header) - len(widths), look)


def _contents(tokens: Sequence[Token]) -> list[list[tuple[str, Align]]]:
    """The source of each cell, line by line; every line has as many cells as the first."""
    lines: list[list[tuple[str, Align]]] = []
    align: Align = "left"
    for token in tokens:
        if token.type == "tr_open":
            lines.append([])
        elif token.type in {"th_open", "td_open"}:
            align = _align(str(token.attrs.get("style", "")))
        elif token.type == "inline":
            lines[-1].append((token.content, align))
    return lines


def _align(style: str) -> Align:
    match style.removeprefix("text-align:"):
        case "right":
            return "right"
        case "center":
            return "center"
        case _:
            return "left"


def _cell(content: str, align: Align, look: Look, style: Style, cited: Collection[int]) -> _Cell:
    runs = inline_runs(content, look, base=style, cited=cited)
    lines = "".join(text for text, _ in runs).split("\n")
    return _Cell(tuple(runs), max(map(cells, lines)), align)


def _columns(table: Sequence[tuple[_Cell, ...]], widths: tuple[int, ...], kept: _TableLayout, look: Look) -> list[Row]:
    header, *body = table
    rule = (" " * GAP).join(look.signs.line * max(width, 1) for width in widths)
    rows = [*kept.line(header, widths), row((rule, look.faint))]
    for line in body:
        rows += kept.line(line, widths)
    return rows


def _line(line: Sequence[_Cell], widths: Sequence[int]) -> list[Row]:
    """One line of the table: as many rows as its tallest cell has."""
    columns = [wrap_runs(cell.runs, max(width, 1)) for cell, width in zip(line, widths, strict=True)]
    rows: list[Row] = []
    for number in range(max(map(len, columns))):
        runs: list[Run] = []
        for cell, width, column in zip(line, widths, columns, strict=True):
            part = column[number] if number < len(column) else []
            runs += [*_aligned(part, width, cell.align), (" " * GAP, Style.null())]
        rows.append(row(*runs[:-1]))
    return rows


def _aligned(runs: list[Run], width: int, align: Align) -> list[Run]:
    room = width - sum(cells(text) for text, _ in runs)
    before = {"left": 0, "right": room, "center": room // 2}[align]
    return [(" " * before, Style.null()), *runs, (" " * (room - before), Style.null())]


def _lists(table: Sequence[Sequence[_Cell]], width: int, look: Look) -> list[Row]:
    """Each line as a list of `Header: value`."""
    header, *body = table
    rows: list[Row] = []
    for line in body:
        if rows:
            rows.append(BLANK)
        for name, cell in zip(header, line, strict=True):
            if not cell.width:
                continue
            label: list[Run] = [*name.runs, (": ", look.muted)] if name.width else []
            rows += [row(*part) for part in wrap_runs([*label, *cell.runs], width)]
    return rows or [row(*part) for part in wrap_runs(_joined(header), width)]


def _joined(header: Sequence[_Cell]) -> list[Run]:
    return [run for cell in header for run in [*cell.runs, (" " * GAP, Style.null())]]


def _left_out(rows: int, columns: int, look: Look) -> list[Row]:
    parts = [more(count, name) for count, name in ((rows, "row"), (columns, "column")) if count > 0]
    return [row((f"{look.signs.ellipsis} {', '.join(parts)}", look.muted))] if parts else []
