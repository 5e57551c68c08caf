"""The tables of the passages found, as rows of named cells that can be compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.extractive.table_rows.cell_values import (
    Scale,
    amount_of,
    day_of,
    family_of,
    grade_of,
    is_yes,
    minutes_of,
    unit_in,
)
from bookwheel.engine.schema import MORE_ROWS
from bookwheel.engine.text.question_terms import content_terms
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

# The share of the cells of a column that must be values of one kind.
MOST_CELLS = 0.7
DATE, ENTRY = "Date", "Entry"
_DATED_LINE = lazy_regex(
    r"\W*(\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{1,2}\.? [^\W\d_]{3,9}\.? \d{4})(?:[ T]\d\d:\d\d\S*)?"
    r"[\s:,;–-]+(?=\S)"
)
FEWEST_ROWS = FEWEST_COLUMNS = 2
# In a few rows 0 and 1 may be any numbers.
FEWEST_FLAGS, _FLAGS = 6, frozenset("01")
# Blanks and line ends between two passages of a table.
BETWEEN_PASSAGES = 4


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row of a table: unit `at` of its passage, with a cell for each column."""

    passage: PassageView
    at: int
    cells: tuple[str, ...]

    @property
    def terms(self) -> frozenset[str]:
        """The terms of all cells, and of the short line over the rows."""
        texts = (*self.cells, self.passage.line_over(self.at))
        return frozenset[str]().union(*map(self.passage.terms_of, texts))


class _NamedCells(NamedTuple):
    passage: PassageView
    at: int
    cells: dict[str, str]


class FoundTable:
    """The rows of one table that are among the passages, in text order, and the names of its columns."""

    def __init__(self, names: tuple[str, ...], rows: list[FoundRow]) -> None:
        self.names = names
        self.rows = rows

    def column_terms(self, column: int) -> frozenset[str]:
        """The terms of a column's name."""
        return self.rows[0].passage.terms_of(self.names[column])

    @property
    def is_log(self) -> bool:
        """Whether the rows are lines that begin with a date."""
        return self.names == (DATE, ENTRY)

    @property
    def is_partial(self) -> bool:
        """Whether rows are known to be in passages that were not found: others, or those between."""
        passages = {row.passage.node.number: row.passage.node.node for row in self.rows}
        if any(MORE_ROWS in node.metadata for node in passages.values()):
            return True
        places = sorted((node.start_char_idx or 0, node.end_char_idx or 0) for node in passages.values())
        return any(0 < end < start - BETWEEN_PASSAGES for (_, end), (start, _) in pairwise(places))

    @cached_property
    def name_terms(self) -> frozenset[str]:
        """The terms of the names of all columns."""
        return frozenset[str]().union(*map(self.column_terms, range(len(self.names))))

    @cached_property
    def topic(self) -> frozenset[str]:
        """The terms of what the table is about: its headings, the file and its folder."""
        row = self.rows[0]
        return row.passage.title_terms | row.passage.heading_terms(row.at) | row.passage.folder_terms

    def asked_column_terms(self, column: int) -> frozenset[str]:
        """The terms that a question must have to name a column."""
        return frozenset(content_terms(self.names[column])) or self.column_terms(column)

    def values(self, column: int, scale: Scale) -> dict[int, float] | None:
        """The values of a column by row, on one scale; None unless most cells are values of one family on it."""
        unit = unit_in(self.names[column])
        found: dict[int, float] = {}
        families: set[str] = set()
        for at, row in enumerate(self.rows):
            cell = row.cells[column]
            value = amount_of(cell, unit) if scale == "amount" else _READERS[scale](cell)
            if value is None or (scale == "amount" and not _begins_with_value(cell)):
                continue
            if isinstance(value, tuple):
                families.add(value.family)
                found[at] = value.number
            else:
                found[at] = float(value)
        filled = sum(bool(row.cells[column].strip(" -–—")) for row in self.rows)
        is_enough = len(found) >= max(FEWEST_ROWS if len(self.rows) > 1 else 1, MOST_CELLS * filled)
        return found if is_enough and len(families) <= 1 else None

    def family(self, column: int) -> str:
        """The family of the units in a column: "mass" of "12 kg"; "" without one."""
        if family := family_of(unit_in(self.names[column])):
            return family
        found = {value.family for row in self.rows if (value := amount_of(row.cells[column])) is not None}
        return found.pop() if len(found) == 1 else ""

    def yes_or_no(self, column: int) -> list[bool] | None:
        """For each row whether the cell says yes; None unless all cells of the column say yes or no, or are 1 or 0."""
        cells = [row.cells[column].strip() for row in self.rows]
        if len(cells) >= FEWEST_FLAGS and frozenset(cells) == _FLAGS:
            return [cell == "1" for cell in cells]
        answers = [answer for answer in map(is_yes, cells) if answer is not None]
        return answers if len(answers) == len(cells) and any(cells) else None


_READERS: dict[Scale, Callable[[str], float | None]] = {"day": day_of, "time": minutes_of, "grade": grade_of}
_BEFORE_VALUE = ("from ", "ab ", "about ", "ca. ", "approx. ", "à partir de ", "desde ", "da ", "up to ", "bis ")


def tables_of(passages: Sequence[PassageView]) -> list[FoundTable]:
    """The tables of which at least two rows are among the passages; a table that goes on in the next one is one."""
    found: dict[tuple[str, str], list[_NamedCells]] = {}
    for passage in sorted(passages, key=lambda one: (one.document, one.node.node.start_char_idx or 0)):
        for at, unit in enumerate(passage.units):
            named = _cells_of(passage, at)
            if len(named) >= FEWEST_COLUMNS and any(named.values()):
                heading = unit.heading or passage.heading
                found.setdefault((passage.document, heading), []).append(_NamedCells(passage, at, named))
    return [table for rows in found.values() for table in _tables_in(rows)]


def _cells_of(passage: PassageView, at: int) -> dict[str, str]:
    """The cells of a row by the names of their columns; of a line that begins with a date, the date and the rest."""
    kind, text = passage.units[at].kind, passage.texts[at]
    if kind == "row":
        cells = [line.partition(": ") for line in passage.labelled(at).split("\n")]
        return {name.strip().removesuffix(":"): cell.strip() for name, _, cell in cells}
    dated = _DATED_LINE.match(text) if kind in ("line", "item", "sentence") else None
    return {DATE: dated[1], ENTRY: text[dated.end() :]} if dated else {}


def _tables_in(rows: list[_NamedCells]) -> list[FoundTable]:
    """The tables of one heading: a row whose names are some of another's has empty cells for the others."""
    by_names: dict[tuple[str, ...], list[_NamedCells]] = {}
    for names in sorted({tuple(row.cells) for row in rows}, key=len, reverse=True):
        whole = next((other for other in by_names if set(names) <= set(other)), names)
        by_names.setdefault(whole, []).extend(row for row in rows if tuple(row.cells) == names)
    return [
        FoundTable(
            names,
            [FoundRow(row.passage, row.at, tuple(row.cells.get(name, "") for name in names)) for row in _sorted(found)],
        )
        for names, found in by_names.items()
        if len(found) >= FEWEST_ROWS
    ]


def _sorted(rows: list[_NamedCells]) -> list[_NamedCells]:
    return sorted(rows, key=lambda row: (row.passage.node.node.start_char_idx or 0, row.at))


def _begins_with_value(cell: str) -> bool:
    text = cell.strip().casefold()
    for before in _BEFORE_VALUE:
        text = text.removeprefix(before)
    return text[:1].isdigit() or text[:1] in "€$£-"
