"""Two emulated terminals: what Textual's own output shows, and what ours shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyte
from rich.color import ColorSystem
from tests.support.frames import strips_of
from textual._compositor import ChopsUpdate, LayoutUpdate

from bookwheel.tui.app import BookwheelApp
from bookwheel.tui.frame_writer import FrameWriter
from bookwheel.tui.textual_private import changed_strips

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest


def watch_frames(monkeypatch: pytest.MonkeyPatch, *, every: int = 1) -> Terminals:
    """Terminals that are shown every frame of the apps that follow; ours shows the last of `every` as one.

    All have 16 million colours: Rich keeps the sequence of a style as it was first drawn.
    """
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    shown = Terminals(every)

    def display(app: BookwheelApp, _screen: Any, renderable: object) -> None:
        if not app._batch_count:  # pyright: ignore[reportPrivateUsage] - as Textual draws it
            shown.show(app, renderable)

    monkeypatch.setattr(BookwheelApp, "_display", display)
    return shown


class Terminals:
    """Two terminals that are shown every frame: one by Textual's own output, one by ours; `show` compares them."""

    def __init__(self, every: int = 1) -> None:
        self._every = every
        self.size = (0, 0)
        self.frames = 0
        self.stock_bytes = self.our_bytes = 0
        self.writer = FrameWriter()
        self.stock, self.ours = (pyte.Screen(1, 1) for _ in range(2))
        self.to_stock, self.to_ours = (pyte.Stream(screen) for screen in (self.stock, self.ours))

    def show_whole(self, app: BookwheelApp, where: str = "") -> None:
        """Draw the screen that is shown, as the frame of a changed theme is drawn."""
        strips = strips_of(app)
        self.show(app, LayoutUpdate([[strip] for strip in strips], app.screen.size.region), where)

    def compare_whole(self, app: BookwheelApp, where: str = "") -> None:
        """Draw the screen that is shown by Textual alone; the frames before have shown ours all of it.

        Raises AssertionError where a cell differs.
        """
        whole = LayoutUpdate([[strip] for strip in strips_of(app)], app.screen.size.region)
        self.to_stock.feed(whole.render_segments(app.console))
        self._compare(range(self.size[1]), where)

    def show(self, app: BookwheelApp, renderable: object, where: str = "") -> None:
        """Draw a frame on both. Raises AssertionError where a cell differs."""
        if not isinstance(renderable, LayoutUpdate | ChopsUpdate):
            return
        size = (app.size.width, app.size.height)
        if size != self.size:
            self.size = size
            self.stock, self.ours = (pyte.Screen(*size) for _ in range(2))
            self.to_stock, self.to_ours = (pyte.Stream(screen) for screen in (self.stock, self.ours))
            for stream in (self.to_stock, self.to_ours):
                stream.feed("\x1b[?7l")
            self.writer.forget()
        stock = renderable.render_segments(app.console)
        colors = ColorSystem[{"256": "EIGHT_BIT"}.get(name := app.console.color_system or "truecolor", name.upper())]
        self.writer.draw(changed_strips(renderable), size, colors)
        self.frames += 1
        ours = "" if self.frames % self._every else self.writer.flush()
        self.stock_bytes += len(stock.encode())
        self.our_bytes += len(ours.encode())
        self.to_stock.feed(stock)
        self.to_ours.feed(ours)
        if self.frames % self._every == 0:
            # Rows that neither was sent are as they were.
            self._compare(sorted(self.stock.dirty | self.ours.dirty), where or f"frame {self.frames}")

    def _compare(self, rows: Iterable[int], where: str) -> None:
        self.stock.dirty.clear()
        self.ours.dirty.clear()
        for y in rows:
            ours, stock = list(_cells(self.ours, y)), list(_cells(self.stock, y))
            assert ours == stock, (
                f"{where}, row {y}\n  Textual {self.stock.display[y]!r}\n  ours    {self.ours.display[y]!r}\n  "
                f"{[pair for pair in zip(stock, ours, strict=True) if len({*pair}) > 1][:3]}"
            )


def _cells(screen: pyte.Screen, y: int) -> Iterator[tuple[object, ...]]:
    """What can be seen of every cell of a row: the colour of the letter is not seen on a blank."""
    row = screen.buffer[y]
    for x in range(screen.columns):
        cell = row[x]
        lines = (cell.underscore, cell.strikethrough, cell.reverse)
        if cell.data == " " and not any(lines):
            yield y, x, " ", cell.bg
        else:
            yield y, x, cell.data, cell.fg, cell.bg, cell.bold, cell.italics, *lines
