"""The text that copying a block gives: its source text, not its rows."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bookwheel.markup.markdown_dialect import block_tokens
from bookwheel.markup.sanitize import clean
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
from bookwheel.transcript.segments import MAX_SEGMENT


def copy_text(block: Block) -> tuple[str, str]:
    """The text of `block`, safe to paste, and a word for what it is."""
    text, what = _CopyText().render(block)
    return clean(text), what


def copy_with_sources(block: Block, citations: Sequence[Citation]) -> tuple[str, str]:
    """As `copy_text`, with the sources below it as lines: number, path, page."""
    text, what = copy_text(block)
    if not citations or isinstance(block, SourcesBlock):
        return text, what
    sources = clean("\n".join(_source_line(citation) for citation in citations))
    return f"{text.rstrip()}\n\n{sources}\n", f"{what} with sources"


def code_text(block: Block) -> str:
    """The code in an answer, blank lines between its listings; empty where there is none."""
    if not isinstance(block, AnswerBlock):
        return ""
    tokens = block_tokens(block.text[: 4 * MAX_SEGMENT])
    return clean("\n".join(token.content for token in tokens if token.type in {"fence", "code_block"}))


class _CopyText(BlockRenderer[tuple[str, str]]):
    """The source text of a block, and its kind in a word."""

    def question(self, block: QuestionBlock) -> tuple[str, str]:
        return block.text, "question"

    def answer(self, block: AnswerBlock) -> tuple[str, str]:
        return block.text, "answer"

    def thought(self, block: ThoughtBlock) -> tuple[str, str]:
        return block.text, "thought"

    def tool(self, block: ToolBlock) -> tuple[str, str]:
        arguments = json.dumps(block.tool_kwargs, ensure_ascii=False, indent=2, default=str)
        return f"{block.tool_name} {arguments}\n\n{block.output or ''}".rstrip() + "\n", "tool call"

    def input(self, block: InputBlock) -> tuple[str, str]:
        return f"{block.prefix}\n{block.response or ''}".rstrip() + "\n", "question from the agent"

    def sources(self, block: SourcesBlock) -> tuple[str, str]:
        label = [block.label] if block.label else []
        return "\n".join([*label, *map(_source_line, block.citations)]), "sources"

    def notice(self, block: NoticeBlock) -> tuple[str, str]:
        return f"{block.text}\n{block.hint}".rstrip(), "notice"

    def lines(self, block: LinesBlock) -> tuple[str, str]:
        said = block.as_lines()
        return "\n".join(said.lines), said.name

    def event(self, block: EventBlock) -> tuple[str, str]:
        return json.dumps({"type": block.type, "data": block.data}, ensure_ascii=False, default=str), "event"


def _source_line(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page is not None else ""
    return f"[{citation.number}] {citation.path}{page}"
