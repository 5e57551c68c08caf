"""Where lines break: text wrapped by the cells that it takes, not by its characters."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

from bookwheel.lazy_regex import lazy_regex

TAB_SIZE = 4

_WIDE = (
    "\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
    "\U00020000-\U0003fffd"
)
_CLOSING = "、。，．！？：；）」』】〕》〉…ー々"
# A piece is not broken if it fits into a row: blanks, or a word or wide character with its closing marks and citations.
_CITED = r"(?: ?\[\d{1,4}(?:, ?\d{1,4})*\][.,;:!?]*)*"
_PIECE = lazy_regex(f"[ \t]+|[{_WIDE}][{_CLOSING}]*{_CITED}|[^ \t{_WIDE}]+{_CITED}")


def cells(text: str) -> int:
    """The width of `text` in cells."""
    return len(text) if text.isascii() else cell_len(text)


def wrap(text: str, width: int) -> list[tuple[int, int]]:
    """The rows of `text` as ranges of its characters; newlines break, and blanks at a break belong to no row."""
    spans: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        if cells(line) <= width:
            spans.append((start, start + len(line)))
        else:
            spans.extend((start + first, start + last) for first, last in _wrap_line(line, max(1, width)))
        start += len(line) + 1
    return spans


def clip(text: str, width: int, ellipsis: str = "…") -> str:
    """`text` cut to `width` cells, the cut shown."""
    text = text[: _enough(width)]
    if cells(text) <= width:
        return text
    room = width - cells(ellipsis)
    if room <= 0:
        return chop_cells(text, width)[0] if width > 0 else ""
    return chop_cells(text, room)[0].rstrip() + ellipsis


def clip_counted(text: str, width: int, hint: str = "") -> str:
    """`text` cut to `width` cells, ending with how many characters are missing and `hint`."""
    if len(text) <= _enough(width) and cells(text) <= width:
        return text
    widest = f"… {len(text):,} more characters{hint}"
    head = clip(text, max(1, width - cells(widest)), "")
    return clip(f"{head}… {len(text) - len(head):,} more characters{hint}", width)


def clip_middle(text: str, width: int, ellipsis: str = "…") -> str:
    """`text` cut to `width` cells in its middle: the end of a path says more than its start."""
    if cells(text) <= width:
        return text
    room = width - cells(ellipsis)
    if room < 4:
        return clip(text, width, ellipsis)
    tail_room = room * 2 // 3
    tail = chop_cells(text[::-1], tail_room)[0][::-1]
    return chop_cells(text, room - tail_room)[0] + ellipsis + tail


def _enough(width: int) -> int:
    """More characters than fit into `width` cells, even with all the marks that they may carry."""
    return 16 * max(width, 0) + 64


def _wrap_line(line: str, width: int) -> Iterator[tuple[int, int]]:
    start = end = 0
    used = 0
    for match in _PIECE.finditer(line):
        piece = match.group()
        size = cells(piece)
        if piece[0] in " \t":
            used += size
            continue
        if used + size > width and end > start:
            yield start, end
            start, used = match.start(), 0
        elif end == start and used + size > width:
            start, used = match.start(), 0
        if size > width:
            *full, rest = chop_cells(piece, width)
            for part in full:
                yield start, start + len(part)
                start += len(part)
            used = cells(rest)
        else:
            used += size
        end = match.end()
    yield start, end
