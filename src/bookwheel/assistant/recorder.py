"""Events become records: numbered, timed, shown, logged; the pieces of a streamed answer are shown one by one and
logged together.

A piece reaches the transcript (and so the screen) at once. What is logged gathers for a tenth of a second, so that a
long answer is some hundreds of lines and not tens of thousands. The reducer makes the same blocks from both.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from bookwheel.assistant.subscription import Hub
from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.transcript.event_rows import TraceLog
from bookwheel.transcript.reducer import Transcript

MERGE_S = 0.1

_BOTH = "delta and thinking_delta"

Log = Callable[[EventRecord, bool], None]


class Recorder:
    """Numbers the events of one session from `next_seq` on; `log` takes each record and whether it must be durable."""

    def __init__(self, *, transcript: Transcript, trace: TraceLog, hub: Hub, log: Log, next_seq: int) -> None:
        self._transcript = transcript
        self._trace = trace
        self._hub = hub
        self._log = log
        self._next_seq = next_seq
        self._has_begun = False
        self._gathering: _Gathering | None = None
        self._timer: asyncio.TimerHandle | None = None
        # Time stamps must not jump with the clock within a session: durations are taken from them.
        self._epoch = time.time() - time.monotonic()

    def emit(self, run: str, type_: str, data: JsonObject, *, durable: bool = False) -> EventRecord:
        """Record one event, after the pieces that came before it."""
        self.seal()
        self._has_begun = False
        record = EventRecord(self._next_seq, self._stamp(time.monotonic()), run, type_, data)
        self._hub.changes(self._transcript.apply(record))
        self._pass_on(record, durable)
        return record

    def stream(self, run: str, data: JsonObject) -> None:
        """Show one piece of a streaming answer (the data of an `AgentStream`), and record it soon."""
        now = time.monotonic()
        piece = EventRecord(self._next_seq, self._stamp(now), run, "AgentStream", data)
        self._hub.changes(self._transcript.apply(piece))
        gathering = self._gathering
        if gathering is not None and gathering.add(data):
            if now >= gathering.until:
                self.seal()
            return
        self.seal()
        self._gathering = _Gathering(piece, until=now + MERGE_S)
        if not self._has_begun and (data.get("delta") or data.get("thinking_delta")):
            # The first piece of an answer is recorded at once: it says how soon the answer began.
            self._has_begun = True
            self.seal()
        else:
            self._timer = asyncio.get_running_loop().call_later(MERGE_S, self.seal)

    def seal(self) -> None:
        """Record the pieces that have gathered."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._gathering is not None:
            record = self._gathering.record(self._next_seq)
            self._gathering = None
            self._pass_on(record, False)

    def _stamp(self, monotonic: float) -> float:
        # As precise as the log: a reloaded session has the same times.
        return round(self._epoch + monotonic, 3)

    def _pass_on(self, record: EventRecord, durable: bool) -> None:
        self._next_seq = record.seq + 1
        self._log(record, durable)
        self._hub.rows(self._trace.apply(record))
        self._hub.record(record)


class _Gathering:
    """Pieces of one kind (text or thinking) of one agent: as one record they make the same blocks, at the same time."""

    def __init__(self, first: EventRecord, until: float) -> None:
        self.until = until
        self._first = first
        self._agent = first.data.get("current_agent_name")
        self._calls: JsonValue = first.data.get("tool_calls") or []
        self._kind = _kind(first.data)
        self._texts = [str(first.data.get(self._kind) or "")]

    def add(self, data: JsonObject) -> bool:
        """Take a piece in; False when it must begin a record of its own."""
        kind = _kind(data)
        if kind not in ("", self._kind) or self._kind == _BOTH or data.get("current_agent_name") != self._agent:
            return False
        if kind:
            self._texts.append(str(data.get(kind)))
        if calls := data.get("tool_calls"):
            self._calls = calls
        return True

    def record(self, seq: int) -> EventRecord:
        first = self._first
        data: JsonObject = {**first.data, "tool_calls": self._calls}
        if self._kind not in ("", _BOTH):
            data[self._kind] = "".join(self._texts)
        return EventRecord(seq, first.t, first.run, first.type, data)


def _kind(data: JsonObject) -> str:
    """The field that holds the piece's text; "" when it has none."""
    if data.get("delta"):
        return _BOTH if data.get("thinking_delta") else "delta"
    return "thinking_delta" if data.get("thinking_delta") else ""
