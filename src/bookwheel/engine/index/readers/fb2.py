"""FictionBook (.fb2, also packed as .fb2.zip): the sections of the book with their titles, poems and notes."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from bookwheel.engine.index.readers.about import joined_authors
from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.tables.table_lines import table_lines
from bookwheel.engine.index.readers.xml_parts import parsed_xml, text_of
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError

_NAMESPACES = ("{http://www.gribuser.ru/xml/fictionbook/2.0}", "{http://www.gribuser.ru/xml/fictionbook/2.1}")
_NAME_PARTS = ("first-name", "middle-name", "last-name", "nickname")
_DEEPEST = 8


def read(source: Source) -> Document:
    """The text of all bodies; title, author and date are those of the book."""
    root = parsed_xml(_unpacked(source.data))
    namespace = next((name for name in _NAMESPACES if root.tag == f"{name}FictionBook"), None)
    if namespace is None:
        raise DocumentError("it is not a FictionBook")
    about = root.find(f"{namespace}description/{namespace}title-info")
    about = Element("none") if about is None else about
    composer = Composer()
    for part in root.findall(f"{namespace}body"):
        _write(composer, part, namespace)
    authors = (
        " ".join(filter(None, (text_of(author.find(namespace + part)) for part in _NAME_PARTS)))
        for author in about.findall(f"{namespace}author")
    )
    date = about.find(f"{namespace}date")
    return composer.document(
        source,
        title=text_of(about.find(f"{namespace}book-title")),
        author=joined_authors(authors),
        date=None if date is None else date.get("value") or text_of(date),
    )


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(b"PK"):
        return data
    archive = Archive(data)
    name = next((name for name in archive.names("") if name.lower().endswith(".fb2")), "")
    found = archive.read(name)
    if found is None:
        raise DocumentError("it is a zip file without a FictionBook in it")
    return found


def _write(composer: Composer, body: Element, namespace: str) -> None:
    # With an explicit stack: a deeply nested book would exhaust that of Python.
    waiting = [(body, 1)]
    while waiting:
        element, level = waiting.pop()
        tag = element.tag.removeprefix(namespace)
        if tag == "title":
            composer.heading(min(level - 1, _DEEPEST) or 1, text_of(element))
        elif tag in ("body", "section", "poem", "stanza", "cite", "epigraph", "annotation"):
            inner = level + 1 if tag in ("body", "section") else level
            waiting.extend((child, inner) for child in reversed(element))
        elif tag == "v":
            composer.line(text_of(element))
        elif tag == "table":
            rows = [[text_of(cell) for cell in row] for row in element.iter(f"{namespace}tr")]
            names = [row for row in element.iter(f"{namespace}tr") if all(cell.tag == f"{namespace}th" for cell in row)]
            composer.paragraph("\n".join(table_lines(rows, header_rows=len(names) or None)))
        elif tag == "subtitle":
            composer.heading(min(level, _DEEPEST), text_of(element))
        else:
            composer.paragraph(text_of(element))
