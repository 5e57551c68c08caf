"""PDF: the text of each page in reading order, words hyphenated at line ends joined, bookmarks as headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate
from operator import add
from typing import Protocol, cast

from bookwheel.engine.index.readers.composer import clean, with_symbols
from bookwheel.engine.index.readers.pdf.pdf_edges import gaps_between, without_running_lines
from bookwheel.engine.index.readers.pdf.pdf_pages import Pages, PageTexts
from bookwheel.engine.index.readers.pdf.pdf_scans import MOST_SCANNED_PAGES, ScannedPages
from bookwheel.engine.index.readers.pictures.ocr import OCR_EXTRA, ocr_is_installed
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.locations import Heading, Locations
from bookwheel.engine.schema import Document
from bookwheel.engine.text.languages import language_of
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

MOST_PAGES = 20_000
MOST_BOOKMARKS = 5_000

# pdfium writes U+FFFE or U+0002 for a hyphen at the end of a line, without the line break. Other hyphens stay.
_MARKED_HYPHEN = lazy_regex("[\ufffe\x02]\n?")
_HYPHEN = lazy_regex(r"(?P<before>\b[^\W\d_]|[^\W\d_]{2,})[-\u2010\u00ad]\n(?P<after>[^\W\d_]{2,}|[^\W\d_](?=-))")
# What these begin is written with a hyphen wherever it stands on the line ("self-service", but "selfless").
_KEPT_BEFORE = frozenset({"self", "well", "ex", "half", "all"})
_TENS = frozenset("twenty thirty forty fifty sixty seventy eighty ninety".split())
_ONES = frozenset(
    "one two three four five six seven eight nine first second third fourth fifth sixth seventh eighth ninth".split()
)
# Second parts of compounds with a hyphen that end no other word ("long-term", "water-based").
_KEPT_BEHIND = frozenset(
    "based driven effective efficient friendly intensive level oriented pressure quality related resistant sized"
    " specific speed term".split()
)
_KEPT_IN_FRENCH = frozenset("peut demi après vice quasi".split())
_KEPT_BEHIND_FRENCH = frozenset("vous nous moi toi lui ils elles même mêmes ci là".split())
_WORD = lazy_regex(r"(?<!-\n)\b[^\W\d_]+(?:-[^\W\d_]+)*(?!-\n)\b")
_CONTROLS = lazy_regex("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NO_TITLE = lazy_regex(
    r"^[\W\d_]*$|^(?:untitled|\(?anonymous\)?|title|document\d*|microsoft (?:word|powerpoint) - .*"
    r"|.*\.(?:docx?|dvi|tex|indd|qxd|pdf|pptx?|html?))$",
    re.IGNORECASE,
)


# The part of pypdfium2 used here; its own annotations are incomplete.
class _Target(Protocol):
    def get_index(self) -> int | None: ...


class _Bookmark(Protocol):
    level: int

    def get_title(self) -> str: ...
    def get_dest(self) -> _Target | None: ...


class _Pdf(Pages, Protocol):
    def get_metadata_value(self, key: str) -> str: ...
    def get_toc(self) -> Iterator[_Bookmark]: ...
    def close(self) -> None: ...


def read(source: Source) -> Document:
    """The text of all pages; page 1 begins at `page_starts[0]`.

    Raises DocumentError for a file that is broken, locked by a password, or only pictures.
    """
    pdf = _opened(source.data)
    try:
        if not 0 < len(pdf) <= MOST_PAGES:
            raise DocumentError(f"it has {len(pdf)} pages; from 1 to {MOST_PAGES:,} can be read")
        texts = PageTexts(pdf, source.on_fraction)
        raw = list(texts)
        scans = ScannedPages(pdf, source)
        scans.fill(raw)
        pages = without_running_lines(_mended(raw))
        if not any(map(str.strip, pages)):
            raise DocumentError(f"no text found on its {_counted(len(pages))} (a scan?){_why_not_recognised(scans)}")
        gaps = gaps_between(pages)
        starts = list(accumulate(map(len, map(add, pages, gaps)), initial=0))
        headings = list(_bookmarks(pdf, pages, starts))
        locations = Locations(page_starts=starts, headings=headings)
        document = made_document(
            source,
            "".join(map(add, pages, [*gaps, ""])),
            remarks=_remarks(pages, texts.empty_fields, scans),
            title=_title(pdf) or texts.drawn_title,
            author=_author(pdf),
            date=pdf.get_metadata_value("CreationDate") or pdf.get_metadata_value("ModDate"),
            locations=locations,
        )
        if scans.filled:
            document.metadata["recognised"] = scans.about
        return document
    finally:
        pdf.close()


def _opened(data: bytes) -> _Pdf:
    import pypdfium2

    try:
        return cast("_Pdf", pypdfium2.PdfDocument(data))  # see the protocol above
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            reason = "it is locked by a password; save a copy without one"
        else:
            reason = "the PDF is broken and cannot be opened"
        raise DocumentError(reason) from error


def _remarks(pages: list[str], empty_fields: int, scans: ScannedPages) -> Iterator[str]:
    if scans.filled:
        of_all = f"{len(scans.filled):,} of {_counted(len(pages))}" if len(pages) > 1 else "its one page"
        yield f"the text of {of_all} is recognised by OCR ({scans.confidence} % sure)"
    if scans.not_tried:
        yield f"{_counted(scans.not_tried)} after {MOST_SCANNED_PAGES} scanned ones are not recognised"
    empty_pages = sum(not page for page in pages) - scans.not_tried
    if empty_pages:
        yield f"{empty_pages:,} of {_counted(len(pages))} hold no text (scanned?){_why_not_recognised(scans)}"
    if empty_fields:
        yield f"{empty_fields:,} form fields have no value" if empty_fields > 1 else "one form field has no value"


def _why_not_recognised(scans: ScannedPages) -> str:
    if scans.not_recognised:
        return f"; {scans.not_recognised}"
    return "" if ocr_is_installed() else f"; OCR reads scans: pip install '{OCR_EXTRA}'"


def _mended(pages: list[str]) -> list[str]:
    words = set[str]()
    is_french = False
    pages = [_MARKED_HYPHEN.sub("-\n", page.replace("\r\n", "\n").replace("\r", "\n")) for page in pages]
    if any(map(_HYPHEN.search, pages)):
        words.update(word for page in pages for word in _WORD.findall(page.lower()))
        is_french = language_of(" ".join(pages)) == "french"
    whole = (_HYPHEN.sub(lambda match: _joined(match, words, is_french=is_french), page) for page in pages)
    return [_CONTROLS.sub("", with_symbols(page)).encode("utf-8", "replace").decode("utf-8").strip() for page in whole]


def _joined(match: re.Match[str], words: set[str], *, is_french: bool) -> str:
    # As the document writes it elsewhere; else with the hyphen when both parts are words of it ("value-added", not
    # "con-tract").
    before, after = match["before"], match["after"]
    kept, joined = f"{before}-{after}", before + after
    if (
        len(before) == 1
        or len(after) == 1
        or match.string[max(0, match.start() - 1) : match.start()] == "-"  # "state-of-the-art"
        or (is_french and (before.lower() in _KEPT_IN_FRENCH or after in _KEPT_BEHIND_FRENCH))
        or not after[0].islower()
        or kept.lower() in words
        or (before.lower() in _KEPT_BEFORE and len(after) > 4)
        or (len(before) > 2 and after in _KEPT_BEHIND)
        or (before.lower() in _TENS and after in _ONES)
    ):
        return kept
    if joined.lower() in words:
        return joined
    return kept if before.lower() in words and after.lower() in words else joined


def _title(pdf: _Pdf) -> str | None:
    title = pdf.get_metadata_value("Title").strip()
    return None if _NO_TITLE.match(title) else title


def _author(pdf: _Pdf) -> str | None:
    # ReportLab writes this where a program names nobody.
    author = clean(pdf.get_metadata_value("Author")).strip()
    return None if author.strip("()").lower() == "anonymous" else author


def _bookmarks(pdf: _Pdf, pages: list[str], starts: list[int]) -> Iterator[Heading]:
    found: list[Heading] = []
    for level, title, page in _raw_bookmarks(pdf):
        if page is not None and 0 <= page < len(pages) and title:
            on_page = max(pages[page].casefold().find(title.casefold()), 0)
            found.append(Heading(starts[page] + on_page, level + 1, title))
    yield from sorted(found, key=lambda heading: heading.start)


def _raw_bookmarks(pdf: _Pdf) -> Iterable[tuple[int, str, int | None]]:
    import pypdfium2

    rows: list[tuple[int, str, int | None]] = []
    try:
        for bookmark in pdf.get_toc():
            target = bookmark.get_dest()
            page = None if target is None else target.get_index()
            rows.append((bookmark.level, " ".join(bookmark.get_title().split()), page))
            if len(rows) >= MOST_BOOKMARKS:
                break
    except (pypdfium2.PdfiumError, ValueError):
        return rows  # the text is readable without them
    return rows


def _counted(pages: int) -> str:
    return "one page" if pages == 1 else f"{pages:,} pages"
