"""XML inside other formats, without document types: entities are never expanded and addresses never fetched."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError, XMLParser, fromstring
from xml.parsers import expat

from bookwheel.errors import DocumentError

DC = "{http://purl.org/dc/elements/1.1/}"


class _RootReached(Exception):  # noqa: N818 - not an error
    """A document type can stand only before the root element."""


def parsed_xml(data: bytes, *, is_utf8: bool = False) -> Element:
    """The root element; with `is_utf8` also where the XML declares another encoding.

    Raises DocumentError for broken XML, and for XML with a document type.
    """
    refuse_document_type(data)
    try:
        return fromstring(data, XMLParser(encoding="utf-8") if is_utf8 else None)
    except (ParseError, ValueError, LookupError) as error:
        raise DocumentError("it is broken: a part of it is not XML") from error


def refuse_document_type(data: bytes, *, only_with_entities: bool = False) -> None:
    """Raise DocumentError when `data` is XML that declares a document type, and with it perhaps entities.

    With `only_with_entities` a document type that only names its file is no reason.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_entities if only_with_entities else _refuse
    parser.StartElementHandler = _stop
    try:
        parser.Parse(data, True)
    except (_RootReached, expat.ExpatError, ValueError, LookupError):
        return  # without a document type, or broken: parsing it later raises an error


def text_of(element: Element | None) -> str:
    """All the text in an element, on one line."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _refuse(_name: str, _system_id: str | None, _public_id: str | None, _internal: bool) -> None:
    raise DocumentError("it declares a document type, which files of this format never need: it may be an attack")


def _refuse_entities(_name: str, _system_id: str | None, _public_id: str | None, internal: bool) -> None:
    if internal:
        raise DocumentError("it declares entities of its own")


def _stop(_name: str, _attributes: dict[str, str]) -> None:
    raise _RootReached
