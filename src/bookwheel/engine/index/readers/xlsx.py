"""Workbooks (XLSX): each sheet under its name, one line for each row, each value with the header of its column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol, TypeAlias, cast

from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.office import library, opened
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.table_lines import table_lines
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError

# A few bytes can declare a sheet of 17 billion cells.
MOST_CELLS = 20_000_000

_Value: TypeAlias = "str | bool | int | float | datetime | date | time | timedelta | None"


# The part of openpyxl used here; it has no annotations.
class _Sheet(Protocol):
    title: str

    def reset_dimensions(self) -> None: ...
    def iter_rows(self, *, values_only: bool) -> Iterable[Sequence[_Value]]: ...


class _Workbook(Protocol):
    worksheets: Sequence[_Sheet]

    def close(self) -> None: ...


def read(source: Source) -> Document:
    """The rows of all sheets, formulas by the value that was saved with them."""
    with library("XLSX"):
        from openpyxl import load_workbook

        file, properties = opened(source)
        # See the protocols above.
        workbook = cast("_Workbook", load_workbook(file, read_only=True, data_only=True, keep_links=False))
        composer = Composer()
        for number, sheet in enumerate(workbook.worksheets):
            source.on_fraction(number / len(workbook.worksheets))
            rows = table_lines(_rows(sheet))
            if (first := next(rows, None)) is not None:
                composer.heading(1, sheet.title)
                composer.line(first)
                for row in rows:
                    composer.line(row)
        workbook.close()
    return composer.document(source, title=properties.title, author=properties.author, date=properties.date)


def _rows(sheet: _Sheet) -> Iterator[Sequence[str]]:
    sheet.reset_dimensions()  # the declared size of a sheet may be wrong
    cells = 0
    for row in sheet.iter_rows(values_only=True):
        cells += len(row) + 1
        if cells > MOST_CELLS:
            raise DocumentError(f"a sheet has more than {MOST_CELLS:,} cells")
        yield [_written(value) for value in row]


def _written(value: _Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime():
            return value.isoformat(" ").removesuffix(" 00:00:00")
        case _:
            return str(value)
