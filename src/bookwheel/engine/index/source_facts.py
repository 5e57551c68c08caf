"""The bibliographic data of a document: title, authors, date, DOI, arXiv number.

The metadata of PDF files are often wrong ("untitled", a filing number): a title counts only if it is on the first page
too. A DOI counts only on the first page, because lists of references hold many others.
"""

from __future__ import annotations

import re

from bookwheel.engine import json_fields as fields
from bookwheel.engine.index.readers.about import iso_day
from bookwheel.engine.index.sources.document_source import SOURCE
from bookwheel.engine.locations import PAGE_STARTS
from bookwheel.engine.schema import Document, JsonObject
from bookwheel.engine.text.folding import as_needle, words_of
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

FIRST_PAGE = 4_000
_DOI = lazy_regex(r"\b(10\.\d{4,9}/[^\s\"<>{}|\\^`]+)")
_ARXIV = lazy_regex(r"\barXiv:\s?(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+/\d{7})", re.IGNORECASE)
_LONGEST_HEADING = 200
_HEADING = lazy_regex(r"\s{0,3}#{1,2}\s+(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """The data of a document; "" and () where unknown. `date` is ISO 8601, as exact as known.

    `citekey` is the key that the user's library of references gives it.
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    doi: str = ""
    arxiv: str = ""
    citekey: str = ""
    url: str = ""


def facts_in(document: Document) -> SourceFacts:
    """The facts of one document, from its metadata and its first page."""
    first_page = document.text[: _end_of_first_page(document)]
    doi, arxiv = _DOI.search(first_page), _ARXIV.search(first_page)
    author, date = document.metadata.get("author"), document.metadata.get("date")
    return SourceFacts(
        title=_title(document, first_page),
        authors=_authors(author) if isinstance(author, str) and _is_said(author, document, first_page) else (),
        date=(iso_day(date) or "") if isinstance(date, str) else "",
        doi=fields.text(document.metadata, "doi") or (doi[1].rstrip(".,;)") if doi else ""),
        arxiv=arxiv[1] if arxiv else "",
        citekey=fields.text(document.metadata, "citekey"),
        url=fields.text(document.metadata, "url"),
    )


def facts_of_metadata(metadata: JsonObject) -> SourceFacts:
    """The facts in a passage's metadata; not the title and author of a PDF, which its first page has to confirm."""
    return facts_in(Document("", dict(metadata)))


def _end_of_first_page(document: Document) -> int:
    starts = document.metadata.get(PAGE_STARTS)
    second = starts[1] if isinstance(starts, list) and len(starts) > 1 else FIRST_PAGE
    return min(second, FIRST_PAGE) if isinstance(second, int) else FIRST_PAGE


def _title(document: Document, first_page: str) -> str:
    title = document.metadata.get("title")
    if isinstance(title, str) and title.strip() and _is_said(title, document, first_page):
        return title
    heading = _HEADING.match(first_page.lstrip())
    return heading[1].strip()[:_LONGEST_HEADING] if heading else ""


def _is_said(value: str, document: Document, first_page: str) -> bool:
    """Whether to trust a value of the metadata: of a PDF only if it is on the first page too, or a source says it."""
    is_pdf = document.metadata.get("file_type") == "pdf"
    return not is_pdf or SOURCE in document.metadata or as_needle(words_of(value)) in f" {words_of(first_page)} "


def _authors(text: str) -> tuple[str, ...]:
    """Names with semicolons, "and" or commas between them; "Berg, Anna" alone is one name."""
    parts = re.split(r"\s*;\s*|\s+(?:and|und|et|y|e)\s+|\s*&\s*", text)
    if len(parts) == 1 and text.count(",") > 1:
        parts = text.split(",")
    elif len(parts) == 1 and text.count(",") == 1 and all(" " in half.strip() for half in text.split(",")):
        parts = text.split(",")
    return tuple(part.strip() for part in parts if part.strip())
