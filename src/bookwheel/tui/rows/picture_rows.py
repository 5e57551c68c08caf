"""A picture in the cells of the terminal: two pixels a cell, one above the other."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

UPPER_HALF = "▀"
# Neighbouring pixels differ by less than an eye sees in a cell; without this each cell would send two new colours.
_STEP = 8


def picture_rows(pixels: bytes, width: int, height: int) -> list[Strip]:
    """Rows of `width` cells for RGB `pixels`, (`height` + 1) // 2 of them."""
    rows: list[Strip] = []
    for y in range(0, height, 2):
        upper = _row(pixels, y, width)
        lower = _row(pixels, y + 1, width) if y + 1 < height else upper
        cells = groupby(zip(upper, lower, strict=True))
        rows.append(Strip([_segment(*pair, len(list(same))) for pair, same in cells], width))
    return rows


def _row(pixels: bytes, y: int, width: int) -> list[bytes]:
    start = y * width * 3
    return [_rounded(pixels[at : at + 3]) for at in range(start, start + width * 3, 3)]


@lru_cache(maxsize=4096)
def _rounded(pixel: bytes) -> bytes:
    return bytes(min(255, (part + _STEP // 2) // _STEP * _STEP) for part in pixel)


def _segment(upper: bytes, lower: bytes, count: int) -> Segment:
    # A blank needs one colour, a half block two.
    return Segment((" " if upper == lower else UPPER_HALF) * count, _style(upper, lower))


@lru_cache(maxsize=4096)
def _style(upper: bytes, lower: bytes) -> Style:
    color = None if upper == lower else Color.from_rgb(*upper)
    return Style.from_color(color, Color.from_rgb(*lower))
