"""Events folded into blocks: the same for a live run, a reopened session, a replay and an export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject
from bookwheel.transcript import fields
from bookwheel.transcript.block_list import BlockList
from bookwheel.transcript.blocks import (
    AnswerBlock,
    Block,
    BlockStatus,
    Change,
    Citation,
    EventBlock,
    InputBlock,
    NoticeBlock,
    QuestionBlock,
    SourcesBlock,
    ThoughtBlock,
    ToolBlock,
)
from bookwheel.transcript.bridge import INTERNAL_KINDS, STOP_KINDS
from bookwheel.transcript.filter_text import filter_text
from bookwheel.transcript.marks import checked_from, marks_from
from bookwheel.transcript.run_state import RunState, closing_notices

Changes: TypeAlias = tuple[Change, ...]


class Transcript:
    """The blocks of a session; give it every record in order, and it says what has changed.

    How a streamed text was cut into records makes no difference to the blocks.
    """

    def __init__(self) -> None:
        self._blocks = BlockList()
        self._runs: dict[str, RunState] = {}
        self._handlers: Mapping[str, Callable[[RunState, EventRecord], Changes]] = {
            "RunFinished": self._run_finished,
            "AgentInput": self._end_of_text,
            "AgentStream": self._agent_stream,
            "AgentOutput": self._end_of_text,
            "Retrieval": self._retrieval,
            "ToolCall": self._tool_call,
            "ToolCallResult": self._tool_result,
            "InputRequiredEvent": self._input_required,
            "HumanResponseEvent": self._human_response,
            "Notice": self._notice,
        }

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks in order; open ones as they are now."""
        return self._blocks.all()

    @property
    def runs(self) -> Mapping[str, RunState]:
        """The runs, in the order in which they began."""
        return self._runs

    def apply(self, record: EventRecord) -> Changes:
        kind = fields.kind(record.type, record.data)
        if kind == "RunStarted":
            return self._run_started(record)
        run = self._runs.get(record.run)
        if run is None:
            run = self._runs[record.run] = RunState(record.run)
        if run.status:
            return ()
        handler = self._handlers.get(kind)
        if handler is not None:
            return handler(run, record)
        if kind in INTERNAL_KINDS or record.type in STOP_KINDS:
            return ()
        return self._blocks.note(EventBlock(**run.next_place(record.t), type=record.type, data=record.data))

    def _run_started(self, record: EventRecord) -> Changes:
        changes = self._cut_unfinished()
        data = record.data
        earlier = self._runs.get(record.run)
        run = self._runs[record.run] = RunState(
            record.run,
            question=fields.text(data, "user_msg"),
            mode=fields.text(data, "mode"),
            model=fields.text(data, "model"),
            block_count=earlier.block_count if earlier else 0,
        )
        asked = filter_text(fields.obj(data, "filter"))
        block = QuestionBlock(
            **run.next_place(record.t), text=run.question, mode=run.mode, model=run.model, filter=asked
        )
        return (*changes, *self._blocks.note(block))

    def _cut_unfinished(self) -> Changes:
        """Close what a run left open that never came to its end: its process was killed."""
        changes: Changes = ()
        for run in self._runs.values():
            if not run.status:
                run.status = "cancelled"
                changes += self._close_all(run, "cut")
                if run.sources:
                    changes += self._blocks.close(run.sources, "cut")
        return changes

    def _run_finished(self, run: RunState, record: EventRecord) -> Changes:
        run.status = fields.text(record.data, "status") or "failed"
        run.response = fields.text(record.data, "response")
        changes = self._close_all(run, "closed" if run.status == "completed" else "cut")
        changes += self._mark_answer(run, record)
        changes += self._close_sources(run, record)
        for notice in closing_notices(run, record):
            changes += self._blocks.note(notice)
        return changes

    def _close_all(self, run: RunState, status: BlockStatus) -> Changes:
        changes = self._close_texts(run, status)
        waiting = [block_id for block_ids in run.open_tools.values() for block_id in block_ids]
        for block_id in (*waiting, *run.open_inputs.values()):
            changes += self._blocks.close(block_id, "cut")
        run.open_tools.clear()
        run.open_inputs.clear()
        return changes

    def _close_sources(self, run: RunState, record: EventRecord) -> Changes:
        cited = tuple(citation_from(item) for item in fields.objects(record.data, "citations"))
        marks, checked = marks_from(record.data), checked_from(record.data)
        if not run.sources:
            sources = SourcesBlock(**run.next_place(record.t), citations=cited, marks=marks, checked=checked)
            return self._blocks.note(sources) if cited or marks else ()
        block = self._blocks[run.sources]
        assert isinstance(block, SourcesBlock)
        return self._blocks.finish(replace(block, citations=cited, marks=marks, checked=checked, status="closed"))

    def _mark_answer(self, run: RunState, record: EventRecord) -> Changes:
        marks = marks_from(record.data)
        block = self._blocks[run.answer] if run.answer and marks else None
        if not isinstance(block, AnswerBlock) or block.text != run.response:
            return ()
        return self._blocks.replace(replace(block, marks=marks))

    def _agent_stream(self, run: RunState, record: EventRecord) -> Changes:
        thinking, delta = record.data.get("thinking_delta"), record.data.get("delta")
        changes: Changes = ()
        if isinstance(thinking, str) and thinking:
            changes = self._extend(run, record, "thought", thinking)
        if isinstance(delta, str) and delta:
            if "thought" in run.open_text:
                changes += self._blocks.close(run.open_text.pop("thought"), "closed")
            changes += self._extend(run, record, "answer", delta)
        return changes

    def _extend(self, run: RunState, record: EventRecord, role: str, text: str) -> Changes:
        block_id = run.open_text.get(role)
        if block_id is not None:
            return self._blocks.extend(block_id, text)
        place = run.next_place(record.t)
        agent = fields.text(record.data, "current_agent_name")
        block = AnswerBlock(**place, agent=agent) if role == "answer" else ThoughtBlock(**place)
        run.open_text[role] = block.id
        if role == "answer":
            run.answer = block.id
        return self._blocks.open_text(block, text)

    def _end_of_text(self, run: RunState, _record: EventRecord) -> Changes:
        return self._close_texts(run, "closed")

    def _close_texts(self, run: RunState, status: BlockStatus) -> Changes:
        changes: Changes = ()
        for block_id in run.open_text.values():
            changes += self._blocks.close(block_id, status)
        run.open_text.clear()
        return changes

    def _retrieval(self, run: RunState, record: EventRecord) -> Changes:
        nodes = fields.objects(record.data, "nodes")
        found = tuple(citation_from(node, position) for position, node in enumerate(nodes, start=1))
        if not run.sources:
            block = SourcesBlock(**run.next_place(record.t), citations=found)
            run.sources = block.id
            return self._blocks.open(block)
        block = self._blocks[run.sources]
        assert isinstance(block, SourcesBlock)
        merged = {citation.number: citation for citation in (*found, *block.citations)}
        return self._blocks.replace(replace(block, citations=tuple(merged[number] for number in sorted(merged))))

    def _tool_call(self, run: RunState, record: EventRecord) -> Changes:
        data = record.data
        block = ToolBlock(
            **run.next_place(record.t),
            tool_id=fields.text(data, "tool_id"),
            tool_name=fields.text(data, "tool_name"),
            tool_kwargs=fields.obj(data, "tool_kwargs"),
        )
        run.open_tools.setdefault(block.tool_id, []).append(block.id)
        return (*self._close_texts(run, "closed"), *self._blocks.open(block))

    def _tool_result(self, run: RunState, record: EventRecord) -> Changes:
        changes: Changes = ()
        tool_id = fields.text(record.data, "tool_id")
        if not run.open_tools.get(tool_id):
            changes = self._tool_call(run, record)
        block = self._blocks[run.open_tools[tool_id].pop(0)]
        assert isinstance(block, ToolBlock)
        output = fields.obj(record.data, "tool_output")
        is_error = output.get("is_error") is True
        finished = replace(
            block,
            output=fields.text(output, "content"),
            is_error=is_error,
            duration_s=max(0.0, record.t - block.t),
            status="failed" if is_error else "closed",
        )
        return (*changes, *self._blocks.finish(finished))

    def _input_required(self, run: RunState, record: EventRecord) -> Changes:
        data = record.data
        block = InputBlock(
            **run.next_place(record.t),
            request_id=fields.text(data, "request_id"),
            prefix=fields.text(data, "prefix"),
            tool_id=fields.text(data, "tool_id") or None,
            tool_name=fields.text(data, "tool_name") or None,
            tool_kwargs=fields.obj(data, "tool_kwargs"),
            choices=tuple(fields.texts(data, "choices")),
        )
        replaced = run.open_inputs.pop(block.request_id, None)
        changes = self._blocks.close(replaced, "cut") if replaced else ()
        run.open_inputs[block.request_id] = block.id
        return (*changes, *self._blocks.open(block))

    def _notice(self, run: RunState, record: EventRecord) -> Changes:
        data = record.data
        text, hint = fields.text(data, "text"), fields.text(data, "hint")
        return self._blocks.note(NoticeBlock(**run.next_place(record.t), text=text, hint=hint))

    def _human_response(self, run: RunState, record: EventRecord) -> Changes:
        block_id = run.open_inputs.pop(fields.text(record.data, "request_id"), None)
        if block_id is None:
            return ()
        block = self._blocks[block_id]
        assert isinstance(block, InputBlock)
        response = fields.text(record.data, "response")
        return self._blocks.finish(replace(block, response=response, status="closed"))


def citation_from(data: JsonObject, position: int = 0) -> Citation:
    """A passage as `Retrieval` and `RunFinished.citations` log it; `position` is its number when it has none."""
    return Citation(
        number=fields.integer(data, "number") or position,
        node_id=fields.text(data, "node_id"),
        path=fields.text(data, "path"),
        page=fields.integer(data, "page"),
        start_char_idx=fields.integer(data, "start_char_idx") or 0,
        end_char_idx=fields.integer(data, "end_char_idx") or 0,
        text=fields.text(data, "text"),
        score=fields.number(data, "score"),
    )
