"""Draws one page of a PDF as a PNG picture, in a process of its own: a broken PDF can end that and nothing else.

    python -P -m bookwheel.engine.index.worker.page_picture PATH PAGE

It writes the picture to its standard output, or a line that says why it cannot to its standard error.
"""

from __future__ import annotations

import asyncio
import resource
import struct
import sys
import zlib
from pathlib import Path
from tempfile import TemporaryFile
from typing import Protocol, cast

from bookwheel.engine.index.child_process import end_child, end_of, start_child
from bookwheel.errors import DocumentError

# What models that see reduce larger pictures to.
LONGEST_SIDE = 1_568
TIMEOUT_S = 30.0
_MEMORY = 2 << 30
_CPU_S = 20


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
    with TemporaryFile() as errors:
        process = await start_child(__name__, str(path), str(page), store="", errors=errors)
        assert process.stdout is not None
        try:
            async with asyncio.timeout(TIMEOUT_S):
                picture = await process.stdout.read()
                code = await process.wait()
        except TimeoutError:
            raise DocumentError(f"Page {page} of {path.name} took longer than {TIMEOUT_S:g} seconds.") from None
        finally:
            await end_child(process)
        if code or not picture:
            told = (await asyncio.to_thread(end_of, errors)).splitlines()
            raise DocumentError(
                f"Page {page} of {path.name} cannot be drawn: {told[-1] if told else 'no reason given'}"
            )
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
    import pypdfium2

    pdf = pypdfium2.PdfDocument(path)
    if not 1 <= number <= len(pdf):
        raise ValueError(f"it has {len(pdf)} pages")
    page = cast("_DrawablePage", pdf[number - 1])
    width, height = page.get_size()
    bitmap = page.render(scale=LONGEST_SIDE / max(width, height, 1.0), rev_byteorder=True)
    channels = bitmap.n_channels
    return png(bytes(bitmap.buffer), bitmap.width, bitmap.height, stride=bitmap.stride, channels=channels)


def main() -> int:
    """Draw the page; the exit code."""
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        picture = _draw(sys.argv[1], int(sys.argv[2]))
    except Exception as error:  # noqa: BLE001 - the boundary of the process: any error becomes its last line
        print(f"{error}".replace("\n", " "), file=sys.stderr)  # noqa: T201 - what the owner reads
        return 1
    sys.stdout.buffer.write(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
