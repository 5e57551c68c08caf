"""JSON: each value with the path that leads to it, so that a passage can be understood alone."""

from __future__ import annotations

from collections.abc import Mapping

from bookwheel.engine.index.readers import json_lines
from bookwheel.engine.index.readers.composer import Composer, clean
from bookwheel.engine.index.readers.json_records import NotJsonError, parsed, write_value
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.schema import Document, JsonValue


def read(source: Source) -> Document:
    """The values; the title, author and date are those of the outermost object, when it has them.

    What is no JSON is read as JSON Lines, and failing that as plain text: configurations with comments, cut files.
    """
    text = decoded(source)
    try:
        value = parsed(text.removeprefix("\ufeff"))
    except NotJsonError:
        return json_lines.read_if_lines(source, text) or made_document(source, clean(text))
    composer = Composer()
    write_value(composer, value)
    return composer.document(
        source, title=_named(value, "title"), author=_named(value, "author"), date=_named(value, "date")
    )


def _named(value: JsonValue, key: str) -> str | None:
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else None
