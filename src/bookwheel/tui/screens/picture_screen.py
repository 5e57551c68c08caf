"""Pictures in the cells of the terminal: those that a question names, and the pages of a PDF."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual import getters
from textual.strip import Strip

from bookwheel.engine.index.worker.page_picture import PictureSource, small_picture
from bookwheel.errors import BookwheelError
from bookwheel.markup.sanitize import clean_line
from bookwheel.tui.keymap import bindings
from bookwheel.tui.messages import app_of, is_open
from bookwheel.tui.rows.picture_rows import picture_rows
from bookwheel.tui.rows.wrapping import wrap
from bookwheel.tui.widgets.key_hints import KeyedScreen, KeyHints
from bookwheel.tui.widgets.row_widget import RowWidget
from bookwheel.tui.widgets.text_line import PaneTitle

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff")
_COLORFUL = ("256", "truecolor")
_MOST_PAGES = 10_000
FEW_COLORS = "This terminal has too few colours to show pictures"


class PictureCanvas(RowWidget):
    """Draws rows in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Strip] = ()

    def show_rows(self, rows: Sequence[Strip]) -> None:
        """Draw these rows instead of those before."""
        self.rows = rows
        self.refresh()

    def show_text(self, text: str) -> None:
        """Draw a text, wrapped to the width."""
        spans = wrap(text, max(1, self.size.width - 4))
        self.show_rows([Strip([Segment(text[start:end], self.look.text)]) for start, end in spans])

    def render_line(self, y: int) -> Strip:
        width, style = self.size.width, self.rich_style
        number = y - max(0, (self.size.height - len(self.rows)) // 2)
        if not 0 <= number < len(self.rows):
            return Strip.blank(width, style)
        row = self.rows[number]
        before = Strip.blank(max(0, (width - row.cell_length) // 2), style)
        return Strip.join([before, row]).adjust_cell_length(width, style).apply_style(style)


class PictureScreen(KeyedScreen[None]):
    """Shows one of `sources`, as large as fits; in a terminal of few colours its name and size."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("picture")]

    canvas = getters.query_one(PictureCanvas)
    title_line = getters.query_one("#picture-title", PaneTitle)

    def __init__(self, sources: Sequence[PictureSource], start: int = 0) -> None:
        super().__init__()
        self._sources = sources
        self._index = min(start, len(sources) - 1)

    def compose(self) -> ComposeResult:
        yield PaneTitle(id="picture-title")
        yield PictureCanvas()
        yield KeyHints()

    def on_mount(self) -> None:
        self.canvas.focus()

    def on_resize(self, event: events.Resize) -> None:
        self._draw()

    def action_step(self, step: int) -> None:
        """To the next picture or page, or the one before."""
        wanted = self._index + step
        if 0 <= wanted < len(self._sources):
            self._index = wanted
            self._draw()
        else:
            self.remark(f"No picture {'after' if step > 0 else 'before'} this one")

    def action_close(self) -> None:
        self.dismiss(None)

    @property
    def _shows_pictures(self) -> bool:
        app = app_of(self)
        has_colors = app.console.color_system in _COLORFUL and not app.native_ansi_color
        return has_colors and not self.canvas.signs.is_ascii

    def _draw(self) -> None:
        source, count = self._sources[self._index], len(self._sources)
        self.title_line.show(clean_line(source.name), f"{self._index + 1}/{count}" if count > 1 else "")
        self.run_worker(partial(self._show, source), group="picture", exclusive=True, description="draw a picture")

    async def _show(self, source: PictureSource) -> None:
        width, height = self.size.width - 2, (self.size.height - 2) * 2
        if not self.canvas.rows:
            self.canvas.show_text("drawing the picture")
        rows: Sequence[Strip] = ()
        try:
            if not self._shows_pictures:
                size = await asyncio.to_thread(_size_of, source.path)
                said = f"{FEW_COLORS}: {clean_line(source.name)}, {size}"
            else:
                picture = await small_picture(source, max(1, width), max(1, height))
                # 20 to 30 ms for a whole screen of a photograph.
                rows, said = await asyncio.to_thread(picture_rows, picture.pixels, picture.width, picture.height), ""
        except BookwheelError as error:
            said = clean_line(error.message)
        if not is_open(self):
            return
        if said:
            self.canvas.show_text(said)
        else:
            self.canvas.show_rows(rows)


def pictures_of(path: str, pages: int) -> list[PictureSource]:
    """A document as pictures: the pages of a PDF, or a picture file itself; none for others."""
    name, file = PurePath(path).name, Path(path)
    suffix = "" if "://" in path else file.suffix.lower()
    if suffix == ".pdf":
        return [PictureSource(f"{name}#{page}", file, page) for page in range(1, min(pages, _MOST_PAGES) + 1)]
    return [PictureSource(name, file)] if suffix in _PICTURES else []


def _size_of(path: Path) -> str:
    try:
        return f"{path.stat().st_size / 1000:,.0f} kB"
    except OSError as error:
        return error.strerror or "not found"
