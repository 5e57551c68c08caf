"""Shared by the readers of office files: errors of the libraries, and the properties of a document."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from io import BytesIO
from types import MappingProxyType
from typing import NamedTuple

from bookwheel.engine.index.readers.archive import Archive
from bookwheel.engine.index.readers.xml_parts import DC, parsed_xml, refuse_document_type, text_of
from bookwheel.errors import BookwheelError, DocumentError, MissingExtraError, shortage_of

_DCTERMS = "{http://purl.org/dc/terms/}"


class Properties(NamedTuple):
    """The properties of an office file; each may be empty."""

    title: str
    author: str
    date: str


# When the templates of python-docx and python-pptx were made: each file that they write has this day.
_OF_TEMPLATES = ("2013-12-23T23:15:00Z", "2013-01-27T09:14:16Z")


@contextmanager
def library(format_name: str) -> Generator[None]:
    """Turn the errors of a library's import and use into ours."""
    try:
        yield
    except ImportError as error:
        raise MissingExtraError("office", f"Reading {format_name} files") from error
    except (BookwheelError, MemoryError):
        raise
    except RecursionError as error:
        raise DocumentError("its parts are nested too deep") from error
    except Exception as error:  # the library boundary: broken files raise any exception type
        if shortage_of(error) is not None:
            raise
        raise DocumentError(f"the {format_name} file is broken ({type(error).__name__})") from error


def opened(archive: Archive, replaced: Mapping[str, bytes] = MappingProxyType({})) -> tuple[BytesIO, Properties]:
    """The checked file for a library to unpack, with other contents for the members `replaced`, and its properties."""
    return archive.copy(refuse_document_type, replaced), _properties(archive)


def formulas_without_result(count: int) -> str:
    """The remark on a workbook whose program did not save the results of its formulas."""
    return "one formula has no saved result" if count == 1 else f"{count:,} formulas have no saved result"


def _properties(archive: Archive) -> Properties:
    data = archive.read("docProps/core.xml")
    if data is None:
        return Properties("", "", "")
    root = parsed_xml(data)
    title, creator, created = (text_of(root.find(tag)) for tag in (f"{DC}title", f"{DC}creator", f"{_DCTERMS}created"))
    return Properties(title, creator, "" if created in _OF_TEMPLATES else created)
