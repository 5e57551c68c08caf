"""Events folded into blocks: the same for a live run, a reopened session, a replay and an export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, assert_never

from bookwheel.engine import json_fields as fields
from bookwheel.engine.events.agent_events import (
    AgentInput,
    AgentOutput,
    AgentStream,
    AgentStreamStructuredOutput,
    ToolCall,
    ToolCallResult,
)
from bookwheel.engine.events.event_base import ResearchEvent
from bookwheel.engine.events.logged_events import StepEvent, UserAnswer, UserQuestion, pins_from
from bookwheel.engine.events.run_events import (
    BriefChanged,
    Citation,
    ForeignEvent,
    Notice,
    Pin,
    Retrieval,
    RunFinished,
    RunStarted,
)
from bookwheel.engine.events.workflow_events import InternalEvent
from bookwheel.engine.record import EventRecord
from bookwheel.engine.tools.approval import DENY
from bookwheel.transcript.block_list import BlockList, RunState
from bookwheel.transcript.blocks import (
    AnswerBlock,
    Block,
    BlockStatus,
    Change,
    EventBlock,
    InputBlock,
    NoticeBlock,
    QuestionBlock,
    SourcesBlock,
    ThoughtBlock,
    ToolBlock,
)
from bookwheel.transcript.closing_notices import CUT_OFF, STOPPED, closing_notices
from bookwheel.transcript.filter_text import filter_text
from bookwheel.transcript.marks import marks_from
from bookwheel.transcript.research.plan_folding import (
    PLAN_REQUEST,
    answered_words,
    opened_plan,
    plan_after,
    resumed_plan,
)
from bookwheel.transcript.run_sources import finished_sources

if TYPE_CHECKING:
    from bookwheel.engine.events.research_events import PlanReview, ResearchStep
    from bookwheel.transcript.block_list import BlockStart

Changes: TypeAlias = tuple[Change, ...]


class Transcript:
    """The blocks of a session; call `apply` with every record in order; it returns the changes.

    How a streamed text was cut into records makes no difference to the blocks.
    """

    def __init__(self) -> None:
        self._blocks = BlockList()
        self._runs: dict[str, RunState] = {}
        # Separate from all runs: checking each of 5,000 when one begins is quadratic.
        self._open_runs: dict[str, RunState] = {}
        self.pins: tuple[Pin, ...] | None = None
        """The brief, None where these records do not hold it."""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks in the order in which they opened; open ones as they are now."""
        return self._blocks.all()

    @property
    def runs(self) -> Mapping[str, RunState]:
        """The runs, in the order in which they began."""
        return self._runs

    def apply(self, record: EventRecord) -> Changes:
        """Take in the next record."""
        event = record.event
        if isinstance(event, RunStarted):
            return self._run_started(record, event)
        if isinstance(event, BriefChanged):
            self.pins = pins_from(event)
            return ()
        run = self._runs.get(record.run)
        if run is None:
            run = self._runs[record.run] = self._open_runs[record.run] = RunState(record.run)
        if run.status is not None:
            return ()
        match event:
            case RunFinished():
                return self._run_finished(run, record.t, event)
            case InternalEvent():
                return ()
            case _:
                return self._step(run, record.t, event)

    def _step(self, run: RunState, t: float, event: StepEvent) -> Changes:
        match event:
            case AgentStream():
                return self._agent_stream(run, t, event)
            case AgentInput() | AgentOutput():
                run.agent = event.current_agent_name
                withdrawn = self._withdraw(run, event.current_agent_name) if isinstance(event, AgentInput) else ()
                return (*withdrawn, *self._close_texts(run, "closed"))
            case Retrieval():
                return self._retrieval(run, t, event)
            case ToolCall() | ToolCallResult():
                return self._tool(run, t, event)
            case ResearchEvent():
                return self._research(run, t, event)
            case UserQuestion() | UserAnswer():
                return self._user(run, t, event)
            case ForeignEvent() if _repeats_answer(event):
                return ()
            case Notice() | ForeignEvent():
                return self._blocks.note(_note(event, run.next_block(t)))
            case _:
                assert_never(event)

    def _run_started(self, record: EventRecord, event: RunStarted) -> Changes:
        changes = self.cut_unfinished()
        earlier = self._runs.get(record.run)
        run = self._runs[record.run] = self._open_runs[record.run] = RunState(
            record.run,
            question=event.user_msg,
            mode=event.mode,
            model=event.model,
            resumes=event.resumes,
            block_count=earlier.block_count if earlier else 0,
        )
        block = QuestionBlock(
            **run.next_block(record.t),
            text=event.user_msg,
            mode=event.mode,
            model=event.model,
            filter=filter_text(event.filter or {}),
            parent=event.parent,
        )
        return (*changes, *self._blocks.note(block), *self._resume_plan(run, record.t, event.resumes))

    def _resume_plan(self, run: RunState, t: float, resumes: str) -> Changes:
        earlier = self._runs.get(resumes) if resumes else None
        if earlier is None or not earlier.plan:
            return ()
        opened = resumed_plan(self._blocks[earlier.plan], **run.next_block(t))
        run.plan = opened.id if opened is not None else ""
        return self._blocks.open(opened) if opened is not None else ()

    def cut_unfinished(self) -> Changes:
        """Close the open blocks of runs without an end, whose process was killed, as the next run does."""
        changes: Changes = ()
        for run in self._open_runs.values():
            run.status = "cancelled"
            changes += self._close_all(run, "cut")
            if run.sources:
                changes += self._blocks.close(run.sources, "cut")
        self._open_runs.clear()
        return changes

    def _run_finished(self, run: RunState, t: float, event: RunFinished) -> Changes:
        self._open_runs.pop(run.id, None)
        run.status = event.status
        run.response = event.response
        run.was_interrupted = event.error is not None and event.error.type == CUT_OFF
        changes = self._close_all(run, "closed" if event.status == "completed" else "cut")
        changes += self._mark_answer(run, event)
        changes += self._close_sources(run, t, event)
        is_stop = event.error is not None and event.error.type == STOPPED
        for text, hint, level in closing_notices(run.mode, event):
            start = run.next_block(t)
            notice = NoticeBlock(**start, text=text, hint=hint, level=level, ends_run=True, is_stop=is_stop)
            changes += self._blocks.note(notice)
        return changes

    def _close_all(self, run: RunState, status: BlockStatus) -> Changes:
        changes = self._close_texts(run, status)
        waiting = [block_id for block_ids in run.open_tools.values() for block_id in block_ids]
        for block_id in (*waiting, *run.open_inputs.values()):
            changes += self._blocks.close(block_id, "cut")
        run.open_tools.clear()
        run.open_inputs.clear()
        if run.plan:
            changes += self._blocks.close(run.plan, status)
        return changes

    def _research(self, run: RunState, t: float, event: ResearchStep | PlanReview) -> Changes:
        if run.plan:
            asked = self._user_question(run, t, event) if isinstance(event, UserQuestion) else ()
            return (*self._blocks.replace(plan_after(self._blocks[run.plan], event, t)), *asked)
        opened = opened_plan(event, **run.next_block(t))
        run.plan = opened.id
        return self._blocks.open(opened)

    def _close_sources(self, run: RunState, t: float, event: RunFinished) -> Changes:
        if not run.sources:
            finished = finished_sources(SourcesBlock(**run.next_block(t)), event)
            return self._blocks.note(finished) if finished.citations or finished.marks else ()
        block = self._blocks[run.sources]
        assert isinstance(block, SourcesBlock)
        return self._blocks.finish(finished_sources(block, event))

    def _mark_answer(self, run: RunState, event: RunFinished) -> Changes:
        marks = marks_from(event)
        block = self._blocks[run.answer] if run.answer and marks else None
        if not isinstance(block, AnswerBlock) or block.text != event.response:
            return ()
        return self._blocks.replace(replace(block, marks=marks))

    def _agent_stream(self, run: RunState, t: float, event: AgentStream) -> Changes:
        changes: Changes = ()
        if event.thinking_delta:
            changes = self._extend_thought(run, t, event.thinking_delta)
        if event.delta:
            if "thought" in run.open_text:
                changes += self._blocks.close(run.open_text.pop("thought"), "closed")
            changes += self._extend_answer(run, t, event)
        return changes

    def _extend_thought(self, run: RunState, t: float, text: str) -> Changes:
        block_id = run.open_text.get("thought")
        if block_id is not None:
            return self._blocks.extend(block_id, text)
        block = ThoughtBlock(**run.next_block(t))
        run.open_text["thought"] = block.id
        return self._blocks.open_text(block, text)

    def _extend_answer(self, run: RunState, t: float, event: AgentStream) -> Changes:
        block_id = run.open_text.get("answer")
        if block_id is not None:
            return self._blocks.extend(block_id, event.delta)
        block = AnswerBlock(**run.next_block(t), agent=event.current_agent_name)
        run.open_text["answer"] = run.answer = block.id
        return self._blocks.open_text(block, event.delta)

    def _withdraw(self, run: RunState, agent: str) -> Changes:
        """An answer that begins anew although it has not ended was a thought: a tag that closes one came in it."""
        block = self._blocks[run.open_text["answer"]] if "answer" in run.open_text else None
        if not isinstance(block, AnswerBlock) or block.agent != agent:
            return ()
        del run.open_text["answer"]
        run.answer = ""
        thought = ThoughtBlock(id=block.id, run=block.run, t=block.t, text=block.text, status="closed")
        return self._blocks.finish(thought)

    def _close_texts(self, run: RunState, status: BlockStatus) -> Changes:
        changes: Changes = ()
        for block_id in run.open_text.values():
            changes += self._blocks.close(block_id, status)
        run.open_text.clear()
        return changes

    def _retrieval(self, run: RunState, t: float, event: Retrieval) -> Changes:
        found = tuple(Citation.of(node) for node in event.nodes)
        if not run.sources:
            block = SourcesBlock(**run.next_block(t), citations=found)
            run.sources = block.id
            return self._blocks.open(block)
        block = self._blocks[run.sources]
        assert isinstance(block, SourcesBlock)
        merged = {citation.number: citation for citation in (*found, *block.citations)}
        return self._blocks.replace(replace(block, citations=tuple(merged[number] for number in sorted(merged))))

    def _tool(self, run: RunState, t: float, event: ToolCall | ToolCallResult) -> Changes:
        is_result = isinstance(event, ToolCallResult)
        return self._tool_result(run, t, event) if is_result else self._tool_call(run, t, event)

    def _tool_call(self, run: RunState, t: float, event: ToolCall | ToolCallResult) -> Changes:
        block = ToolBlock(
            **run.next_block(t), tool_id=event.tool_id, tool_name=event.tool_name, tool_kwargs=event.tool_kwargs
        )
        run.open_tools.setdefault(block.tool_id, []).append(block.id)
        return (*self._close_texts(run, "closed"), *self._blocks.open(block))

    def _tool_result(self, run: RunState, t: float, event: ToolCallResult) -> Changes:
        changes: Changes = ()
        if not run.open_tools.get(event.tool_id):
            changes = self._tool_call(run, t, event)
        block = self._blocks[run.open_tools[event.tool_id].pop(0)]
        assert isinstance(block, ToolBlock)
        output = event.tool_output
        is_denied = output.is_error and event.tool_id in run.denied
        finished = replace(
            block,
            output=output.content,
            is_error=output.is_error and not is_denied,
            is_denied=is_denied,
            duration_s=max(0.0, t - (block.allowed_t or block.t)),
            status="failed" if output.is_error and not is_denied else "closed",
        )
        return (*changes, *self._blocks.finish(finished))

    def _user(self, run: RunState, t: float, event: UserQuestion | UserAnswer) -> Changes:
        if isinstance(event, UserAnswer):
            return self._user_answer(run, t, event)
        # The events of research are imported with the first of them.
        if type(event) is not UserQuestion:
            from bookwheel.engine.events.research_events import PlanReview

            if isinstance(event, PlanReview):
                return self._research(run, t, event)
        return self._user_question(run, t, event)

    def _user_question(self, run: RunState, t: float, event: UserQuestion) -> Changes:
        block = InputBlock(
            **run.next_block(t),
            request_id=event.request_id,
            prefix=event.prefix,
            tool_id=event.tool_id or None,
            tool_name=event.tool_name or None,
            tool_kwargs=event.tool_kwargs,
            choices=event.choices,
            agent=run.agent,
            rule=event.rule,
            may_edit=event.may_edit,
            behind=event.behind,
            branch=event.branch,
        )
        replaced = run.open_inputs.pop(block.request_id, None)
        if replaced and block.request_id == PLAN_REQUEST:  # the plan was changed: it asks about the new one
            run.open_inputs[block.request_id] = replaced
            return self._blocks.replace(replace(block, id=replaced))
        changes = self._blocks.close(replaced, "cut") if replaced else ()
        run.open_inputs[block.request_id] = block.id
        return (*changes, *self._asked_call(run, block), *self._blocks.open(block))

    def _user_answer(self, run: RunState, t: float, event: UserAnswer) -> Changes:
        block_id = run.open_inputs.pop(event.request_id, None)
        if block_id is None:
            return ()
        block = self._blocks[block_id]
        assert isinstance(block, InputBlock)
        if event.response.strip().lower() == DENY and block.tool_id:
            run.denied.add(block.tool_id)
        finished = replace(
            block,
            prefix=answered_words(block.request_id, block.prefix),
            response=event.response,
            reason=event.reason,
            rule=event.rule,
            edited_kwargs=event.edited_kwargs,
            status="closed",
        )
        return (*self._asked_call(run, finished, t), *self._blocks.finish(finished))

    def _asked_call(self, run: RunState, block: InputBlock, answered_t: float | None = None) -> Changes:
        """Show that the tool waits for this answer, and after it the arguments that the user gave it."""
        open_tools = run.open_tools.get(block.tool_id or "")
        if not open_tools:
            return ()
        tool = self._blocks[open_tools[0]]
        assert isinstance(tool, ToolBlock)
        kwargs = tool.tool_kwargs if block.edited_kwargs is None else block.edited_kwargs
        waits = block.response is None
        return self._blocks.replace(replace(tool, tool_kwargs=kwargs, is_waiting=waits, allowed_t=answered_t))


def _repeats_answer(event: ForeignEvent) -> bool:
    """Whether it is the object of `ask --schema`, which the answer shows with the words behind each value."""
    output = fields.obj(event.data, "output")
    return event.type == AgentStreamStructuredOutput.__name__ and {"answer", "citations", "missing"} <= output.keys()


def _note(event: Notice | ForeignEvent, start: BlockStart) -> Block:
    if isinstance(event, Notice):
        return NoticeBlock(**start, text=event.text)
    return EventBlock(**start, type=event.type, data=event.data)


def blocks_of(records: Iterable[EventRecord]) -> tuple[Block, ...]:
    """The blocks of these records."""
    transcript = Transcript()
    for record in records:
        transcript.apply(record)
    return transcript.blocks
