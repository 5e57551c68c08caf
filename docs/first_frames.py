"""Writes the first frames that Bookwheel ships, made by the app itself in every size: `make frames`, two minutes.

src/bookwheel/shipped_frames.py says what the file holds; tests/tui/test_shipped_frames.py fails while it is outdated.
"""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias, TypeVar
from unittest.mock import patch

from textual._context import visible_screen_stack

from bookwheel.errors import UsageError
from bookwheel.shipped_frames import FILE
from bookwheel.terminal_looks import ANSI, COLORS_16, COLORS_256, DARK, LIGHT, TRUECOLOR
from bookwheel.tui.app import BookwheelApp
from bookwheel.tui.frame_writer import COLORS, FrameWriter, Pen

Size: TypeAlias = tuple[int, int]
Grid: TypeAlias = Sequence[Sequence[tuple[str, str]]]
"""The cells of a frame: the character, and its pen."""
Draw: TypeAlias = Callable[[Size], Awaitable[Grid]]
Key = TypeVar("Key", bound=Hashable)

WIDTHS, HEIGHTS = range(40, 321), range(10, 101)
BOTH_HEIGHTS = (12, 42)
"""Between them they have each row that there is in a width."""
LARGE = (170, 42)
"""In this size each colour of the first frame is seen."""
MIN_REPEATED = 3
SYSTEMS = {TRUECOLOR: {"COLORTERM": "truecolor"}, COLORS_256: {"TERM": "xterm-256color"}, COLORS_16: {}}
LOOKS: Mapping[str, Mapping[str, str]] = {
    **{f"{theme} {name}": {**env, "theme": theme} for theme in (DARK, LIGHT) for name, env in SYSTEMS.items()},
    ANSI: {"theme": ANSI},
    f"{ANSI} none": {"theme": ANSI, "NO_COLOR": "1"},
}
"""The theme and the environment of each look."""

_COLORS = (
    "background", "surface", "panel", "border", "foreground", "muted", "faint", "accent", "warning", "error", "success",
)  # fmt: skip
_DISTINCT = "\n".join(
    f'{name} = "#{number:02x}{number * 9:02x}{number * 17:02x}"' for number, name in enumerate(_COLORS, 3)
)
"""A theme in which no two colours are the same."""


@asynccontextmanager
async def first_frames(look: Mapping[str, str]) -> AsyncIterator[Draw]:
    """What draws the first frame of an app in any size: its assistant is made at the end, and it stays so until then.

    Changes the environment, for what the look needs and to an empty folder of settings.
    """
    ended = threading.Event()

    def never_made() -> None:
        ended.wait()
        raise UsageError("the frames are drawn")

    env = {"TERM": "xterm", "COLORTERM": "", **look}
    theme = env.pop("theme")
    with TemporaryDirectory() as folder, patch.dict(os.environ, {**env, "BOOKWHEEL_CONFIG_DIR": folder}):
        themes = Path(folder) / "themes"
        themes.mkdir()
        (themes / "distinct.toml").write_text(f'name = "distinct"\n[colors]\n{_DISTINCT}\n')
        if "NO_COLOR" not in env:
            os.environ.pop("NO_COLOR", None)
        app = await asyncio.to_thread(lambda: BookwheelApp(never_made, theme=theme))
        async with app.run_test(size=LARGE) as pilot:

            async def draw(size: Size) -> Grid:
                if app.size != size:
                    await pilot.resize_terminal(*size)
                await pilot.pause()
                return _cells_of(app)

            # Textual itself would draw each size four times.
            app.screen._compositor.render_update = _nothing  # noqa: SLF001 - it has no other way
            try:
                yield draw
            finally:
                ended.set()


def _nothing(**_: object) -> None:
    return None


def _cells_of(app: BookwheelApp) -> Grid:
    visible_screen_stack.set([])
    strips = app.screen._compositor.render_strips()  # noqa: SLF001 - Textual has no other way to read the screen
    writer = FrameWriter()
    colors = COLORS.get(app.console.color_system or "")
    writer.update([(0, y, strip) for y, strip in enumerate(strips)], (app.size.width, app.size.height), colors)
    return [[(cell.text, _code_of(cell.pen)) for cell in row] for row in writer.cells()]


@cache
def _code_of(pen: Pen) -> str:
    return pen.code


async def shipped_text() -> str:
    """The text of the file."""
    looks, colors = await _looks()
    async with first_frames({"theme": "distinct", "COLORTERM": "truecolor"}) as draw:
        parts = await _Stretched(draw, colors).parts()
    return "\n\n".join("\n".join(part) for part in (looks, *parts)) + "\n"


async def _looks() -> tuple[Sequence[str], Mapping[str, str]]:
    """The lines of the looks, and the letter of each colour of the theme in which they differ."""
    async with first_frames({"theme": "distinct", "COLORTERM": "truecolor"}) as draw:
        distinct = [cell for row in await draw(LARGE) for cell in row]
    letters = {code: chr(ord("a") + number) for number, code in enumerate(dict.fromkeys(code for _, code in distinct))}
    lines: list[str] = []
    for name, look in LOOKS.items():
        async with first_frames(look) as draw:
            drawn = [cell for row in await draw(LARGE) for cell in row]
        codes = dict(zip((code for _, code in distinct), (code for _, code in drawn), strict=True))
        assert all(codes[role] == code for (_, role), (_, code) in zip(distinct, drawn, strict=True)), name
        lines.append("\t".join((name, *(codes[role] for role in letters))))
    return lines, letters


class _Stretched:
    """Finds where rows and frames are stretched."""

    def __init__(self, draw: Draw, letters: Mapping[str, str]) -> None:
        self._draw = draw
        self._letters = letters
        self._rows: dict[str, int] = {}
        self._variants: dict[str, int] = {}
        self._stacks: dict[str, int] = {}
        self._kinds: dict[tuple[tuple[int, ...], ...], int] = {}
        self._known: dict[int, dict[str, int]] = {}
        """Of one width of each kind: its rows by what they show."""

    async def parts(self) -> Sequence[Sequence[str]]:
        columns = [await self._column(width) for width in WIDTHS]
        widths = list(self._known)
        heights = ["|".join([await self._stack((width, height)) for width in widths]) for height in HEIGHTS]
        numbered = ([str(WIDTHS[0]), *columns], [*self._stacks], [str(HEIGHTS[0]), *heights])
        return [*self._rows], [*self._variants], *numbered

    async def _column(self, width: int) -> str:
        rows: dict[str, int] = {}
        stacks: list[tuple[int, ...]] = []
        for height in BOTH_HEIGHTS:
            lines = await self._lines((width, height))
            stacks.append(tuple(rows.setdefault(line, len(rows)) for line in lines))
        if (kind := self._kinds.get(tuple(stacks))) is None:
            kind = self._kinds[tuple(stacks)] = len(self._kinds)
            self._known[width] = rows
        numbers: dict[int, int] = {}
        described: list[str] = []
        for line in rows:
            template, repeats = _stretched(line)
            slots = ",".join(str(numbers.setdefault(repeat, len(numbers))) for repeat in repeats)
            described.append(f"{_index(self._rows, template)}{':' if slots else ''}{slots}")
        return " ".join(map(str, (_index(self._variants, f"{kind}\t{' '.join(described)}"), *numbers)))

    async def _stack(self, size: Size) -> str:
        rows = self._known[size[0]]
        runs = [(row, len(list(run))) for row, run in groupby(rows[line] for line in await self._lines(size))]
        template = " ".join(f"{row}*" if count >= MIN_REPEATED else " ".join([str(row)] * count) for row, count in runs)
        repeats = [count for _, count in runs if count >= MIN_REPEATED]
        return " ".join(map(str, (_index(self._stacks, template), *repeats)))

    async def _lines(self, size: Size) -> Sequence[str]:
        """The rows of a frame: for each cell the letter of its colour and its character."""
        return ["".join(f"{self._letters[code]}{text}" for text, code in row) for row in await self._draw(size)]


def _stretched(line: str) -> tuple[str, Sequence[int]]:
    """A row with its repeated parts, and how often each is repeated."""
    cells = [(line[at], line[at + 1]) for at in range(0, len(line), 2)]
    parts: list[str] = []
    repeats: list[int] = []
    is_open = ""
    for (color, char), run in groupby(cells):
        count = len(list(run))
        if count >= MIN_REPEATED:
            parts.append(f"{color}*{char}")
            repeats.append(count)
            is_open = ""
        elif is_open == color:
            parts[-1] += char * count
        else:
            parts.append(f"{color}={char * count}")
            is_open = color
    return "\t".join(parts), repeats


def _index(known: dict[Key, int], key: Key) -> int:
    return known.setdefault(key, len(known))


if __name__ == "__main__":
    Path(FILE).write_text(asyncio.run(shipped_text()), encoding="utf-8")
