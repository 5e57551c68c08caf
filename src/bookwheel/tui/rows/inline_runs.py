"""The inlines of Markdown as runs of styled text: emphasis, code, links with their target in sight, citations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from rich.style import Style

from bookwheel.lazy_regex import lazy_regex
from bookwheel.markup import markdown_dialect as dialect
from bookwheel.markup.sanitize import clean, clean_line
from bookwheel.transcript.latex_text import readable
from bookwheel.transcript.marks import has_borders, split_at_borders, without_borders
from bookwheel.tui.rows.look import Look
from bookwheel.tui.rows.row_text import Run
from bookwheel.tui.rows.wrapping import TAB_SIZE

if TYPE_CHECKING:
    from markdown_it.token import Token

CITATION_META = "citation"
MARK_META = "mark"
MAX_TARGET = 120

_BREAK = lazy_regex(r"<br ?/?>", re.IGNORECASE)
_NUMBER = lazy_regex(r"\d+|\D+")


def inline_runs(content: str, look: Look, *, base: Style, cited: Collection[int]) -> list[Run]:
    """`content` as runs. A number of a citation is coloured, and can be pressed, when it is in `cited`."""
    writer = _RunWriter(look, base, cited)
    for token in dialect.inline_tokens(content):
        writer.add(token)
    return writer.runs


def text_run(text: str, style: Style) -> Run:
    """Outside text made safe, with its tabs as blanks."""
    return clean(text).expandtabs(TAB_SIZE), style


def citation_runs(text: str, look: Look, *, base: Style, cited: Collection[int]) -> Iterator[Run]:
    """`[1]` or `[1, 2]`: each known number its own run, which carries the number."""
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if not any(number in cited for number in numbers):
        yield text, base
        return
    if len(numbers) == 1:
        yield text, citation_style(look, numbers[0])
        return
    for part in _NUMBER.findall(text):
        is_known = part.isdigit() and int(part) in cited
        yield part, citation_style(look, int(part)) if is_known else base


def citation_style(look: Look, number: int) -> Style:
    """The style of a citation; its meta data say which one."""
    return look.citation + Style(meta={CITATION_META: number})


def mark_style(number: int) -> Style:
    """The style over a sentence that no source supports; its meta data say which one."""
    return Style(underline=True, meta={MARK_META: number})


class _RunWriter:
    def __init__(self, look: Look, base: Style, cited: Collection[int]) -> None:
        self.runs: list[Run] = []
        self._look = look
        self._cited = cited
        self._styles = [base]
        self._mark = Style.null()
        self._links: list[tuple[str, int]] = []

    @property
    def _style(self) -> Style:
        return self._styles[-1] + self._mark

    def add(self, token: Token) -> None:
        match token.type:
            case "text" | "text_special":
                self._text(token.content)
            case "softbreak":
                self._text(" ")
            case "hardbreak":
                self._text("\n")
            case "code_inline":
                self._code(clean_line(without_borders(token.content)))
            case "html_inline":
                self._text("\n" if _BREAK.fullmatch(token.content) else token.content)
            case dialect.MATHS | dialect.CITATION:
                self._own(token)
            case "link_open":
                self._links.append((str(token.attrs.get("href", "")), len(self.runs)))
                self._styles.append(self._styles[-1] + self._look.link)
            case "link_close":
                self._styles.pop()
                self._target(*self._links.pop())
            case "image":
                self._image(token)
            case _:
                self._nest(token)

    def _nest(self, token: Token) -> None:
        style = {
            "strong_open": self._look.strong,
            "em_open": self._look.emphasis,
            "s_open": self._look.strike,
        }.get(token.type)
        if style is not None:
            self._styles.append(self._styles[-1] + style)
        elif token.nesting < 0:
            self._styles.pop()
        else:
            self._text(token.content)

    def _text(self, text: str) -> None:
        if not has_borders(text):
            self.runs.append(text_run(text, self._style))
            return
        for piece, number in split_at_borders(text):
            if number is not None:
                self._mark = Style.null() if number < 0 else mark_style(number)
            if piece:
                self.runs.append(text_run(piece, self._style))

    def _own(self, token: Token) -> None:
        """What CommonMark does not know: a formula, a citation."""
        if token.type == dialect.MATHS:
            self._maths(token)
            return
        cited = citation_runs(token.content, self._look, base=self._styles[-1], cited=self._cited)
        self.runs.extend((text, style + self._mark) for text, style in cited)

    def _maths(self, token: Token) -> None:
        """A formula in characters that read as one; as it is written where the terminal has ASCII alone."""
        if self._look.signs.is_ascii:
            self._text(token.markup)
            return
        for piece, number in split_at_borders(token.content):
            if number is not None:
                self._mark = Style.null() if number < 0 else mark_style(number)
            if piece:
                self.runs.append((readable(clean_line(piece)), self._style + self._look.emphasis))

    def _code(self, text: str) -> None:
        """Code on a ground of its own; where the theme has none, between its backticks."""
        look = self._look
        text = text if look.code.bgcolor != look.text.bgcolor else f"`{text}`"
        self.runs.append((text, self._style + look.code))

    def _image(self, token: Token) -> None:
        start = len(self.runs)
        self._text(token.content or "image")
        self._target(str(token.attrs.get("src", "")), start)

    def _target(self, target: str, start: int) -> None:
        """Where a link leads follows its text, unless the text is the same."""
        shown = "".join(text for text, _ in self.runs[start:])
        target = clean_line(without_borders(target))
        if target and shown not in {target, target.removeprefix("mailto:")}:
            if len(target) > MAX_TARGET:
                target = target[:MAX_TARGET] + self._look.signs.ellipsis
            self.runs.append((f" ({target})", self._look.muted))
