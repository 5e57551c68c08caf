"""OpenDocument spreadsheets (ODS): each sheet under its name, one line for each row, as the cells are shown."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bookwheel.engine.index.readers.about import add_remarks, cell_errors_remark, is_cell_error
from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.office.office import formulas_without_result
from bookwheel.engine.index.readers.office.open_document import (
    OFFICE,
    TABLE,
    TEXT,
    body_of,
    comments_of,
    count_of,
    members_of,
    properties_of,
)
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.tables.table_lines import AcrossAll, over_columns, table_lines
from bookwheel.engine.index.readers.xml_parts import text_of
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError

# Repeated cells and rows are written once with a count that may be a million.
_MOST_REPEATED = 1_000
_MOST_CELLS = 2_000_000
_CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")


def read(source: Source) -> Document:
    """The rows of all sheets; a formula gives the result that was saved with it."""
    members = members_of(source.data)
    book = body_of(members, "spreadsheet")
    composer = Composer()
    sheets = list(book.iter(f"{TABLE}table"))
    unknown = 0
    errors: list[str] = []
    for number, sheet in enumerate(sheets):
        source.on_fraction(number / len(sheets))
        lines = list(table_lines(_rows(sheet)))
        if lines:
            composer.heading(1, sheet.get(f"{TABLE}name", ""))
            for line in lines:
                composer.line(line)
        for comment in comments_of(sheet):
            composer.line(comment)
        for cell in sheet.iter(_CELLS[0]):
            text = _text(cell)
            unknown += bool(cell.get(f"{TABLE}formula")) and not text
            if is_cell_error(text):
                errors.append(text)
    properties = properties_of(members)
    document = composer.document(source, title=properties.title, author=properties.author, date=properties.date)
    if unknown:
        add_remarks(document.metadata, [formulas_without_result(unknown)])
    add_remarks(document.metadata, cell_errors_remark(errors))
    return document


def _rows(sheet: Element) -> Iterator[list[str]]:
    reaching: dict[int, tuple[int, str]] = {}
    cells = 0
    for row in sheet.iter(f"{TABLE}table-row"):
        line: list[str] = []
        beside: list[str] = []  # what the last merged cell puts into the columns that it covers
        spans = 0
        for cell in row:
            if cell.tag not in _CELLS:
                continue
            text = _text(cell)
            column = len(line)
            rows, across = count_of(cell, "number-rows-spanned"), count_of(cell, "number-columns-spanned")
            spans = max(spans, across)
            if text:
                beside = over_columns(text, min(across, _MOST_REPEATED), at=column)[1:]
                reaching |= {column + over: (rows - 1, one) for over, one in enumerate([text, *beside]) if rows > 1}
            elif beside and cell.tag == _CELLS[1]:
                covered = min(count_of(cell, "number-columns-repeated"), len(beside))
                line.extend(beside[:covered])
                del beside[:covered]
                continue
            elif not text and column in reaching:
                left, text = reaching.pop(column)
                if left > 1:
                    reaching[column] = (left - 1, text)
            line.extend([text] * min(count_of(cell, "number-columns-repeated"), _MOST_REPEATED))
        cells += len(line)
        if cells > _MOST_CELLS:
            raise DocumentError(f"a sheet has more than {_MOST_CELLS:,} cells")
        across = spans > 1 and bool(line) and bool(line[0]) and not any(line[1:])
        times = min(count_of(row, "number-rows-repeated"), _MOST_REPEATED) if any(line) else 1
        for _ in range(times):
            yield AcrossAll(line[:1]) if across else line


def _text(cell: Element) -> str:
    # A comment on the cell has paragraphs too, one level below.
    shown = " ".join(text_of(paragraph) for paragraph in cell.findall(f"{TEXT}p"))
    return shown or cell.get(f"{OFFICE}string-value") or cell.get(f"{OFFICE}value", "")
