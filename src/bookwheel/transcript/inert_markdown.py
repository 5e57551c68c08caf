"""Makes Markdown inert, so that no viewer fetches anything: images and raw HTML become plain text.

An answer or a document may hold `![](http://…?q=secret)`, which a viewer would request without a click. Code is left as
it is. Tables are escaped whole, because what looks like a code span across two cells is not one.
"""

from __future__ import annotations

import re

from bookwheel.lazy_regex import lazy_regex
from bookwheel.markup.markdown_dialect import MAX_INLINE_LENGTH, block_tokens

# What stays: an escaped character, a code span, an autolink to the web. What is escaped: an image, a tag, a comment.
_SPECIAL = lazy_regex(r"(\\.|(?<!`)(`+)(?!`)(?:.*?[^`])?\2(?!`)|<https?://[^\s<>]*>)|!\[|<(?=[A-Za-z/!?])", re.DOTALL)
_SPECIAL_IN_TABLE = lazy_regex(r"(\\.|<https?://[^\s<>`]*>)|!\[|<(?=[A-Za-z/!?])")


def inert_markdown(text: str) -> str:
    """`text` with every image and HTML tag outside code escaped; it reads the same otherwise."""
    if "![" not in text and "<" not in text:
        return text
    lines = text.split("\n")
    is_in_table = False
    done = 0
    # HTML is off in this parse as in the result, so that both find code at the same offsets.
    for token in block_tokens(text, has_html=False):
        if token.type in ("table_open", "table_close"):
            is_in_table = token.type == "table_open"
        # All cells of a table's row are tokens with the lines of that row.
        elif token.type == "inline" and token.map is not None and token.map[0] >= done:
            start, done = token.map
            lines[start:done] = _escaped_inline("\n".join(lines[start:done]), is_in_table=is_in_table).split("\n")
    return "\n".join(lines)


def _escaped_inline(text: str, *, is_in_table: bool) -> str:
    # Finding the ends of code spans is quadratic in the length.
    special = _SPECIAL_IN_TABLE if is_in_table or len(text) > MAX_INLINE_LENGTH else _SPECIAL
    return special.sub(lambda match: match[0] if match[1] else f"\\{match[0]}", text)
