"""A transcript as PDF, made of the HTML of the export: no picture is loaded, and only links are active."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.errors import MissingExtraError
from bookwheel.lazy_regex import lazy_regex
from bookwheel.paths import home
from bookwheel.transcript.blocks import Block
from bookwheel.transcript.formats.export_html import to_html

if TYPE_CHECKING:
    from fpdf import FPDF

_FAMILY = "text"
_INK, _BLUE, _GREY = "#222222", "#3b6ea5", "#555555"
# Paths of fonts with more than Western European letters; the core fonts of PDF have no others.
_FOLDERS = (
    "/usr/share/fonts/truetype/dejavu",
    "/usr/share/fonts/dejavu",
    "/usr/share/fonts/TTF",
    "/usr/share/fonts/dejavu-sans-fonts",
    "/Library/Fonts",
)
_FILES = {
    "": "DejaVuSans.ttf",
    "B": "DejaVuSans-Bold.ttf",
    "I": "DejaVuSans-Oblique.ttf",
    "BI": "DejaVuSans-BoldOblique.ttf",
}
_BODY = lazy_regex(r"<body>(.*)</body>", re.DOTALL)
# Replaces HTML that the PDF library does not support.
_CHANGES = (
    (lazy_regex(r"</?details>"), ""),
    (lazy_regex(r"<summary[^>]*>(.*?)</summary>", re.DOTALL), r"<p><i>\1</i></p>"),
    (lazy_regex(r'<p class="source" id="[^"]*">'), "<p>"),
    (lazy_regex(r'<a class="cite"[^>]*>(.*?)</a>', re.DOTALL), r"\1"),
    (lazy_regex(r"<small[^>]*>(.*?)</small>", re.DOTALL), r"<i>\1</i>"),
    (lazy_regex(r"</?(?:thead|tbody)>"), ""),
    # Paragraphs take the indent of a quotation away, and a table begins in the line of what is above it.
    (lazy_regex(r"<blockquote>\s*<p>(.*?)</p>\s*</blockquote>", re.DOTALL), r"<blockquote>\1</blockquote>"),
    (lazy_regex(r"<table>"), "<br><table>"),
    (lazy_regex(r"<th>"), '<th align="left">'),
    (lazy_regex(r' (?:class|rel)="[^"]*"'), ""),
)


def to_pdf(title: str, blocks: Iterable[Block], theme: str = "") -> bytes:
    """The whole document. Raises MissingExtraError where the extra `pdf` is not installed."""
    return html_to_pdf(title, to_html(title, blocks, theme))


def html_to_pdf(title: str, page: str) -> bytes:
    """A page as `to_html` makes it, as PDF."""
    try:
        from fpdf import FPDF
        from fpdf.fonts import TextStyle
    except ImportError as error:
        raise MissingExtraError("pdf", "Writing PDF") from error
    pdf = FPDF(format="A4")
    pdf.set_title(title)
    pdf.set_creator("Bookwheel")
    pdf.set_margin(20)
    has_font = _add_font(pdf)
    pdf.set_font(_FAMILY if has_font else "helvetica", size=10)
    pdf.add_page()
    body = _BODY.search(page)
    text = body[1] if body else page
    for pattern, replacement in _CHANGES:
        text = pattern.sub(replacement, text)
    if not has_font:
        text = text.encode("latin-1", "replace").decode("latin-1")
    pdf.write_html(
        text,
        font_family=_FAMILY if has_font else "helvetica",
        table_line_separators=True,
        tag_styles={
            "h1": TextStyle(color=_INK, font_size_pt=18, b_margin=0.4),
            "h2": TextStyle(color=_BLUE, font_size_pt=13, t_margin=5, b_margin=0.4),
            "pre": TextStyle(font_family="Courier", font_size_pt=9, t_margin=0, b_margin=1),
            "blockquote": TextStyle(color=_GREY, t_margin=0, b_margin=3, l_margin=6),
        },
    )
    return bytes(pdf.output())


def _add_font(pdf: FPDF) -> bool:
    """Add a font for letters of all alphabets, if this machine has one."""
    folder = next((path for path in map(Path, _folders()) if (path / _FILES[""]).is_file()), None)
    if folder is None:
        return False
    plain = folder / _FILES[""]
    add = partial(pdf.add_font, _FAMILY)
    for style, name in _FILES.items():
        file = folder / name
        add(style=style, fname=str(file if file.is_file() else plain))
    return True


def _folders() -> tuple[str, ...]:
    return (*_FOLDERS, str(Path(sys.prefix) / "share" / "fonts"), str(home() / ".fonts"))
