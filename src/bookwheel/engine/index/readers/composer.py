"""Builds the text of a document from the parts of a file (cells, chapters, slides), with its pages and headings."""

from __future__ import annotations

from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.locations import Heading, Locations
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError
from bookwheel.lazy_regex import lazy_regex

# Further titles are only text: a file of a million records needs no table of contents.
MOST_HEADINGS = 50_000

_CONTROLS = lazy_regex("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
# Letters and signs of the fonts Symbol and Wingdings, which Windows keeps at these places.
_SYMBOLS = dict(
    zip(
        map(chr, (*range(0xF061, 0xF07B), 0xF0A3, 0xF0A7, 0xF0A8, 0xF0AE, 0xF0B1, 0xF0B3, 0xF0B4, 0xF0B7, 0xF0B9,
                  0xF0BB, 0xF0D6, 0xF0D8, 0xF0E0, 0xF0FC, 0xF0FE)),
        "αβχδεφγηιϕκλμνοπθρστυϖωξψζ≤▪◻→±≥×•≠≈√➢→✓☒",
        strict=True,
    )
)  # fmt: skip
_SYMBOL = lazy_regex("[\uf061-\uf0fe]")
_SURROGATES = lazy_regex("[\ud800-\udfff]")


def clean(text: str) -> str:
    """The text with `\n` for every newline, without control characters and lone surrogates."""
    text = with_symbols(text.replace("\r\n", "\n").replace("\r", "\n"))
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))


def with_symbols(text: str) -> str:
    """The text with signs that other fonts have too in place of those of Symbol and Wingdings."""
    return text if text.isascii() else _SYMBOL.sub(lambda match: _SYMBOLS.get(match[0], match[0]), text)


class Composer:
    """Collects a text from its beginning to its end; a blank line separates paragraphs."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._headings: list[Heading] = []
        self._page_starts: list[int] = []

    def paragraph(self, text: str) -> None:
        """Write one or more paragraphs; a blank text is ignored."""
        self._write(clean(text).strip("\n").rstrip(), "\n\n")

    def line(self, text: str) -> None:
        """Write a line directly under the text so far."""
        self._write(clean(text).strip(), "\n")

    def heading(self, level: int, title: str) -> None:
        """Write a heading; the text after it belongs to its section."""
        title = " ".join(clean(title).split())
        if title:
            start = self._write(title, "\n\n")
            self._mark(Heading(start, level, title))

    def part(self, text: str, headings: list[Heading]) -> None:
        """Write a text that has passed `clean`, with headings whose offsets count from its beginning."""
        if text.strip():
            start = self._write(text, "\n\n")
            for inner in headings:
                self._mark(Heading(start + inner.start, inner.level, inner.title))

    def page(self) -> None:
        """Begin a page; call it before the first page too. An empty page begins where the next page begins."""
        self._page_starts.append(self._length + (2 if self._pieces else 0))

    @property
    def is_empty(self) -> bool:
        """Whether the text is still empty."""
        return not self._pieces

    @property
    def length(self) -> int:
        """The number of characters so far."""
        return self._length

    @property
    def first_heading(self) -> str | None:
        """The title of the first heading so far."""
        return self._headings[0].title if self._headings else None

    def document(
        self, source: Source, *, title: str | None = None, author: str | None = None, date: str | None = None
    ) -> Document:
        """The document with the text so far. Raises DocumentError when the text is empty."""
        if self.is_empty:
            raise DocumentError("there is no text in it")
        locations = Locations(
            page_starts=[min(start, self._length) for start in self._page_starts], headings=self._headings
        )
        named = (None if value is None else clean(value) for value in (title, author, date))
        found_title, found_author, found_date = named
        return made_document(
            source, "".join(self._pieces), title=found_title, author=found_author, date=found_date, locations=locations
        )

    def _mark(self, heading: Heading) -> None:
        if len(self._headings) < MOST_HEADINGS:
            self._headings.append(heading)

    def _write(self, text: str, gap: str) -> int:
        if not text:
            return self._length
        for piece in (gap if self._pieces else "", text):
            self._pieces.append(piece)
            self._length += len(piece)
        return self._length - len(text)
