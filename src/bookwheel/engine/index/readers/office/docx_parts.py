"""Adds to the text the parts that the library for DOCX skips: fields, equations, text boxes, numbers, headers.

The markup is that of ISO/IEC 29500-1 (WordprocessingML).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.office.docx_equations import EQUATIONS, equation_text
from bookwheel.engine.index.readers.office.docx_fields import Fields
from bookwheel.engine.index.readers.office.docx_numbers import Numbering, W
from bookwheel.engine.index.readers.office.office_drawings import drawn_text, embedded_sheets, inserted_parts
from bookwheel.engine.index.readers.office.running_text import different_lines
from bookwheel.engine.index.readers.xml_parts import parsed_xml

_CHECKBOX = "{http://schemas.microsoft.com/office/word/2010/wordml}checkbox"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# A drawing without a copy for older programs is written by other programs than Word.
_BOXES = (f"{_MC}AlternateContent", f"{W}drawing")
_DOCUMENT = "word/document.xml"
# Elements that stand around runs and say nothing themselves.
_AROUND_RUNS = frozenset({f"{W}fldSimple", f"{W}smartTag", f"{W}customXml"})
_MOVED_AWAY = frozenset({f"{W}moveFrom"})
_PICTURES = (
    "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic",
    "{urn:schemas-microsoft-com:vml}imagedata",
)
_NOT_READ = (
    (f"{W}object", "an embedded object (a sheet, an older equation)", "embedded objects (sheets, older equations)"),
    (f"{W}altChunk", "a part inserted from another file", "parts inserted from other files"),
)
_MOST_HEADERS = 20
_WORD_ART = "{urn:schemas-microsoft-com:vml}textpath"
_WORDS = (f"{W}t", "{http://schemas.openxmlformats.org/officeDocument/2006/math}t")
_IN_LINE = {f"{W}tab": " ", f"{W}ptab": " ", f"{W}br": " ", f"{W}cr": " ", f"{W}noBreakHyphen": "-"}


class Completed(NamedTuple):
    """The main part of the document with all of its text, by its name in the archive; empty when it has none."""

    members: Mapping[str, bytes]
    pictures: int = 0
    remarks: Sequence[str] = ()
    inserted: Sequence[tuple[str, bytes]] = ()
    """The workbooks and the parts in other formats that are inserted into the text, by the names of their parts."""


def completed(archive: Archive) -> Completed:
    """The document with the text that the library would not find, and what is missing from it."""
    data = archive.read(_DOCUMENT)
    if data is None:
        return Completed({})
    root = parsed_xml(data)
    body = root.find(f"{W}body")
    if body is None:
        return Completed({})  # the strict form of the format has other names; the library reads it as it is
    if b"vanish" in data:
        _take_out_hidden(root)
    fields = Fields(root)
    pictures = _take_out_pictures(root)
    sheets, chunks = embedded_sheets(archive, _DOCUMENT), inserted_parts(archive, _DOCUMENT)
    remarks = [*fields.remarks(), *_not_read(root, len(sheets), len(chunks))]
    for tab in root.iter(f"{W}ptab"):
        tab.tag = f"{W}tab"
    _write_choices(root)
    _write_ruby(root)
    numbering = Numbering(archive)
    for parent in list(root.iter()):
        _complete(parent)
    for paragraph in root.iter(f"{W}p"):
        if number := numbering.next_number(paragraph):
            _insert_number(paragraph, number)
    _take_out_boxes(body)
    for position, text in enumerate(_once(archive, "word/header")):
        body.insert(position, _paragraph(text))
    drawn = (line for text in drawn_text(archive, _DOCUMENT) for line in text.split("\n"))
    shapes = (shape.get("string", "") for shape in root.iter(_WORD_ART))
    for text in [*shapes, *_once(archive, "word/footer"), *_comments(archive), *drawn]:
        body.append(_paragraph(text))
    members = {_DOCUMENT: tostring(root, encoding="utf-8", xml_declaration=True)}
    return Completed(members, pictures, remarks, [*chunks, *sheets])


def _take_out_hidden(root: Element) -> None:
    """Text that Word does not show: the entries of an index, remarks of a template."""
    hidden = [
        (above, run)
        for above in root.iter()
        for run in above
        if run.tag == f"{W}r" and (vanish := run.find(f"{W}rPr/{W}vanish")) is not None and _is_on(vanish)
    ]
    for above, run in hidden:
        above.remove(run)


def _is_on(switch: Element) -> bool:
    return switch.get(f"{W}val", "1") not in ("0", "false", "off")


def _take_out_pictures(root: Element) -> int:
    """How many there were. The library reads each from its part, which some programs leave out of the file."""
    holders = [(above, picture) for above in root.iter() for picture in above if picture.tag in _PICTURES]
    for above, picture in holders:
        above.remove(picture)
    return len(holders)


def _not_read(root: Element, sheets: int, chunks: int) -> Iterator[str]:
    for tag, one, many in _NOT_READ:
        count = sum(1 for _ in root.iter(tag)) - (sheets if tag == f"{W}object" else chunks)
        if count > 0:
            yield f"{one} is not read" if count == 1 else f"{count:,} {many} are not read"


def _write_choices(root: Element) -> None:
    """Boxes as signs: those of content controls hold one, those of older forms are given one, as are their lists."""
    for properties in root.iter(f"{W}sdtPr"):
        for box in properties.findall(_CHECKBOX):
            properties.remove(box)  # the library would leave its sign out
    for run in root.iter(f"{W}r"):
        box = run.find(f"{W}fldChar/{W}ffData/{W}checkBox")
        if box is not None:
            state = box.find(f"{W}checked")
            state = box.find(f"{W}default") if state is None else state
            is_checked = state is not None and _is_on(state)
            sign = Element(f"{W}t")
            sign.text = "☒" if is_checked else "☐"
            run.insert(0, sign)
        if (choice := run.find(f"{W}fldChar/{W}ffData/{W}ddList")) is not None:
            chosen = Element(f"{W}t")
            chosen.text = _chosen(choice)
            run.insert(0, chosen)


def _chosen(choice: Element) -> str:
    """The entry that a list of an older form shows: the first one unless it says otherwise."""
    entries = [entry.get(f"{W}val", "") for entry in choice.findall(f"{W}listEntry")]
    result = choice.find(f"{W}result")
    result = choice.find(f"{W}default") if result is None else result
    number = "0" if result is None else result.get(f"{W}val", "0")
    place = int(number) if number.isdecimal() and len(number) < 4 else 0
    return entries[place] if place < len(entries) else ""


def _write_ruby(root: Element) -> None:
    """Words with their reading above them: the words, without the reading."""
    if next(root.iter(f"{W}ruby"), None) is None:
        return
    for parent in list(root.iter()):
        for run in parent.findall(f"{W}r"):
            base = run.find(f"{W}ruby/{W}rubyBase")
            if base is not None:
                at = list(parent).index(run)
                parent[at : at + 1] = list(base)


def _complete(parent: Element) -> None:
    """Replace the children of `parent` that the library would drop by runs of their text."""
    if not any(child.tag in _AROUND_RUNS or child.tag in _MOVED_AWAY or child.tag in EQUATIONS for child in parent):
        return
    children: list[Element] = []
    for child in parent:
        if child.tag in _MOVED_AWAY:
            continue
        if child.tag in EQUATIONS:
            children.append(_run(equation_text(child).strip()))
        elif child.tag in _AROUND_RUNS:
            children.extend(inner for inner in child if not inner.tag.endswith("Pr"))
        else:
            children.append(child)
    for child in list(parent):
        parent.remove(child)
    parent.extend(children)
    _complete(parent)  # a field inside a field


def _insert_number(paragraph: Element, number: str) -> None:
    """Put the number into the text, and take the paragraph out of its list, which its style may name."""
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = Element(f"{W}pPr")
        paragraph.insert(0, properties)
    if (listed := properties.find(f"{W}numPr")) is not None:
        properties.remove(listed)
    none = SubElement(properties, f"{W}numPr")
    for name in ("ilvl", "numId"):  # list 0 is none; without a level the library asks the style
        SubElement(none, f"{W}{name}").set(f"{W}val", "0")
    paragraph.insert(1, _run(f"{number} "))


def _take_out_boxes(body: Element) -> None:
    """Put the paragraphs of each text box after the block that holds the box; remove the copy for older programs."""
    for position, block in reversed(list(enumerate(body))):
        boxes: list[Element] = []
        for tag in _BOXES:
            holders = [(above, box) for above in block.iter() for box in above if box.tag == tag and _box_contents(box)]
            for above, box in holders:
                boxes += _box_contents(box)
                above.remove(box)
        for offset, paragraph in enumerate((inner for content in boxes for inner in content), 1):
            body.insert(position + offset, paragraph)


def _box_contents(box: Element) -> list[Element]:
    if box.tag != f"{_MC}AlternateContent":
        return list(box.iter(f"{W}txbxContent"))
    choice = box.find(f"{_MC}Choice")
    source = box.find(f"{_MC}Fallback") if choice is None else choice
    return [] if source is None else list(source.iter(f"{W}txbxContent"))


def _once(archive: Archive, prefix: str) -> Iterator[str]:
    """Each different header or footer."""
    parts = (parsed_xml(archive.read(name) or b"") for name in sorted(archive.names(prefix))[:_MOST_HEADERS])
    return different_lines(_said(paragraph) for part in parts for paragraph in part.iter(f"{W}p"))


def _comments(archive: Archive) -> Iterator[str]:
    data = archive.read("word/comments.xml")
    if data is None:
        return
    for comment in parsed_xml(data).iter(f"{W}comment"):
        author, text = comment.get(f"{W}author", ""), " ".join(map(_said, comment.iter(f"{W}p"))).strip()
        if text:
            yield f"Comment by {author}: {text}" if author else f"Comment: {text}"


def _said(paragraph: Element) -> str:
    """The text of a paragraph on one line, without the codes of its fields."""
    pieces = (_IN_LINE.get(node.tag) or (node.text if node.tag in _WORDS else "") or "" for node in paragraph.iter())
    return " ".join("".join(pieces).split())


def _paragraph(text: str) -> Element:
    paragraph = Element(f"{W}p")
    paragraph.append(_run(text))
    return paragraph


def _run(text: str) -> Element:
    run = Element(f"{W}r")
    SubElement(run, f"{W}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}).text = text
    return run
