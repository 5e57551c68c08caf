"""Headers and footers of documents: each different line once, without page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bookwheel.lazy_regex import lazy_regex

_PAGE_NUMBER = lazy_regex(
    r"[\W_]*(?:page|seite|s|p[áa]gina|pagina|p|стр|страница|strona|sida|side)[.:]?\s*\d{1,5}"
    r"\s*(?:(?:of|von|de|di|van|из|z|av|af|/|sur)\s*\d{1,5})?[\W_]*",
    re.IGNORECASE,
)
_LONGEST = 500


def different_lines(lines: Iterable[str]) -> Iterator[str]:
    """The lines of headers or footers, each once; a page number alone is not text."""
    seen = set[str]()
    for line in lines:
        text = line[:_LONGEST]
        if text not in seen and any(map(str.isalpha, text)) and not _PAGE_NUMBER.fullmatch(text):
            seen.add(text)
            yield text
