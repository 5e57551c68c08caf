"""Code as rows: never wrapped, clipped at the page's edge, with calm highlighting once `pygments` is there."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip

from bookwheel.transcript.sanitize import clean
from bookwheel.tui.widgets.look import Look
from bookwheel.tui.widgets.rows import Row, Run
from bookwheel.tui.widgets.wrapping import TAB_SIZE

MAX_LINE = 4096
INDENT = 2


def code_rows(text: str, width: int, look: Look, *, info: str = "", continues: bool = False) -> list[Row]:
    """The lines of `text`, each one row however long; `width` is where the view will clip them."""
    del width, info, continues
    lines = clean(text).removesuffix("\n").split("\n")
    return [_code_row([(line.expandtabs(TAB_SIZE)[:MAX_LINE], look.code_block)], look) for line in lines]


def _code_row(runs: list[Run], look: Look) -> Row:
    segments = [Segment(" " * INDENT, look.code_block), *(Segment(text, style) for text, style in runs if text)]
    return Row(Strip(segments), is_wide=True, fill=look.code_block, indent=0)
