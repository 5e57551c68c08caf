"""The Markdown that answers are read as: CommonMark with tables and strikethrough, and our own citations.

Link reference definitions are left out on purpose: they affect a whole text (a closed piece could still change), and
`[1]: …` would remove a citation. They are shown as plain text.

Blocks and inlines are parsed apart, so that a reader pays for the inlines only where they are drawn, and so that inline
content made to be slow (thousands of open brackets) is left as plain text.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from bookwheel.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

CITATION = "citation"
MATHS = "maths"
MAX_FORMULA = 2_000
MAX_INLINE_LENGTH = 16 * 1024
MAX_INLINE_MARKS = 1000
MAX_COLUMNS = 200

_CITATION = lazy_regex(r"\[\d{1,4}(?: ?[,;–-] ?\d{1,4})*\](?!\()")
# `$…$` as Pandoc reads it: no blank inside the dollars, no digit behind them, so that prices stay prices.
_FORMULA = lazy_regex(
    r"\\\((?P<round>.+?)\\\)|\\\[(?P<square>.+?)\\\]|\$\$(?P<double>[^$]+?)\$\$|\$(?P<single>[^\s$](?:[^$]*[^\s$])?)\$(?!\d)",
    re.DOTALL,
)
_IS_FORMULA = lazy_regex(r"[\\^_=<>+{}*/|]|\A[^\W\d](?:\s[^\W\d])*\Z|\A[^\W\d]\([^\s()]*\)\Z")
_MARKS = lazy_regex(r"[\[\]!*_`~<&\\]")


def block_tokens(text: str, *, has_html: bool = True) -> list[Token]:
    """The blocks of `text`; their inline content is still to be parsed (`inline_tokens`).

    Without `has_html` raw HTML is read as plain text.
    """
    return _parser(has_html).parse(text)


def inline_tokens(content: str) -> list[Token]:
    """The inlines of one block; a single text token where parsing could take long."""
    from markdown_it.token import Token

    if len(content) > MAX_INLINE_LENGTH or len(_MARKS.findall(content)) > MAX_INLINE_MARKS:
        return [Token("text", "", 0, content=content)]
    parser = _parser(True)
    tokens: list[Token] = []
    parser.inline.parse(content, parser, {}, tokens)
    return tokens


def is_loaded() -> bool:
    """Whether the parser has been imported; the first call of any function here imports it, which is slow."""
    return _parser.cache_info().currsize > 0


@cache
def _parser(has_html: bool) -> MarkdownIt:
    from markdown_it import MarkdownIt

    off = ["reference"] if has_html else ["reference", "html_block"]
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable(off)
    parser.core.ruler.disable(["inline"])
    parser.inline.ruler.before("link", CITATION, _parse_citation)
    parser.inline.ruler.before("escape", MATHS, _parse_maths)
    parser.block.ruler.at("table", _parse_table, {"alt": ["paragraph", "reference"]})
    return parser


def _parse_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Tables as usual, but none of thousands of columns: each of them costs several tokens a line."""
    from markdown_it.rules_block import table

    if state.src.count("|", state.bMarks[start], state.eMarks[start]) > MAX_COLUMNS:
        return False
    return table(state, start, end, silent)


def _parse_maths(state: StateInline, silent: bool) -> bool:
    """A formula between dollars, or `\\(…\\)` and `\\[…\\]`; its token has the text inside and the text as written."""
    if state.src[state.pos] not in "$\\":
        return False
    match = _FORMULA.match(state.src, state.pos, min(state.posMax, state.pos + MAX_FORMULA))
    if match is None:
        return False
    formula = next(part for part in match.groups() if part is not None)
    if match["double"] is None and not _IS_FORMULA.search(formula):
        return False
    if not silent:
        token = state.push(MATHS, "", 0)
        token.content, token.markup = formula, match.group()
    state.pos = match.end()
    return True


def _parse_citation(state: StateInline, silent: bool) -> bool:
    match = _CITATION.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push(CITATION, "", 0).content = match.group()
    state.pos = match.end()
    return True
