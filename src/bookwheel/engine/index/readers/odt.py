"""OpenDocument text and slides (ODT, ODP): paragraphs, headings, lists and tables, through the HTML reader."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from xml.etree.ElementTree import Element

from bookwheel.engine.index.readers.about import pictures_remark
from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.html import page_of
from bookwheel.engine.index.readers.open_document import (
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
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.xml_parts import parsed_xml
from bookwheel.engine.schema import Document

_TAGS = {
    f"{TEXT}p": "p",
    f"{TEXT}list": "ul",
    f"{TEXT}list-item": "li",
    f"{TABLE}table": "table",
    f"{TABLE}table-header-rows": "thead",
    f"{TABLE}table-row": "tr",
    f"{TABLE}table-cell": "td",
}
_HREF = "{http://www.w3.org/1999/xlink}href"
_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_SPACES = {f"{TEXT}s": " ", f"{TEXT}tab": " ", f"{TEXT}line-break": "<br>"}
# Invisible, a repetition of text elsewhere, or a comment, which stands below the text.
_LEFT_OUT = frozenset(
    {f"{TEXT}tracked-changes", f"{OFFICE}annotation", f"{TEXT}table-of-content", f"{TEXT}note-citation"}
)


def read(source: Source) -> Document:
    """The text; the title is that of the document's properties, or its first heading."""
    members = members_of(source.data)
    composer = Composer()
    body = body_of(members, "text")
    unread = sum(not _put_formula(drawn, members) for drawn in list(body.iter(f"{DRAW}object")))
    if unread:
        objects = "one embedded object is" if unread == 1 else f"{unread:,} embedded objects are"
        source.remarks.append(f"{objects} not read (sheets, charts)")
    _write(composer, body)
    for comment in comments_of(body):
        composer.paragraph(comment)
    source.remarks.extend(pictures_remark(_pictures(body), composer.length))
    return _document(source, members, composer)


def read_slides(source: Source) -> Document:
    """The text of all slides, each a page, with its title as heading and its notes behind."""
    members = members_of(source.data)
    composer = Composer()
    slides = list(body_of(members, "presentation").iter(f"{DRAW}page"))
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


def _put_formula(drawn: Element, members: Members) -> bool:
    """Whether an embedded object is a formula, which is put in its place as one line."""
    data = members.read(f"{drawn.get(_HREF, '').removeprefix('./')}/content.xml")
    root = parsed_xml(data) if data is not None else next(iter(drawn), None)
    if root is None or root.tag != f"{_MATHML}math":
        return False
    for part in list(drawn):
        drawn.remove(part)
    drawn.append(root)
    return True


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
    while waiting:
        element = waiting.pop()
        if isinstance(element, str):
            yield element
            continue
        tag = _tag(element)
        yield f"<{tag}{_spans(element) if tag == 'td' else ''}>" if tag else _SPACES.get(element.tag, "")
        yield escape(element.text or "")
        waiting.append(f"</{tag}>" if tag else "")
        for child in reversed(element):
            waiting.append(escape(child.tail or ""))
            if child.tag not in _LEFT_OUT:
                waiting.append(child)


def _spans(cell: Element) -> str:
    rows, columns = count_of(cell, "number-rows-spanned"), count_of(cell, "number-columns-spanned")
    return f' rowspan="{rows}" colspan="{columns}"'


def _tag(element: Element) -> str | None:
    if element.tag.startswith(_MATHML):
        return element.tag.removeprefix(_MATHML)
    if element.tag != f"{TEXT}h":
        return _TAGS.get(element.tag)
    level = element.get(f"{TEXT}outline-level", "1")
    return f"h{level}" if level in {"1", "2", "3", "4", "5", "6"} else "h6"
