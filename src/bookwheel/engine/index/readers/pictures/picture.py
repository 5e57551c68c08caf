"""Pictures of text (.png, .jpg, .tiff…): photographed or scanned pages, recognised with the extra `ocr`."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from bookwheel.engine.index.readers.composer import Composer
from bookwheel.engine.index.readers.pictures.ocr import DPI, MOST_PIXELS, Pixels, Recogniser, ocr_languages
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError, MissingExtraError, NothingToReadError

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST_FRAMES = 300
_MOST_DECODED = 80_000_000
_SMALL_HEIGHT = 1_000
_LEAST_DPI = 150
_LEAST_WIDTH = 150
_LEAST_HEIGHT = 40
_THUMBNAIL = 200
_BAND = 64
_LEAST_PAPER = 0.4


def read(source: Source) -> Document:
    """The recognised text; each picture in the file is a page. Raises NothingToReadError for a picture without text."""
    if source.not_recognised:
        raise DocumentError(source.not_recognised)
    composer = Composer()
    confidence: list[int] = []
    try:
        recogniser = Recogniser()
    except ModuleNotFoundError as error:
        raise MissingExtraError("ocr", "Reading pictures of text") from error
    try:
        for pixels in _frames(source):
            source.before_slow_step()
            found = recogniser.read(pixels)
            composer.page()
            if found is not None:
                confidence.append(found.confidence)
                composer.paragraph(found.text)
    finally:
        recogniser.close()
    if composer.is_empty:
        raise NothingToReadError("picture without text")
    mean = round(sum(confidence) / len(confidence))
    source.remarks.append(f"its text is recognised by OCR ({mean} % sure)")
    document = composer.document(source)
    document.metadata["recognised"] = {"languages": list(ocr_languages()), "dpi": DPI, "confidence": mean}
    return document


def _frames(source: Source) -> Iterator[Pixels]:
    try:
        from PIL import Image, ImageOps, UnidentifiedImageError
    except ImportError as error:
        raise MissingExtraError("ocr", "Reading pictures of text") from error
    try:
        with Image.open(BytesIO(source.data)) as image:
            count = min(getattr(image, "n_frames", 1), _MOST_FRAMES)
            for number in range(count):
                source.on_fraction(number / count)
                image.seek(number)
                if image.width * image.height > _MOST_DECODED:
                    raise NothingToReadError(f"picture of more than {_MOST_DECODED:,} pixels")
                if _may_be_a_page(image):
                    yield _pixels(ImageOps.exif_transpose(image).convert("L"), image.info.get("dpi"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NothingToReadError("broken picture") from error


def _may_be_a_page(image: Image) -> bool:
    """Whether much of the picture is equally bright, as paper is. A photograph would take seconds for nothing."""
    if image.width < _LEAST_WIDTH or image.height < _LEAST_HEIGHT:
        return False
    counts = image.resize((_THUMBNAIL, _THUMBNAIL)).convert("L").histogram()
    bands = (sum(counts[start : start + _BAND]) for start in range(0, 257 - _BAND, _BAND // 4))
    return max(bands) >= _LEAST_PAPER * _THUMBNAIL * _THUMBNAIL


def _pixels(image: Image, dpi: object) -> Pixels:
    known = round(dpi[0]) if isinstance(dpi, tuple) and dpi and isinstance(dpi[0], (int, float)) else 0
    if image.width * image.height > MOST_PIXELS:
        scale = (MOST_PIXELS / (image.width * image.height)) ** 0.5
        image = image.resize((int(image.width * scale), int(image.height * scale)))
        known = round(known * scale)
    elif image.height < _SMALL_HEIGHT or 0 < known < _LEAST_DPI:
        # Tesseract needs letters of about 20 pixels.
        image = image.resize((image.width * 2, image.height * 2))
        known *= 2
    return Pixels(image.tobytes(), image.width, image.height, image.width, known if known >= _LEAST_DPI else DPI)
