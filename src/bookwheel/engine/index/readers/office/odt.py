"""OpenDocument text and slides (ODT, ODP): paragraphs, headings, lists and tables, through the HTML reader."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from xml.etree.ElementTree import Element

from bookwheel.engine.index.readers.about import pictures_remark
from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.office.odt_numbers import PLAIN, ListNumbers, is_frame
from bookwheel.engine.index.readers.office.open_document import (
    DRAW,
    OFFICE,
    PRESENTATION,
    TABLE,
    TEXT,
    Members,
    body_of,
    comments_of,
    count_of,
    members_of,
    properties_of,
)
from bookwheel.engine.index.readers.office.running_text import different_lines
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.web.html import page_of
from bookwheel.engine.index.readers.xml_parts import parsed_xml, text_of
from bookwheel.engine.schema import Document

_TAGS = {
    f"{TEXT}p": "p",
    f"{TEXT}list": "ul",
    f"{TEXT}list-item": "li",
    "ordered": "ol",
    "raised": "sup",
    f"{TABLE}table": "table",
    f"{TABLE}table-header-rows": "thead",
    f"{TABLE}table-row": "tr",
    f"{TABLE}table-cell": "td",
}
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FIELD = "{urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0}"
_FIELD_MARK, _FIELD_NAME, _FIELD_VALUE = f"{_FIELD}fieldmark", f"{_FIELD}name", f"{_FIELD}value"
_CHANGES, _CHANGE = (f"{TEXT}change-start", f"{TEXT}change-end"), f"{TEXT}change-id"
_PARAGRAPHS = (f"{TEXT}p", f"{TEXT}h")
# Lists and items whose numbers are in the text already.
_ORDERED, _NUMBERED, _START = "ordered", "numbered", "start"
_RAISED = "raised"
_HREF = "{http://www.w3.org/1999/xlink}href"
_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_SPACES = {f"{TEXT}s": " ", f"{TEXT}tab": " ", f"{TEXT}line-break": "<br>"}
# Invisible, a repetition of text elsewhere, or a comment, which stands below the text.
_LEFT_OUT = frozenset(
    {
        f"{TEXT}tracked-changes",
        f"{OFFICE}annotation",
        f"{TEXT}table-of-content",
        f"{TEXT}page-number",
    }
)


def read(source: Source) -> Document:
    """The text; the title is that of the document's properties, or its first heading."""
    members = members_of(source.data)
    composer = Composer()
    body = body_of(members, "text")
    _put_objects(source, members, body)
    _write_numbers(members, body)
    _write_choices(body)
    _mark_raised(members, body)
    notes = _taken_notes(body)
    for line in _running_lines(members, "header"):
        composer.paragraph(line)
    _write(composer, body)
    for line in (*notes, *_running_lines(members, "footer"), *comments_of(body)):
        composer.paragraph(line)
    source.remarks.extend(pictures_remark(_pictures(body), composer.length))
    return _document(source, members, composer)


def read_slides(source: Source) -> Document:
    """The text of all slides, each a page, with its title as heading and its notes behind."""
    members = members_of(source.data)
    composer = Composer()
    body = body_of(members, "presentation")
    _put_objects(source, members, body)
    _write_numbers(members, body)
    slides = list(body.iter(f"{DRAW}page"))
    empty = 0
    for number, slide in enumerate(slides):
        source.on_fraction(number / len(slides))
        composer.page()
        before = composer.length
        for frame in slide:
            is_title = frame.get(f"{PRESENTATION}class") == "title"
            if is_title:
                composer.heading(1, " ".join(" ".join(frame.itertext()).split()))
            elif frame.tag != f"{OFFICE}forms":
                _write(composer, frame)
        empty += composer.length == before
    if empty:
        source.remarks.append(f"{empty:,} of {len(slides):,} slides hold no text (pictures?)")
    return _document(source, members, composer)


def _put_objects(source: Source, members: Members, body: Element) -> None:
    """Put embedded formulas and charts into the text; the others give a remark."""
    unread = sum(not _put_object(drawn, members) for drawn in list(body.iter(f"{DRAW}object")))
    if unread:
        objects = "one embedded object is" if unread == 1 else f"{unread:,} embedded objects are"
        source.remarks.append(f"{objects} not read (sheets, charts)")


def _put_object(drawn: Element, members: Members) -> bool:
    """Whether an embedded object is a formula or a chart, whose line or table of values is put in its place."""
    data = members.read(f"{drawn.get(_HREF, '').removeprefix('./')}/content.xml")
    root = parsed_xml(data) if data is not None else next(iter(drawn), None)
    if root is not None and root.find(f".//{OFFICE}chart") is not None:
        root = next(root.iter(f"{TABLE}table"), None)
    elif root is not None and root.tag != f"{_MATHML}math":
        return False
    if root is None:
        return False
    for part in list(drawn):
        drawn.remove(part)
    drawn.append(root)
    return True


def _write_numbers(members: Members, body: Element) -> None:
    """Put the numbers of lists and headings into the text; a list numbered 1., 2., 3. stays one, with its start."""
    numbers = ListNumbers(members, body).labels
    for each in list(body.iter(f"{TEXT}list")):
        items = each.findall(f"{TEXT}list-item")
        labels = [numbers.get(id(item), "") for item in items]
        if labels and all(map(PLAIN.fullmatch, labels)):
            each.tag = _ORDERED
            each.set(_START, labels[0].rstrip("."))
        elif any(labels) or all(map(is_frame, items)):
            each.tag = _NUMBERED
            for item, label in zip(items, labels, strict=True):
                item.tag = _NUMBERED
                _put_label(next((part for part in item if part.tag in _PARAGRAPHS), None), label)
    for heading in body.iter(f"{TEXT}h"):
        _put_label(heading, numbers.get(id(heading), ""))


def _put_label(paragraph: Element | None, label: str) -> None:
    if paragraph is not None and label:
        paragraph.text = f"{label} {paragraph.text or ''}"


def _write_choices(body: Element) -> None:
    """Put the chosen entry of each list of a form into the text."""
    for mark in body.iter(_FIELD_MARK):
        given = [(part.get(_FIELD_NAME, ""), part.get(_FIELD_VALUE, "")) for part in mark]
        entries = [value for name, value in given if name.endswith("Dropdown_ListEntry")]
        chosen = next((value for name, value in given if name.endswith("Dropdown_Selected")), "0")
        if entries and chosen.isdecimal() and len(chosen) < 4 and int(chosen) < len(entries):
            mark.text = entries[int(chosen)]


def _mark_raised(members: Members, body: Element) -> None:
    """Mark the words that are set above the line: `10` and a raised `6` are not 106."""
    raised = set[str]()
    for name in ("content.xml", "styles.xml"):
        data = members.read(name)
        if data is not None and b"text-position" in data:
            for style in parsed_xml(data).iter(f"{_STYLE}style"):
                properties = style.find(f"{_STYLE}text-properties")
                if properties is not None and _is_above(properties.get(f"{_STYLE}text-position", "")):
                    raised.add(style.get(f"{_STYLE}name", ""))
    for span in body.iter(f"{TEXT}span") if raised else ():
        if span.get(f"{TEXT}style-name") in raised:
            span.tag = _RAISED


def _is_above(position: str) -> bool:
    """Whether a position ("super 58%", "33% 58%") is above the line."""
    first = position.partition(" ")[0]
    return first == "super" or (first.endswith("%") and first[0] in "123456789")


def _taken_notes(body: Element) -> list[str]:
    """The footnotes, each behind its mark, which takes their place: a note amid a sentence would cut it in two."""
    taken: list[str] = []
    for note in list(body.iter(f"{TEXT}note")):
        mark = f"[{text_of(note.find(f'{TEXT}note-citation')) or len(taken) + 1}]"
        taken.append(" ".join([mark, *map(text_of, note.iter(f"{TEXT}p"))]))
        for part in list(note):
            note.remove(part)
        note.text = mark
    return taken


def _running_lines(members: Members, kind: str) -> Iterator[str]:
    """The lines of the headers or of the footers, which stand with the styles of the pages."""
    data = members.read("styles.xml")
    if data is None or f":{kind}".encode() not in data:
        return iter(())
    pages = parsed_xml(data).iter(f"{_STYLE}master-page")
    parts = (part for page in pages for part in page if part.tag.startswith(f"{_STYLE}{kind}"))
    return different_lines(text_of(paragraph) for part in parts for paragraph in part.iter(f"{TEXT}p"))


def _pictures(body: Element) -> int:
    """The frames with a picture, without those whose picture only shows an object to programs that cannot."""
    frames = body.iter(f"{DRAW}frame")
    return sum(frame.find(f"{DRAW}image") is not None and frame.find(f"{DRAW}object") is None for frame in frames)


def _write(composer: Composer, root: Element) -> None:
    page = page_of("".join(_markup(root)), whole=True)
    composer.part(page.text, page.headings)


def _document(source: Source, members: Members, composer: Composer) -> Document:
    properties = properties_of(members)
    return composer.document(
        source,
        title=properties.title or composer.first_heading,
        author=properties.author,
        date=properties.date,
    )


def _markup(root: Element) -> Iterator[str]:
    # With an explicit stack: a deeply nested file would exhaust that of Python.
    waiting: list[Element | str] = [root]
    deleted, is_deleted = _deletions(root), False
    while waiting:
        element = waiting.pop()
        if isinstance(element, str):
            if not is_deleted or element.startswith("</"):
                yield element
            continue
        if deleted and element.tag in _CHANGES and element.get(_CHANGE) in deleted:
            is_deleted = element.tag == _CHANGES[0]
        tag = _tag(element)
        yield f"<{tag}{_attributes(element, tag)}>" if tag else _SPACES.get(element.tag, "")
        if not is_deleted:
            yield escape(element.text or "")
        waiting.append(f"</{tag}>" if tag else "")
        for child in reversed(element):
            waiting.append(escape(child.tail or ""))
            if child.tag not in _LEFT_OUT:
                waiting.append(child)


def _deletions(root: Element) -> frozenset[str]:
    """The recorded changes that delete text, which some programs leave in its place."""
    regions = root.iter(f"{TEXT}changed-region")
    return frozenset(region.get(f"{TEXT}id", "") for region in regions if region.find(f"{TEXT}deletion") is not None)


def _attributes(element: Element, tag: str) -> str:
    if tag == "ol":
        return f' start="{element.get(_START)}"'
    if tag != "td":
        return ""
    rows, columns = count_of(element, "number-rows-spanned"), count_of(element, "number-columns-spanned")
    return f' rowspan="{rows}" colspan="{columns}"'


def _tag(element: Element) -> str | None:
    if element.tag.startswith(_MATHML):
        return element.tag.removeprefix(_MATHML)
    if element.tag != f"{TEXT}h":
        return _TAGS.get(element.tag)
    level = element.get(f"{TEXT}outline-level", "1")
    return f"h{level}" if level in {"1", "2", "3", "4", "5", "6"} else "h6"
