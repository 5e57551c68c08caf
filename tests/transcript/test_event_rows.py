"""The event log as rows: what a person reads there of a run."""

from collections.abc import Mapping

from bookwheel.engine.record import EventRecord
from bookwheel.transcript.event_rows import EventRow, EventRows, records_of


def rows_after(*events: tuple[str, Mapping[str, object]]) -> tuple[list[EventRecord], EventRows]:
    log = EventRows()
    records = [
        EventRecord(seq, 1000.0 + seq, "r1", type_, data)  # type: ignore[arg-type]
        for seq, (type_, data) in enumerate(events, start=1)
    ]
    for record in records:
        log.apply(record)
    return records, log


def summaries(log: EventRows) -> list[tuple[str, str, str]]:
    return [(row.kind, row.status, row.summary) for row in log.rows]


def test_a_run_is_a_list_of_its_steps() -> None:
    call = {"tool_name": "multiply", "tool_kwargs": {"a": 6}, "tool_id": "c1"}
    records, log = rows_after(
        ("RunStarted", {"user_msg": "What\nis it?", "mode": "agent", "model": "m"}),
        ("AgentInput", {"input": [{"role": "user", "content": "x" * 8000}]}),
        ("AgentStream", {"delta": "", "tool_calls": []}),
        ("AgentStream", {"delta": "Let me ", "tool_calls": []}),
        ("AgentStream", {"delta": "look", "tool_calls": [{"tool_name": "multiply"}]}),
        ("AgentOutput", {"usage": {"completion_tokens": 12}}),
        ("ToolCall", call),
        ("InputRequiredEvent", {"prefix": "May it run?", "request_id": "q", "tool_id": "c1"}),
        ("HumanResponseEvent", {"response": "once", "request_id": "q"}),
        ("ToolCallResult", {**call, "tool_output": {"content": "42", "is_error": False}}),
        ("Retrieval", {"query": "windows", "nodes": [{"path": "/a"}, {"path": "/b"}, {"path": "/a"}]}),
        ("Progress", {"msg": "half", "is_a": "Other"}),
        ("RunFinished", {"status": "completed", "usage": {"total_tokens": 2345}, "duration_s": 12.0}),
    )
    assert summaries(log) == [
        ("run", "ok", "What is it? · agent · m"),
        ("llm", "ok", "→ 1 message · about 2.0k tok"),
        ("llm", "ok", "← 12 tok · 6/s · first 2.00 s"),
        ("tool", "ok", "multiply ✓ 2 characters · a: 6"),
        ("ask", "ok", "once · May it run?"),
        ("retrieve", "ok", "3 hits in 2 documents · windows"),
        ("event", "ok", 'Progress {"msg": "half"}'),
        ("run", "ok", "done · 2.3k tok"),
    ]
    durations = [row.duration_s for row in log.rows]
    assert durations == [None, 2.0, 2.0, 1.0, 1.0, 1.0, None, 12.0]
    behind = {row.kind: [record.type for record in records_of(row, records)] for row in log.rows}
    assert behind["tool"] == ["ToolCall", "ToolCallResult"]
    assert behind["ask"] == ["InputRequiredEvent", "HumanResponseEvent"]
    assert behind["llm"] == ["AgentStream", "AgentStream", "AgentOutput"]


def test_rows_are_replaced_while_they_grow() -> None:
    log = EventRows()
    seen: list[EventRow] = []
    for seq in range(1, 6):
        seen += log.apply(EventRecord(seq, float(seq), "r1", "AgentStream", {"delta": "word "}))
    assert len({row.id for row in seen}) == 1
    assert (seen[-1].seq_from, seen[-1].seq_to, seen[-1].status) == (1, 5, "open")


def test_a_failed_run_leaves_nothing_waiting() -> None:
    _, log = rows_after(
        ("RunStarted", {"user_msg": "?"}),
        ("AgentInput", {"input": []}),
        ("ToolCall", {"tool_name": "t", "tool_id": "1"}),
        ("InputRequiredEvent", {"prefix": "?", "request_id": "q"}),
        ("RunFinished", {"status": "failed", "error": {"message": "The key was refused."}}),
    )
    assert summaries(log)[-1] == ("error", "error", "failed · The key was refused.")
    assert all(row.status in ("ok", "error") for row in log.rows)


def test_a_failed_tool_shows_its_reason() -> None:
    _, log = rows_after(
        ("ToolCallResult", {"tool_name": "t", "tool_output": {"content": "no such file", "is_error": True}})
    )
    assert summaries(log) == [("tool", "error", "t ✗ no such file")]


def test_a_summary_is_one_short_line_for_any_event() -> None:
    _, log = rows_after(("Mine", {"text": "a\nb" * 100_000}), ("RunStarted", {"user_msg": "x" * 100_000}))
    assert all(len(row.summary) <= 200 and "\n" not in row.summary for row in log.rows)
