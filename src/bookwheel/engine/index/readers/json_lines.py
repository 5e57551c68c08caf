"""JSON Lines: a record a line, each under its line's number."""

from __future__ import annotations

from bookwheel.engine.index.readers.composer import Composer, clean
from bookwheel.engine.index.readers.json_records import NotJsonError, parsed, write_value
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.schema import Document


def read(source: Source) -> Document:
    """The records. A line that is no JSON is kept as it is; when the first is none, all is read as plain text."""
    text = decoded(source)
    return read_if_lines(source, text) or made_document(source, clean(text))


def read_if_lines(source: Source, text: str) -> Document | None:
    """The records of `text`; None when its first line is no JSON."""
    composer = Composer()
    found = False
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not line.strip():
            continue
        try:
            write_value(composer, parsed(line), f"line {number}")
        except NotJsonError:
            if not found:
                return None
            composer.paragraph(line)
        found = True
    return composer.document(source)
