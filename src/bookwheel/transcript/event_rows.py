"""The event log as rows: every event of the agent at work, one line each, with its time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, assert_never

from bookwheel.engine.events.agent_events import AgentInput, AgentOutput, AgentStream, ToolCall, ToolCallResult
from bookwheel.engine.events.event_base import ResearchEvent, SideEvent
from bookwheel.engine.events.logged_events import StepEvent, UserAnswer, UserQuestion
from bookwheel.engine.events.run_events import ForeignEvent, Notice, Retrieval, RunFinished, RunStarted, RunUsage
from bookwheel.engine.events.workflow_events import InternalEvent
from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject, Usage
from bookwheel.engine.tools.approval import DENY
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.counted import counted, thousands
from bookwheel.transcript.answer import CHARS_PER_TOKEN
from bookwheel.transcript.call_arguments import shortened_arguments
from bookwheel.transcript.filter_text import filter_text

if TYPE_CHECKING:
    from bookwheel.engine.events.research_events import ResearchStep

EventRowKind = Literal["run", "plan", "retrieve", "llm", "note", "you", "write", "tool", "ask", "error", "event"]
EventRowStatus = Literal["open", "ok", "error", "waiting"]

_MAX_SUMMARY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One row; `t` is seconds since the epoch, `summary` is one line of outside text (clean it to draw it).

    `branch` is the branch of a research run that it belongs to, "" for what concerns the whole run.
    The pieces of one streamed answer are one row that is replaced as it grows. `seq_from` to `seq_to` are the records
    behind the row: Enter shows them. A tool's row spans from its call to its result, with others' records between.
    `usage` are the tokens of a model call.
    """

    id: str
    run: str
    t: float
    kind: EventRowKind
    type: str
    summary: str
    status: EventRowStatus = "ok"
    duration_s: float | None = None
    seq_from: int = 0
    seq_to: int = 0
    branch: str = ""
    usage: RunUsage | None = None


@dataclass(slots=True)
class _Run:
    """The open rows of a run: `call` and `stream` are those of the current model call."""

    started: float
    last: float
    question: str = ""
    call: EventRow | None = None
    stream: EventRow | None = None
    chars: int = 0
    prompt_tokens: int = 0
    first_s: float = 0.0


class EventRows:
    """The rows of a session; give it every record in order, and it returns the rows that are new or have changed."""

    def __init__(self) -> None:
        self._rows: dict[str, EventRow] = {}
        self._runs: dict[str, _Run] = {}
        self._waiting: dict[tuple[str, str, str], EventRow] = {}
        self._asked_for: dict[str, str] = {}
        self._denied: set[tuple[str, str]] = set()
        self._allowed_t: dict[tuple[str, str], float] = {}

    @property
    def rows(self) -> tuple[EventRow, ...]:
        return tuple(self._rows.values())

    def apply(self, record: EventRecord) -> tuple[EventRow, ...]:
        """Take in the next record."""
        run = self._runs.setdefault(record.run, _Run(record.t, record.t))
        match record.event:
            case InternalEvent():
                return ()
            case RunStarted() as event:
                changed = tuple(self._run_started(run, record, event))
            case RunFinished() as event:
                changed = tuple(self._run_finished(run, record, event))
            case event:
                changed = tuple(self._step(run, record, event))
        run.last = record.t
        self._rows.update((row.id, row) for row in changed)
        return changed

    def _step(self, run: _Run, record: EventRecord, event: StepEvent) -> Iterable[EventRow]:
        match event:
            case AgentStream():
                return self._agent_stream(run, record, event)
            case AgentInput():
                return self._agent_input(run, record, event)
            case AgentOutput():
                return self._end_call(run, record, event.usage)
            case Retrieval():
                return self._retrieval(run, record, event)
            case ToolCall() | ToolCallResult():
                return self._tool(run, record, event)
            case UserQuestion() | UserAnswer():
                return self._user(record, event)
            case Notice() | ForeignEvent() | ResearchEvent():
                return self._side_event(record, event)
            case _:
                assert_never(event)

    def _run_started(self, run: _Run, record: EventRecord, event: RunStarted) -> Iterable[EventRow]:
        run.started, run.question = record.t, event.user_msg
        asked = filter_text(event.filter or {})
        only = f"only {asked}" if asked else ""
        yield _row(record, "run", " · ".join(part for part in (event.user_msg, event.mode, event.model, only) if part))

    def _run_finished(self, run: _Run, record: EventRecord, event: RunFinished) -> Iterable[EventRow]:
        yield from self._end_call(run, record)
        yield from self._end_waiting(record)
        words = {"completed": "done", "cancelled": "stopped", "failed": "failed"}[event.status]
        spent = f"{thousands(event.usage.total_tokens)} tok" if event.usage is not None else ""
        reason = event.error.message if event.error is not None else ""
        summary = " · ".join(part for part in (words, spent, reason) if part)
        row = _row(record, "error" if event.status == "failed" else "run", summary)
        yield replace(row, duration_s=event.duration_s, status="ok" if event.status == "completed" else "error")

    def _retrieval(self, run: _Run, record: EventRecord, event: Retrieval) -> Iterable[EventRow]:
        files = len({found.node.path for found in event.nodes})
        count = len(event.nodes)
        found = "1 hit" if count == 1 else f"{count} hits"
        hits = f"{found} in {files} documents" if files > 1 else found
        # The row has little room: a query that is the question itself stands two rows above.
        summary = hits if event.query == run.question else f"{hits} · {event.query}"
        yield replace(_row(record, "retrieve", summary), duration_s=_since(run.last, record))

    def _agent_input(self, run: _Run, record: EventRecord, event: AgentInput) -> Iterable[EventRow]:
        yield from self._end_call(run, record)
        count = len(event.input)
        tokens = sum(len(message.content or "") for message in event.input) // CHARS_PER_TOKEN
        run.prompt_tokens = tokens
        plural = "" if count == 1 else "s"
        row = _row(record, "llm", f"→ {count} message{plural} · about {thousands(tokens)} tok")
        run.call = replace(row, status="open")
        yield run.call

    def _agent_stream(self, run: _Run, record: EventRecord, event: AgentStream) -> Iterable[EventRow]:
        length = len(event.delta) + len(event.thinking_delta or "")
        if run.stream is None:
            if not length and not event.tool_calls:
                return
            run.stream = replace(_row(record, "llm", "←"), status="open")
            run.chars = 0
            run.first_s = _since(run.call.t if run.call else run.last, record)
            if run.call is not None:
                yield self._closed_call(run, record)
        run.chars += length
        run.stream = replace(run.stream, seq_to=record.seq, summary=_streamed(run, event))
        yield run.stream

    def _tool(self, run: _Run, record: EventRecord, event: ToolCall | ToolCallResult) -> Iterable[EventRow]:
        is_result = isinstance(event, ToolCallResult)
        return self._tool_result(record, event) if is_result else self._tool_call(run, record, event)

    def _tool_call(self, run: _Run, record: EventRecord, event: ToolCall) -> Iterable[EventRow]:
        yield from self._end_call(run, record)
        row = _row(record, "tool", f"{event.tool_name} {shortened_arguments(event.tool_kwargs, _MAX_SUMMARY)}")
        yield self._wait_for(("tool", event.tool_id), replace(row, status="open"))

    def _tool_result(self, record: EventRecord, event: ToolCallResult) -> Iterable[EventRow]:
        row = self._waiting.pop((record.run, "tool", event.tool_id), None) or _row(record, "tool", event.tool_name)
        output, name = event.tool_output, event.tool_name
        is_denied = output.is_error and (record.run, event.tool_id) in self._denied
        outcome = f"✗ {output.content}" if output.is_error else f"✓ {_size(len(output.content))}"
        outcome = "not allowed" if is_denied else outcome
        arguments = row.summary.removeprefix(name).strip()
        yield replace(
            row,
            type=record.type,
            summary=_one_line(f"{name} {outcome} · {arguments}" if arguments else f"{name} {outcome}"),
            status="error" if output.is_error and not is_denied else "ok",
            duration_s=_since(self._allowed_t.pop((record.run, event.tool_id), row.t), record),
            seq_to=record.seq,
        )

    def _user(self, record: EventRecord, event: UserQuestion | UserAnswer) -> Iterable[EventRow]:
        is_answer = isinstance(event, UserAnswer)
        return self._user_answer(record, event) if is_answer else self._user_question(record, event)

    def _user_question(self, record: EventRecord, event: UserQuestion) -> Iterable[EventRow]:
        self._asked_for[event.request_id] = event.tool_id
        row = replace(_row(record, "ask", event.prefix), status="waiting")
        yield self._wait_for(("ask", event.request_id), row)

    def _user_answer(self, record: EventRecord, event: UserAnswer) -> Iterable[EventRow]:
        row = self._waiting.pop((record.run, "ask", event.request_id), None) or _row(record, "ask", "")
        call = (record.run, self._asked_for.get(event.request_id, ""))
        self._allowed_t[call] = record.t
        if event.response.strip().lower() == DENY:
            self._denied.add(call)
        said = f"{event.response}: {event.reason or event.rule}" if event.reason or event.rule else event.response
        said = f"{said}, arguments edited" if event.edited_kwargs is not None else said
        summary = _one_line(f"{said} · {row.summary}")
        yield replace(row, summary=summary, status="ok", duration_s=_since(row.t, record), seq_to=record.seq)

    def _side_event(self, record: EventRecord, event: Notice | ForeignEvent | ResearchStep) -> Iterable[EventRow]:
        if isinstance(event, ResearchEvent):
            from bookwheel.transcript.research.research_event_rows import research_words

            words = research_words(event)
            status = "error" if words.is_error else "ok"
            summary = f"{words.branch} {words.summary}" if words.branch else words.summary
            row = _row(record, words.kind, summary)
            yield replace(row, branch=words.branch, duration_s=words.duration_s, status=status)
            return
        if isinstance(event, Notice):
            yield _row(record, "event", event.text)
            return
        shown = {name: value for name, value in record.data.items() if name != "is_a"}
        yield _row(record, "event", f"{record.type} {_json(shown)}")

    def _wait_for(self, key: tuple[str, str], row: EventRow) -> EventRow:
        self._waiting[row.run, *key] = row
        return row

    def _closed_call(self, run: _Run, record: EventRecord) -> EventRow:
        assert run.call is not None
        row = replace(run.call, status="ok", duration_s=_since(run.call.t, record))
        run.call = None
        return row

    def _end_call(self, run: _Run, record: EventRecord, usage: Usage | None = None) -> Iterable[EventRow]:
        """Close the rows of a model call that is over; `usage` as the endpoint counted it."""
        if run.call is not None:
            yield self._closed_call(run, record)
        if run.stream is not None:
            row, run.stream = run.stream, None
            duration = _since(row.t, record)
            count = usage.completion_tokens if usage is not None else run.chars // CHARS_PER_TOKEN
            rate = f" · {count / duration:.0f}/s" if duration > 0.2 else ""
            about = "" if usage is not None else "about "
            summary = f"← {about}{thousands(count)} tok{rate} · first {run.first_s:.2f} s"
            seq_to = record.seq if isinstance(record.event, AgentOutput) else row.seq_to
            yield replace(
                row, summary=summary, status="ok", duration_s=duration, seq_to=seq_to, usage=_spent(run, usage)
            )

    def _end_waiting(self, record: EventRecord) -> Iterable[EventRow]:
        for key in [key for key in self._waiting if key[0] == record.run]:
            row = self._waiting.pop(key)
            yield replace(row, status="error", duration_s=_since(row.t, record))


def records_of(row: EventRow, records: Iterable[EventRecord]) -> list[EventRecord]:
    """The records behind a row, out of all records of its session."""
    between = [record for record in records if row.seq_from <= record.seq <= row.seq_to and record.run == row.run]
    if row.kind not in ("tool", "ask") or not between:
        return between
    wanted = _pair_key(between[0])
    return [record for record in between if wanted is not None and _pair_key(record) == wanted]


def _pair_key(record: EventRecord) -> tuple[str, str] | None:
    """What a call and its result, or a question and its answer, have in common; None for every other event."""
    event = record.event
    match event:
        case ToolCall(tool_id=tool_id) | ToolCallResult(tool_id=tool_id):
            return "tool", tool_id
        case UserQuestion(request_id=request_id) | UserAnswer(request_id=request_id):
            return "ask", request_id
        case RunStarted() | RunFinished() | Retrieval() | AgentInput() | AgentStream() | AgentOutput():
            return None
        case SideEvent() | InternalEvent():
            return None
        case _:
            assert_never(event)


def _row(record: EventRecord, kind: EventRowKind, summary: str) -> EventRow:
    return EventRow(
        id=f"{record.run}:{record.seq}",
        run=record.run,
        t=record.t,
        kind=kind,
        type=record.type,
        summary=_one_line(summary),
        seq_from=record.seq,
        seq_to=record.seq,
    )


def _streamed(run: _Run, event: AgentStream) -> str:
    calls = ", ".join(call.tool_name for call in event.tool_calls)
    asked = f" · calls {calls}" if calls else ""
    return _one_line(f"← about {thousands(run.chars // CHARS_PER_TOKEN)} tok · first {run.first_s:.2f} s{asked}")


def _spent(run: _Run, usage: Usage | None) -> RunUsage:
    """The tokens of a model call, estimated where the endpoint does not count."""
    prompt, completion = run.prompt_tokens, run.chars // CHARS_PER_TOKEN
    if usage is not None:
        prompt, completion = usage.prompt_tokens, usage.completion_tokens
    return RunUsage(
        prompt_tokens=prompt,
        completion_tokens=completion,
        total_tokens=prompt + completion,
        estimated=usage is None,
    )


def _since(t: float, record: EventRecord) -> float:
    return max(0.0, record.t - t)


def _one_line(text: str) -> str:
    line = " ".join(text[: 4 * _MAX_SUMMARY].split())
    return line if len(line) <= _MAX_SUMMARY else f"{line[: _MAX_SUMMARY - 1]}…"


def _json(data: JsonObject) -> str:
    return json.dumps(data, ensure_ascii=False) if data else ""


def _size(characters: int) -> str:
    return counted(characters, "character") if characters < 1000 else f"{characters / 1000:.1f} kB"
