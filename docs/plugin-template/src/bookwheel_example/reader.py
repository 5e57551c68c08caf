"""A reader of files that end in `.recipe`: the title in the first line, then the text."""

from __future__ import annotations

from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError


def read(source: Source) -> Document:
    text = source.data.decode("utf-8", "replace")
    if not text.strip():
        raise DocumentError("the recipe is empty")
    return made_document(source, text, title=text.partition("\n")[0])
