"""The event log as rows: every event of the agent at work, one line each, with its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TraceKind = Literal["run", "retrieve", "llm", "tool", "ask", "error", "event"]
TraceStatus = Literal["open", "ok", "error", "waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceRow:
    """One row; `t` is seconds since the epoch, `summary` is one line as it came (clean it to draw it).

    The pieces of one streamed answer are one row that is replaced as it grows. `seq_from` to `seq_to` are the records
    behind the row: Enter shows them.
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
