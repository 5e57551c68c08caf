"""Plain text, in any encoding."""

from __future__ import annotations

from bookwheel.engine.index.readers.encodings.encoding import decoded_text
from bookwheel.engine.index.readers.found_title import found_title
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.tables.aligned_tables import with_aligned_rows
from bookwheel.engine.index.readers.tables.drawn_tables import with_named_rows
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

_TERMINAL = lazy_regex(
    r"\x1b(?:\[[0-?]{0,32}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)|[()][0-9A-Za-z]|[=>78])"
)
# Manual pages print a bold letter twice, and an underlined one over a line.
_STRUCK = lazy_regex("[^\n\b]\b")


def read(source: Source) -> Document:
    """The text without the codes of terminals; tables drawn with characters or set apart by blanks as rows."""
    plain = with_named_rows(without_terminal_codes(decoded(source)), only_framed=True)
    text = with_aligned_rows(plain)
    return made_document(source, text, title=found_title(text))


def without_terminal_codes(text: str) -> str:
    """The text as a terminal shows it: without colours, and without the letters that are struck over others."""
    if "\x1b" in text:
        text = _TERMINAL.sub("", text)
    if "\b" not in text:
        return text
    return _STRUCK.sub("", text).replace("\b", "")


def decoded(source: Source) -> str:
    """The text of a file that should be text. Raises DocumentError when it is not, or when it is blank."""
    found = decoded_text(source.data)
    if found is None:
        raise DocumentError("it is not text: it holds NUL or other control characters")
    if not found.text.strip("\ufeff \t\n\v\f"):
        raise DocumentError("there is no text in it")
    source.remarks.extend(found.remarks)
    return found.text
