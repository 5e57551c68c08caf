"""What the readers of OpenDocument files share: the names of the format, the body, and the properties."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.office import Properties
from bookwheel.engine.index.readers.xml_parts import DC, parsed_xml, text_of
from bookwheel.errors import DocumentError

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"


def body_of(archive: Archive, kind: str) -> Element:
    """The body of a file of this kind ("text", "spreadsheet").

    Raises DocumentError when the file is locked or of another kind.
    """
    if b"encryption-data" in (archive.read("META-INF/manifest.xml") or b""):
        raise DocumentError("it is locked by a password; save a copy without one")
    content = archive.read("content.xml")
    if content is None:
        raise DocumentError("it is not an OpenDocument file: it has no content")
    body = next(parsed_xml(content).iter(f"{OFFICE}{kind}"), None)
    if body is None:
        raise DocumentError(f"it is not a {kind} document")
    return body


def properties_of(archive: Archive) -> Properties:
    """Title, author and date; each may be empty."""
    data = archive.read("meta.xml")
    meta = Element("none") if data is None else parsed_xml(data)
    return Properties(
        title=text_of(meta.find(f".//{DC}title")),
        author=text_of(meta.find(f".//{_META}initial-creator")) or text_of(meta.find(f".//{DC}creator")),
        date=text_of(meta.find(f".//{_META}creation-date")) or text_of(meta.find(f".//{DC}date")),
    )


def count_of(element: Element, name: str) -> int:
    """A count of the table namespace, as of repeated columns; 1 when it is missing or wrong."""
    value = element.get(f"{TABLE}{name}", "1")
    return max(int(value), 1) if value.isascii() and value.isdecimal() and len(value) < 9 else 1
