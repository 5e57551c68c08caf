"""Which parts of code are keywords, comments and strings; `pygments` is imported in a thread, once code is seen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from pygments.lexer import Lexer

CodeKind: TypeAlias = Literal["plain", "keyword", "comment", "string"]

MAX_HIGHLIGHTED = 16 * 1024
MAX_TIME_S = 0.03


class CodeKinds:
    """`kinds` answers at once, with None while a language is still to be loaded: `want` is told, and shall `load` it.

    A language that took too long once is left alone from then on.
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
        start = time.monotonic()
        pieces: list[tuple[CodeKind, str]] = [(_kind(str(token)), text) for token, text in lexer.get_tokens(code)]
        if time.monotonic() - start > MAX_TIME_S:
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
