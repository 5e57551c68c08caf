"""What stands on a PDF page beside its text: the values of form fields, and the notes of reviewers."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias, cast

import pypdfium2.raw as pdfium

from bookwheel.engine.index.readers.pdf.pdf_layout import Words
from bookwheel.lazy_dataclass import dataclass

MOST_ANNOTATIONS = 10_000
_LONGEST_NOTE = 20_000
_CHECKED = "checked"
# The label at the right of a box begins within so many points.
_NEAR_BOX = 30.0
# A label without a colon beside another one has at most so many words; more are part of a sentence.
_LONGEST_PLAIN_LABEL = 2
_NOTE_KINDS = frozenset(
    {
        pdfium.FPDF_ANNOT_TEXT,
        pdfium.FPDF_ANNOT_FREETEXT,
        pdfium.FPDF_ANNOT_HIGHLIGHT,
        pdfium.FPDF_ANNOT_UNDERLINE,
        pdfium.FPDF_ANNOT_SQUIGGLY,
        pdfium.FPDF_ANNOT_STRIKEOUT,
        pdfium.FPDF_ANNOT_CARET,
        pdfium.FPDF_ANNOT_STAMP,
    }
)
_BOXES = frozenset({pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON})
_NO_VALUE = frozenset({pdfium.FPDF_FORMFIELD_PUSHBUTTON, pdfium.FPDF_FORMFIELD_SIGNATURE})

# A handle of pdfium: a page, an annotation or a form, which its own package types as an opaque pointer.
Handle: TypeAlias = object


@dataclass(frozen=True, slots=True)
class FormField:
    """A form field: its name, its value ("" when it has none), and its box in points."""

    name: str
    value: str
    left: float
    bottom: float
    right: float
    top: float
    is_box: bool = False
    """Whether it is a box to tick or one of several buttons; its label may stand at its right."""
    is_left_open: bool = False
    """Whether it is one of several buttons, and not the chosen one."""


@dataclass(frozen=True, slots=True)
class PageNotes:
    """The form fields of a page from its top to its bottom, and its notes in order."""

    fields: Sequence[FormField]
    notes: Sequence[str]


def notes_of(page: Handle, form: Handle | None) -> PageNotes:
    """The fields and notes of a page; `form` is the form of its document, None when it has none."""
    fields: list[FormField] = []
    notes: list[str] = []
    # pypdfium2 gives these two functions no types.
    count = cast("int", pdfium.FPDFPage_GetAnnotCount(page))  # pyright: ignore[reportUnknownMemberType]
    for index in range(min(count, MOST_ANNOTATIONS)):
        with _annotation(page, index) as annotation:
            kind = cast("int", pdfium.FPDFAnnot_GetSubtype(annotation))  # pyright: ignore[reportUnknownMemberType]
            if kind == pdfium.FPDF_ANNOT_WIDGET and form is not None:
                fields.extend(_field(annotation, form))
            elif kind in _NOTE_KINDS and (note := _note(annotation)):
                notes.append(note)
    return PageNotes(sorted(fields, key=lambda field: (-field.top, field.left)), notes)


def placed(fields: Sequence[FormField], segments: Sequence[Words]) -> tuple[dict[int, str], list[str]]:
    """The lines of text that label fields, with the value of each behind its label, and `name: value` of the others."""
    by_label: dict[int, list[str]] = {}
    alone: list[str] = []
    lines: dict[int, bool] = {}
    for field in fields:
        if not field.value:
            continue
        label = _label(field, segments)
        if label is None:
            if not field.is_left_open:
                alone.append(f"{field.name}: {field.value}" if field.name else field.value)
            continue
        is_beside = label.left >= field.right - 4
        if field.is_left_open and not is_beside:
            continue
        is_said = field.is_box and field.value.casefold() in label.text.casefold()
        lines[label.line] = lines.get(label.line, False) or field.is_box
        by_label.setdefault(id(label), []).append(_CHECKED if is_said else field.value)
    written = {
        line: _with_values([each for each in segments if each.line == line], by_label, has_boxes=has_boxes)
        for line, has_boxes in lines.items()
    }
    return written, alone


def _with_values(segments: Sequence[Words], by_label: dict[int, list[str]], *, has_boxes: bool) -> str:
    """A line with the values of its fields: labels side by side, boxes to tick, or a sentence with gaps."""
    are_labels = has_boxes or all(
        segment.text.endswith(":") or len(segment.text.split()) <= _LONGEST_PLAIN_LABEL for segment in segments
    )
    parts = (" ".join([segment.text, *by_label.get(id(segment), ())]) for segment in segments)
    return ("; " if are_labels else " ").join(parts)


@contextmanager
def _annotation(page: Handle, index: int) -> Generator[Handle]:
    annotation = pdfium.FPDFPage_GetAnnot(page, index)
    try:
        yield annotation
    finally:
        pdfium.FPDFPage_CloseAnnot(annotation)


def _field(annotation: Handle, form: Handle) -> Iterator[FormField]:
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    box = pdfium.FS_RECTF()
    if kind in _NO_VALUE or not pdfium.FPDFAnnot_GetRect(annotation, box):
        return
    name = _text(pdfium.FPDFAnnot_GetFormFieldAlternateName, form, annotation) or _text(
        pdfium.FPDFAnnot_GetFormFieldName, form, annotation
    )
    is_left_open = False
    if kind in _BOXES:
        is_checked = bool(pdfium.FPDFAnnot_IsChecked(form, annotation))
        is_left_open = kind == pdfium.FPDF_FORMFIELD_RADIOBUTTON and not is_checked
        is_chosen = kind == pdfium.FPDF_FORMFIELD_RADIOBUTTON and is_checked
        value = _choice(annotation, form) if is_chosen else ""
        value = value or (_CHECKED if is_checked else f"not {_CHECKED}")
    else:
        value = " ".join(_text(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation).split())
    yield FormField(name, value, box.left, box.bottom, box.right, box.top, kind in _BOXES, is_left_open)


def _choice(annotation: Handle, form: Handle) -> str:
    """What the chosen one of several buttons stands for, where that is a word."""
    value = _text(pdfium.FPDFAnnot_GetFormFieldExportValue, form, annotation).strip()
    return value if len(value) > 1 and value.isalpha() and value.casefold() not in ("yes", "on", "off") else ""


def _label(field: FormField, segments: Sequence[Words]) -> Words | None:
    """The text on the field's height that ends nearest to its left; a box to tick may have it at its right."""
    level = [segment for segment in segments if field.bottom - 2 <= segment.middle <= field.top + 2]
    before = [segment for segment in level if segment.right <= field.left + 4]
    nearest = max(before, key=lambda segment: segment.right, default=None)
    if field.is_box and (behind := [segment for segment in level if segment.left >= field.right - 4]):
        first = min(behind, key=lambda segment: segment.left)
        gap = first.left - field.right
        if gap < _NEAR_BOX and (nearest is None or gap < field.left - nearest.right):
            return first
    if nearest is not None:
        return nearest
    above = [
        segment
        for segment in segments
        if 0 <= segment.bottom - field.top < 1.5 * segment.height
        and segment.left < field.right
        and field.left - 4 < segment.right
    ]
    return min(above, key=lambda segment: segment.bottom) if above else None


def _note(annotation: Handle) -> str:
    contents = " ".join(_string(annotation, b"Contents")[:_LONGEST_NOTE].split())
    author = " ".join(_string(annotation, b"T").split())
    return f"Note by {author}: {contents}" if contents and author else f"Note: {contents}" if contents else ""


def _string(annotation: Handle, key: bytes) -> str:
    return _text(pdfium.FPDFAnnot_GetStringValue, annotation, key)


def _text(read: Callable[..., int], *arguments: object) -> str:
    """The UTF-16 text that a function of pdfium writes into a buffer, asked for its length first."""
    size = read(*arguments, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    read(*arguments, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
