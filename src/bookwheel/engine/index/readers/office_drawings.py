"""What an office file draws beside its text: the words of diagrams, the values of charts, and pictures as a count.

The markup is that of ISO/IEC 29500-1 (DrawingML), sections 21.2 (charts) and 21.4 (diagrams).
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath
from xml.etree.ElementTree import Element

from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.table_lines import table_lines
from bookwheel.engine.index.readers.xml_parts import parsed_xml

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MOST_DRAWINGS = 200
_MOST_POINTS = 5_000
# With fewer characters of text for each picture the pictures may be what the document says.
_LITTLE_TEXT = 200


def drawn_text(archive: Archive, part: str) -> Iterator[str]:
    """The text of each diagram and chart that this part of the file shows: "word/document.xml"."""
    data = archive.read(join(dirname(part), "_rels", f"{basename(part)}.rels"))
    if data is None:
        return
    for count, relation in enumerate(parsed_xml(data).iter(_RELATION)):
        kind = relation.get("Type", "").rpartition("/")[2]
        if count >= _MOST_DRAWINGS or kind not in ("chart", "diagramData"):
            continue
        target = relation.get("Target", "")
        drawn = archive.read(target.lstrip("/") if target.startswith("/") else normpath(join(dirname(part), target)))
        if drawn is not None and (text := (_chart if kind == "chart" else _diagram)(parsed_xml(drawn))):
            yield text


def pictures_remark(pictures: int, text_length: int) -> list[str]:
    """The remark on pictures where there is little text beside them; else none: a letterhead is not missed."""
    if not pictures or text_length >= pictures * _LITTLE_TEXT:
        return []
    count = "one picture is" if pictures == 1 else f"{pictures:,} pictures are"
    return [f"{count} not read, and there is little text beside {'it' if pictures == 1 else 'them'}"]


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
