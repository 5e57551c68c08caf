"""The edges of PDF pages: what each page repeats at its top and bottom, and sentences that go on on the next page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from bookwheel.lazy_regex import lazy_regex

_EDGE_LINES = 2
_FEWEST_PAGES = 3
# On so many of the pages; heads of left and of right pages may differ.
_LEAST_SHARE = 0.4
_LONGEST = 120
# A document may count its pages from another one, or be a part of another document.
_FARTHEST = 500
_NUMBER = lazy_regex(r"(?<![\w.,:-])\d{1,5}(?![\w.,:-])")
_DATE = lazy_regex(r"\d{1,4}/\d{1,2}/\d{2,4}")
# What stands beside the number of a page; a short title with a number may be that of a chapter on each page.
_PAGE_WORDS = lazy_regex(
    r"[\W_]*(?:(?:page|seite|s|p|pg|p[áa]gina|pagina|стр|страница|strona|sida|side)\b[\W_]*)?"
    r"(?:(?:of|von|de|di|van|из|z|av|af|sur)\b[\W_]*)?(?:\d{1,5}[\W_]*)?",
    re.IGNORECASE,
)
_LONG_TITLE = 20
_ENDS_SENTENCE = (".", "!", "?", ":", ";", "…", "。", ")", "]", "”", "»", '"')


def without_running_lines(pages: Sequence[str]) -> list[str]:
    """The pages without the lines at their edges that stand on most pages; the first of each stays.

    Such a line is equal on all pages but for the number of the page.
    """
    if len(pages) < _FEWEST_PAGES:
        return list(pages)
    lines = [page.split("\n") for page in pages]
    keys = [_edge_keys(page, number) for number, page in enumerate(lines)]
    counted = Counter(key for page in keys for key in set(page.values()))
    least = max(_FEWEST_PAGES, _LEAST_SHARE * len(pages))
    seen = set[str]()
    kept: list[str] = []
    for page, by_line in zip(lines, keys, strict=True):
        left_out = {at for at, key in by_line.items() if counted[key] >= least and key in seen}
        kept.append("\n".join(line for at, line in enumerate(page) if at not in left_out).strip("\n"))
        seen.update(by_line.values())
    return kept


def gaps_between(pages: Sequence[str]) -> list[str]:
    """What stands between each page and the next one: a newline where a sentence goes on, else a blank line."""
    return ["\n" if _goes_on(page, after) else "\n\n" for page, after in pairwise(pages)]


def _edge_keys(lines: Sequence[str], page: int) -> dict[int, str]:
    filled = [at for at, line in enumerate(lines) if line.strip()]
    count = _EDGE_LINES if len(filled) >= 2 * _EDGE_LINES else 1  # a short page is mostly text of its own
    edges = {*filled[:count], *filled[-count:]}
    return {at: key for at in edges if (key := _key(lines[at], page))}


def _key(line: str, page: int) -> str:
    """The line with the number of its page as the distance to `page`, counted from 0; empty for a long line."""
    text = " ".join(line.split())
    if not text or len(text) > _LONGEST:
        return ""
    numbers = list(_NUMBER.finditer(_DATE.sub(lambda match: "-" * len(match[0]), text)))
    # The page's number is the first or the last one in the line ("3 / Harbour rules", "Page 3 of 40").
    for match in numbers[:1] + numbers[-2:]:
        rest = text[: match.start()] + text[match.end() :]
        if abs(int(match[0]) - page) <= _FARTHEST and (len(rest) >= _LONG_TITLE or _PAGE_WORDS.fullmatch(rest)):
            return f"{text[: match.start()]}#{int(match[0]) - page}{text[match.end() :]}"
    return text


def _goes_on(page: str, after: str) -> bool:
    return after[:1].islower() and bool(page) and not page.endswith(_ENDS_SENTENCE)
