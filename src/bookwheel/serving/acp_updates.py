"""Shows a session to an editor: blocks as updates of the Agent Client Protocol.

A live run and a session that is loaded again pass through the same renderer. This module needs the extra `acp`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from acp.helpers import (
    plan_entry,
    start_tool_call,
    text_block,
    tool_content,
    update_agent_message_text,
    update_agent_thought_text,
    update_plan,
    update_tool_call,
    update_user_message_text,
)
from acp.schema import (
    AgentMessageChunk,
    AgentPlanUpdate,
    AgentThoughtChunk,
    PlanEntryStatus,
    ToolCallLocation,
    ToolCallProgress,
    ToolCallStart,
    ToolKind,
    UserMessageChunk,
)

from bookwheel.engine.events.run_events import Citation
from bookwheel.markup.sanitize import clean, clean_line
from bookwheel.transcript.block_renderer import BlockRenderer
from bookwheel.transcript.blocks import (
    AnswerBlock,
    BlockStatus,
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
from bookwheel.transcript.research.plan_folding import PlanBlock
from bookwheel.transcript.research.research_rows import RowStatus, plan_rows

Shown: TypeAlias = (
    AgentPlanUpdate | UserMessageChunk | AgentMessageChunk | AgentThoughtChunk | ToolCallStart | ToolCallProgress
)

_MAX_ARGUMENTS = 80
_MAX_OUTPUT = 20_000
_MAX_SEARCHED = 5_000_000
_MAX_SIGNS = 200
_KINDS: dict[str, ToolKind] = {"search_documents": "search", "web_search": "fetch", "read_page": "fetch"}


class AcpBlocks(BlockRenderer[list[Shown]]):
    """Whole blocks, as they are shown when a session is loaded. Blocks: it reads files to find the lines of sources."""

    def question(self, block: QuestionBlock) -> list[Shown]:
        return [update_user_message_text(clean(block.text))]

    def answer(self, block: AnswerBlock) -> list[Shown]:
        return [update_agent_message_text(clean(block.text) + "\n\n")] if block.text else []

    def thought(self, block: ThoughtBlock) -> list[Shown]:
        return [update_agent_thought_text(clean(block.text))] if block.text else []

    def tool(self, block: ToolBlock) -> list[Shown]:
        return [tool_started(block), tool_ended(block)]

    def input(self, block: InputBlock) -> list[Shown]:
        answer = block.response or "no answer"
        return [update_agent_message_text(f"*{clean_line(block.prefix)}* {clean_line(answer)}\n\n")]

    def sources(self, block: SourcesBlock) -> list[Shown]:
        if not block.citations:
            return []
        names = ", ".join(f"[{each.number}] {Path(each.path).name or each.path}" for each in block.citations)
        shown = start_tool_call(
            block.id,
            clean_line(f"{block.label or 'Sources:'} {names}"),
            kind="read",
            status="completed",
            locations=list(_locations(block.citations)),
            content=[tool_content(text_block(_about(each))) for each in block.citations],
        )
        marks = "".join(f"- Not supported: {clean_line(mark.words)} ({mark.reason})\n" for mark in block.marks)
        return [shown, update_agent_message_text(f"\n\n{marks}")] if marks else [shown]

    def notice(self, block: NoticeBlock) -> list[Shown]:
        text = " ".join(filter(None, [block.text, block.hint]))
        return [update_agent_message_text(f"\n\n*{clean_line(text)}*\n\n")]

    def lines(self, block: LinesBlock) -> list[Shown]:
        rows = "".join(f"- {clean_line(line)}\n" for line in block.as_lines().lines)
        return [update_agent_message_text(f"{rows}\n")] if rows else []

    def event(self, block: EventBlock) -> list[Shown]:
        return []


def addition(block: AnswerBlock | ThoughtBlock, text: str) -> Shown:
    """Text that is appended to an open block."""
    if isinstance(block, ThoughtBlock):
        return update_agent_thought_text(clean(text))
    return update_agent_message_text(clean(text))


def plan_shown(block: PlanBlock) -> AgentPlanUpdate:
    """The sub-questions of a plan with how far they are; those that were dropped are not shown."""
    rows = [row for row in plan_rows(block.state) if row.status != "dropped" and row.change != "dropped"]
    return update_plan(
        plan_entry(clean_line(" · ".join(filter(None, (row.question, row.facts)))), status=_status_of(row.status))
        for row in rows
    )


def _status_of(status: RowStatus) -> PlanEntryStatus:
    match status:
        case "planned" | "proposed" | "paused":
            return "pending"
        case "running":
            return "in_progress"
        case _:
            return "completed"


def tool_started(block: ToolBlock) -> ToolCallStart:
    """A tool call that has begun, or waits for its approval."""
    title = f"{block.tool_name} {shortened_arguments(block.tool_kwargs, _MAX_ARGUMENTS)}"
    return start_tool_call(
        block.tool_id,
        clean_line(title),
        kind=_KINDS.get(block.tool_name, "other"),
        status="in_progress",
        raw_input=block.tool_kwargs,
    )


def tool_ended(block: ToolBlock) -> ToolCallProgress:
    """The end of a tool call, with its result."""
    has_failed = block.is_error or _is_broken_off(block.status)
    output = clean(block.output or "")[:_MAX_OUTPUT]
    return update_tool_call(
        block.tool_id,
        status="failed" if has_failed else "completed",
        content=[tool_content(text_block(output))] if output else None,
    )


def _is_broken_off(status: BlockStatus) -> bool:
    return status in ("cut", "failed")


def _about(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page else ""
    return clean(f"[{citation.number}] {citation.title or Path(citation.path).name}{page}\n\n{citation.text}")


def _locations(citations: tuple[Citation, ...]) -> Iterator[ToolCallLocation]:
    for citation in citations:
        if Path(citation.path).is_absolute():
            yield ToolCallLocation(path=citation.path, line=_line_of(citation))


def _line_of(citation: Citation) -> int | None:
    """The line of its file at which a passage begins; None where the file itself does not hold its words."""
    try:
        with open(citation.path, encoding="utf-8", errors="replace") as file:
            text = file.read(_MAX_SEARCHED)
    except OSError:
        return None
    start = text.find(citation.text[:_MAX_SIGNS])
    return text.count("\n", 0, start) + 1 if start >= 0 else None
