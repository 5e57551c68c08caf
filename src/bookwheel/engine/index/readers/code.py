"""Source code: the text unchanged, with its definitions as headings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.locations import Heading, Locations
from bookwheel.engine.schema import Document
from bookwheel.lazy_regex import lazy_regex

_MODIFIERS = (
    r"export|default|public|private|protected|internal|static|final|abstract|async|pub(?:\([a-z]+\))?|unsafe|const|inline"
    r"|virtual|override|open|sealed|data|local"
)
_KINDS = (
    r"def|class|function\*?|func|fn|struct|enum|trait|impl|interface|module|namespace|protocol|extension|object|record"
    r"|message|service|sub|macro|defmodule|defp?"
)
_DEFINITION = lazy_regex(
    rf"^(?P<indent>[ \t]*)(?:(?:{_MODIFIERS})[ \t]+){{0,6}}(?P<kind>{_KINDS})[ \t]+"
    r"(?P<name>[\w.:$<>\[\]*&' -]{1,80}?)[ \t]*(?=[({:=;<\n]|where\b|for\b)",
    re.MULTILINE,
)
_TAB = 4
_LEADS_DEFINITION = ("@", "#", "//", "*", "/*", "--", '"""')
_MOST_LINES_ABOVE = 40


def read(source: Source) -> Document:
    """The text, its definitions as headings, nested by their indentation."""
    return code_document(source, decoded(source))


def code_document(source: Source, text: str) -> Document:
    """The document of a file whose code is `text`."""
    return made_document(source, text, locations=Locations(headings=list(_definitions(text))))


def _definitions(text: str) -> Iterator[Heading]:
    last = 0
    for match in _DEFINITION.finditer(text):
        start = _with_lines_above(text, match.start(), last)
        depth = len(match["indent"].expandtabs(_TAB)) // _TAB
        yield Heading(start, depth + 1, f"{match['kind']} {match['name'].strip()}")
        last = match.end()


def _with_lines_above(text: str, start: int, lowest: int) -> int:
    # Decorators, attributes and comments right above a definition belong to its section.
    for _ in range(_MOST_LINES_ABOVE):
        above = text.rfind("\n", lowest, start - 1) + 1
        if above <= lowest or above >= start or not text[above:start].lstrip().startswith(_LEADS_DEFINITION):
            return start
        start = above
    return start
