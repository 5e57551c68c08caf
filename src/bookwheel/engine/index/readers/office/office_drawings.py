"""What an office file draws beside its text: the words of diagrams, the values of charts, notes on cells.

The markup is that of ISO/IEC 29500-1 (DrawingML), sections 21.2 (charts) and 21.4 (diagrams).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from posixpath import basename, dirname, join, normpath
from xml.etree.ElementTree import Element

from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.tables.table_lines import table_lines
from bookwheel.engine.index.readers.xml_parts import parsed_xml

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MOST_DRAWINGS = 200
_MOST_NOTES = 5_000
_MOST_POINTS = 5_000


def drawn_text(archive: Archive, part: str) -> Iterator[str]:
    """The text of each diagram and chart that this part of the file shows: "word/document.xml"."""
    for kind, drawn in _related(archive, part, ("chart", "diagramData")):
        if text := (_chart if kind == "chart" else _diagram)(drawn):
            yield text


def cell_notes(archive: Archive, sheet: str) -> Iterator[str]:
    """The notes on the cells of a sheet, given by its part of the file: `Note at B2 by Ida: …`."""
    for _, root in _related(archive, sheet, ("comments",)):
        authors = ["".join(author.itertext()).strip() for author in root.iter(f"{_S}author")]
        for note in islice(root.iter(f"{_S}comment"), _MOST_NOTES):
            # A conversation is saved with a note in which Excel says that older programs cannot show it.
            text = " ".join("".join(part.text or "" for part in note.iter(f"{_S}t")).rpartition("Comment:")[2].split())
            number = note.get("authorId", "")
            author = authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""
            by = f" by {author}" if author and not author.startswith("tc=") else ""
            if text:
                yield f"Note at {note.get('ref', '')}{by}: {text}"


def text_boxes(archive: Archive, sheet: str) -> Iterator[str]:
    """The paragraphs of the shapes and text boxes over a sheet, given by its part of the file."""
    for _, root in _related(archive, sheet, ("drawing",)):
        yield from filter(None, (_words(paragraph) for paragraph in islice(root.iter(f"{_A}p"), _MOST_NOTES)))


def embedded_sheets(archive: Archive, part: str) -> list[tuple[str, bytes]]:
    """The workbooks that are inserted into this part of the file; those behind its charts belong to the charts."""
    named = ((name, data) for _, name, data in _related_parts(archive, part, ("package",)))
    return [(name, data) for name, data in named if name.lower().endswith((".xlsx", ".xlsm"))]


def inserted_parts(archive: Archive, part: str) -> list[tuple[str, bytes]]:
    """The pages, texts and documents of other formats that are inserted into this part of the file."""
    return [(name, data) for _, name, data in _related_parts(archive, part, ("aFChunk",))]


def _related(archive: Archive, part: str, kinds: Sequence[str]) -> Iterator[tuple[str, Element]]:
    """The parts of these kinds to which a part refers."""
    for kind, _, data in _related_parts(archive, part, kinds):
        yield kind, parsed_xml(data)


def _related_parts(archive: Archive, part: str, kinds: Sequence[str]) -> Iterator[tuple[str, str, bytes]]:
    """The kind, the name and the bytes of each of these parts."""
    data = archive.read(join(dirname(part), "_rels", f"{basename(part)}.rels"))
    relations = () if data is None else parsed_xml(data).iter(_RELATION)
    for relation in islice(relations, _MOST_DRAWINGS):
        kind, target = relation.get("Type", "").rpartition("/")[2], relation.get("Target", "")
        if kind in kinds:
            name = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target))
            if (found := archive.read(name)) is not None:
                yield kind, name, found


def _diagram(root: Element) -> str:
    return "\n".join(filter(None, (_words(paragraph) for paragraph in root.iter(f"{_A}p"))))


def _chart(root: Element) -> str:
    """The title, then a line a category with the value of each series."""
    title = root.find(f".//{_C}title")
    names: list[str] = []
    columns: list[dict[int, str]] = []
    labels: dict[int, str] = {}
    for series in root.iter(f"{_C}ser"):
        name = series.find(f"{_C}tx")
        names.append("" if name is None else " ".join(_points(name).values()))
        for kind in ("cat", "xVal"):
            if not labels and (found := series.find(f"{_C}{kind}")) is not None:
                labels = _points(found)
        values = next((found for kind in ("val", "yVal") if (found := series.find(f"{_C}{kind}")) is not None), None)
        columns.append({} if values is None else _points(values))
    places = sorted({*labels, *(place for column in columns for place in column)})[:_MOST_POINTS]
    rows = [[labels.get(place, ""), *(column.get(place, "") for column in columns)] for place in places]
    lines = table_lines([["", *names], *rows], header_rows=1)
    return "\n".join(filter(None, ["" if title is None else _words(title), *lines]))


def _points(element: Element) -> dict[int, str]:
    found: dict[int, str] = {}
    for point in element.iter(f"{_C}pt"):
        value, place = point.find(f"{_C}v"), point.get("idx", "")
        if value is not None and place.isdecimal():
            found[int(place)] = " ".join((value.text or "").split())
    return found


def _words(element: Element) -> str:
    return " ".join("".join(node.text or "" for node in element.iter(f"{_A}t")).split())
