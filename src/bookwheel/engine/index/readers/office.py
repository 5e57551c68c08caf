"""What the readers of office files share: the libraries' limits and failures, and the properties of a document."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from typing import NamedTuple

from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.xml_parts import DC, parsed_xml, refuse_document_type, text_of
from bookwheel.errors import BookwheelError, DocumentError, MissingExtraError

_DCTERMS = "{http://purl.org/dc/terms/}"


class Properties(NamedTuple):
    """What an office file says about itself; each may be empty."""

    title: str
    author: str
    date: str


@contextmanager
def library(format_name: str) -> Generator[None]:
    """Around the import and the use of a library: what it raises becomes our error."""
    try:
        yield
    except ImportError as error:
        raise MissingExtraError("office", f"Reading {format_name} files") from error
    except (BookwheelError, MemoryError):
        raise
    except RecursionError as error:
        raise DocumentError("its parts are nested too deep") from error
    except Exception as error:  # the boundary to a library that raises whatever its bugs raise on broken files
        raise DocumentError(f"the {format_name} file is broken ({type(error).__name__})") from error


def opened(source: Source) -> tuple[BytesIO, Properties]:
    """The checked file for a library to unpack, and its properties."""
    archive = Archive(source.data)
    return archive.copy(refuse_document_type), _properties(archive)


def _properties(archive: Archive) -> Properties:
    data = archive.read("docProps/core.xml")
    if data is None:
        return Properties("", "", "")
    root = parsed_xml(data)
    tags = (f"{DC}title", f"{DC}creator", f"{_DCTERMS}created")
    return Properties(*(text_of(root.find(tag)) for tag in tags))
