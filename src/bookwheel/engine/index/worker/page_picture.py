"""Draws a page of a PDF, or a picture small, in a process of its own: a broken file can end that and nothing else.

    python -P -m bookwheel.engine.index.worker.page_picture PATH PAGE [WIDTH HEIGHT]

It writes to its standard output the page as PNG or, with a size, the width, the height and the RGB pixels of what fits
into it; PAGE is 0 for a picture file. A line on its standard error says why it cannot.
"""

from __future__ import annotations

import asyncio
import resource
import struct
import sys
import warnings
import zlib
from pathlib import Path
from tempfile import TemporaryFile
from typing import Protocol, cast

from bookwheel.engine.index.child_process import end_child, end_of, start_child
from bookwheel.errors import DocumentError, MissingExtraError
from bookwheel.lazy_dataclass import dataclass

# What models that see reduce larger pictures to.
LONGEST_SIDE = 1_568
TIMEOUT_S = 30.0
_MEMORY = 2 << 30
_CPU_S = 20
_MOST_PIXELS = 80_000_000
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
_SIZE = struct.Struct(">HH")


@dataclass(frozen=True, slots=True)
class PictureSource:
    """Where a picture is: a picture file, or `page` (from 1) of a PDF; `name` is how the user knows it."""

    name: str
    path: Path
    page: int = 0


@dataclass(frozen=True, slots=True)
class SmallPicture:
    """Rows of `width` pixels, three bytes each: red, green, blue."""

    width: int
    height: int
    pixels: bytes


class _DrawnBitmap(Protocol):
    """The part of pypdfium2 used here; its own annotations are incomplete."""

    buffer: bytes
    width: int
    height: int
    stride: int
    n_channels: int


class _DrawablePage(Protocol):
    def get_size(self) -> tuple[float, float]: ...
    def render(self, *, scale: float, rev_byteorder: bool) -> _DrawnBitmap: ...


async def page_picture(path: Path, page: int) -> bytes:
    """The page (from 1) as PNG. Raises DocumentError when the file has no such page, or cannot be drawn."""
    return await _drawn(f"Page {page} of {path.name}", str(path), str(page))


async def small_picture(source: PictureSource, width: int, height: int) -> SmallPicture:
    """The picture in at most `width` × `height` pixels, never enlarged. Raises DocumentError.

    A picture file needs Pillow, of the extra `ocr`; the error says so where it is missing.
    """
    data = await _drawn(source.name, str(source.path), str(source.page), str(width), str(height))
    across, down = _SIZE.unpack_from(data)
    return SmallPicture(across, down, data[_SIZE.size :])


async def _drawn(name: str, *arguments: str) -> bytes:
    with TemporaryFile() as errors:
        process = await start_child(__name__, *arguments, store="", errors=errors)
        assert process.stdout is not None
        try:
            async with asyncio.timeout(TIMEOUT_S):
                picture = await process.stdout.read()
                code = await process.wait()
        except TimeoutError:
            raise DocumentError(f"{name} took longer than {TIMEOUT_S:g} seconds.") from None
        finally:
            await end_child(process)
        if code or not picture:
            told = (await asyncio.to_thread(end_of, errors)).splitlines()
            raise DocumentError(f"{name} cannot be drawn: {told[-1] if told else 'no reason given'}")
    return picture


def png(pixels: bytes, width: int, height: int, *, stride: int, channels: int) -> bytes:
    """Rows of 8-bit grey (1 channel), RGB (3) or RGBA (4) as a PNG file."""
    rows = b"".join(b"\0" + pixels[y * stride : y * stride + width * channels] for y in range(height))
    kind = {1: 0, 3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    )


def _draw(path: str, number: int) -> bytes:
    bitmap = _rendered(path, number, LONGEST_SIDE, LONGEST_SIDE)
    channels = bitmap.n_channels
    return png(bytes(bitmap.buffer), bitmap.width, bitmap.height, stride=bitmap.stride, channels=channels)


def _draw_small(path: str, number: int, width: int, height: int) -> bytes:
    if not number:
        return _shrunk(path, width, height)
    # pdfium rounds up: a pixel less keeps the page within its bounds.
    bitmap = _rendered(path, number, max(1, width - 1), max(1, height - 1))
    rows = bytes(bitmap.buffer)
    pixels = bytearray()
    for y in range(bitmap.height):
        row = rows[y * bitmap.stride : y * bitmap.stride + bitmap.width * bitmap.n_channels]
        for x in range(0, len(row), bitmap.n_channels):
            pixels += row[x : x + 3] if bitmap.n_channels >= 3 else row[x : x + 1] * 3
    return _SIZE.pack(bitmap.width, bitmap.height) + pixels


def _rendered(path: str, number: int, width: int, height: int) -> _DrawnBitmap:
    import pypdfium2

    pdf = pypdfium2.PdfDocument(path)
    if not 1 <= number <= len(pdf):
        raise ValueError(f"it has {len(pdf)} pages")
    page = cast("_DrawablePage", pdf[number - 1])
    across, down = (max(side, 1.0) for side in page.get_size())
    return page.render(scale=min(width / across, height / down), rev_byteorder=True)


def _shrunk(path: str, width: int, height: int) -> bytes:
    try:
        from PIL import Image, ImageOps
    except ImportError as error:
        raise MissingExtraError("ocr", "Showing a picture file") from error
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with Image.open(path, formats=_FORMATS) as image:
        image.draft("RGB", (width, height))  # a JPEG is decoded at an eighth of its size where that is enough
        turned = ImageOps.exif_transpose(image).convert("RGBA")
    turned.thumbnail((width, height))
    flat = Image.new("RGBA", turned.size, "white")
    flat.alpha_composite(turned)
    return _SIZE.pack(*flat.size) + flat.convert("RGB").tobytes()


def main() -> int:
    """Draw the page; the exit code."""
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        path, *numbers = sys.argv[1:]
        page, *size = map(int, numbers)
        picture = _draw_small(path, page, *size) if size else _draw(path, page)
    except Exception as error:  # noqa: BLE001 - the boundary of the process: any error becomes its last line
        said = f"{error} {getattr(error, 'hint', '')}".replace("\n", " ")
        print(said, file=sys.stderr)  # noqa: T201 - what the owner reads
        return 1
    sys.stdout.buffer.write(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
