"""The title of a PDF that names none: the lines at the head of its first page in larger letters."""

from __future__ import annotations

from bookwheel.engine.index.readers.found_title import A_WORD
from bookwheel.engine.index.readers.pdf.pdf_layout import CharBoxes

# A title on a page has letters larger by this factor, in its first lines, below a line or two of a page's head.
_LARGER = 1.15
_HEAD_LINES, _FURNITURE = 6, 2
_SAMPLED, _LEAST_SAMPLED = 200, 20
_LONGEST = 200


def drawn_title(text: str, boxes: CharBoxes) -> str | None:
    """The lines at the head of a page whose letters are larger than those of most of the page; None without such.

    `boxes` gives the box of each character of `text`.
    """
    from statistics import median  # late: it takes 5 ms, and this is for PDFs alone

    places = [at for at, letter in enumerate(text) if letter.isalnum()]
    heights = [height for at in places[:: max(1, len(places) // _SAMPLED)] if (height := _height(boxes, at))]
    if len(heights) < _LEAST_SAMPLED:
        return None
    least = _LARGER * median(heights)
    lines, at = list[str](), 0
    for number, line in enumerate(text.split("\n")[:_HEAD_LINES]):
        first = next((index for index, letter in enumerate(line) if letter.isalnum()), None)
        is_large = first is not None and _height(boxes, at + first) >= least
        at += len(line) + 1
        if is_large:
            lines.append(line.strip())
        elif lines or number >= _FURNITURE:
            break
    title = " ".join(lines)
    return title if A_WORD.search(title) and len(title) <= _LONGEST else None


def _height(boxes: CharBoxes, at: int) -> float:
    box = boxes(at)
    return 0.0 if box is None else box[3] - box[1]
