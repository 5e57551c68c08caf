"""Drawings of diagrams.net: what is written in the shapes, and which shapes the arrows join."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterator, Mapping
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.web.html import page_of
from bookwheel.engine.index.readers.xml_parts import parsed_xml
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError

_MOST_BYTES = 50_000_000


def read(source: Source) -> Document:
    """Each page under its name; a page that cannot be unpacked is named."""
    root = parsed_xml(source.data)
    composer = Composer()
    pages = list(root.iter("diagram")) or [root]
    for page in pages:
        try:
            model = page if len(page) else parsed_xml(_unpacked(page.text or ""))
        except (DocumentError, ValueError, binascii.Error, zlib.error):
            source.remarks.append(f"the page {page.get('name', '?')} is not read: it is broken")
            continue
        lines = list(_lines(model))
        if lines:
            composer.heading(1, page.get("name", ""))
            composer.paragraph("\n".join(lines))
    return composer.document(source)


def _unpacked(packed: str) -> bytes:
    unpacker = zlib.decompressobj(-15)
    data = unpacker.decompress(base64.b64decode(packed.strip(), validate=True), _MOST_BYTES)
    if unpacker.unconsumed_tail:
        raise ValueError("too large")
    return unquote(data.decode("utf-8", errors="replace")).encode("utf-8")


def _lines(model: Element) -> Iterator[str]:
    cells = {name: (cell, text) for name, cell, text in _cells(model)}
    texts = {name: text for name, (_, text) in cells.items()}
    for cell, text in cells.values():
        if cell.get("edge") == "1":
            joined = [_end(cell, side, texts) for side in ("source", "target")]
            # A text on an arrow is often a cell of its own inside the arrow.
            labels = [text, *(inner for other, inner in cells.values() if other.get("parent") == cell.get("id"))]
            label = " ".join(filter(None, labels)).replace("\n", " ")
            if all(joined):
                yield " → ".join(joined) + (f": {label}" if label else "")
            elif label:
                yield label
        elif text and not _is_on_an_arrow(cell, cells):
            yield text


def _is_on_an_arrow(cell: Element, cells: Mapping[str, tuple[Element, str]]) -> bool:
    above = cells.get(cell.get("parent", ""))
    return above is not None and above[0].get("edge") == "1"


def _end(cell: Element, side: str, texts: Mapping[str, str]) -> str:
    return texts.get(cell.get(side, ""), "").replace("\n", " ")


def _cells(model: Element) -> Iterator[tuple[str, Element, str]]:
    held = {id(cell): holder for tag in ("object", "UserObject") for holder in model.iter(tag) for cell in holder}
    for number, cell in enumerate(model.iter("mxCell")):
        holder = held.get(id(cell))
        name = (cell if holder is None else holder).get("id") or str(number)
        value = cell.get("value", "") if holder is None else holder.get("label", "")
        yield name, cell, _plain(value)


def _plain(value: str) -> str:
    if "<" not in value and "&" not in value:
        return value.strip()
    return page_of(value, whole=True).text.strip()
