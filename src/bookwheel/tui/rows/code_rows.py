"""Code as rows: never wrapped, clipped at the page's edge, with calm highlighting once the language is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip

from bookwheel.markup.sanitize import clean
from bookwheel.tui.rows.look import Look
from bookwheel.tui.rows.row_text import Row, Run
from bookwheel.tui.rows.wrapping import TAB_SIZE

if TYPE_CHECKING:
    from bookwheel.tui.rows.look import CodeKind

MAX_LINE = 4096
INDENT = 2


def code_rows(text: str, look: Look, *, language: str = "") -> list[Row]:
    """The lines of `text`, each one row however long: the view clips them."""
    lines = [line.expandtabs(TAB_SIZE)[:MAX_LINE] for line in clean(text).removesuffix("\n").split("\n")]
    pieces = look.code_kinds("\n".join(lines), language) if look.code_kinds is not None and language else None
    styled = _styled(pieces, look) if pieces is not None else [[(line, look.code_block)] for line in lines]
    return [_code_row(runs, look) for runs in styled]


def _styled(pieces: Sequence[tuple[CodeKind, str]], look: Look) -> list[list[Run]]:
    styles = {
        "plain": look.code_block,
        "keyword": look.code_keyword,
        "comment": look.code_comment,
        "string": look.code_string,
    }
    lines: list[list[Run]] = [[]]
    for kind, text in pieces:
        first, *others = text.split("\n")
        lines[-1].append((first, styles[kind]))
        lines += ([(other, styles[kind])] for other in others)
    return lines


def _code_row(runs: Sequence[Run], look: Look) -> Row:
    segments = [Segment(" " * INDENT, look.code_block), *(Segment(text, style) for text, style in runs if text)]
    return Row(Strip(segments), is_wide=True, fill=look.code_block)
