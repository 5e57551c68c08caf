"""Workbooks (XLSX): each sheet under its name, one line for each row, each value with the name of its column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from typing import Protocol, TypeAlias, cast

from bookwheel.engine.index.readers.about import add_remarks, cell_errors_remark, is_cell_error
from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.office.cell_formats import shown_number
from bookwheel.engine.index.readers.office.date_formats import shown_date
from bookwheel.engine.index.readers.office.merged_cells import MergedCells, merged_cells, sheet_parts
from bookwheel.engine.index.readers.office.office import formulas_without_result, library, opened
from bookwheel.engine.index.readers.office.office_drawings import cell_notes, text_boxes
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.tables.table_lines import AcrossAll, table_lines
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError

# A few bytes can declare a sheet of 17 billion cells.
MOST_CELLS = 20_000_000

# How a formula ends whose result was not saved: the program that wrote the file did not calculate.
_NO_RESULT = (b"</f></c>", b"</f><v/>", b"</f><v />", b"</f><v></v>")

_Value: TypeAlias = "str | bool | int | float | datetime | date | time | timedelta | None"


# The part of openpyxl used here; it has no annotations.
class _SheetCell(Protocol):
    @property
    def value(self) -> _Value: ...
    @property
    def number_format(self) -> str: ...


class _Sheet(Protocol):
    title: str

    def reset_dimensions(self) -> None: ...
    def iter_rows(self) -> Iterable[Sequence[_SheetCell]]: ...


class _Workbook(Protocol):
    worksheets: Sequence[_Sheet]

    def close(self) -> None: ...


def read(source: Source) -> Document:
    """The rows of all sheets, numbers as their formats show them.

    A formula gives the result that was saved with it; one without gives itself, and a remark says how many there are.
    """
    with library("XLSX"):
        from openpyxl import load_workbook

        archive = Archive(source.data)
        file, properties = opened(archive)
        # As the protocols above say.
        workbook = cast("_Workbook", load_workbook(file, read_only=True, data_only=True, keep_links=False))
        formulas: _Workbook | None = None
        if any(mark in data for data in archive.parts("xl/worksheets/") for mark in _NO_RESULT):
            formulas = cast("_Workbook", load_workbook(file, read_only=True, data_only=False, keep_links=False))
        composer = Composer()
        unknown = 0
        errors: list[str] = []
        merged, parts = merged_cells(archive), dict(sheet_parts(archive))
        for number, sheet in enumerate(workbook.worksheets):
            source.on_fraction(number / len(workbook.worksheets))
            rows = _Rows(sheet, formulas.worksheets[number] if formulas else None, merged.get(sheet.title))
            lines = table_lines(rows)
            if (first := next(lines, None)) is not None:
                composer.heading(1, sheet.title)
                composer.line(first)
                for line in lines:
                    composer.line(line)
            part = parts.get(sheet.title, "")
            for line in (*text_boxes(archive, part), *cell_notes(archive, part)):
                composer.line(line)
            unknown += rows.without_result
            errors += rows.errors
        workbook.close()
        if formulas:
            formulas.close()
    document = composer.document(source, title=properties.title, author=properties.author, date=properties.date)
    if unknown:
        add_remarks(document.metadata, [formulas_without_result(unknown)])
    add_remarks(document.metadata, cell_errors_remark(errors))
    return document


class _Rows:
    """The rows of a sheet as text, merged cells repeated downwards; notes formulas without a result, and errors."""

    def __init__(self, sheet: _Sheet, formulas: _Sheet | None, merged: MergedCells | None) -> None:
        self._sheet = sheet
        self._formulas = formulas
        self._merged = merged or MergedCells()
        self.without_result = 0
        self.errors: list[str] = []

    def __iter__(self) -> Iterator[Sequence[str]]:
        cells = 0
        self._sheet.reset_dimensions()  # the size that a sheet declares may be wrong
        formula_rows: Iterable[Sequence[_SheetCell]] = ()
        if self._formulas:
            self._formulas.reset_dimensions()
            formula_rows = self._formulas.iter_rows()
        for number, (row, written) in enumerate(zip_longest(self._sheet.iter_rows(), formula_rows, fillvalue=()), 1):
            cells += len(row) + 1
            if cells > MOST_CELLS:
                raise DocumentError(f"a sheet has more than {MOST_CELLS:,} cells")
            texts = [self._text(cell, written[column] if written else None) for column, cell in enumerate(row)]
            filled = self._merged.repeated(number, texts)
            yield AcrossAll(filled[:1]) if self._merged.is_across(number, filled) else filled

    def _text(self, cell: _SheetCell, written: _SheetCell | None) -> str:
        value = cell.value
        if value is None and written is not None and isinstance(written.value, str) and written.value.startswith("="):
            self.without_result += 1
            return f"{written.value} (not calculated)"
        if isinstance(value, str) and is_cell_error(value):
            self.errors.append(value)
        return _shown(value, cell)


def _shown(value: _Value, cell: _SheetCell) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            # A format has no meaning where the cell has none, as for a value that the file only repeats.
            return shown_number(value, cell.number_format or "General")
        case str():
            return value
        case _:
            return shown_date(value, cell.number_format or "General")
