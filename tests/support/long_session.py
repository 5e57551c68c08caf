"""A saved session of many questions, as it would be after months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.sessions.session_store import SessionStore


def long_records(runs: int, *, branch_at: int = 0) -> Iterator[EventRecord]:
    """`runs` questions with a long answer and a source each; r1's answer alone holds "quince".

    The question `branch_at` follows the one before the one before it, so that its neighbour is in another branch.
    """
    seq = 0
    for number in range(1, runs + 1):
        run, answer = f"r{number}", f"Answer {number} of many. " + "It goes on for a while. " * 20
        answer += "The word quince." if number == 1 else ""
        cited: list[JsonValue] = [{"number": 1, "path": "/papers/n1.md", "text": "It goes on.", "node_id": "n"}]
        started: JsonObject = {"user_msg": f"Question {number}?", "mode": "query", "model": "m"}
        if number == branch_at:
            started["parent"] = f"r{number - 2}"
        steps: list[tuple[str, JsonObject]] = [
            ("RunStarted", started),
            ("AgentStream", {"delta": answer, "current_agent_name": "Query"}),
            ("RunFinished", {"status": "completed", "response": answer, "citations": cited}),
        ]
        if number == 2:
            steps.append(("BriefChanged", {"pins": [{"run": "r1", "text": "Answer 1", "citations": []}]}))
        for type_, data in steps:
            seq += 1
            yield EventRecord(seq, 1_700_000_000.0 + seq, "" if type_ == "BriefChanged" else run, type_, data)


def save_long_session(folder: Path, records: Sequence[EventRecord]) -> str:
    """Save these records below `folder`; the id of the session."""
    session = SessionStore(folder).create("Question 1?")
    session.append(records, durable=True)
    session.close()
    return session.id
