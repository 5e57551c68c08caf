"""The event log as rows: every event of the agent at work, one line each, with its time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject
from bookwheel.transcript import fields
from bookwheel.transcript.answer import CHARS_PER_TOKEN
from bookwheel.transcript.bridge import INTERNAL_KINDS, STOP_KINDS
from bookwheel.transcript.filter_text import filter_text

TraceKind = Literal["run", "retrieve", "llm", "tool", "ask", "error", "event"]
TraceStatus = Literal["open", "ok", "error", "waiting"]

_MAX_SUMMARY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceRow:
    """One row; `t` is seconds since the epoch, `summary` is one line as it came (clean it to draw it).

    The pieces of one streamed answer are one row that is replaced as it grows. `seq_from` to `seq_to` are the records
    behind the row: Enter shows them. A tool's row spans from its call to its result, with others' records between.
    """

    id: str
    run: str
    t: float
    kind: TraceKind
    type: str
    summary: str
    status: TraceStatus = "ok"
    duration_s: float | None = None
    seq_from: int = 0
    seq_to: int = 0


@dataclass(slots=True)
class _Run:
    """Where a run's rows stand; `call` and `stream` are the open rows of the model call that goes on."""

    started: float
    last: float
    call: TraceRow | None = None
    stream: TraceRow | None = None
    chars: int = 0
    first_s: float = 0.0


class TraceLog:
    """The rows of a session; give it every record in order, and it returns the rows that are new or have changed."""

    def __init__(self) -> None:
        self._rows: dict[str, TraceRow] = {}
        self._runs: dict[str, _Run] = {}
        self._waiting: dict[tuple[str, str, str], TraceRow] = {}
        self._handlers: Mapping[str, Callable[[_Run, EventRecord], Iterable[TraceRow]]] = {
            "RunStarted": self._run_started,
            "RunFinished": self._run_finished,
            "Retrieval": self._retrieval,
            "AgentInput": self._agent_input,
            "AgentStream": self._agent_stream,
            "AgentOutput": self._agent_output,
            "ToolCall": self._tool_call,
            "ToolCallResult": self._tool_result,
            "InputRequiredEvent": self._input_required,
            "HumanResponseEvent": self._human_response,
        }

    @property
    def rows(self) -> tuple[TraceRow, ...]:
        return tuple(self._rows.values())

    def apply(self, record: EventRecord) -> tuple[TraceRow, ...]:
        run = self._runs.setdefault(record.run, _Run(record.t, record.t))
        kind = fields.kind(record.type, record.data)
        handler = self._handlers.get(kind)
        if handler is None and (kind in INTERNAL_KINDS or record.type in STOP_KINDS):
            return ()
        changed = tuple(handler(run, record) if handler else self._other(run, record))
        run.last = record.t
        self._rows.update((row.id, row) for row in changed)
        return changed

    def _run_started(self, run: _Run, record: EventRecord) -> Iterable[TraceRow]:
        run.started = record.t
        mode, model = fields.text(record.data, "mode"), fields.text(record.data, "model")
        question, asked = fields.text(record.data, "user_msg"), filter_text(fields.obj(record.data, "filter"))
        only = f"only {asked}" if asked else ""
        yield _row(record, "run", " · ".join(part for part in (mode, model, only, question) if part))

    def _run_finished(self, run: _Run, record: EventRecord) -> Iterable[TraceRow]:
        yield from self._end_call(run, record)
        yield from self._end_waiting(record)
        status = fields.text(record.data, "status")
        error = fields.obj(record.data, "error")
        usage = fields.obj(record.data, "usage")
        words = {"completed": "done", "cancelled": "stopped"}.get(status, "failed")
        spent = [f"{_count(fields.integer(usage, 'total_tokens') or 0)} tok"] if usage else []
        summary = " · ".join([words, *spent, *([fields.text(error, "message")] if error else [])])
        row = _row(record, "error" if status == "failed" else "run", summary)
        duration = fields.number(record.data, "duration_s")
        yield replace(row, duration_s=duration, status="ok" if status == "completed" else "error")

    def _retrieval(self, run: _Run, record: EventRecord) -> Iterable[TraceRow]:
        nodes = fields.objects(record.data, "nodes")
        files = len({fields.text(node, "path") for node in nodes})
        found = f"{len(nodes)} hits in {files} documents" if files > 1 else f"{len(nodes)} hits"
        row = _row(record, "retrieve", f"{found} · {fields.text(record.data, 'query')}")
        yield replace(row, duration_s=_since(run.last, record))

    def _agent_input(self, run: _Run, record: EventRecord) -> Iterable[TraceRow]:
        yield from self._end_call(run, record)
        messages = fields.objects(record.data, "input")
        tokens = sum(len(fields.text(message, "content")) for message in messages) // CHARS_PER_TOKEN
        plural = "" if len(messages) == 1 else "s"
        run.call = replace(
            _row(record, "llm", f"→ {len(messages)} message{plural} · about {_count(tokens)} tok"), status="open"
        )
        yield run.call

    def _agent_stream(self, run: _Run, record: EventRecord) -> Iterable[TraceRow]:
        text = fields.text(record.data, "delta") or fields.text(record.data, "thinking_delta")
        calls = fields.objects(record.data, "tool_calls")
        if run.stream is None:
            if not text and not calls:
                return
            run.stream = replace(_row(record, "llm", "←"), status="open")
            run.chars = 0
            run.first_s = _since(run.call.t if run.call else run.last, record)
            if run.call is not None:
                yield self._closed_call(run, record)
        run.chars += len(fields.text(record.data, "delta")) + len(fields.text(record.data, "thinking_delta"))
        run.stream = replace(run.stream, seq_to=record.seq, summary=_streamed(run, record))
        yield run.stream

    def _agent_output(self, run: _Run, record: EventRecord) -> Iterable[TraceRow]:
        tokens = fields.integer(fields.obj(record.data, "usage"), "completion_tokens")
        yield from self._end_call(run, record, tokens)

    def _tool_call(self, run: _Run, record: EventRecord) -> Iterable[TraceRow]:
        yield from self._end_call(run, record)
        arguments = _json(fields.obj(record.data, "tool_kwargs"))
        row = _row(record, "tool", f"{fields.text(record.data, 'tool_name')} {arguments}")
        key = (record.run, "tool", fields.text(record.data, "tool_id"))
        self._waiting[key] = replace(row, status="open")
        yield self._waiting[key]

    def _tool_result(self, run: _Run, record: EventRecord) -> Iterable[TraceRow]:
        called = self._waiting.pop((record.run, "tool", fields.text(record.data, "tool_id")), None)
        row = called or _row(record, "tool", fields.text(record.data, "tool_name"))
        output = fields.obj(record.data, "tool_output")
        is_error = output.get("is_error") is True
        content = fields.text(output, "content")
        outcome = f"✗ {content}" if is_error else f"✓ {_size(len(content))}"
        name = fields.text(record.data, "tool_name")
        arguments = row.summary.removeprefix(name).strip()
        yield replace(
            row,
            type=record.type,
            summary=_one_line(f"{name} {outcome} · {arguments}" if arguments else f"{name} {outcome}"),
            status="error" if is_error else "ok",
            duration_s=_since(row.t, record),
            seq_to=record.seq,
        )

    def _input_required(self, run: _Run, record: EventRecord) -> Iterable[TraceRow]:
        row = _row(record, "ask", fields.text(record.data, "prefix"))
        key = (record.run, "ask", fields.text(record.data, "request_id"))
        self._waiting[key] = replace(row, status="waiting")
        yield self._waiting[key]

    def _human_response(self, run: _Run, record: EventRecord) -> Iterable[TraceRow]:
        asked = self._waiting.pop((record.run, "ask", fields.text(record.data, "request_id")), None)
        row = asked or _row(record, "ask", "")
        answer = f"{fields.text(record.data, 'response')} · {row.summary}"
        yield replace(row, summary=_one_line(answer), status="ok", duration_s=_since(row.t, record), seq_to=record.seq)

    def _other(self, run: _Run, record: EventRecord) -> Iterable[TraceRow]:
        shown = {name: value for name, value in record.data.items() if name != "is_a"}
        yield _row(record, "event", f"{record.type} {_json(shown)}")

    def _closed_call(self, run: _Run, record: EventRecord) -> TraceRow:
        assert run.call is not None
        row = replace(run.call, status="ok", duration_s=_since(run.call.t, record))
        run.call = None
        return row

    def _end_call(self, run: _Run, record: EventRecord, tokens: int | None = None) -> Iterable[TraceRow]:
        """Close the rows of a model call that is over; `tokens` as the endpoint counted them."""
        if run.call is not None:
            yield self._closed_call(run, record)
        if run.stream is not None:
            row, run.stream = run.stream, None
            duration = _since(row.t, record)
            count = tokens if tokens is not None else run.chars // CHARS_PER_TOKEN
            rate = f" · {count / duration:.0f}/s" if duration > 0.2 else ""
            about = "" if tokens is not None else "about "
            summary = f"← {about}{_count(count)} tok{rate} · first {run.first_s:.2f} s"
            is_output = record.type == "AgentOutput"
            seq_to = record.seq if is_output else row.seq_to
            yield replace(row, summary=summary, status="ok", duration_s=duration, seq_to=seq_to)

    def _end_waiting(self, record: EventRecord) -> Iterable[TraceRow]:
        for key in [key for key in self._waiting if key[0] == record.run]:
            row = self._waiting.pop(key)
            yield replace(row, status="error", duration_s=_since(row.t, record))


def records_of(row: TraceRow, records: Iterable[EventRecord]) -> list[EventRecord]:
    """The records behind a row, out of all records of its session."""
    between = [record for record in records if row.seq_from <= record.seq <= row.seq_to and record.run == row.run]
    if row.kind not in ("tool", "ask") or not between:
        return between
    key = "tool_id" if row.kind == "tool" else "request_id"
    kinds = {"ToolCall", "ToolCallResult"} if row.kind == "tool" else {"InputRequiredEvent", "HumanResponseEvent"}
    wanted = fields.text(between[0].data, key)
    return [
        record
        for record in between
        if fields.kind(record.type, record.data) in kinds and fields.text(record.data, key) == wanted
    ]


def _row(record: EventRecord, kind: TraceKind, summary: str) -> TraceRow:
    return TraceRow(
        id=f"{record.run}:{record.seq}",
        run=record.run,
        t=record.t,
        kind=kind,
        type=record.type,
        summary=_one_line(summary),
        seq_from=record.seq,
        seq_to=record.seq,
    )


def _streamed(run: _Run, record: EventRecord) -> str:
    calls = [fields.text(call, "tool_name") for call in fields.objects(record.data, "tool_calls")]
    asked = f" · calls {', '.join(calls)}" if calls else ""
    return _one_line(f"← about {_count(run.chars // CHARS_PER_TOKEN)} tok · first {run.first_s:.2f} s{asked}")


def _since(t: float, record: EventRecord) -> float:
    return max(0.0, record.t - t)


def _one_line(text: str) -> str:
    line = " ".join(text[: 4 * _MAX_SUMMARY].split())
    return line if len(line) <= _MAX_SUMMARY else f"{line[: _MAX_SUMMARY - 1]}…"


def _json(data: JsonObject) -> str:
    return json.dumps(data, ensure_ascii=False) if data else ""


def _count(tokens: int) -> str:
    return str(tokens) if tokens < 1000 else f"{tokens / 1000:.1f}k"


def _size(characters: int) -> str:
    return f"{characters} characters" if characters < 1000 else f"{characters / 1000:.1f} kB"
