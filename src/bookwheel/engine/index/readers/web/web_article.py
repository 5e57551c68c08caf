"""The article of a page that marks none, found by Trafilatura (extra `web`)."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

# On short pages it takes parts of the text for decoration.
_LEAST_TEXT = 2_000
# Its time grows with the square of the elements: 12,000 tags take 1.2 s, 60,000 more than a minute.
_MOST_TAGS = 10_000
# The element that holds so much of what it finds is the article; it takes some headings and lists for decoration.
_LEAST_SHARE = 0.95
# A shorter line of the article may also stand elsewhere.
_SHORTEST_LINE = 30
_DEEPEST = 40
# Others say nothing by themselves: rows without their table, items without their list.
_HOLDERS = frozenset("article blockquote body center details div fieldset form main section td".split())


def article_markup(markup: str, text: str) -> str | None:
    """The markup of the element that holds the article of a page, of which our reader gave `text`.

    Trafilatura only says where the article is. Its own markup has lost headings and lists, and makes a block of each
    piece of code within a sentence. None when the extra is missing, or when the whole page is the article.
    """
    if len(text) < _LEAST_TEXT or markup.count("<") > _MOST_TAGS or find_spec("trafilatura") is None:
        return None
    import trafilatura
    from selectolax.lexbor import LexborHTMLParser

    found = trafilatura.extract(markup, output_format="txt", include_comments=False, include_tables=True)
    lines = [letters for line in (found or "").splitlines() if len(letters := _letters(line)) >= _SHORTEST_LINE]
    body = LexborHTMLParser(markup).body
    if body is None or not lines:
        return None
    holder = _holder_of(lines, body)
    return None if holder.mem_id == body.mem_id else holder.html


def _holder_of(lines: Sequence[str], body: LexborNode) -> LexborNode:
    """The deepest element that can stand alone and holds most of the lines."""
    least = _LEAST_SHARE * sum(len(line) for line in lines if line in _letters(body.text(deep=True)))
    holder = reached = body
    for _ in range(_DEEPEST):
        inner = next((child for child in reached.iter() if _length_in(child, lines) >= least > 0), None)
        if inner is None:
            break
        reached = inner
        if reached.tag in _HOLDERS:
            holder = reached
    return holder


def _length_in(node: LexborNode, lines: Sequence[str]) -> int:
    there = _letters(node.text(deep=True))
    return sum(len(line) for line in lines if line in there)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
