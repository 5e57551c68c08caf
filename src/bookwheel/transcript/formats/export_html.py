"""A transcript as one HTML file: everything escaped, no script, and a content policy that forbids loading anything."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape

from bookwheel.markup.markdown_html import MarkdownHtml, html_page, html_source, html_text
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


def to_html(title: str, blocks: Iterable[Block], theme: str = "") -> str:
    """The whole document, in the colours of `theme` if it has some; else it is dark or light as its reader's system is.

    Answers are rendered from their Markdown, links only to http(s), images as their text.
    """
    body = "\n".join(map(_HtmlBlocks().render, reading_order(blocks)))
    return html_page(clean_line(title) or "Bookwheel session", body, theme)


class _HtmlBlocks(BlockRenderer[str]):
    def question(self, block: QuestionBlock) -> str:
        notes = question_notes(block)
        below = f'<p class="quiet">{html_text(notes)}</p>' if notes else ""
        return f"<h2>{html_text(block.text)}</h2>{below}"

    def answer(self, block: AnswerBlock) -> str:
        cut = '<p class="quiet">(cut off here)</p>' if block.status == "cut" else ""
        return f"{_AnswerHtml(block).html()}{cut}"

    def thought(self, block: ThoughtBlock) -> str:
        return _folded("Thinking", block.text)

    def tool(self, block: ToolBlock) -> str:
        return _folded(f"Tool: {block.tool_name}", tool_text(block))

    def input(self, block: InputBlock) -> str:
        answer = "no answer" if block.response is None else html_text(block.response)
        said = f": {html_text(block.reason)}" if block.reason else ""
        return f'<p class="notice">{html_text(block.prefix)} → {answer}{said}</p>'

    def sources(self, block: SourcesBlock) -> str:
        label = [f'<p class="quiet">{block.label}</p>'] if block.label else []
        checked = f'<p class="quiet">{block.checked.summary}</p>' if block.checked.summary else ""
        return "\n".join([*label, *(_source(citation, block.run) for citation in block.citations), checked])

    def notice(self, block: NoticeBlock) -> str:
        style = "error" if block.level == "error" else "notice"
        return f'<p class="{style}">{html_text(f"{block.text} {block.hint}".strip())}</p>'

    def lines(self, block: LinesBlock) -> str:
        said = block.as_lines()
        rows = "".join(f"<li>{html_text(line)}</li>" for line in said.lines)
        footer = f'<p class="quiet">{html_text(said.footer)}</p>' if said.footer else ""
        return f'<ul class="quiet">{rows}</ul>{footer}'

    def event(self, block: EventBlock) -> str:
        return _folded(block.type, json.dumps(block.data, ensure_ascii=False, indent=2))


def _folded(summary: str, text: str) -> str:
    return f'<details><summary class="quiet">{html_text(summary)}</summary><pre>{escape(clean(text))}</pre></details>'


def _source(citation: Citation, run: str) -> str:
    return html_source(run, citation.number, source_line(citation), citation.text)


class _AnswerHtml(MarkdownHtml):
    """One answer as HTML, with the reason behind each sentence that no source supports."""

    def __init__(self, block: AnswerBlock) -> None:
        super().__init__(marked(block.text, block.marks), block.run)
        self._block = block
        self._mark: int | None = None
        self._explained: set[int] = set()

    def text(self, text: str) -> str:
        return "".join(self._piece(piece, number) for piece, number in split_at_borders(text))

    def _piece(self, text: str, border: int | None) -> str:
        """`text`, underlined within a mark; the reason is added where the mark ends, in a table in its first cell."""
        reason = ""
        if border is not None:
            if border < 0 and self._mark is not None and self._mark not in self._explained:
                self._explained.add(self._mark)
                reason = f' <small class="notice">({html_text(self._block.marks[self._mark].reason)})</small>'
            self._mark = border if 0 <= border < len(self._block.marks) else None
        shown = escape(text)
        return f"{reason}<u>{shown}</u>" if shown and self._mark is not None else f"{reason}{shown}"

    def plain(self, text: str) -> str:
        return without_borders(text)
