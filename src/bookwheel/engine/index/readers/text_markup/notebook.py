"""Jupyter notebooks: the text cells as Markdown with its headings, the code, and its output."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import cast

from bookwheel.engine.index.readers.about import joined_authors, pictures_remark
from bookwheel.engine.index.readers.composer import Composer, clean
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.index.readers.text_markup.markdown import headings_of
from bookwheel.engine.index.readers.web.html import page_of
from bookwheel.engine.schema import Document, JsonValue
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

# Only the beginning of a cell's output is kept: the log of a training run fills megabytes.
LONGEST_OUTPUT = 10_000
_BAR = lazy_regex(r"[^\n]{0,60}?\b\d+/\d+ ?(?:\[[=>.\- ]{3,}|\|?[█▉-▏━╸ ]{3,})")
# Some bars go back to the beginning of their line by as many backspaces.
_BACKSPACES = lazy_regex("\x08{4,}")
_TERMINAL = lazy_regex(r"\x1b\[[0-9;?]{0,32}[A-Za-z]")


def read(source: Source) -> Document:
    """The cells in order. The title is that of the notebook's metadata, or its first heading."""
    notebook = _parsed(decoded(source))
    composer = Composer()
    cut = sum(_write(composer, cell) for cell in _cells(notebook))
    if cut:
        outputs = "one output is" if cut == 1 else f"{cut:,} outputs are"
        source.remarks.append(f"{outputs} cut after {LONGEST_OUTPUT:,} characters")
    source.remarks.extend(pictures_remark(sum(map(_pictures, _cells(notebook))), composer.length))
    metadata = _member(notebook, "metadata")
    authors = [_text(_member(author, "name")) or _text(author) for author in _items(_member(metadata, "authors"))]
    title = _text(_member(metadata, "title")) or composer.first_heading
    date = _text(_member(metadata, "date"))
    return composer.document(source, title=title, author=joined_authors(authors), date=date)


def _parsed(text: str) -> JsonValue:
    try:
        notebook = cast("JsonValue", json.loads(text.removeprefix("\ufeff")))  # the types of JSON
    except (ValueError, RecursionError) as error:
        raise DocumentError("it is not a notebook: its JSON is broken") from error
    if not isinstance(notebook, dict):
        raise DocumentError("it is not a notebook")
    return notebook


def _cells(notebook: JsonValue) -> Iterator[JsonValue]:
    yield from _items(_member(notebook, "cells"))
    for worksheet in _items(_member(notebook, "worksheets")):  # format of 2014 and earlier
        yield from _items(_member(worksheet, "cells"))


def _write(composer: Composer, cell: JsonValue) -> int:
    """Write a cell; the number of its outputs that were cut is returned."""
    cut = 0
    text = clean(_text(_member(cell, "source")) or _text(_member(cell, "input"))).strip("\n")
    match _member(cell, "cell_type"):
        case "markdown":
            composer.part(text, list(headings_of(text)))
        case "heading":
            level = _member(cell, "level")
            composer.heading(level if isinstance(level, int) else 1, text)
        case _:
            composer.paragraph(text)
    for output in _items(_member(cell, "outputs")):
        printed = _folded(_TERMINAL.sub("", _printed(output)))
        composer.paragraph(printed[:LONGEST_OUTPUT])
        cut += len(printed) > LONGEST_OUTPUT
    return cut


def _pictures(cell: JsonValue) -> int:
    data = (_member(output, "data") for output in _items(_member(cell, "outputs")))
    return sum(isinstance(kinds, dict) and any(kind.startswith("image/") for kind in kinds) for kinds in data)


def _folded(printed: str) -> str:
    """What a terminal shows in the end: a carriage return begins the line anew, as progress bars do."""
    lines = _BACKSPACES.sub("\r", printed.replace("\r\n", "\n")).split("\n")
    shown = [next(filter(str.strip, reversed(line.split("\r"))), "") for line in lines]
    # Some bars are printed on a new line each time.
    bars = [_BAR.match(line) is not None for line in shown]
    return "\n".join(line for line, *both in zip(shown, bars, [*bars[1:], False], strict=True) if not all(both))


def _printed(output: JsonValue) -> str:
    if _member(output, "output_type") in ("error", "pyerr"):
        return f"{_text(_member(output, 'ename'))}: {_text(_member(output, 'evalue'))}"
    data = _member(output, "data")
    page = _text(_member(data, "text/html"))
    if "<table" in page:
        return page_of(page, whole=True).text  # its rows name their columns
    plain = (
        _text(_member(output, "text")) or _text(_member(data, "text/markdown")) or _text(_member(data, "text/plain"))
    )
    return plain or page_of(page, whole=True).text


def _member(value: JsonValue, key: str) -> JsonValue:
    return value.get(key) if isinstance(value, dict) else None


def _items(value: JsonValue) -> Sequence[JsonValue]:
    return value if isinstance(value, list) else ()


def _text(value: JsonValue) -> str:
    if isinstance(value, list):
        return "".join(piece for piece in value if isinstance(piece, str))
    return value if isinstance(value, str) else ""
