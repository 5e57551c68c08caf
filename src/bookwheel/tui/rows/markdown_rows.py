"""A segment of Markdown as rows: headings, paragraphs, lists, quotes, tables, code, all within a width in cells."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.markdown_dialect import block_tokens
from bookwheel.transcript.marks import without_borders
from bookwheel.transcript.segments import Segment
from bookwheel.tui.rows.code_rows import code_rows
from bookwheel.tui.rows.inline_runs import inline_runs, text_run
from bookwheel.tui.rows.look import Look
from bookwheel.tui.rows.row_text import BLANK, Row, prefixed, row, wrap_runs
from bookwheel.tui.rows.table_rows import table_rows
from bookwheel.tui.rows.wrapping import clip

if TYPE_CHECKING:
    from markdown_it.token import Token
    from rich.style import Style

MIN_WIDTH = 8
"""Below this width nested blocks are no longer indented: a marker gets its own row."""


def segment_rows(segment: Segment, width: int, look: Look, cited: Collection[int] = ()) -> list[Row]:
    """The rows of one segment, `width` cells wide (code and tables may be wider), no blank row before or after."""
    match segment.kind:
        case "code":
            return code_rows(segment.text, look, language=segment.info)
        case "plain":
            return text_rows(segment.text, width, look.text)
        case "markdown":
            return _Page(look, cited, number=segment.number).blocks(block_tokens(segment.text), width)


def text_rows(text: str, width: int, style: Style) -> list[Row]:
    """Plain text as rows, without markup."""
    return [row(*line) for line in wrap_runs([text_run(text.strip("\n"), style)], width)]


def needs_gap(before: Segment | None, after: Segment) -> bool:
    """Whether a blank row stands between two segments: not inside one listing, not below a heading."""
    return before is not None and not after.continues and not _is_heading(before)


def _is_heading(segment: Segment) -> bool:
    return segment.kind == "markdown" and segment.text.startswith("#") and segment.text.count("\n") <= 1


@dataclass(frozen=True, slots=True)
class _Page:
    look: Look
    cited: Collection[int]
    base: Style | None = None
    number: int | None = None
    """Of the first item, where the first block continues a numbered list."""

    def blocks(self, tokens: Sequence[Token], width: int, *, is_tight: bool = False) -> list[Row]:
        rows: list[Row] = []
        before, page = "", self
        for token, inner in _children(tokens):
            block = page._block(token, inner, width)
            page = self._unnumbered
            if rows and block and not is_tight and before != "heading_open":
                rows.append(BLANK)
            rows.extend(block)
            before = token.type
        return rows

    @property
    def _unnumbered(self) -> _Page:
        return self if self.number is None else replace(self, number=None)

    def _block(self, token: Token, inner: Sequence[Token], width: int) -> list[Row]:
        match token.type:
            case "heading_open":
                return self._inline(inner, width, self.look.heading)
            case "paragraph_open":
                return self._inline(inner, width, self.base or self.look.text)
            case "bullet_list_open" | "ordered_list_open":
                return self._list(token, inner, width)
            case "blockquote_open":
                return self._quote(inner, width)
            case "table_open":
                return table_rows(inner, width, self.look, self.cited)
            case "fence" | "code_block":
                return code_rows(without_borders(token.content), self.look, language=token.info)
            case "hr":
                return [row((self.look.signs.line * width, self.look.faint))]
            case _:
                return text_rows(without_borders(token.content), width, self.look.text) if token.content else []

    def _inline(self, inner: Sequence[Token], width: int, style: Style) -> list[Row]:
        content = inner[0].content if inner else ""
        runs = inline_runs(content, self.look, base=style, cited=self.cited)
        return [row(*line) for line in wrap_runs(runs, width)] if content else []

    def _list(self, token: Token, inner: Sequence[Token], width: int) -> list[Row]:
        items = list(_children(inner))
        is_tight = _is_tight(inner)
        is_numbered, number = token.type == "ordered_list_open", self.number
        first = (int(token.attrs.get("start", 1)) if number is None else number) if is_numbered else None
        markers = [self._marker(first, number) for number in range(len(items))]
        indent = max(map(len, markers), default=2)
        rows: list[Row] = []
        for marker, (_, item) in zip(markers, items, strict=True):
            if rows and not is_tight:
                rows.append(BLANK)
            rows += self._indented(item, width, marker.rjust(indent), self.look.muted, is_tight=is_tight)
        return rows

    def _marker(self, first: int | None, number: int) -> str:
        return f"{self.look.signs.bullet} " if first is None else f"{first + number}. "

    def _indented(self, tokens: Sequence[Token], width: int, marker: str, style: Style, *, is_tight: bool) -> list[Row]:
        page = self._unnumbered
        if width - len(marker) < MIN_WIDTH:
            return [row((clip(marker, width), style)), *page.blocks(tokens, width, is_tight=is_tight)]
        rows = page.blocks(tokens, width - len(marker), is_tight=is_tight) or [BLANK]
        return prefixed(rows, [(marker, style)], [(" " * len(marker), style)])

    def _quote(self, inner: Sequence[Token], width: int) -> list[Row]:
        page = _Page(self.look, self.cited, base=self.look.muted)
        if width - 2 < MIN_WIDTH:
            return page.blocks(inner, width)
        rule = [(f"{self.look.signs.rule} ", self.look.faint)]
        return prefixed(page.blocks(inner, width - 2), rule, rule)


def _children(tokens: Sequence[Token]) -> Iterator[tuple[Token, Sequence[Token]]]:
    """The blocks of one level, each with the tokens between its opening and its closing."""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.nesting <= 0:
            yield token, ()
            index += 1
            continue
        end = _closing(tokens, index)
        yield token, tokens[index + 1 : end]
        index = end + 1


def _closing(tokens: Sequence[Token], index: int) -> int:
    level = tokens[index].level
    index += 1
    while index < len(tokens) and not (tokens[index].nesting < 0 and tokens[index].level == level):
        index += 1
    return index


def _is_tight(inner: Sequence[Token]) -> bool:
    """Markdown-it hides the paragraphs of tight items."""
    level = inner[0].level + 1 if inner else 0
    return all(token.hidden for token in inner if token.type == "paragraph_open" and token.level == level)
