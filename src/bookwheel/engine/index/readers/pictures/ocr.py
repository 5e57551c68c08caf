"""Text of scanned pages and pictures, recognised by Tesseract (extra `ocr`).

Recognition runs in the reading worker, with a time limit for each page. Its languages are those whose data lie in the
folder that `TESSDATA_PREFIX` names, else those of the extra: English and German.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from bookwheel.errors import DocumentError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

OCR_EXTRA = "bookwheel[ocr]"
DPI = 300
MOST_PIXELS = 25_000_000
_PAGE_TIMEOUT_MS = 20_000
_MOST_LANGUAGES = 4
_FIRST_LANGUAGES = ("eng", "deu")
# Noise gives no letters, or letters of little confidence.
_LEAST_LETTERS = 8
_LEAST_CONFIDENCE = 40
_LETTER = lazy_regex(r"[^\W_]")


class Recognised(NamedTuple):
    """The text of a page and how sure Tesseract is of it, in percent."""

    text: str
    confidence: int


@dataclass(frozen=True, slots=True)
class Pixels:
    """A grey picture, one byte a pixel; a row takes `stride` bytes."""

    data: bytes
    width: int
    height: int
    stride: int
    dpi: int = DPI


@cache
def ocr_is_installed() -> bool:
    """Whether Tesseract and its data are there."""
    return find_spec("tesserocr") is not None and bool(ocr_languages())


@cache
def ocr_languages() -> tuple[str, ...]:
    """The languages that are recognised, as Tesseract names them."""
    try:
        found = {path.stem for path in _data_folder().glob("*.traineddata")} - {"osd"}
    except OSError:
        return ()
    first = [name for name in _FIRST_LANGUAGES if name in found]
    return tuple([*first, *sorted(found.difference(first))][:_MOST_LANGUAGES])


class Recogniser:
    """Reads pictures one after the other; close it afterwards.

    Raises ModuleNotFoundError where Tesseract is not installed, DocumentError where it does not start.
    """

    def __init__(self) -> None:
        # More threads cost more computing time in all, and wait for each other on a busy machine.
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")
        try:
            import tesserocr

            folder = str(_data_folder())
            # Pages on their side are turned only when the data for it are there.
            mode = tesserocr.PSM.AUTO_OSD if (_data_folder() / "osd.traineddata").exists() else tesserocr.PSM.AUTO
            self._api = tesserocr.PyTessBaseAPI(path=folder, lang="+".join(ocr_languages()), psm=mode)
        except ModuleNotFoundError:
            raise
        except (ImportError, RuntimeError) as error:  # a library of the system is missing, or the data are damaged
            raise DocumentError(f"OCR does not start: {error}") from error

    def read(self, pixels: Pixels) -> Recognised | None:
        """The text of a picture; None when it takes too long or holds no text."""
        # Its stub says `str`, its documentation and its code want bytes.
        self._api.SetImageBytes(pixels.data, pixels.width, pixels.height, 1, pixels.stride)  # pyright: ignore[reportArgumentType]
        self._api.SetSourceResolution(pixels.dpi)
        if not self._api.Recognize(_PAGE_TIMEOUT_MS):
            return None
        found = Recognised(str(self._api.GetUTF8Text()).strip(), int(self._api.MeanTextConf()))
        self._api.Clear()
        is_text = len(_LETTER.findall(found.text)) >= _LEAST_LETTERS and found.confidence >= _LEAST_CONFIDENCE
        return found if is_text else None

    def close(self) -> None:
        self._api.End()


def _data_folder() -> Path:
    named = os.environ.get("TESSDATA_PREFIX")
    return Path(named) if named else Path(sys.prefix) / "share" / "tessdata"
