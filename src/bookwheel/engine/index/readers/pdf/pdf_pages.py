"""The text of each page of a PDF: tables as rows, form fields with their values, the notes of reviewers at its end."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Protocol, cast

import pypdfium2
import pypdfium2.raw as pdfium

from bookwheel.engine.index.readers.pdf.pdf_fields import Handle, notes_of, placed
from bookwheel.engine.index.readers.pdf.pdf_layout import Box, CharBoxes, Lines, Rule, segments_of
from bookwheel.engine.index.readers.pdf.pdf_raised import raised_figures, with_carets
from bookwheel.engine.index.readers.pdf.pdf_tables import NamedColumns, page_text
from bookwheel.engine.index.readers.pdf.pdf_title import drawn_title
from bookwheel.engine.index.readers.reader import OnFraction

_MOST_DRAWN = 5_000
_SAMPLED_CHARACTERS = 40
# A line of a table is at most so thick and at least so high, in points.
_THICKEST, _LEAST_RULE = 3.0, 6.0


# The part of pypdfium2 used here; its own annotations are incomplete.
class _TextPage(Protocol):
    raw: Handle

    def get_text_range(self) -> str: ...
    def count_chars(self) -> int: ...
    def close(self) -> None: ...


class _PdfPage(Protocol):
    raw: Handle

    def get_textpage(self) -> _TextPage: ...
    def close(self) -> None: ...


class _Form(Protocol):
    raw: Handle


class Pages(Protocol):
    """An opened document of pypdfium2, as far as its pages are concerned."""

    formenv: _Form | None

    def __len__(self) -> int: ...
    def __getitem__(self, index: int) -> object: ...
    def init_forms(self) -> None: ...


class PageTexts:
    """The texts of all pages in order.

    Afterwards `empty_fields` is the number of form fields without a value, and `drawn_title` what stands at the head
    of the first page in larger letters than its text.
    """

    def __init__(self, pdf: Pages, on_fraction: OnFraction) -> None:
        self._pdf = pdf
        self._on_fraction = on_fraction
        self.empty_fields = 0
        self.drawn_title: str | None = None
        self._table_above: NamedColumns | None = None

    def __iter__(self) -> Iterator[str]:
        self._pdf.init_forms()
        form = self._pdf.formenv.raw if self._pdf.formenv is not None else None
        for number in range(len(self._pdf)):
            self._on_fraction(number / len(self._pdf))
            try:
                page = cast("_PdfPage", self._pdf[number])
                yield self._text(page, form, is_first=number == 0)
                page.close()
            except pypdfium2.PdfiumError:
                yield ""  # a broken page; the reader fails when all are broken

    def _text(self, page: _PdfPage, form: Handle | None, *, is_first: bool) -> str:
        text_page = _text_page(page)
        raw = text_page.get_text_range()
        # Where some characters have no text, an index in one is not an index in the other.
        units = _units_before(raw)
        is_aligned = units[-1] == text_page.count_chars()
        turned = _TextDirection(_quarters(text_page.raw, units))
        boxes = _boxes(text_page.raw, units, turned)
        if is_aligned and (raised := list(raised_figures(raw, boxes))):
            raw, boxes = with_carets(raw, boxes, raised)
        lines = _lines(page.raw, turned) if is_aligned else Lines()
        segments = segments_of(raw, boxes, lines.upright) if is_aligned else []
        if is_first and is_aligned:
            self.drawn_title = drawn_title(raw, boxes)
        beside = notes_of(page.raw, form)
        # The fields of a form stand where the page has them, not where its turned text would be read.
        values, alone = placed(beside.fields, [] if turned.quarters else segments)
        self.empty_fields += sum(not field.value for field in beside.fields)
        read = page_text(raw, segments, values, self._table_above, lines)
        self._table_above = read.at_end
        text_page.close()
        return "\n".join([read.text, *alone, *beside.notes])


class _TextDirection:
    """Turns boxes of a page, so that text drawn turned by `quarters` of a circle runs from left to right in them."""

    def __init__(self, quarters: int) -> None:
        self.quarters = quarters

    def __call__(self, box: Box) -> Box:
        left, bottom, right, top = box
        match self.quarters:
            case 1:  # it runs upwards
                return bottom, -right, top, -left
            case 2:
                return -right, -top, -left, -bottom
            case 3:
                return -top, left, -bottom, right
            case _:
                return box


def _text_page(page: _PdfPage) -> _TextPage:
    """The text of a page, in the order of its lines as they were written.

    Where a page is shown turned and its text was not written for that, pdfium would order the lines by what is shown.
    """
    text_page = page.get_textpage()
    # pypdfium2 gives these functions no types.
    if cast("int", pdfium.FPDFPage_GetRotation(page.raw)):  # pyright: ignore[reportUnknownMemberType]
        raw = text_page.get_text_range()
        # A page without text may be a scan, which is recognised as it is shown.
        if raw.strip() and not _quarters(text_page.raw, _units_before(raw)):
            text_page.close()
            pdfium.FPDFPage_SetRotation(page.raw, 0)  # pyright: ignore[reportUnknownMemberType]
            return page.get_textpage()
    return text_page


def _quarters(text_page: Handle, units: Sequence[int]) -> int:
    """By how many quarters of a circle most of the page's characters are turned, against the clock."""
    step = max(1, (len(units) - 1) // _SAMPLED_CHARACTERS)
    angles = (_angle(text_page, units[index]) for index in range(0, len(units) - 1, step))
    counted = Counter(round(-angle / (math.pi / 2)) % 4 for angle in angles if angle != -1)
    return counted.most_common(1)[0][0] if counted else 0


def _angle(text_page: Handle, index: int) -> float:
    # pypdfium2 gives this function no types. Clockwise, in radians; -1 where it is not known.
    return cast("float", pdfium.FPDFText_GetCharAngle(text_page, index))  # pyright: ignore[reportUnknownMemberType]


def _lines(page: Handle, turned: _TextDirection) -> Lines:
    """The lines of a page, and the sides of its frames."""
    upright: list[Rule] = []
    level: list[Rule] = []
    values = tuple(ctypes.c_float() for _ in range(4))
    targets = tuple(map(ctypes.byref, values))
    # pypdfium2 gives these functions no types.
    count = cast("int", pdfium.FPDFPage_CountObjects(page))  # pyright: ignore[reportUnknownMemberType]
    for index in range(min(count, _MOST_DRAWN)):
        drawn = cast("Handle", pdfium.FPDFPage_GetObject(page, index))  # pyright: ignore[reportUnknownMemberType]
        if pdfium.FPDFPageObj_GetType(drawn) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        if pdfium.FPDFPageObj_GetBounds(drawn, *targets):
            left, bottom, right, top = turned(cast("Box", tuple(value.value for value in values)))
            if top - bottom >= _LEAST_RULE:
                sides = (left, right) if right - left > _THICKEST else (left,)
                upright += [(side, bottom, top) for side in sides]
            elif top - bottom <= _THICKEST and right - left >= _LEAST_RULE:
                level.append(((top + bottom) / 2, left, right))
    return Lines(sorted(upright), sorted(level))


def _units_before(text: str) -> Sequence[int]:
    """How many units of UTF-16, by which pdfium counts, stand before each character, and in all."""
    if text.isascii() or max(text) <= "\uffff":
        return range(len(text) + 1)
    return list(accumulate((1 + (character > "\uffff") for character in text), initial=0))


def _boxes(text_page: Handle, units: Sequence[int], turned: _TextDirection) -> CharBoxes:
    rectangle = pdfium.FS_RECTF()
    target = ctypes.byref(rectangle)

    def box(index: int) -> tuple[float, float, float, float] | None:
        if not pdfium.FPDFText_GetLooseCharBox(text_page, units[index], target):
            return None
        return turned((rectangle.left, rectangle.bottom, rectangle.right, rectangle.top))

    return box
