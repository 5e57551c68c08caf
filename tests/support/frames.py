"""What a screen shows, cell by cell: as text with runs of styles, as SVG for the docs, and as PNG to look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from rich.cells import cell_len
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.app import App
from textual.strip import Strip

if TYPE_CHECKING:
    from rich.color import Color

    from bookwheel.tui.app import BookwheelApp

Rgb: TypeAlias = tuple[int, int, int]

CELL_W, CELL_H = 8, 17
_NORMAL = [
    (12, 12, 12), (205, 49, 49), (13, 188, 121), (229, 229, 16), (59, 120, 255), (188, 63, 188), (17, 168, 205),
    (204, 204, 204),
]  # fmt: skip
_BRIGHT = [
    (102, 102, 102), (241, 76, 76), (35, 209, 139), (245, 245, 67), (120, 170, 255), (214, 112, 214), (41, 184, 219),
    (255, 255, 255),
]  # fmt: skip
TERMINAL = TerminalTheme((16, 16, 16), (220, 220, 220), _NORMAL, _BRIGHT)
"""The colours that the pictures give a terminal whose own ones a theme uses."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a run of cells looks; colours as a terminal with `TERMINAL` shows them."""

    foreground: Rgb
    background: Rgb
    is_bold: bool = False
    is_italic: bool = False
    is_underlined: bool = False
    is_struck: bool = False

    @property
    def name(self) -> str:
        """Such as `e0e0e0/101010 bu`."""
        flags = zip("bius", (self.is_bold, self.is_italic, self.is_underlined, self.is_struck), strict=True)
        marks = "".join(letter for letter, is_set in flags if is_set)
        return f"{bytes(self.foreground).hex()}/{bytes(self.background).hex()} {marks}".rstrip()


Row: TypeAlias = Sequence[tuple[str, Look]]


def frame_of(app: BookwheelApp) -> Sequence[Row]:
    """The rows of the screen that the app shows."""
    width, height = app.size
    return [_row(strip.crop(0, width)) for strip in strips_of(app)[:height]]


def strips_of(app: BookwheelApp) -> Sequence[Strip]:
    """The same as Textual has it, drawn by its own compositor. What is still to be drawn in the terminal stays so."""
    visible_screen_stack.set([*app._background_screens])  # pyright: ignore[reportPrivateUsage] - as Textual draws it
    compositor = app.screen._compositor  # pyright: ignore[reportPrivateUsage] - Textual has no other way to read the screen
    chops = Compositor._render_chops(compositor, compositor.size.region, lambda _y: True)  # pyright: ignore[reportPrivateUsage]
    return [Strip.join(chop.values()) for chop in chops]


def is_drawn(app: BookwheelApp) -> bool:
    """Whether the terminal was sent all changes of the screen."""
    screen = app.screen
    regions = screen._compositor._dirty_regions  # pyright: ignore[reportPrivateUsage] - Textual has no other way
    waits = screen._layout_required, screen._scroll_required, screen._repaint_required, screen._dirty_widgets  # pyright: ignore[reportPrivateUsage]
    return not (regions or any(waits))


def switch_theme(app: BookwheelApp, name: str) -> None:
    """Give what is on the screen the colours of a theme at once; the next frame shows them.

    Textual does it in several steps of the event loop, with all that is hidden too: only the app's own theme may be
    left in force.
    """
    app.set_reactive(App.theme, name)
    theme = app.current_theme
    classes = {other: False for other in app.classes if other.startswith("-theme-")}
    app.update_classes(
        {**classes, f"-theme-{name}": True, "-dark-mode": theme.dark, "-light-mode": not theme.dark}, update=False
    )
    app._refresh_truecolor_filter(app.ansi_theme)  # pyright: ignore[reportPrivateUsage] - as Textual's `_watch_theme` does
    app.stylesheet.set_variables(app.get_css_variables())
    app.stylesheet.reparse()
    is_over = app.screen.styles.background.a < 1
    screens = [*(app._background_screens if is_over else ()), app.screen]  # pyright: ignore[reportPrivateUsage] - as Textual draws them
    shown = {widget for screen in screens for widget in screen._compositor.visible_widgets}  # pyright: ignore[reportPrivateUsage]
    nodes = {*shown, *(node for widget in shown for node in widget.ancestors)}
    app.stylesheet.update_nodes(
        [app, *(node for screen in screens for node in screen.walk_children(with_self=True) if node in nodes)]
    )
    app.screen.refresh()


def text_of(rows: Sequence[Row]) -> Sequence[str]:
    """The words alone."""
    return ["".join(text for text, _ in row).rstrip() for row in rows]


def styles_of(rows: Sequence[Row], names: Mapping[str, str] | None = None) -> Sequence[str]:
    """For each row its runs, as the first cell and the look: `0 e0e0e0/101010 b · 14 808080/101010`."""
    lines: list[str] = []
    for row in rows:
        cell, runs = 0, list[str]()
        for text, look in row:
            runs.append(f"{cell} {(names or {}).get(look.name, look.name)}")
            cell += cell_len(text)
        lines.append(" · ".join(runs))
    return lines


def svg_of(rows: Sequence[Row], title: str) -> str:
    """A small SVG without fonts or scripts; each run is one text, each background one rectangle a row."""
    width = max(sum(cell_len(text) for text, _ in row) for row in rows) * CELL_W
    height = len(rows) * CELL_H
    looks = sorted({look for row in rows for text, look in row if text.strip()}, key=lambda look: look.name)
    classes = {look: f"a{number}" for number, look in enumerate(looks)}
    page = _commonest((look.background, cell_len(text)) for row in rows for text, look in row)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + 16} {height + 16}" xml:space="preserve"',
        ' role="img">',
        f"<title>{escape(title)}</title><style>text{{font:13.3px monospace;white-space:pre}}",
        *(f".{name}{{{_css(look)}}}" for look, name in classes.items()),
        f'</style><rect width="100%" height="100%" rx="6" fill="{_hex(page)}"/><g transform="translate(8 8)">',
    ]
    for y, row in enumerate(rows):
        parts += _svg_row(row, y, page, classes)
    return "".join([*parts, "</g></svg>\n"])


def png_of(rows: Sequence[Row], file: Path) -> None:
    """Draw the frame with DejaVu Sans Mono, as most Linux terminals do."""
    from PIL import Image, ImageDraw, ImageFont

    folder = "/usr/share/fonts/truetype/dejavu"
    fonts = {
        (bold, italic): ImageFont.truetype(f"{folder}/DejaVuSansMono{name}.ttf", 13)
        for (bold, italic), name in {
            (False, False): "",
            (True, False): "-Bold",
            (False, True): "-Oblique",
            (True, True): "-BoldOblique",
        }.items()
    }
    width = max(sum(cell_len(text) for text, _ in row) for row in rows)
    image = Image.new("RGB", (width * CELL_W, len(rows) * CELL_H))
    draw = ImageDraw.Draw(image)
    for y, row in enumerate(rows):
        x = 0
        for text, look in row:
            size = cell_len(text)
            box = (x * CELL_W, y * CELL_H, (x + size) * CELL_W, (y + 1) * CELL_H)
            draw.rectangle(box, fill=look.background)
            for char in text:
                draw.text(
                    (x * CELL_W, y * CELL_H), char, fill=look.foreground, font=fonts[look.is_bold, look.is_italic]
                )
                x += cell_len(char)
            if look.is_underlined:
                draw.line((box[0], box[3] - 2, box[2], box[3] - 2), fill=look.foreground)
            if look.is_struck:
                draw.line((box[0], box[1] + 8, box[2], box[1] + 8), fill=look.foreground)
    image.save(file)


def contact_sheet(files: Sequence[Path], target: Path, columns: int = 3, width: int = 700) -> None:
    """Pictures beside and below each other, each with its name."""
    from PIL import Image, ImageDraw

    images = [Image.open(file) for file in files]
    small = [image.resize((width, image.height * width // image.width)) for image in images]
    height = max(image.height for image in small) + 22
    rows = -(-len(small) // columns)
    sheet = Image.new("RGB", (columns * (width + 8), rows * height), (90, 90, 90))
    draw = ImageDraw.Draw(sheet)
    for number, (image, file) in enumerate(zip(small, files, strict=True)):
        x, y = number % columns * (width + 8), number // columns * height
        draw.text((x + 4, y + 4), file.stem, fill=(255, 255, 255))
        sheet.paste(image, (x, y + 20))
    sheet.save(target)


def _row(segments: Iterable[tuple[str, Style | None, object]]) -> Row:
    pairs = [(text, _look(style or Style.null())) for text, style, control in segments if text and not control]
    return [("".join(text for text, _ in run), look) for look, run in groupby(pairs, key=lambda pair: pair[1])]


@lru_cache(maxsize=4096)
def _look(style: Style) -> Look:
    foreground, background = _rgb(style.color, is_foreground=True), _rgb(style.bgcolor, is_foreground=False)
    if style.reverse:
        foreground, background = background, foreground
    if style.dim:
        foreground = _mixed(foreground, background)
    return Look(foreground, background, bool(style.bold), bool(style.italic), bool(style.underline), bool(style.strike))


def _rgb(color: Color | None, *, is_foreground: bool) -> Rgb:
    if color is None:
        red, green, blue = TERMINAL.foreground_color if is_foreground else TERMINAL.background_color
    else:
        red, green, blue = color.get_truecolor(TERMINAL, foreground=is_foreground)
    return red, green, blue


def _mixed(one: Rgb, other: Rgb) -> Rgb:
    red, green, blue = ((a * 3 + b * 2) // 5 for a, b in zip(one, other, strict=True))
    return red, green, blue


def _commonest(colors: Iterable[tuple[Rgb, int]]) -> Rgb:
    """The colour of most cells; each comes with how many cells it has there."""
    counts: dict[Rgb, int] = {}
    for color, size in colors:
        counts[color] = counts.get(color, 0) + size
    return max(counts, key=lambda color: counts[color])


def _hex(color: Rgb) -> str:
    return f"#{bytes(color).hex()}"


def _css(look: Look) -> str:
    css = f"fill:{_hex(look.foreground)}"
    css += ";font-weight:bold" if look.is_bold else ""
    css += ";font-style:italic" if look.is_italic else ""
    lines = " ".join(name for name, on in (("underline", look.is_underlined), ("line-through", look.is_struck)) if on)
    return f"{css};text-decoration:{lines}" if lines else css


def _svg_row(row: Row, y: int, page: Rgb, classes: Mapping[Look, str]) -> list[str]:
    parts: list[str] = []
    x = 0
    for background, run in groupby(row, key=lambda pair: pair[1].background):
        texts = list(run)
        size = sum(cell_len(text) for text, _ in texts)
        if background != page:
            parts.append(
                f'<rect x="{x * CELL_W}" y="{y * CELL_H}" width="{size * CELL_W}" height="{CELL_H}" '
                f'fill="{_hex(background)}"/>'
            )
        for text, look in texts:
            if shown := text.strip():
                at = x + cell_len(text[: len(text) - len(text.lstrip())])
                parts.append(
                    f'<text x="{at * CELL_W}" y="{y * CELL_H + 13}" textLength="{cell_len(shown) * CELL_W}" '
                    f'class="{classes[look]}">{escape(shown)}</text>'
                )
            x += cell_len(text)
    return parts
