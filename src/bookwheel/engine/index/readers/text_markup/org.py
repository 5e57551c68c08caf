"""Org mode (.org): the text with its headings; links by what they show, without drawers and comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bookwheel.engine.index.readers.composer import clean
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.tables.table_lines import table_lines
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.locations import Heading, Locations
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

_HEADING = lazy_regex(r"(?P<stars>\*+)[ \t]+(?P<title>\S.*)")
_TAGS = lazy_regex(r"[ \t]+:[\w@#%:]+:[ \t]*$")
_FIELD = lazy_regex(r"#\+(?P<key>title|author|date):[ \t]*(?P<value>.*)", re.IGNORECASE)
_BLOCK = lazy_regex(r"[ \t]*#\+(?P<edge>begin|end)_(?P<kind>\w+)", re.IGNORECASE)
_VERBATIM = frozenset({"src", "example", "export"})
_LEFT_OUT = lazy_regex(r"[ \t]*(?:#\+\w+|#(?:[ \t]|$)|:(?!end:)\w[\w-]*:[ \t]*$|:end:[ \t]*$)", re.IGNORECASE)
_DRAWER = lazy_regex(r"[ \t]*:(?:properties|logbook):[ \t]*$", re.IGNORECASE)
_DRAWER_END = lazy_regex(r"[ \t]*:end:[ \t]*$", re.IGNORECASE)
_LINK = lazy_regex(r"\[\[(?P<target>[^\[\]\n]{1,2000})\](?:\[(?P<shown>[^\[\]\n]{1,2000})\])?\]")
_RULE = lazy_regex(r"[ 	]*\|[-+|]+[ 	]*$")
_DEEPEST = 9


def read(source: Source) -> Document:
    """The text; title, author and date are those of the lines `#+TITLE:` and so on, else the first heading."""
    fields: dict[str, str] = {}
    lines: list[str] = []
    headings: list[Heading] = []
    length = 0
    verbatim, in_drawer = "", False
    for line in _with_named_rows(clean(decoded(source)).removeprefix("\ufeff").split("\n")):
        edge = _BLOCK.match(line)
        if edge is not None:
            kind = edge["kind"].lower()
            verbatim = kind if edge["edge"].lower() == "begin" and kind in _VERBATIM else ""
            continue
        in_drawer = not verbatim and (_DRAWER.match(line) is not None or in_drawer)
        if in_drawer:
            in_drawer = _DRAWER_END.match(line) is None
            continue
        if not verbatim:
            if (field := _FIELD.match(line)) is not None:
                fields.setdefault(field["key"].lower(), _shown(field["value"]))
            if _LEFT_OUT.match(line):
                continue
            if (heading := _HEADING.match(line)) is not None:
                line = _TAGS.sub("", _shown(heading["title"]))
                headings.append(Heading(length, min(len(heading["stars"]), _DEEPEST), line))
            line = _shown(line)
        lines.append(line)
        length += len(line) + 1
    text = "\n".join(lines)
    if not text.strip():
        raise DocumentError("there is no text in it")
    return made_document(
        source,
        text,
        title=fields.get("title") or (headings[0].title if headings else None),
        author=fields.get("author"),
        date=fields.get("date"),
        locations=Locations(headings=headings),
    )


def _with_named_rows(lines: Iterable[str]) -> Iterator[str]:
    """The lines, each table as rows that name their columns; the rows above its first rule are the header."""
    rows: list[list[str]] = []
    header_rows: int | None = None
    is_verbatim = False
    for line in lines:
        if (edge := _BLOCK.match(line)) is not None:
            is_verbatim = edge["edge"].lower() == "begin"
        if not is_verbatim and line.lstrip().startswith("|"):
            if _RULE.match(line):
                header_rows = header_rows or len(rows) or None
            else:
                rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
            continue
        yield from table_lines(rows, header_rows=header_rows)
        rows, header_rows = [], None
        yield line
    yield from table_lines(rows, header_rows=header_rows)


def _shown(text: str) -> str:
    return _LINK.sub(lambda match: match["shown"] or match["target"], text)
