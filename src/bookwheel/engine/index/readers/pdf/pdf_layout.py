"""Where the words of a PDF page stand: segments of a line between wide gaps, and rows of segments side by side."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol, TypeAlias

from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

# A gap wider than this many times the height of the line separates two cells or two columns; a space is a quarter.
_WIDE_GAP = 0.85
_MOST_WORDS = 20_000
# The next line begins so many heights below.
_NEXT_LINE = 0.8
_WORD = lazy_regex(r"[^\s\x02\ufffe]+")
# pdfium writes one of these for a hyphen at the end of a line.
_HYPHENS = ("\x02", "\ufffe")

# An amount is often drawn in pieces: its currency, its digits, its closing bracket.
_BEFORE_AMOUNT = frozenset({"$", "€", "£", "¥", "(", "$(", "($"})
# The sign of a list is not a cell beside its text.
_BULLETS, _BESIDE_BULLET = frozenset("•·◦▪‣●○■"), 2.0
_AFTER_AMOUNT = frozenset({")", "%", ")%", "%)"})


Box: TypeAlias = "tuple[float, float, float, float]"
# A line: its place from the left and its lower and upper end, or its height and its left and right end, in points.
Rule: TypeAlias = "tuple[float, float, float]"


class Lines(NamedTuple):
    """The vertical and the horizontal lines of a page, each in the order of their places."""

    upright: Sequence[Rule] = ()
    level: Sequence[Rule] = ()


class CharBoxes(Protocol):
    """The box of a character of a page by its index, in points from the lower left corner; None where it has none."""

    def __call__(self, index: int) -> Box | None: ...


@dataclass(slots=True)
class Words:
    """Words that stand together on one line: the line's number in the order of drawing, its box in points, its text."""

    line: int
    left: float
    right: float
    bottom: float
    top: float
    text: str

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2

    @property
    def height(self) -> float:
        return max(self.top - self.bottom, 1.0)


def segments_of(text: str, box: CharBoxes, rules: Sequence[Rule] = ()) -> list[Words]:
    """The segments of a page whose text is `text`, in the order of drawing; empty for a page of too many words.

    A vertical rule, of `rules` in the order of their places, separates two segments however near they are.
    """
    found: list[Words] = []
    start = words = 0
    for number, line in enumerate(text.split("\n")):
        current: Words | None = None
        for match in _WORD.finditer(line):
            words += 1
            if words > _MOST_WORDS:
                return []
            for text, first, last in _pieces(match[0], start + match.start(), box):
                if current is None or not _follows(current, first) or _is_ruled(current, first, rules):
                    current = Words(number, first[0], last[2], min(first[1], last[1]), max(first[3], last[3]), text)
                    found.append(current)
                else:
                    # "4.1 %" has its blank; "%" further to the right is a piece of the amount.
                    is_amount = current.text.rsplit(" ", 1)[-1] in _BEFORE_AMOUNT or text in _AFTER_AMOUNT - {"%"}
                    current.text += text if is_amount else f" {text}"
                    current.right = last[2]
            if current is not None and line[match.end() : match.end() + 1] in _HYPHENS:
                current.text += "-"
        start += len(line) + 1
    return found


def _pieces(word: str, start: int, box: CharBoxes) -> Iterator[tuple[str, Box, Box]]:
    """The word with the boxes of its first and last character.

    Cells of one digit that stand one below the other come as one word: then each is a piece.
    """
    first, last = box(start), box(start + len(word) - 1)
    if first is None or last is None:
        return
    height = max(first[3] - first[1], last[3] - last[1], 1.0)
    if len(word) == 1 or abs(first[1] - last[1]) < _NEXT_LINE * height:
        yield word, first, last
        return
    begin = 0
    for at in range(1, len(word) + 1):
        above, below = box(start + at - 1), box(start + at) if at < len(word) else None
        if above is not None and below is not None and abs(above[1] - below[1]) < _NEXT_LINE * height:
            continue
        head = box(start + begin)
        if head is not None and above is not None:
            yield word[begin:at], head, above
        begin = at


def visual_rows(segments: Iterable[Words]) -> list[list[Words]]:
    """The segments that stand on one height, from the top of the page to its bottom, each row from left to right."""
    rows: list[list[Words]] = []
    for segment in sorted(segments, key=lambda segment: -segment.middle):
        row = rows[-1] if rows else None
        if row is not None and abs(row[0].middle - segment.middle) < 0.45 * min(row[0].height, segment.height):
            row.append(segment)
        else:
            rows.append([segment])
    return [_amounts_joined(sorted(row, key=lambda segment: segment.left)) for row in rows]


def columns_of(rows: Sequence[Sequence[Words]]) -> list[tuple[float, float]]:
    """The columns of a table as ranges from left to right: what stands one above the other in the fullest rows."""
    usual = _usual_width(rows)
    fullest = [row for row in rows if len(row) >= usual]
    spans = sorted((segment.left, segment.right) for row in fullest for segment in row)
    columns: list[tuple[float, float]] = []
    for left, right in spans:
        if columns and left < columns[-1][1] - 0.5:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return _joined_with_names(columns, fullest)


def _joined_with_names(
    columns: Sequence[tuple[float, float]], rows: Sequence[Sequence[Words]]
) -> list[tuple[float, float]]:
    """The columns, those joined that no row fills both: a name at the left of a column over numbers at its right."""
    joined: list[tuple[float, float]] = []
    for span in columns:
        if joined and not any(_fills_both(row, joined[-1], span) for row in rows):
            joined[-1] = (joined[-1][0], span[1])
        else:
            joined.append(span)
    return joined


def _fills_both(row: Sequence[Words], left: tuple[float, float], right: tuple[float, float]) -> bool:
    return any(_overlap(segment, left) for segment in row) and any(_overlap(segment, right) for segment in row)


def cells_of(row: Sequence[Words], columns: Sequence[tuple[float, float]]) -> list[str]:
    """The text of each column in one row; a segment over several columns stands in each of them."""
    cells = [""] * len(columns)
    for segment in row:
        reached = [number for number, span in enumerate(columns) if _overlap(segment, span)]
        for number in reached or [_nearest(segment, columns)]:
            cells[number] = f"{cells[number]} {segment.text}".strip()
    return cells


def runs(rows: Sequence[list[Words]]) -> Iterator[tuple[bool, list[list[Words]]]]:
    """The rows in order, cut where rows of several segments begin or end: (whether several, the rows)."""
    for several, group in groupby(rows, key=lambda row: len(row) > 1):
        yield several, list(group)


def _follows(current: Words, box: Box) -> bool:
    gap = box[0] - current.right
    height = max(current.height, 1.0)
    return -height < gap < _WIDE_GAP * height and abs(box[1] - current.bottom) < 0.6 * height


def _is_ruled(current: Words, box: Box, rules: Sequence[Rule]) -> bool:
    """Whether a vertical rule stands between the words so far and the next one."""
    for left, bottom, top in rules[bisect_left(rules, (current.right - 1, 0.0, 0.0)) :]:
        if left > box[0] + 1:
            return False
        if bottom <= current.middle <= top:
            return True
    return False


def _amounts_joined(row: list[Words]) -> list[Words]:
    joined: list[Words] = []
    for segment in row:
        before = joined[-1] if joined else None
        is_bullet = len(joined) == 1 and segment.left - joined[0].right < _BESIDE_BULLET * segment.height
        if before is not None and is_bullet and before.text in _BULLETS:
            before.text += f" {segment.text}"
            before.right = max(before.right, segment.right)
        elif before is not None and (before.text in _BEFORE_AMOUNT or segment.text in _AFTER_AMOUNT):
            before.text += segment.text
            before.right = max(before.right, segment.right)
        else:
            joined.append(segment)
    return joined


def _usual_width(rows: Sequence[Sequence[Words]]) -> int:
    widths = sorted(len(row) for row in rows)
    return max(widths[(len(widths) * 3) // 4], 2)


def _overlap(segment: Words, span: tuple[float, float]) -> bool:
    return segment.left < span[1] and span[0] < segment.right


def _nearest(segment: Words, columns: Sequence[tuple[float, float]]) -> int:
    middle = (segment.left + segment.right) / 2
    return min(range(len(columns)), key=lambda number: abs((columns[number][0] + columns[number][1]) / 2 - middle))
