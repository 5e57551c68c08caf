"""Java's property files (.properties): the text, its escaped letters written out (`Gr\\u00fc\\u00df`)."""

from __future__ import annotations

import re

from bookwheel.engine.index.readers.composer import clean
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.schema import Document
from bookwheel.lazy_regex import lazy_regex

_ESCAPED = lazy_regex(r"(?:\\u[0-9A-Fa-f]{4})+")
_GOES_ON = lazy_regex(r"(?<!\\)\\\n[ \t]*")


def read(source: Source) -> Document:
    """The lines; one that ends with a backslash goes on in the next."""
    lines = _GOES_ON.sub("", clean(decoded(source)))
    return made_document(source, clean(_ESCAPED.sub(_letters, lines)))


def _letters(match: re.Match[str]) -> str:
    # Letters beyond U+FFFF are two escapes, as in UTF-16.
    units = b"".join(int(code, 16).to_bytes(2, "big") for code in match[0][2:].split("\\u"))
    return units.decode("utf-16-be", "replace")
