"""A transcript as Markdown: questions as headings, answers as they were written, sources numbered beneath."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from bookwheel.lazy_regex import lazy_regex
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
from bookwheel.transcript.inert_markdown import inert_markdown
from bookwheel.transcript.reading_order import reading_order
from bookwheel.transcript.run_tree import question_notes

MAX_TOOL_OUTPUT = 2_000

_SPECIAL = lazy_regex(r"([\\`*_\[\]<>#|])")


def to_markdown(title: str, blocks: Iterable[Block], theme: str = "") -> str:
    """The whole document. Text from outside is cleaned; an answer's own Markdown stays, its images and HTML as text."""
    parts = [f"# {_escaped(title)}\n"] if title else []
    parts.extend(map(_MarkdownBlocks().render, reading_order(blocks)))
    return "\n".join(part for part in parts if part)


def source_line(citation: Citation) -> str:
    """Such as `/papers/longformer.pdf, page 3, characters 120-480`, and what was not read of the document."""
    page = f", page {citation.page}" if citation.page is not None else ""
    missing = f" (! {clean_line('; '.join(citation.remarks))})" if citation.remarks else ""
    return f"{clean_line(citation.path)}{page}, characters {citation.start_char_idx}-{citation.end_char_idx}{missing}"


def tool_text(block: ToolBlock) -> str:
    """Name and arguments of a call and its result, shortened."""
    arguments = clean(json.dumps(block.tool_kwargs, ensure_ascii=False))
    output = clean(block.output or "(no result)")
    if len(output) > MAX_TOOL_OUTPUT:
        output = f"{output[:MAX_TOOL_OUTPUT]}… ({len(output)} characters)"
    return f"{clean_line(block.tool_name)} {arguments}\n{output}"


class _MarkdownBlocks(BlockRenderer[str]):
    def question(self, block: QuestionBlock) -> str:
        notes = question_notes(block)
        below = f"\n*{_escaped(notes)}*\n" if notes else ""
        return f"## {_escaped(block.text)}\n{below}"

    def answer(self, block: AnswerBlock) -> str:
        cut = "\n\n*(cut off here)*" if block.status == "cut" else ""
        return f"{inert_markdown(clean(_with_reasons(block))).rstrip()}{cut}\n"

    def thought(self, block: ThoughtBlock) -> str:
        return f"{_quoted(block.text)}\n"

    def tool(self, block: ToolBlock) -> str:
        return f"{_fenced(tool_text(block))}\n"

    def input(self, block: InputBlock) -> str:
        answer = "no answer" if block.response is None else _escaped(block.response)
        said = f": {_escaped(block.reason)}" if block.reason else ""
        return f"*{_escaped(block.prefix)}* → {answer}{said}\n"

    def sources(self, block: SourcesBlock) -> str:
        checked = f"*{block.checked.summary}*\n" if block.checked.summary else ""
        label = f"*{block.label}*\n" if block.label else ""
        return "\n".join(part for part in (label, "".join(map(_source, block.citations)), checked) if part)

    def notice(self, block: NoticeBlock) -> str:
        return f"*{_escaped(f'{block.text} {block.hint}'.strip())}*\n"

    def lines(self, block: LinesBlock) -> str:
        said = block.as_lines()
        rows = "".join(f"- {_escaped(line)}\n" for line in said.lines)
        return f"{rows}\n*{_escaped(said.footer)}*\n" if said.footer else rows

    def event(self, block: EventBlock) -> str:
        return f"{_fenced(f'{clean_line(block.type)} {clean(json.dumps(block.data, ensure_ascii=False))}')}\n"


def _with_reasons(block: AnswerBlock) -> str:
    """The answer with a reason after each sentence that no source supports; in a table within the last cell."""
    pieces: list[str] = []
    done = 0
    for mark in block.marks:
        end = done + len(block.text[done : mark.end].rstrip(" |")) if mark.text.endswith("|") else mark.end
        pieces += (block.text[done:end], f" *({_escaped(mark.reason)})*")
        done = end
    return "".join(pieces) + block.text[done:]


def _source(citation: Citation) -> str:
    quote = _quoted(citation.text).replace("\n", "\n   ")
    return f"- \\[{citation.number}\\] {_escaped(source_line(citation))}\n\n   {quote}\n"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", clean_line(text))


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in inert_markdown(clean(text)).split("\n"))


def _fenced(text: str) -> str:
    """A code block whose fence is longer than any in the text."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"
