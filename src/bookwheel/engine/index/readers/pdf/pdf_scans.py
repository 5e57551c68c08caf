"""Scanned pages of a PDF: rendered and recognised where the page has no text layer."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Protocol, cast

from bookwheel.engine.index.readers.pdf.pdf_pages import Pages
from bookwheel.engine.index.readers.pictures.ocr import (
    DPI,
    MOST_PIXELS,
    Pixels,
    Recogniser,
    ocr_is_installed,
    ocr_languages,
)
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.schema import JsonObject
from bookwheel.errors import DocumentError

MOST_SCANNED_PAGES = 300
_MOST_SECONDS = 900.0
_POINTS_PER_INCH = 72


# The part of pypdfium2 used here; its own annotations are incomplete.
class _Bitmap(Protocol):
    buffer: bytes
    width: int
    height: int
    stride: int

    def close(self) -> None: ...


class _ScannedPage(Protocol):
    def get_size(self) -> tuple[float, float]: ...
    def render(self, *, scale: float, grayscale: bool) -> _Bitmap: ...
    def close(self) -> None: ...


class ScannedPages:
    """Fills in the texts of pages that have none. Afterwards `about` describes the recognition, if there was one."""

    def __init__(self, pdf: Pages, source: Source) -> None:
        self._pdf = pdf
        self._source = source
        self._confidence: list[int] = []
        self.filled: list[int] = []
        self.not_tried = 0
        self.not_recognised = source.not_recognised
        """Why none was tried, as the end of a sentence; "" otherwise."""

    def fill(self, texts: list[str]) -> None:
        """Recognise the blank pages among `texts`, in place."""
        blank = [number for number, text in enumerate(texts) if not text.strip()]
        if not blank or not ocr_is_installed() or self.not_recognised:
            return
        try:
            recogniser = Recogniser()
        except DocumentError as error:
            self.not_recognised = error.message
            return
        try:
            for number, text in self._recognised(blank, recogniser):
                texts[number] = text
                self.filled.append(number)
        finally:
            recogniser.close()

    @property
    def about(self) -> JsonObject:
        """The pages that were recognised (from 1), in which languages and how surely."""
        return {
            "pages": [number + 1 for number in self.filled],
            "languages": list(ocr_languages()),
            "dpi": DPI,
            "confidence": self.confidence,
        }

    @property
    def confidence(self) -> int:
        """The mean confidence of the recognised pages in percent."""
        return round(sum(self._confidence) / max(len(self._confidence), 1))

    def _recognised(self, blank: Sequence[int], recogniser: Recogniser) -> Iterator[tuple[int, str]]:
        import pypdfium2

        began = time.monotonic()
        for done, number in enumerate(blank):
            if done >= MOST_SCANNED_PAGES or time.monotonic() - began > _MOST_SECONDS:
                self.not_tried = len(blank) - done
                return
            self._source.on_fraction(done / len(blank))
            self._source.before_slow_step()
            try:
                drawn = _drawn(cast("_ScannedPage", self._pdf[number]))
            except pypdfium2.PdfiumError:
                continue  # a broken page has no text, and the others stay
            found = recogniser.read(drawn)
            if found is not None:
                self._confidence.append(found.confidence)
                yield number, found.text


def _drawn(page: _ScannedPage) -> Pixels:
    width, height = page.get_size()
    scale = DPI / _POINTS_PER_INCH
    pixels = width * height * scale * scale
    if pixels > MOST_PIXELS:
        scale *= (MOST_PIXELS / pixels) ** 0.5
    bitmap = page.render(scale=scale, grayscale=True)
    drawn = Pixels(
        bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, max(70, round(scale * _POINTS_PER_INCH))
    )
    bitmap.close()
    page.close()
    return drawn
