"""Presentations (PPTX): a slide is a page, under its title; tables row by row, the notes after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, cast

from bookwheel.engine.index.readers.about import pictures_remark
from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.office.office import library, opened
from bookwheel.engine.index.readers.office.office_drawings import drawn_text
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.tables.table_lines import over_columns, repeat_from_above, table_lines
from bookwheel.engine.schema import Document


# The part of python-pptx used here; its own annotations are incomplete.
class _Frame(Protocol):
    text: str


class _Placeholder(Protocol):
    type: object


class _SlideCell(Protocol):
    text: str
    is_spanned: bool
    span_width: int
    span_height: int


class _SlideTableRow(Protocol):
    cells: Iterable[_SlideCell]


class _Table(Protocol):
    rows: Iterable[_SlideTableRow]


class _Shape(Protocol):
    shape_id: int
    is_placeholder: bool
    placeholder_format: _Placeholder
    has_text_frame: bool
    text_frame: _Frame
    has_table: bool
    table: _Table


class _Shapes(Protocol):
    title: _Shape | None

    def __iter__(self) -> Iterator[_Shape]: ...


class _Notes(Protocol):
    notes_text_frame: _Frame | None


class _SlidePart(Protocol):
    partname: str


class _Slide(Protocol):
    part: _SlidePart
    shapes: _Shapes
    has_notes_slide: bool
    notes_slide: _Notes


class _Slides(Protocol):
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[_Slide]: ...


class _Presentation(Protocol):
    slides: _Slides


# Placeholders whose paragraphs are shown with bullets.
_CONTENT = ("OBJECT", "BODY")
_FEWEST_POINTS = 2
_LONGEST_POINT = 160


def read(source: Source) -> Document:
    """The text of all slides; slide 1 begins at `page_starts[0]`."""
    with library("PPTX"):
        from pptx import Presentation

        archive = Archive(source.data)
        file, properties = opened(archive)
        slides = cast("_Presentation", Presentation(file)).slides  # see the protocols above
        composer = Composer()
        empty = pictures = 0
        for number, slide in enumerate(slides):
            source.on_fraction(number / len(slides))
            composer.page()
            before = composer.length
            _write(composer, slide)
            for text in drawn_text(archive, slide.part.partname.lstrip("/")):
                composer.paragraph(text)
            empty += composer.length == before
            pictures += sum(1 for shape in _shapes(slide.shapes) if hasattr(shape, "image"))
    if empty:
        source.remarks.append(f"{empty:,} of {len(slides):,} slides hold no text (pictures?)")
    else:
        source.remarks.extend(pictures_remark(pictures, composer.length))
    return composer.document(
        source,
        title=properties.title or composer.first_heading,
        author=properties.author,
        date=properties.date,
    )


def _write(composer: Composer, slide: _Slide) -> None:
    title = slide.shapes.title
    if title is not None:
        composer.heading(1, title.text_frame.text)
    for shape in _shapes(slide.shapes):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if shape.has_text_frame:
            composer.paragraph(_points(shape))
        elif shape.has_table:
            composer.paragraph("\n".join(table_lines(_rows(shape.table))))
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None and notes.text.strip():
        composer.paragraph(f"Notes: {_lines(notes)}")


def _rows(table: _Table) -> Iterator[list[str]]:
    """The rows; a merged cell counts for each row that it reaches into, a value also for each column."""
    below: dict[int, tuple[int, str]] = {}
    for row in table.rows:
        line: list[str] = []
        for cell in row.cells:
            repeat_from_above(line, below)
            if cell.is_spanned:
                continue  # its merged cell has filled the column
            for text in over_columns(cell.text, cell.span_width, at=len(line)):
                if cell.span_height > 1:
                    below[len(line)] = (cell.span_height - 1, text)
                line.append(text)
        repeat_from_above(line, below)
        yield line


def _shapes(shapes: Iterable[_Shape]) -> Iterator[_Shape]:
    for shape in shapes:
        inner = cast("Iterable[_Shape] | None", getattr(shape, "shapes", None))  # only groups have it
        if inner is None:
            yield shape
        else:
            yield from _shapes(inner)


def _points(shape: _Shape) -> str:
    """The text of a shape; of the content of a slide, each paragraph as a point."""
    lines = _lines(shape.text_frame)
    points = [line for line in lines.split("\n") if line.strip()]
    is_content = shape.is_placeholder and str(shape.placeholder_format.type).partition(" ")[0] in _CONTENT
    if not is_content or len(points) < _FEWEST_POINTS or max(map(len, points)) > _LONGEST_POINT:
        return lines
    return "\n".join(f"- {point.strip()}" for point in points)


def _lines(frame: _Frame) -> str:
    # A vertical tab is a line break inside a paragraph.
    return frame.text.replace("\v", "\n")
