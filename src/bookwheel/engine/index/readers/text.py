"""Plain text, in any encoding."""

from __future__ import annotations

from bookwheel.engine.index.readers.encoding import decoded_text
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError


def read(source: Source) -> Document:
    """The text as it is."""
    return made_document(source, decoded(source))


def decoded(source: Source) -> str:
    """The text of a file that should be text. Raises DocumentError when it is not, or when it is blank."""
    found = decoded_text(source.data)
    if found is None:
        raise DocumentError("it is not text: it holds NUL or other control characters")
    if not found.text.strip("\ufeff \t\n\v\f"):
        raise DocumentError("there is no text in it")
    source.remarks.extend(found.remarks)
    return found.text
