"""Blocks as lines of plain text for a terminal or a pipe, as in `sessions show` and `ask`."""

from __future__ import annotations

import time
from collections.abc import Callable

from bookwheel.transcript.block_renderer import BlockRenderer
from bookwheel.transcript.blocks import (
    AnswerBlock,
    EventBlock,
    InputBlock,
    LinesBlock,
    NoticeBlock,
    QuestionBlock,
    SourcesBlock,
    ThoughtBlock,
    ToolBlock,
)
from bookwheel.transcript.call_arguments import shortened_arguments
from bookwheel.transcript.run_sources import words_of
from bookwheel.transcript.run_tree import question_notes

_MAX_ARGUMENTS = 100


class PlainBlocks(BlockRenderer[str]):
    """The text of each block, uncleaned; "" for one that is not printed.

    `shown_path` shortens a file's path for the reader.
    """

    def __init__(self, shown_path: Callable[[str], str]) -> None:
        self._shown_path = shown_path

    def question(self, block: QuestionBlock) -> str:
        return f"▌ {block.text}"

    def answer(self, block: AnswerBlock) -> str:
        return block.text.rstrip()

    def thought(self, block: ThoughtBlock) -> str:
        return ""

    def tool(self, block: ToolBlock) -> str:
        result = "…" if block.output is None else outcome_of(block)
        return f"· {block.tool_name} {shortened_arguments(block.tool_kwargs, _MAX_ARGUMENTS)}: {result}"

    def input(self, block: InputBlock) -> str:
        said = f": {block.reason}" if block.reason else ""
        return f"? {block.prefix} {block.response or '(not answered)'}{said}"

    def sources(self, block: SourcesBlock) -> str:
        """A line for each source, such as "[1] papers/longformer.pdf p 3", and what was not read of its document."""
        lines = [block.label] if block.label else []
        for cited in block.citations:
            path = self._shown_path(cited.path).replace("\n", " ")
            page = f" p {cited.page}" if cited.page else ""
            # One that answers is known by its quotation.
            known_by = f", {words_of(cited)}" if block.is_nearest else ""
            lines.append(f"[{cited.number}] {path}{page}{known_by}")
            lines += [f"    ! {remark}".replace("\n", " ") for remark in cited.remarks]
        return "\n".join(lines)

    def notice(self, block: NoticeBlock) -> str:
        return f"! {block.text} {block.hint}".rstrip()

    def lines(self, block: LinesBlock) -> str:
        said = block.as_lines()
        return "\n".join([*said.lines, *([said.footer] if said.footer else [])])

    def event(self, block: EventBlock) -> str:
        return f"· {block.type}"


def question_facts(block: QuestionBlock) -> str:
    """When and how a question was asked, and about which documents: "2026-11-28 10:05 · query · gpt-5 · only pdf"."""
    date = time.strftime("%Y-%m-%d %H:%M", time.localtime(block.t))
    return " · ".join(filter(None, (date, block.mode, block.model, question_notes(block))))


def outcome_of(block: ToolBlock) -> str:
    """How a tool call ended, in words."""
    return "not allowed" if block.is_denied else "failed" if block.is_error else "done"
