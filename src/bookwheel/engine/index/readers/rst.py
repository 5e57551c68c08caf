"""reStructuredText: the text as it is, with its section titles found."""

import re
from collections.abc import Iterator

from bookwheel.engine.index.readers.base import Source, made_document
from bookwheel.engine.index.readers.text import decoded
from bookwheel.engine.schema import Document
from bookwheel.engine.stores.places import Heading, Places

_SIGN = r"[=\-`:.'\"~^_*+#<>]"
_UNDERLINE = re.compile(rf"^(?P<line>(?P<sign>{_SIGN})(?P=sign)+)[ \t]*$", re.MULTILINE)


def read(source: Source) -> Document:
    """The text with its sections; the title is the first of them."""
    text = decoded(source)
    headings = list(_headings(text))
    return made_document(source, text, title=headings[0].title if headings else None, places=Places(headings=headings))


def _headings(text: str) -> Iterator[Heading]:
    # The styles of titles (sign, and whether there is a line above too) rank in the order in which they come up.
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
