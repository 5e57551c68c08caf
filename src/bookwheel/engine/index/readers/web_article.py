"""The article of a page that marks none, found by Trafilatura (extra `web`)."""

from __future__ import annotations

from importlib.util import find_spec

# On short pages it takes parts of the text for decoration.
_LEAST_TEXT = 2_000
_LEAST_SHARE = 0.5
# Its time grows with the square of the elements: 12,000 tags take 1.2 s, 60,000 more than a minute.
_MOST_TAGS = 10_000


def article_markup(markup: str, text: str) -> str | None:
    """The markup of the article, of which our reader gave `text`; None when the extra is missing or it finds none."""
    if len(text) < _LEAST_TEXT or markup.count("<") > _MOST_TAGS or find_spec("trafilatura") is None:
        return None
    import trafilatura

    found = trafilatura.extract(markup, output_format="html", include_comments=False, include_tables=True)
    return found if found and len(found) >= _LEAST_SHARE * len(text) else None
