"""Rows: what a view draws, one `Row` a line of the screen, built from runs of styled text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from bookwheel.lazy_dataclass import dataclass
from bookwheel.tui.rows.wrapping import cells, wrap

Run: TypeAlias = tuple[str, Style]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the screen. `is_wide`: may be wider than the page; it is clipped there and can be moved sideways.

    `fill` is the style of the rest of the line; `indent` counts the leading cells that stay when the row is moved.
    `marks` are the sentences in it, by number, that no source supports.
    """

    strip: Strip
    is_wide: bool = False
    fill: Style | None = None
    indent: int = 0
    marks: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        return self.strip.text


BLANK = Row(Strip([], 0))


def row(*runs: Run) -> Row:
    """A row of `runs`, which fit."""
    return Row(Strip([Segment(text, style) for text, style in runs if text]))


def wrap_runs(runs: Sequence[Run], width: int) -> list[list[Run]]:
    """`runs` wrapped to `width` cells."""
    spans = wrap("".join(run[0] for run in runs), width)
    lines: list[list[Run]] = []
    number = offset = 0
    for start, end in spans:
        line: list[Run] = []
        while number < len(runs):
            text, style = runs[number]
            after = offset + len(text)
            if after > start and offset < end:
                line.append((text[max(0, start - offset) : end - offset], style))
            if after > end:
                break
            offset = after
            number += 1
        lines.append(line)
    return lines


def prefixed(lines: Iterable[Row], first: Sequence[Run], rest: Sequence[Run]) -> list[Row]:
    """`lines` with `first` before the first and `rest` before the others, both of the same width."""
    prefixes = ([Segment(text, style) for text, style in first], [Segment(text, style) for text, style in rest])
    width = sum(cells(text) for text, _ in first)
    return [
        Row(Strip([*prefixes[min(number, 1)], *line.strip]), line.is_wide, line.fill, line.indent + width)
        for number, line in enumerate(lines)
    ]


def highlighted(strip: Strip, text: str, pattern: str, style: Style) -> Strip:
    """`strip` with `style` over each `pattern` in its `text`; both are case-folded."""
    pieces: list[Segment] = []
    offset = 0
    while (start := text.find(pattern, offset)) >= 0:
        end = start + len(pattern)
        first, last = cells(text[:start]), cells(text[:end])
        pieces += strip.crop(cells(text[:offset]), first)
        pieces += [Segment(part, (old or Style.null()) + style) for part, old, _ in strip.crop(first, last)]
        offset = end
    pieces += strip.crop(cells(text[:offset]))
    return Strip(pieces)
