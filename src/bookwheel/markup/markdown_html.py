"""Markdown as inert HTML: everything escaped, no script, and a page whose policy forbids loading anything."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlsplit

from bookwheel.markup.markdown_dialect import CITATION, MATHS, block_tokens, inline_tokens
from bookwheel.markup.page_colors import page_variables
from bookwheel.markup.sanitize import clean, clean_line

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
# The look of the page in the app: one accent, no boxes around text, tables without a grid.
_STYLE = """
body { max-width: 92ch; margin: 2rem auto; padding: 0 1rem; background: var(--background); color: var(--foreground);
  font: .95rem/1.55 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; overflow-wrap: break-word; }
h1 { font-size: 1rem; color: var(--muted); border-bottom: 1px solid var(--border); padding-bottom: .4rem; }
h2 { font-size: 1rem; border-left: .3rem solid var(--accent); padding-left: .8rem; margin: 2.6rem 0 1.2rem; }
h3, h4, h5, h6 { font-size: 1rem; }
pre, code { background: var(--surface); font: inherit; } pre { padding: .6rem .8rem; white-space: pre-wrap; }
blockquote { margin: .3rem 0 .9rem; padding-left: .8rem; border-left: 1px solid var(--border); color: var(--muted); }
table { border-collapse: collapse; } td, th { padding: .1rem 1.4rem .1rem 0; text-align: left; vertical-align: top; }
th { border-bottom: 1px solid var(--border); } hr { border: none; border-top: 1px solid var(--border); }
.cite { color: var(--accent); text-decoration: none; } .cite:hover, :target { background: var(--surface); }
a { color: inherit; } .source { margin: .9rem 0 0; } .quiet { color: var(--muted); }
.notice { color: var(--warning); } .error { color: var(--error); } u { text-decoration-color: var(--warning); }
@media print {
  body { max-width: none; margin: 0; font-size: 9.5pt; } h1, h2, h3 { break-after: avoid; }
  blockquote, table, pre { break-inside: avoid; } .cite { color: var(--accent); } @page { margin: 2cm; }
}
"""
# Tags that the Markdown parser makes; any other is not written.
_TAGS = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code hr br em strong s table thead tbody tr th td a".split()
)


def html_page(title: str, body: str, theme: str = "") -> str:
    """A whole document around `body`, in the colours of `theme` if it has some.

    Else it is dark or light as its reader's system is.
    """
    name = escape(clean_line(title))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{name}</title><style>{page_variables(theme)}{_STYLE}</style></head>\n<body>\n<h1>{name}</h1>\n{body}\n</body></html>\n"
    )


def html_text(text: str) -> str:
    """Plain text, cleaned and escaped; its line breaks stay."""
    return escape(clean(text)).replace("\n", "<br>")


def html_source(anchor: str, number: int, named: str, quote: str) -> str:
    """A numbered source, how it is named and its words; citations of `anchor` and this number lead to it."""
    at = escape(f"{anchor}-{number}", quote=True)
    return f'<p class="source" id="{at}">[{number}] {escape(named)}</p><blockquote>{html_text(quote)}</blockquote>'


class MarkdownHtml:
    """A Markdown text as HTML: links only to http(s), images as their text.

    Citations lead to the sources of `anchor`.
    """

    def __init__(self, text: str, anchor: str) -> None:
        self._source = text
        self._anchor = anchor

    def html(self) -> str:
        parts: list[str] = []
        for token in block_tokens(clean(self._source)):
            match token.type:
                case "inline":
                    parts.append(self._inline(token.content))
                case "fence" | "code_block":
                    parts.append(f"<pre>{escape(self.plain(token.content))}</pre>")
                case "html_block":
                    parts.append(f"<p>{self.text(token.content)}</p>")
                case _:
                    if not token.hidden:
                        parts.append(_tag(token.tag, token.nesting))
        return "".join(parts)

    def _inline(self, content: str) -> str:
        parts: list[str] = []
        is_link_open = False
        for token in inline_tokens(content):
            match token.type:
                case "link_open":
                    href = self.plain(str(token.attrGet("href") or ""))
                    is_link_open = _is_web(href)
                    parts.append(f'<a href="{escape(href, quote=True)}" rel="noreferrer">' if is_link_open else "")
                case "link_close":
                    parts.append("</a>" if is_link_open else "")
                    is_link_open = False
                case "code_inline":
                    parts.append(f"<code>{escape(self.plain(token.content))}</code>")
                case "softbreak":
                    parts.append("\n")
                case "hardbreak":
                    parts.append("<br>")
                case _ if token.type == CITATION:
                    parts.append(_cited(token.content, self._anchor))
                case _ if token.type == MATHS:
                    parts.append(self.text(token.markup))
                case _ if token.nesting:
                    parts.append(_tag(token.tag, token.nesting))
                case _:
                    parts.append(self.text(token.content))
        return "".join(parts)

    def text(self, text: str) -> str:
        """A piece of text outside code."""
        return escape(text)

    def plain(self, text: str) -> str:
        """Text that is not read on, such as code and addresses."""
        return text


def _cited(text: str, anchor: str) -> str:
    """A citation as a link to the first source that it names."""
    number = re.findall(r"\d+", text)[0]
    href = escape(f"#{anchor}-{number}", quote=True)
    return f'<a class="cite" href="{href}">{escape(text)}</a>'


def _tag(tag: str, nesting: int) -> str:
    if tag not in _TAGS:
        return ""
    return f"</{tag}>" if nesting < 0 else f"<{tag}>"


def _is_web(href: str) -> bool:
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
