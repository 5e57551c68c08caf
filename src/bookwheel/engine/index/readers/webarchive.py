"""Safari's saved web pages (.webarchive): the page, without its pictures and styles."""

from __future__ import annotations

import plistlib
from typing import cast
from xml.parsers.expat import ExpatError

from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.web.html import page_document
from bookwheel.engine.index.readers.xml_parts import refuse_document_type
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError

_NOT_A_PAGE = "it is not a saved web page"


def read(source: Source) -> Document:
    """The main text of the page; its title is that of the page."""
    if not source.data.startswith(b"bplist"):
        refuse_document_type(source.data, only_with_entities=True)
    try:
        archive: object = plistlib.loads(source.data)
    except (plistlib.InvalidFileException, ExpatError, ValueError, RecursionError, LookupError, OverflowError) as error:
        raise DocumentError(_NOT_A_PAGE) from error
    page = _member(archive, "WebMainResource")
    data, encoding = _member(page, "WebResourceData"), _member(page, "WebResourceTextEncodingName")
    if not isinstance(data, bytes) or not data:
        raise DocumentError(_NOT_A_PAGE)
    return page_document(source, data, declared=encoding if isinstance(encoding, str) else "")


def _member(value: object, key: str) -> object:
    # The types of a property list.
    return cast("dict[str, object]", value).get(key) if isinstance(value, dict) else None
