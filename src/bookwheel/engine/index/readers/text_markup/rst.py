"""reStructuredText: the text with its section titles, its tables as lines that name their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.tables.drawn_tables import with_named_rows
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.index.readers.text_markup.front_matter import field_list
from bookwheel.engine.index.readers.text_markup.rst_blocks import with_marked_blocks
from bookwheel.engine.index.readers.text_markup.rst_roles import with_plain_roles
from bookwheel.engine.index.readers.text_markup.rst_tables import with_rows_of_directives
from bookwheel.engine.locations import Heading, Locations
from bookwheel.engine.schema import Document
from bookwheel.lazy_regex import lazy_regex

_SIGN = r"[=\-`:.'\"~^_*+#<>]"
_UNDERLINE = lazy_regex(rf"^(?P<line>(?P<sign>{_SIGN})(?P=sign)+)[ \t]*$", re.MULTILINE)


def read(source: Source) -> Document:
    """The text with its sections; the title is the first of them, unless the fields at its head give one."""
    text = with_plain_roles(with_named_rows(with_marked_blocks(with_rows_of_directives(decoded(source)))))
    headings = list(_headings(text))
    # Fields may stand above all else, or under the title.
    first, second = field_list(text), field_list(text, _below_title(text, headings))
    return made_document(
        source,
        text,
        title=first.title or second.title or (headings[0].title if headings else None),
        author=first.author or second.author,
        date=first.date or second.date,
        locations=Locations(headings=headings),
    )


def _below_title(text: str, headings: Sequence[Heading]) -> int:
    """The offset after the title and the subtitle with which the text begins, else 0."""
    at = 0
    for heading in headings[:2]:
        underline = _UNDERLINE.search(text, text.find(heading.title, heading.start))
        if underline is None or text[at : heading.start].strip():
            break
        at = underline.end()
    return at


def _headings(text: str) -> Iterator[Heading]:
    # A style is the sign and whether there is a line above too. Styles rank in the order of their first use.
    levels: dict[tuple[str, bool], int] = {}
    for match in _UNDERLINE.finditer(text):
        end_of_title = match.start() - 1
        start = text.rfind("\n", 0, max(end_of_title, 0)) + 1
        title = text[start : max(end_of_title, 0)].rstrip()
        if not title.strip() or len(match["line"]) < len(title.strip()) or _UNDERLINE.fullmatch(title):
            continue
        above = text.rfind("\n", 0, max(start - 1, 0)) + 1
        overlined = start > 0 and text[above : start - 1].rstrip() == match["line"]
        level = levels.setdefault((match["sign"], overlined), len(levels) + 1)
        yield Heading(above if overlined else start, level, title.strip())
