"""The text of a PDF page with its tables as rows and its columns of text one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median
from types import MappingProxyType
from typing import NamedTuple

from bookwheel.engine.index.readers.pdf.pdf_heads import is_group_row, joined_heads, with_middle_labels
from bookwheel.engine.index.readers.pdf.pdf_layout import (
    Lines,
    Words,
    cells_of,
    columns_of,
    runs,
    visual_rows,
)
from bookwheel.engine.index.readers.tables.column_names import LABEL_AND_VALUE, is_number
from bookwheel.engine.index.readers.tables.table_lines import AcrossAll, found_names, table_lines
from bookwheel.lazy_regex import lazy_regex

NO_LINES = Lines()
NO_VALUES: Mapping[int, str] = MappingProxyType({})

# Segments of this many characters on average are lines of running text, not cells.
_PROSE = 24
_FEWEST_ROWS = 2
_FEWEST_WOVEN_ROWS = 4
# So many rows show where the columns below a header stand.
_NEAR_ROWS = 8
_MOST_SECTION_LINES = 3
# A table goes on from page to page where so few rows stand between it and the edges of the two pages.
_MOST_AT_EDGE = 3
# Where a table begins so many distances of rows below the rows above it, these are not its rows.
_WIDE_DISTANCE = 2.2
# A row at the edge of a run of rows is a line of the page where it stands so many distances of rows away, also nearer
# where it is of a browser or counts the pages: "https://…  1/3".
_FAR_EDGE, _NEAR_EDGE, _FEWEST_WITH_EDGE = 4.0, 1.5, 4
_RUNNING = lazy_regex(
    r"(?i)https?://|file:///|\A(?:page |seite |p\. ?|s\. ?|página |pagina )?\d{1,4} ?(?:/|of|von|sur|de|di) ?\d{1,4}\Z"
    r"|\A\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}:\d\d"
)
_LONGEST_SECTION = 90
_SHORT_CELL = 20
_LONGEST_HEAD_LINE = 50
_LABELLED = lazy_regex(r"[^\W\d_][\w .-]{1,24}: ?\S")
# The next line of a cell is at most so many heights below.
_NEXT_LINE = 1.5
_CLEARLY = 0.9


class NamedColumns(NamedTuple):
    """The names of the columns of a table, and where these stand from left to right, in points."""

    names: Sequence[str]
    spans: Sequence[tuple[float, float]]


class ReadPage(NamedTuple):
    """The text of a page, and the columns of a table that goes on to the end of the page."""

    text: str
    at_end: NamedColumns | None = None


def page_text(
    text: str,
    segments: Sequence[Words],
    values: Mapping[int, str] = NO_VALUES,
    above: NamedColumns | None = None,
    drawn_lines: Lines = NO_LINES,
) -> ReadPage:
    """The page's text, given as it was drawn, with each table as lines that name their columns.

    A table at the top of the page that names no columns goes on with those of `above`, the end of the page before.

    The `drawn_lines` of the page show how far a name over several columns reaches.

    `segments` are those of the text; `values` are the lines that label form fields, with their values. A table is
    found by the positions of its cells, whether drawn row by row or column by column. Two columns of text that were
    drawn line by line are put one after the other; columns drawn one after the other stay.
    """
    lines: list[str | None] = [values.get(number, line) for number, line in enumerate(text.split("\n"))]
    rows = with_middle_labels(visual_rows(segments))
    written: dict[int, list[str]] = {}
    at_end: NamedColumns | None = None
    for block in (part for whole in _blocks(rows, drawn_lines) for part in _parts(whole)):
        carried = above if rows.index(block[0]) < _MOST_AT_EDGE else None
        table = _replacement(block, carried, drawn_lines) if len(block) >= _FEWEST_ROWS else None
        if table is None:
            continue
        drawn = {segment.line for row in block for segment in row}
        if drawn & values.keys() or any(segment.line in drawn and not _is_in(segment, block) for segment in segments):
            continue  # a line is partly outside: its words would be lost or doubled
        for number in drawn:
            lines[number] = None
        written[min(drawn)] = table.lines
        if rows.index(block[-1]) >= len(rows) - _MOST_AT_EDGE:
            at_end = table.columns
    return ReadPage(
        "\n".join(
            line for number, kept in enumerate(lines) for line in written.get(number, [] if kept is None else [kept])
        ),
        at_end,
    )


class _ReadTable(NamedTuple):
    lines: list[str]
    columns: NamedColumns | None = None


def _blocks(rows: Sequence[list[Words]], drawn: Lines) -> list[list[list[Words]]]:
    """The runs of rows with several segments; a few short lines amid them, sections of a table, do not end a run."""
    blocks: list[list[list[Words]]] = []
    between: list[list[Words]] = []
    at = 0
    for several, group in runs(rows):
        below = rows[at : at + _NEAR_ROWS]
        at += len(group)
        if not several:
            while blocks and group and _hangs(group[0], blocks[-1]):
                blocks[-1].append(group[0])
                group = group[1:]
            between = group
        elif between and is_group_row(between[-1], below, drawn):
            blocks.append([between[-1], *group])
        elif blocks and _are_sections(blocks[-1], between, group):
            blocks[-1].extend([*between, *group])
        else:
            blocks.append(group)
    return blocks


def _hangs(line: Sequence[Words], above: Sequence[Sequence[Words]]) -> bool:
    """Whether a line alone goes on with a cell of the last row above, which is not the first of the row."""
    wide = [row for row in above if len(row) > 1]
    columns = columns_of(wide)
    is_near = above[-1][0].middle - line[0].middle < _NEXT_LINE * line[0].height
    if not is_near or len(columns) < 2 or isinstance(_cells(line, columns), AcrossAll):
        return False
    return not _is_prose(wide) and _is_table([cells_of(row, columns) for row in wide])


def _are_sections(
    above: Sequence[Sequence[Words]],
    between: Sequence[Sequence[Words]],
    below: Sequence[Sequence[Words]],
) -> bool:
    if len(between) > _MOST_SECTION_LINES or any(len(row[0].text) > _LONGEST_SECTION for row in between):
        return False
    lines = [above[-1], *between, below[0]]
    if any(upper[0].middle - lower[0].middle > 2.5 * upper[0].height for upper, lower in pairwise(lines)):
        return False
    columns = columns_of(below)
    last = next(row for row in reversed(above) if len(row) > 1)
    aligned = sum(any(left < segment.right and segment.left < right for left, right in columns) for segment in last)
    return len(columns) > 1 and aligned >= len(last) - 1 and abs(len(last) - len(columns)) <= 1


def _is_in(segment: Words, block: Sequence[Sequence[Words]]) -> bool:
    return block[-1][0].bottom - 1 <= segment.middle <= block[0][0].top + 1


def _parts(block: list[list[Words]]) -> list[list[list[Words]]]:
    """The block, or what stands above a table and the table: its columns differ and have names of their own."""
    distances = [above[0].middle - below[0].middle for above, below in pairwise(block)]
    if len(distances) < _FEWEST_ROWS:
        return [block]
    usual = median(distances)
    if len(block) >= _FEWEST_WITH_EDGE and _is_running(block[0], distances[0] / usual):
        return [block[:1], *_parts(block[1:])]
    if len(block) >= _FEWEST_WITH_EDGE and _is_running(block[-1], distances[-1] / usual):
        return [*_parts(block[:-1]), block[-1:]]
    for number, distance in enumerate(distances, 1):
        if distance < _WIDE_DISTANCE * usual:
            continue
        above, below = block[:number], block[number:]
        columns = columns_of(below)
        if (
            sum(len(row) > 1 for row in below) < _FEWEST_ROWS
            or len(columns) < 2
            or _are_aligned(columns, columns_of(above))
        ):
            continue
        if found_names([cells_of(row, columns) for row in below]):
            return [above, *_parts(below)]
    return [block]


def _is_running(row: Sequence[Words], distance: float) -> bool:
    """Whether a row at the edge, so many usual distances away, is the head or the foot of the page."""
    is_marked = any(_RUNNING.search(words.text) for words in row)
    return distance >= (_NEAR_EDGE if is_marked else _FAR_EDGE)


def _are_aligned(first: Sequence[tuple[float, float]], second: Sequence[tuple[float, float]]) -> bool:
    return len(first) == len(second) and all(
        left < other_right and other_left < right
        for (left, right), (other_left, other_right) in zip(first, second, strict=True)
    )


def _replacement(block: Sequence[list[Words]], above: NamedColumns | None, drawn: Lines) -> _ReadTable | None:
    """The lines that stand for the block; None where it stays as it was drawn."""
    columns = columns_of([row for row in block if len(row) > 1])
    if len(columns) < 2:
        return None
    cells = [_cells(row, columns) for row in block]
    if _are_labelled_lines(cells, len(columns)):
        return _ReadTable(list(_side_by_side(cells)))
    if _is_prose(block) or _reads_on(cells, len(columns)):
        unwoven = _unwoven(block, cells, len(columns))
        return None if unwoven is None else _ReadTable(unwoven)
    if not _is_table(cells):
        return None
    if names := joined_heads(block, cells, columns, drawn):
        rows = _continued(block[2:], cells[2:])
        return _ReadTable(list(table_lines([names, *rows], header_rows=1)), NamedColumns(names, columns))
    rows = _continued(block, cells)
    names = found_names(rows)
    if not names and above is not None and _are_aligned(columns, above.spans):
        return _ReadTable(list(table_lines([above.names, *rows], header_rows=1)), NamedColumns(above.names, columns))
    return _ReadTable(list(table_lines(rows)), NamedColumns(names, columns) if names else None)


def _cells(row: Sequence[Words], columns: Sequence[tuple[float, float]]) -> list[str]:
    """The cells of a row; a line alone is a title or section, unless it stands in one column that is not the first."""
    cells = cells_of(row, columns)
    is_of_one = not cells[0] and sum(map(bool, cells)) == 1 and len(row[0].text) > 1
    return cells if len(row) > 1 or is_of_one else AcrossAll([row[0].text])


def _is_prose(block: Sequence[Sequence[Words]]) -> bool:
    texts = [segment.text for row in block for segment in row]
    numbers = sum(map(is_number, texts))
    return sum(map(len, texts)) > _PROSE * len(texts) and numbers < len(texts) * 0.2


def _reads_on(cells: Sequence[Sequence[str]], width: int) -> bool:
    """Whether narrow columns hold sentences: a line ends one, and most lines go on in small letters below."""
    for column in range(width):
        lines = [row[column] for row in cells if column < len(row) and row[column]]
        goes_on = sum(below[0].islower() for below in lines[1:])
        ends = sum(line[-1] in ".!?" for line in lines)
        if len(lines) < _FEWEST_WOVEN_ROWS or not ends or goes_on < len(lines) / 2:
            return False
    return True


def _are_labelled_lines(cells: Sequence[Sequence[str]], width: int) -> bool:
    """Whether lines that name their values ("Date: 3 May") stand beside others, as at the head of an invoice."""
    if width != LABEL_AND_VALUE:
        return False
    left = [row[0] for row in cells if row[0]]
    right = [row[1] for row in cells if len(row) == width and row[1]]
    labelled = sum(_LABELLED.match(line) is not None for line in right)
    is_short = all(len(line) <= _LONGEST_HEAD_LINE and any(map(str.isalnum, line)) for line in (*left, *right))
    return is_short and labelled >= _FEWEST_ROWS and 2 * labelled >= len(right)


def _side_by_side(cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines at the left, then those at the right, below the title that begins them: "INVOICE: Date: 3 May"."""
    yield from (row[0] for row in cells if row[0])
    yield ""
    right = [row[1] for row in cells if len(row) > 1 and row[1]]
    title = right[0] if len(cells[0]) > 1 and cells[0][1] and not _LABELLED.match(right[0]) else ""
    yield from (f"{title}: {line}" if title else line for line in (right[1:] if title else right))


def _unwoven(block: Sequence[Sequence[Words]], cells: Sequence[Sequence[str]], width: int) -> list[str] | None:
    woven = sum(len({segment.line for segment in row}) < len(row) for row in block)
    if width > 3 or woven < max(_FEWEST_WOVEN_ROWS, len(block) // 2):
        return None
    # A line across all columns has one cell.
    return [row[column] for column in range(width) for row in cells if column < len(row) and row[column]]


def _is_table(cells: Sequence[Sequence[str]]) -> bool:
    """Whether a column below the first row holds numbers, or the rows are many and their cells short."""
    cells = [row for row in cells if not isinstance(row, AcrossAll)]
    body = cells[1:]
    for column in range(1, max(map(len, cells))):
        filled = [row[column] for row in body if row[column]]
        if filled and sum(map(_has_figure, filled)) >= len(filled) * 0.6:
            return True
    if len(cells) <= _FEWEST_ROWS:
        return False
    return sum(1 for row in cells if all(row)) >= len(cells) * 0.6 or _is_plan(cells)


def _is_plan(cells: Sequence[Sequence[str]]) -> bool:
    """Whether short words stand below names and beside labels, some places empty: who is on duty when."""
    filled = [cell for row in cells for cell in row if cell]
    # The column of labels needs no name.
    is_framed = len(cells[0]) > 2 and all(cells[0][1:]) and all(row[0] for row in cells[1:])
    is_short = sum(map(len, filled)) <= _SHORT_CELL * len(filled)
    return is_framed and is_short and 2 * len(filled) >= sum(map(len, cells))


def _has_figure(cell: str) -> bool:
    return any(map(str.isdecimal, cell)) and len(cell) < 20


def _continued(block: Sequence[Sequence[Words]], cells: list[list[str]]) -> list[list[str]]:
    """The rows with wrapped cells joined: a line without a label, much nearer to another one than rows are apart.

    It belongs to the nearer of the rows above and below: the other cells stand at the top, the bottom or the middle.
    """
    gaps = [above[0].middle - below[0].middle for above, below in pairwise(block)]
    near = 0.8 * max(gaps, default=0.0)
    owner = list(range(len(cells)))
    for first, last in _runs_of_parts(cells, gaps, near):
        has_above = first > 0 and not isinstance(cells[first - 1], AcrossAll)
        above = gaps[first - 1] if has_above else near
        below = gaps[last] if last < len(gaps) and not isinstance(cells[last + 1], AcrossAll) else near
        if min(above, below) < near:
            # Lines are seldom exactly as far apart as they seem.
            whole = last + 1 if below < _CLEARLY * above or not has_above else owner[first - 1]
            owner[first : last + 1] = [whole] * (last + 1 - first)
    rows: dict[int, list[str]] = {}
    for place, row in zip(owner, cells, strict=True):
        known = rows.get(place)
        rows[place] = row if known is None else [f"{one} {two}".strip() for one, two in zip(known, row, strict=True)]
    return list(rows.values())


def _runs_of_parts(cells: Sequence[Sequence[str]], gaps: Sequence[float], near: float) -> Iterator[tuple[int, int]]:
    """The first and last of lines without a label that follow each other within the distance of lines of one cell."""
    first: int | None = None
    for at, row in enumerate(cells):
        if _is_part(row):
            first = at if first is None else first
            if at < len(gaps) and gaps[at] < near and _is_part(cells[at + 1]):
                continue
            yield first, at
        first = None


def _is_part(row: Sequence[str]) -> bool:
    return not isinstance(row, AcrossAll) and not row[0] and not any(map(is_number, row))
