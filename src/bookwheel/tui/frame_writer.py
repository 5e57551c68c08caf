"""Frames as the fewest bytes: what the terminal shows is kept as cells, and only cells that differ are written.

Textual 8.2.8 writes each changed region again with all its colours: 168 bytes for each character of an answer. Here a
run of changed cells costs one cursor move and its text. A colour is sent only where it differs from the one before, and
a blank stretch is erased rather than written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.style import Style

from bookwheel.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from textual.strip import Strip

# Rewriting this many unchanged cells is no longer than moving over them.
MAX_GAP = 3
FEW_ROWS = 4
"""In a frame of so few rows, such as a step in a list, the parts of a row are written in the order that is shortest."""
# Erasing is shorter than writing from this many blanks on: at the end of a run, and inside of one.
MIN_ERASED_END, MIN_ERASED_INSIDE = 6, 12
SYNC_FROM = 400
"""Characters from which a frame is bracketed as one update: 16 bytes, so that a large one is not seen half drawn."""
SYNC_START, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"

_ATTRIBUTES = (
    ("bold", "1"), ("dim", "2"), ("italic", "3"), ("underline", "4"), ("blink", "5"), ("blink2", "6"),
    ("reverse", "7"), ("conceal", "8"), ("strike", "9"), ("underline2", "21"), ("frame", "51"), ("encircle", "52"),
    ("overline", "53"),
)  # fmt: skip
# The code that ends an attribute; some end two.
_ENDED_BY = {
    "1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29", "21": "24",
    "51": "54", "52": "54", "53": "55",
}  # fmt: skip
_SEEN_ON_BLANKS = frozenset({"4", "7", "9", "21", "53"})
# Emoji that are joined, have a skin tone or a keycap, and Indic, Myanmar and Khmer letters with their vowel signs:
# tmux draws a thumb with a skin tone in 4 cells, kitty in 2.
_DRAWN_UNLIKE = lazy_regex("[\u200d\ufe0f\u20e3\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\U0001f3fb-\U0001f3ff]")
MAX_PENS = 4096
MAX_STRIPS = 200
COLORS = {"standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT, "truecolor": ColorSystem.TRUECOLOR}


class Pen(NamedTuple):
    """How a cell is drawn, as the codes of SGR sequences; "" is the terminal's own colour."""

    attributes: tuple[str, ...] = ()
    foreground: str = ""
    background: str = ""

    @property
    def code(self) -> str:
        """Attributes, foreground and background, as `shipped_frames` has them."""
        return f"{';'.join(self.attributes)}/{self.foreground}/{self.background}"


class Cell(NamedTuple):
    """A cell of the screen; `text` is "" for the second half of a wide character."""

    text: str
    pen: Pen


class _Ink(NamedTuple):
    """The pen of a style, and its cells: the same object for the same character is made and compared faster."""

    pen: Pen
    space: Cell
    """Of a blank only part of the style is seen."""
    ascii_cells: dict[str, Cell]


PLAIN = Pen()
_UNKNOWN = Cell("", Pen(("unknown",)))


class FrameWriter:
    """`draw` takes the strips of frames, `flush` returns what to write; `forget` when the terminal may show anything.

    Frames drawn since the last `flush` are written as one: only what the last of them shows.
    """

    def __init__(self, *, erases: bool = True) -> None:
        self._erases = erases
        self._rows: list[list[Cell]] = []
        self._drawn: dict[int, list[tuple[int, list[Cell]]]] = {}
        self._size = (0, 0)
        self._strips: dict[int, tuple[Strip, ColorSystem, list[Cell]]] = {}
        self._inks: dict[tuple[Style, ColorSystem], _Ink] = {}
        self._pen: Pen | None = None
        self._cursor: tuple[int, int] | None = None
        self._is_short = False

    def forget(self) -> None:
        """Assume nothing about the terminal: the next frame writes every cell that it has."""
        self._size = (0, 0)
        self.lift()

    def lift(self) -> None:
        """Assume nothing about where the cursor is and which pen is in force."""
        self._pen = self._cursor = None

    @property
    def is_complete(self) -> bool:
        """Whether each cell of the terminal has been written."""
        return all(_UNKNOWN not in row for row in self._rows)

    def cells(self) -> Sequence[Sequence[Cell]]:
        """What the terminal shows now."""
        return [list(row) for row in self._rows]

    @property
    def size(self) -> tuple[int, int]:
        """The columns and rows of the terminal that the last frame was drawn for."""
        return self._size

    def draw(self, strips: Iterable[tuple[int, int, Strip]], size: tuple[int, int], colors: ColorSystem | None) -> None:
        """Take each `(x, y, strip)` for a terminal of `size` (columns, rows).

        Cells outside of the strips stay as they are.
        """
        if size != self._size:
            self._size = size
            self._rows = [[_UNKNOWN] * size[0] for _ in range(size[1])]
            self._pen = self._cursor = None
            self._drawn.clear()
        for x, y, strip in strips:
            if 0 <= y < size[1]:
                cells, room = self._kept_cells(strip, colors or ColorSystem.TRUECOLOR), max(0, size[0] - x)
                self._drawn.setdefault(y, []).append((x, cells if len(cells) <= room else cells[:room]))

    def flush(self) -> str:
        """The sequences that show what was drawn since the last call."""
        output: list[str] = []
        self._is_short = len(self._drawn) <= FEW_ROWS
        for y, parts in self._drawn.items():
            for x, cells in _merged(parts, self._rows[y]):
                self._draw(output, x, y, cells)
        self._drawn.clear()
        return "".join(output)

    def update(
        self, strips: Iterable[tuple[int, int, Strip]], size: tuple[int, int], colors: ColorSystem | None
    ) -> str:
        """`draw` and `flush`."""
        self.draw(strips, size, colors)
        return self.flush()

    def park(self, x: int, y: int) -> str:
        """The move that puts the cursor at a position; "" when it is there."""
        output: list[str] = []
        self._move(output, x, y)
        return "".join(output)

    def _kept_cells(self, strip: Strip, colors: ColorSystem) -> list[Cell]:
        """The cells of a strip; a page that moves draws the same strips in other rows."""
        kept = self._strips.get(id(strip))
        if kept is None or kept[1] is not colors:
            if len(self._strips) >= MAX_STRIPS:
                self._strips.clear()
            kept = self._strips[id(strip)] = (strip, colors, self._cells(strip, colors))
        return kept[2]

    def _cells(self, strip: Strip, colors: ColorSystem) -> list[Cell]:
        cells: list[Cell] = []
        for text, style, _ in strip:
            pen, space, known = self._ink_of(style or _NO_STYLE, colors)
            if text.isascii():
                cells += [known.get(char) or known.setdefault(char, Cell(char, pen)) for char in text]
                continue
            for start, end, width in split_graphemes(text)[0]:
                char = text[start:end]
                if width == 0 and cells:
                    head = -2 if cells[-1].text == "" and len(cells) > 1 else -1
                    cells[head] = Cell(cells[head].text + char, cells[head].pen)
                elif width == 2:
                    cells += (Cell(char, pen), Cell("", pen))
                elif width:
                    cells.append(space if char == " " else Cell(char, pen))
        return cells

    def _ink_of(self, style: Style, colors: ColorSystem) -> _Ink:
        ink = self._inks.get((style, colors))
        if ink is None:
            if len(self._inks) >= MAX_PENS:
                self._inks.clear()
            pen, blank = _made_pens(style, colors)
            space = Cell(" ", blank)
            ink = self._inks[style, colors] = _Ink(pen, space, {" ": space})
        return ink

    def _draw(self, output: list[str], x: int, y: int, cells: Sequence[Cell]) -> None:
        """Write the runs of cells that differ from what is shown."""
        row = self._rows[y]
        if row[x : x + len(cells)] == cells:
            return
        start: int | None = None
        last = 0
        runs: list[tuple[int, Sequence[Cell]]] = []
        for index, cell in enumerate(cells):
            if row[x + index] == cell:
                continue
            if start is not None and index - last > MAX_GAP:
                runs.append((x + start, cells[start : last + 1]))
                start = None
            if start is None:
                # The second half of a wide character comes with its first.
                start = index - 1 if cell.text == "" and index else index
            last = index
        if start is not None:
            runs.append((x + start, cells[start : last + 1]))
        if self._is_short:
            output += self._shortest(y, runs)
        else:
            for start, changed in runs:
                self._write(output, start, y, changed)
        row[x : x + len(cells)] = cells

    def _shortest(self, y: int, runs: Sequence[tuple[int, Sequence[Cell]]]) -> list[str]:
        """The runs of a row from left to right, or by their pens: a move back is 5 bytes, a colour 19."""
        plain: list[str] = []
        before = self._pen, self._cursor
        for x, cells in runs:
            self._write(plain, x, y, cells)
        pieces = [piece for x, cells in runs for piece in _by_pen(x, cells)]
        if len(pieces) < 2:
            return plain
        pens = {pen for pen, _, _ in pieces}
        after = self._pen, self._cursor
        self._pen, self._cursor = before
        grouped: list[str] = []
        while pens:
            next_pen = min(sorted(pens), key=self._cost_of)
            pens.remove(next_pen)
            for pen, x, cells in pieces:
                if pen == next_pen:
                    self._write(grouped, x, y, cells)
        if sum(map(len, grouped)) < sum(map(len, plain)):
            return grouped
        self._pen, self._cursor = after
        return plain

    def _cost_of(self, pen: Pen) -> int:
        """How many bytes it takes to change to a pen from the one in use."""
        before, output = self._pen, list[str]()
        self._change_pen(output, pen)
        self._pen = before
        return sum(map(len, output))

    def _write(self, output: list[str], x: int, y: int, cells: Sequence[Cell]) -> None:
        index = 0
        self._move(output, x, y)
        while index < len(cells):
            cell = cells[index]
            self._change_pen(output, self._pen_for(cell))
            blanks = _blanks(cells, index)
            is_end = index + blanks == len(cells)
            if self._erases and blanks >= (MIN_ERASED_END if is_end else MIN_ERASED_INSIDE):
                output.append(f"\x1b[{blanks}X")
                index += blanks
                if not is_end:
                    output.append(f"\x1b[{blanks}C")
                    self._advance(blanks)
                continue
            if len(cell.text) > 1 and _DRAWN_UNLIKE.search(cell.text):
                width = 2 if cells[index + 1 : index + 2] and cells[index + 1].text == "" else 1
                self._write_anchored(output, x + index, y, cell.text, width)
                index += width
                continue
            output.append(cell.text)
            self._advance(1)
            index += 1

    def _write_anchored(self, output: list[str], x: int, y: int, text: str, width: int) -> None:
        """Write what a terminal may draw narrower or wider: on blanks, and the cursor is put where it ends for us."""
        output += [f"\x1b[{width}X" if self._erases else f"{' ' * width}\x1b[{x + 1}G", text]
        self._cursor = None
        if x + width < self._size[0]:
            self._move(output, x + width, y)

    def _pen_for(self, cell: Cell) -> Pen:
        """The pen of a cell; of a blank only the background is seen, so the rest of the pen in use may stay."""
        pen = self._pen
        if pen is None or not _is_blank(cell) or _is_seen(pen):
            return cell.pen
        return pen if pen.background == cell.pen.background else pen._replace(background=cell.pen.background)

    def _advance(self, columns: int) -> None:
        """Note where the cursor is; behind the last column it depends on the terminal."""
        if self._cursor is not None:
            x, y = self._cursor
            self._cursor = (x + columns, y) if x + columns < self._size[0] else None

    def _move(self, output: list[str], x: int, y: int) -> None:
        if self._cursor == (x, y):
            return
        if self._cursor is not None and self._cursor[1] == y and x > self._cursor[0]:
            step = x - self._cursor[0]
            output.append("\x1b[C" if step == 1 else f"\x1b[{step}C")
        elif self._cursor is not None and self._cursor[1] == y:
            output.append(f"\x1b[{x + 1}G" if x else "\r")
        else:
            row, column = (str(y + 1) if y else ""), (f";{x + 1}" if x else "")
            output.append(f"\x1b[{row}{column}H")
        self._cursor = (x, y)

    def _change_pen(self, output: list[str], pen: Pen) -> None:
        before = self._pen
        if pen == before:
            return
        self._pen = pen
        if pen == PLAIN:
            output.append("\x1b[m")
            return
        if before is None:
            codes = ["0", *pen.attributes, pen.foreground, pen.background]
        else:
            ended = {_ENDED_BY[code] for code in before.attributes if code not in pen.attributes}
            codes = [*sorted(ended)]
            codes += [code for code in pen.attributes if code not in before.attributes or _ENDED_BY[code] in ended]
            if pen.foreground != before.foreground:
                codes.append(pen.foreground or "39")
            if pen.background != before.background:
                codes.append(pen.background or "49")
        output.append(f"\x1b[{';'.join(filter(None, codes))}m")


def _merged(parts: list[tuple[int, list[Cell]]], row: Sequence[Cell]) -> Sequence[tuple[int, Sequence[Cell]]]:
    """What a row shows at last, where some of its cells were drawn twice."""
    ends = sorted((x, x + len(cells)) for x, cells in parts)
    if all(end <= start for (_, end), (start, _) in pairwise(ends)):
        return parts
    shown = list(row)
    for x, cells in parts:
        shown[x : x + len(cells)] = cells
    first, last = ends[0][0], max(end for _, end in ends)
    return [(first, shown[first:last])]


_NO_STYLE = Style.null()


def _made_pens(style: Style, colors: ColorSystem) -> tuple[Pen, Pen]:
    attributes = tuple(code for name, code in _ATTRIBUTES if getattr(style, name))
    foreground = background = ""
    if style.color is not None and not style.color.is_default:
        foreground = ";".join(style.color.downgrade(colors).get_ansi_codes())
    if style.bgcolor is not None and not style.bgcolor.is_default:
        background = ";".join(style.bgcolor.downgrade(colors).get_ansi_codes(foreground=False))
    pen = Pen(attributes, foreground, background)
    is_seen = not _SEEN_ON_BLANKS.isdisjoint(attributes)
    return pen, pen if is_seen else Pen((), "", background)


def _by_pen(x: int, cells: Sequence[Cell]) -> Iterator[tuple[Pen, int, Sequence[Cell]]]:
    """A run cut where its pen changes: `(pen, x, cells)`; a blank goes with the cells beside it."""
    start = 0
    pen, is_blank = cells[0].pen, _is_blank(cells[0])
    for index, cell in enumerate(cells):
        if cell.pen == pen:
            is_blank = is_blank and _is_blank(cell)
        elif _is_blank(cell) and cell.pen.background == pen.background and not _is_seen(pen):
            continue
        elif is_blank and cell.pen.background == pen.background and not _is_seen(cell.pen):
            pen, is_blank = cell.pen, False
        else:
            yield pen, x + start, cells[start:index]
            start, pen, is_blank = index, cell.pen, _is_blank(cell)
    yield pen, x + start, cells[start:]


def _is_blank(cell: Cell) -> bool:
    """Whether only the background of a cell is seen."""
    return cell.text == " " and not cell.pen.attributes


def _is_seen(pen: Pen) -> bool:
    """Whether a pen draws lines or reversed colours, which are seen on blanks too."""
    return not _SEEN_ON_BLANKS.isdisjoint(pen.attributes)


def _blanks(cells: Sequence[Cell], index: int) -> int:
    """How many equal blanks begin here, without lines or reversed colours on them."""
    cell = cells[index]
    if not _is_blank(cell):
        return 0
    end = index + 1
    while end < len(cells) and cells[end] == cell:
        end += 1
    return end - index
