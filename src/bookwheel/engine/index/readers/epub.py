"""EPUB: the chapters in the order of the book, as the HTML reader reads them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from bookwheel.engine.index.readers.about import joined_authors
from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.web.html import decoded_page, page_of
from bookwheel.engine.index.readers.xml_parts import DC, parsed_xml, text_of
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_OCF = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_ENCRYPTED = "{http://www.w3.org/2001/04/xmlenc#}CipherReference"
_MARKUP = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read(source: Source) -> Document:
    """The text of all chapters; title, author and date are those of the book."""
    archive = Archive(source.data)
    package_name = _package_name(archive)
    package = archive.read(package_name)
    if package is None:
        raise DocumentError("it is broken: the list of its chapters is missing")
    root = parsed_xml(package)
    chapters = list(dict.fromkeys(_chapters(root, package_name)))  # a chapter stands once in a book
    if not _encrypted(archive).isdisjoint(chapters):
        raise DocumentError("it is protected by DRM; only the program of its seller can open it")
    composer = Composer()
    missing = 0
    for number, name in enumerate(chapters):
        source.on_fraction(number / len(chapters))
        data = archive.read(name)
        missing += data is None
        if data is not None:
            chapter = decoded_page(data)
            source.remarks.extend(chapter.remarks)
            page = page_of(chapter.text, whole=True)
            composer.part(page.text, page.headings)
    if missing:
        source.remarks.append(f"{missing:,} of {len(chapters):,} chapters are missing in the file")
    authors = [text_of(creator) for creator in root.iter(f"{DC}creator")]
    return composer.document(
        source,
        title=text_of(next(root.iter(f"{DC}title"), None)),
        author=joined_authors(authors),
        date=text_of(next(root.iter(f"{DC}date"), None)),
    )


def _package_name(archive: Archive) -> str:
    container = archive.read(_CONTAINER)
    if container is None:
        raise DocumentError("it is not an EPUB: it has no container")
    for rootfile in parsed_xml(container).iter(f"{_OCF}rootfile"):
        if path := rootfile.get("full-path"):
            return path
    raise DocumentError("it is broken: the list of its chapters is missing")


def _chapters(package: Element, package_name: str) -> Iterator[str]:
    manifest = {item.get("id"): item for item in package.iter(f"{_OPF}item")}
    folder = posixpath.dirname(package_name)
    for reference in package.iter(f"{_OPF}itemref"):
        item = manifest.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _MARKUP:
            continue
        if "nav" not in (item.get("properties") or "").split():  # the table of contents
            # A name inside the archive: `..` cannot reach a file on the disk.
            yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "").partition("#")[0]))


def _encrypted(archive: Archive) -> set[str]:
    data = archive.read(_ENCRYPTION)
    if data is None:
        return set()
    return {unquote(reference.get("URI") or "") for reference in parsed_xml(data).iter(_ENCRYPTED)}
