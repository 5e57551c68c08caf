"""A transcript as one HTML file: everything escaped, no script, and a content policy that forbids loading anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import escape
from urllib.parse import urlsplit

from bookwheel.markup.markdown_dialect import CITATION, MATHS, block_tokens, inline_tokens
from bookwheel.markup.page_colors import page_variables
from bookwheel.markup.sanitize import clean, clean_line
from bookwheel.transcript.block_renderer import BlockRenderer
from bookwheel.transcript.blocks import (
    AnswerBlock,
    Block,
    Citation,
    EventBlock,
    InputBlock,
    LinesBlock,
    NoticeBlock,
    QuestionBlock,
    SourcesBlock,
    ThoughtBlock,
    ToolBlock,
)
from bookwheel.transcript.formats.export_markdown import source_line, tool_text
from bookwheel.transcript.marks import marked, split_at_borders, without_borders
from bookwheel.transcript.reading_order import reading_order
from bookwheel.transcript.run_tree import question_notes

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


def to_html(title: str, blocks: Iterable[Block], theme: str = "") -> str:
    """The whole document, in the colours of `theme` if it has some; else it is dark or light as its reader's system is.

    Answers are rendered from their Markdown, links only to http(s), images as their text.
    """
    name = escape(clean_line(title) or "Bookwheel session")
    body = "\n".join(map(_HtmlBlocks().render, reading_order(blocks)))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{name}</title><style>{page_variables(theme)}{_STYLE}</style></head>\n<body>\n<h1>{name}</h1>\n{body}\n</body></html>\n"
    )


class _HtmlBlocks(BlockRenderer[str]):
    def question(self, block: QuestionBlock) -> str:
        notes = question_notes(block)
        below = f'<p class="quiet">{_text(notes)}</p>' if notes else ""
        return f"<h2>{_text(block.text)}</h2>{below}"

    def answer(self, block: AnswerBlock) -> str:
        cut = '<p class="quiet">(cut off here)</p>' if block.status == "cut" else ""
        return f"{_AnswerHtml(block).html()}{cut}"

    def thought(self, block: ThoughtBlock) -> str:
        return _folded("Thinking", block.text)

    def tool(self, block: ToolBlock) -> str:
        return _folded(f"Tool: {block.tool_name}", tool_text(block))

    def input(self, block: InputBlock) -> str:
        answer = "no answer" if block.response is None else _text(block.response)
        return f'<p class="notice">{_text(block.prefix)} → {answer}</p>'

    def sources(self, block: SourcesBlock) -> str:
        checked = f'<p class="quiet">{block.checked.summary}</p>' if block.checked.summary else ""
        return "\n".join([*(_source(citation, block.run) for citation in block.citations), checked])

    def notice(self, block: NoticeBlock) -> str:
        style = "error" if block.level == "error" else "notice"
        return f'<p class="{style}">{_text(f"{block.text} {block.hint}".strip())}</p>'

    def lines(self, block: LinesBlock) -> str:
        said = block.as_lines()
        rows = "".join(f"<li>{_text(line)}</li>" for line in said.lines)
        footer = f'<p class="quiet">{_text(said.footer)}</p>' if said.footer else ""
        return f'<ul class="quiet">{rows}</ul>{footer}'

    def event(self, block: EventBlock) -> str:
        return _folded(block.type, json.dumps(block.data, ensure_ascii=False, indent=2))


def _folded(summary: str, text: str) -> str:
    return f'<details><summary class="quiet">{_text(summary)}</summary><pre>{escape(clean(text))}</pre></details>'


def _source(citation: Citation, run: str) -> str:
    anchor = escape(f"{run}-{citation.number}", quote=True)
    place = escape(source_line(citation))
    quote = f"<blockquote>{_text(citation.text)}</blockquote>"
    return f'<p class="source" id="{anchor}">[{citation.number}] {place}</p>{quote}'


def _text(text: str) -> str:
    return escape(clean(text)).replace("\n", "<br>")


class _AnswerHtml:
    """One answer as HTML, with the reason behind each sentence that no source supports."""

    def __init__(self, block: AnswerBlock) -> None:
        self._block = block
        self._mark: int | None = None
        self._told: set[int] = set()

    def html(self) -> str:
        parts: list[str] = []
        for token in block_tokens(clean(marked(self._block.text, self._block.marks))):
            match token.type:
                case "inline":
                    parts.append(self._inline(token.content))
                case "fence" | "code_block":
                    parts.append(f"<pre>{escape(without_borders(token.content))}</pre>")
                case "html_block":
                    parts.append(f"<p>{self._text(token.content)}</p>")
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
                    href = without_borders(str(token.attrGet("href") or ""))
                    is_link_open = _is_web(href)
                    parts.append(f'<a href="{escape(href, quote=True)}" rel="noreferrer">' if is_link_open else "")
                case "link_close":
                    parts.append("</a>" if is_link_open else "")
                    is_link_open = False
                case "code_inline":
                    parts.append(f"<code>{escape(without_borders(token.content))}</code>")
                case "softbreak":
                    parts.append("\n")
                case "hardbreak":
                    parts.append("<br>")
                case _ if token.type == CITATION:
                    parts.append(_cited(token.content, self._block.run))
                case _ if token.type == MATHS:
                    parts.append(self._text(token.markup))
                case _ if token.nesting:
                    parts.append(_tag(token.tag, token.nesting))
                case _:
                    parts.append(self._text(token.content))
        return "".join(parts)

    def _text(self, text: str) -> str:
        return "".join(self._piece(piece, number) for piece, number in split_at_borders(text))

    def _piece(self, text: str, border: int | None) -> str:
        """`text`, underlined within a mark; the reason is added where the mark ends, in a table in its first cell."""
        reason = ""
        if border is not None:
            if border < 0 and self._mark is not None and self._mark not in self._told:
                self._told.add(self._mark)
                reason = f' <small class="notice">({_text(self._block.marks[self._mark].reason)})</small>'
            self._mark = border if 0 <= border < len(self._block.marks) else None
        shown = escape(text)
        return f"{reason}<u>{shown}</u>" if shown and self._mark is not None else f"{reason}{shown}"


def _cited(text: str, run: str) -> str:
    """A citation as a link to the first source that it names."""
    number = re.findall(r"\d+", text)[0]
    anchor = escape(f"#{run}-{number}", quote=True)
    return f'<a class="cite" href="{anchor}">{escape(text)}</a>'


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
