"""The app's first frame in every size, from the file that `docs/first_frames.py` makes of the app itself.

The file has a row of the screen once, and says where it is stretched: a part that is repeated, such as the blanks of a
gap, is kept with the number of its repetitions in each width. In the same way the rows of a frame are repeated in each
height. Colours are numbers there; a look says how each is drawn. Six parts, between empty lines:

    bookwheel-dark truecolor<TAB>1/38;2;…/   a look, and its pens: attributes/foreground/background, as codes of SGR
    a=Library<TAB>b*<TAB>c*─                 a row: each part begins with its colour; "*": repeated
    0<TAB>0:0,1 1:2                          for some widths: which heights count, and its rows with their numbers
    40 / 0 3 12                              the first width; for each width: a line of the part before, and the numbers
    0 1* 2                                   the rows of a frame; "*": repeated
    10 / 0 7|1 7                             the first height; for each height, for each kind of width: a line, numbers
"""

from __future__ import annotations

import os

# `typing`, which has it too, takes half a bare interpreter.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TypeAlias

    Run: TypeAlias = tuple[str, str]
    """Text, and the letter of its colour."""

FILE = os.path.join(os.path.dirname(__file__), "first_frames.txt")
_FIRST_COLOR = ord("a")
_SEEN_ON_BLANKS = frozenset({"4", "7", "9", "21", "53"})
_MIN_ERASED = 6
"""Blanks at the end of a row from which erasing them is shorter than writing them."""


class ShippedFrames:
    """The frames of the text of such a file."""

    def __init__(self, text: str) -> None:
        looks, rows, widths, columns, stacks, heights = (part.split("\n") for part in text.strip("\n").split("\n\n"))
        self._looks = looks
        self._rows = rows
        self._widths = widths
        self._columns = columns
        self._stacks = stacks
        self._heights = heights

    def looks(self) -> Mapping[str, Sequence[str]]:
        """The pens of each look, by its theme and how many colours the terminal has."""
        return {name: pens for name, *pens in (line.split("\t") for line in self._looks)}

    def frame(self, width: int, height: int) -> Sequence[Sequence[Run]]:
        """The rows of the first frame; none for a size that the file does not have."""
        column, line = _line(self._columns, width), _line(self._heights, height)
        if not column or not line:
            return []
        variant, *numbers = map(int, column.split())
        kind, rows = self._widths[variant].split("\t")
        stack, *repeats = map(int, line.split("|")[int(kind)].split())
        drawn = [self._row(row, numbers) for row in rows.split()]
        frame: list[Sequence[Run]] = []
        for part in self._stacks[stack].split():
            frame += [drawn[int(part.rstrip("*"))]] * (repeats.pop(0) if part[-1] == "*" else 1)
        return frame

    def _row(self, described: str, numbers: Sequence[int]) -> Sequence[Run]:
        row, _, slots = described.partition(":")
        repeats = [numbers[int(slot)] for slot in slots.split(",") if slot]
        return [
            (part[2:] * (repeats.pop(0) if part[1] == "*" else 1), part[0]) for part in self._rows[int(row)].split("\t")
        ]


def read_shipped() -> ShippedFrames:
    """The frames that Bookwheel brings along. Blocks."""
    with open(FILE, encoding="utf-8", newline="\n") as file:
        return ShippedFrames(file.read())


def drawn(frame: Iterable[Iterable[Run]], pens: Sequence[str], *, erases: bool) -> str:
    """The sequences that draw a frame; `erases`: erased cells get the background. "" where a colour is not known."""
    output: list[str] = []
    pen = ["", "", "?"]
    for y, row in enumerate(frame, start=1):
        output.append(f"\x1b[{y}H")
        for text, color in row:
            number = ord(color) - _FIRST_COLOR
            if number >= len(pens) or not pens[number]:
                return ""
            wanted = pens[number].split("/")
            if not (text.isspace() and _is_same_on_blanks(pen, wanted)):
                output.append(_change(pen, wanted))
                pen = wanted
            blanks = len(text) - len(text.rstrip(" "))
            output.append(text[: len(text) - blanks])
            output.append(f"\x1b[{blanks}X\x1b[{blanks}C" if erases and blanks >= _MIN_ERASED else " " * blanks)
    return "".join(output)


def _is_same_on_blanks(pen: Sequence[str], wanted: Sequence[str]) -> bool:
    return pen[2] == wanted[2] and not wanted[0] and _SEEN_ON_BLANKS.isdisjoint(pen[0].split(";"))


def _change(pen: Sequence[str], wanted: Sequence[str]) -> str:
    if wanted == pen:
        return ""
    if wanted[0] != pen[0] or pen[2] == "?":
        codes = ["0", *wanted]
    else:
        usual = zip(pen, wanted, ("", "39", "49"), strict=True)
        codes = [after or default for before, after, default in usual if after != before]
    return f"\x1b[{';'.join(filter(None, codes))}m"


def learned(frame: Sequence[Sequence[Run]], cells: Sequence[Sequence[Run]], known: Sequence[str] = ()) -> Sequence[str]:
    """The `known` pens with those that the app drew this frame with, cell by cell: (text, its pen).

    Only the `known` ones where it drew another frame, or one colour in two ways.
    """
    pens: dict[int, str] = {}
    if not frame or len(frame) != len(cells):
        return known
    for row, shown in zip(frame, cells, strict=True):
        wanted = [(char, color) for text, color in row for char in text]
        if [char for char, _ in wanted] != [text for text, _ in shown]:
            return known
        for (_, color), (_, pen) in zip(wanted, shown, strict=True):
            if pens.setdefault(ord(color) - _FIRST_COLOR, pen) != pen:
                return known
    pens = dict(enumerate(known)) | pens
    return [pens.get(number, "") for number in range(max(pens) + 1)]


def _line(lines: Sequence[str], size: int) -> str:
    index = size - int(lines[0]) + 1
    return lines[index] if 0 < index < len(lines) else ""
