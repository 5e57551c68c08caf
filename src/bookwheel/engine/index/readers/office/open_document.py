"""What the readers of OpenDocument files share: the names of the format, the body, and the properties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol
from xml.etree.ElementTree import Element

from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.office.office import Properties
from bookwheel.engine.index.readers.xml_parts import DC, parsed_xml, text_of
from bookwheel.errors import DocumentError

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"


class Members(Protocol):
    """The parts of an OpenDocument file by name."""

    def read(self, name: str) -> bytes | None:
        """A part; None where the file has none of that name."""
        ...


def members_of(data: bytes) -> Members:
    """The parts of a packed file, or of a flat one (`.fodt`, `.fods`, `.fodp`), which is one XML text."""
    return _Flat(data) if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else Archive(data)


class _Flat:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, name: str) -> bytes | None:
        return self._data if name in ("content.xml", "meta.xml", "styles.xml") else None


def body_of(archive: Members, kind: str) -> Element:
    """The body of a file of this kind ("text", "spreadsheet", "presentation").

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


def properties_of(archive: Members) -> Properties:
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


def comments_of(body: Element) -> Iterator[str]:
    """What reviewers noted in the document, each with the name of the reviewer."""
    for comment in body.iter(f"{OFFICE}annotation"):
        author = text_of(comment.find(f"{DC}creator"))
        text = " ".join(filter(None, map(text_of, comment.iter(f"{TEXT}p"))))
        if text:
            yield f"Comment by {author}: {text}" if author else f"Comment: {text}"
