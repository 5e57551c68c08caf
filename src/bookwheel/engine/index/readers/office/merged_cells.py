"""Merged cells of a sheet: the value stands in the first cell, and is meant for all rows that the cell reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from posixpath import join, normpath

from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.tables.table_lines import MOST_REPEATED, over_columns
from bookwheel.engine.index.readers.xml_parts import parsed_xml
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

_REF = lazy_regex(rb'<mergeCell\s[^>]{0,100}?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_MOST_MERGED = 20_000
_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(slots=True)
class MergedCells:
    """The merged cells of one sheet: rows count from 1, columns from 0."""

    last_row: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])
    last_column: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])
    _open: dict[int, tuple[int, str]] = field(default_factory=dict[int, tuple[int, str]])

    def repeated(self, number: int, texts: Sequence[str]) -> list[str]:
        """The row with the values of cells beside and above that reach into it; call it for each row in order."""
        filled = list(texts)
        opened: dict[int, tuple[int, str]] = {}
        for column, text in enumerate(texts):
            last, end = self.last_row.get((number, column), 0), self.last_column.get((number, column), column) + 1
            if text and end > column + 1 and not any(texts[column + 1 : end]):
                end = min(end, max(len(texts), column + MOST_REPEATED))  # a row ends with its last value
                filled[column:end] = over_columns(text, end - column, at=column)
            if text and last > number:
                opened |= {each: (last, filled[each]) for each in range(column, end) if filled[each]}
        for column, (last, text) in list(self._open.items()):
            if number > last:
                del self._open[column]
            elif any(texts) or column < len(filled):
                filled.extend([""] * (column + 1 - len(filled)))
                filled[column] = filled[column] or text
        self._open |= opened
        return filled

    def is_across(self, number: int, texts: Sequence[str]) -> bool:
        """Whether the row holds one text alone, in a cell that reaches over the columns beside it."""
        return bool(texts) and (number, 0) in self.last_column and bool(texts[0]) and not any(texts[1:])


def merged_cells(archive: Archive) -> dict[str, MergedCells]:
    """The merged cells of each sheet that has some, by the sheet's name."""
    found: dict[str, MergedCells] = {}
    for name, path in sheet_parts(archive):
        data = archive.read(path)
        if data is not None and b"<mergeCell " in data:
            found[name] = _merged(data)
    return found


def sheet_parts(archive: Archive) -> Iterator[tuple[str, str]]:
    """The name of each sheet, and that of its part in the file."""
    workbook, relations = archive.read("xl/workbook.xml"), archive.read("xl/_rels/workbook.xml.rels")
    if workbook is None or relations is None:
        return
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in parsed_xml(relations).iter(f"{_RELATIONS}Relationship")
    }
    for sheet in parsed_xml(workbook).iter(f"{_NAMESPACE}sheet"):
        target = targets.get(sheet.get(_ID), "")
        yield sheet.get("name", ""), target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))


def _merged(data: bytes) -> MergedCells:
    cells = MergedCells()
    for count, match in enumerate(_REF.finditer(data)):
        if count >= _MOST_MERGED:
            break
        first, last = int(match[2]), int(match[4])
        left, right = _column(match[1]), _column(match[3])
        if last > first:
            cells.last_row[first, left] = last
        if right > left:
            cells.last_column[first, left] = right
    return cells


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
