"""OpenDocument text (ODT): paragraphs, headings, lists and tables, through the HTML reader."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from xml.etree.ElementTree import Element

from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.html import page_of
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.xml_parts import DC, parsed_xml, text_of
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"

_TAGS = {
    f"{_TEXT}p": "p",
    f"{_TEXT}list": "ul",
    f"{_TEXT}list-item": "li",
    f"{_TABLE}table": "table",
    f"{_TABLE}table-row": "tr",
    f"{_TABLE}table-cell": "td",
}
_SPACES = {f"{_TEXT}s": " ", f"{_TEXT}tab": " ", f"{_TEXT}line-break": "<br>"}
# Invisible, or a repetition of text elsewhere.
_LEFT_OUT = frozenset(
    {f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}table-of-content", f"{_TEXT}note-citation"}
)


def read(source: Source) -> Document:
    """The text; the title is that of the document's properties, or its first heading."""
    archive = Archive(source.data)
    if b"encryption-data" in (archive.read("META-INF/manifest.xml") or b""):
        raise DocumentError("it is locked by a password; save a copy without one")
    content = archive.read("content.xml")
    if content is None:
        raise DocumentError("it is not an ODT: it has no content")
    body = next(parsed_xml(content).iter(f"{_OFFICE}text"), None)
    if body is None:
        raise DocumentError("it is not a text document")
    page = page_of("".join(_markup(body)), whole=True)
    composer = Composer()
    composer.part(page.text, page.headings)
    meta = _meta(archive)
    return composer.document(
        source,
        title=text_of(meta.find(f".//{DC}title")) or composer.first_heading,
        author=text_of(meta.find(f".//{_META}initial-creator")) or text_of(meta.find(f".//{DC}creator")),
        date=text_of(meta.find(f".//{_META}creation-date")) or text_of(meta.find(f".//{DC}date")),
    )


def _meta(archive: Archive) -> Element:
    data = archive.read("meta.xml")
    return Element("none") if data is None else parsed_xml(data)


def _markup(root: Element) -> Iterator[str]:
    # With an explicit stack: a deeply nested file would exhaust that of Python.
    waiting: list[Element | str] = [root]
    while waiting:
        element = waiting.pop()
        if isinstance(element, str):
            yield element
            continue
        tag = _tag(element)
        yield f"<{tag}>" if tag else _SPACES.get(element.tag, "")
        yield escape(element.text or "")
        waiting.append(f"</{tag}>" if tag else "")
        for child in reversed(element):
            waiting.append(escape(child.tail or ""))
            if child.tag not in _LEFT_OUT:
                waiting.append(child)


def _tag(element: Element) -> str | None:
    if element.tag != f"{_TEXT}h":
        return _TAGS.get(element.tag)
    level = element.get(f"{_TEXT}outline-level", "1")
    return f"h{level}" if level in {"1", "2", "3", "4", "5", "6"} else "h6"
