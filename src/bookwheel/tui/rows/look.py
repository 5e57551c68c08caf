"""How rows look: the styles and signs that every row is built with, taken from the theme in one place."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import field, fields, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from rich.style import Style

from bookwheel.lazy_dataclass import dataclass
from bookwheel.tui.rows.signs import UNICODE, Signs

if TYPE_CHECKING:
    from pygments.lexer import Lexer

_NONE = Style.null()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Styles by purpose; their names are the component classes of `RowView` widgets (`row--muted`, …)."""

    text: Style = _NONE
    strong: Style = _NONE
    emphasis: Style = _NONE
    strike: Style = _NONE
    heading: Style = _NONE
    muted: Style = _NONE
    faint: Style = _NONE
    accent: Style = _NONE
    question: Style = _NONE
    citation: Style = _NONE
    code: Style = _NONE
    code_block: Style = _NONE
    code_keyword: Style = _NONE
    code_comment: Style = _NONE
    code_string: Style = _NONE
    link: Style = _NONE
    warning: Style = _NONE
    error: Style = _NONE
    match: Style = _NONE
    current: Style = _NONE
    passage: Style = _NONE
    signs: Signs = field(default=UNICODE, compare=False)
    code_kinds: Callable[[str, str], list[tuple[CodeKind, str]] | None] | None = field(default=None, compare=False)


STYLE_NAMES = tuple(item.name for item in fields(Look) if item.compare)
COMPONENT_CLASSES = {f"row--{name.replace('_', '-')}" for name in STYLE_NAMES}


def look_from(style_of: Callable[[str], Style], signs: Signs) -> Look:
    """The look of a widget whose `style_of` gives the style of a component class."""
    styles = {name: style_of(f"row--{name.replace('_', '-')}") for name in STYLE_NAMES}
    return replace(Look(signs=signs), **styles)


CodeKind: TypeAlias = Literal["plain", "keyword", "comment", "string"]

MAX_HIGHLIGHTED = 16 * 1024
MAX_TIME_S = 0.03


class CodeKinds:
    """While a language is not loaded, `kinds` returns None and calls `want`, whose owner then calls `load`.

    A language that once took too long is not highlighted again.
    """

    def __init__(self, want: Callable[[str], None]) -> None:
        self._want = want
        self._lexers: dict[str, Lexer | None] = {}
        self._wanted: set[str] = set()

    def kinds(self, code: str, language: str) -> list[tuple[CodeKind, str]] | None:
        """`code` in pieces, each with its kind."""
        name = _name(language)
        if not name or len(code) > MAX_HIGHLIGHTED:
            return None
        if name not in self._lexers:
            if name not in self._wanted:
                self._wanted.add(name)
                self._want(name)
            return None
        lexer = self._lexers[name]
        return self._read(lexer, name, code) if lexer is not None else None

    def load(self, name: str) -> None:
        """Import what `name` needs; this blocks."""
        from pygments.lexers import get_lexer_by_name  # pyright: ignore[reportUnknownVariableType] - untyped options
        from pygments.util import ClassNotFound

        try:
            lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
            list(lexer.get_tokens("x = 1\n"))
        except ClassNotFound:
            lexer = None
        self._lexers[name] = lexer

    def _read(self, lexer: Lexer, name: str, code: str) -> list[tuple[CodeKind, str]]:
        start = time.thread_time()
        pieces: list[tuple[CodeKind, str]] = [(_kind(str(token)), text) for token, text in lexer.get_tokens(code)]
        if time.thread_time() - start > MAX_TIME_S:
            self._lexers[name] = None
        return pieces


def _name(language: str) -> str:
    """The first word of a fence's info, as far as it can be the name of a language."""
    word = language.split(maxsplit=1)[0].lower() if language.strip() else ""
    return word if len(word) <= 20 and word.isascii() else ""


def _kind(token: str) -> CodeKind:
    if token.startswith("Token.Keyword"):
        return "keyword"
    if token.startswith("Token.Comment"):
        return "comment"
    return "string" if token.startswith("Token.Literal.String") else "plain"
