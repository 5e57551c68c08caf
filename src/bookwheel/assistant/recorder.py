"""Events become records: numbered, timed, shown, logged; the pieces of a streamed answer are shown one by one and
logged together.

A piece reaches the transcript (and so the screen) at once. What is logged gathers for a tenth of a second, so that a
long answer is some hundreds of lines and not tens of thousands. The reducer makes the same blocks from both.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bookwheel.assistant.subscription import Hub
from bookwheel.engine.events.agent_events import AgentStream
from bookwheel.engine.record import EventRecord
from bookwheel.transcript.bridge import WireEvent
from bookwheel.transcript.reducer import Transcript

if TYPE_CHECKING:
    from bookwheel.transcript.event_rows import EventRow, EventRows

MERGE_S = 0.1
# Records take more memory than the rows that are made of them.
_MOST_PUT_OFF = 1_000

Log = Callable[[EventRecord, bool], None]


class SessionRows:
    """The rows of the event log of one session, made when they are first asked for.

    To make them takes a tenth of a bare interpreter, and a question of the command line shows none.
    """

    def __init__(self) -> None:
        self._log: EventRows | None = None
        self._put_off: list[EventRecord] = []

    @property
    def rows(self) -> tuple[EventRow, ...]:
        return self._made().rows if self._log is not None or self._put_off else ()

    def put_off(self, records: Sequence[EventRecord]) -> None:
        """Take in the next records later."""
        self._put_off += records
        if len(self._put_off) > _MOST_PUT_OFF:
            self._made()

    def apply(self, record: EventRecord) -> tuple[EventRow, ...]:
        """Take in the next record; the rows that are new or have changed."""
        return self._made().apply(record)

    def _made(self) -> EventRows:
        if self._log is None:
            from bookwheel.transcript.event_rows import EventRows

            self._log = EventRows()
        records, self._put_off = self._put_off, []
        for record in records:
            self._log.apply(record)
        return self._log


class Recorder:
    """Numbers the events of one session from `next_seq` on; `log` gets each record and whether it must be durable."""

    def __init__(self, *, transcript: Transcript, rows: SessionRows, hub: Hub, log: Log, next_seq: int) -> None:
        self._transcript = transcript
        self._rows = rows
        self._hub = hub
        self._log = log
        self._next_seq = next_seq
        self._has_begun = False
        self._gathering: _Gathering | None = None
        self._timer: asyncio.TimerHandle | None = None
        # Time stamps must not jump with the system clock: durations are computed from them.
        self._epoch = time.time() - time.monotonic()

    def emit(self, run: str, wire: WireEvent, *, durable: bool = False) -> EventRecord:
        """Record one event, after the pieces that came before it."""
        self.seal()
        self._has_begun = False
        record = EventRecord(self._next_seq, self._stamp(time.monotonic()), run, wire.type, wire.data, wire.event)
        self._hub.changes(self._transcript.apply(record))
        self._pass_on(record, durable)
        return record

    def stream(self, run: str, piece: AgentStream) -> None:
        """Show one piece of a streaming answer, and record it soon."""
        now = time.monotonic()
        record = _stream_record(self._next_seq, self._stamp(now), run, piece)
        self._hub.changes(self._transcript.apply(record))
        gathering = self._gathering
        if gathering is not None and gathering.add(piece):
            if now >= gathering.until:
                self.seal()
            return
        self.seal()
        self._gathering = _Gathering(record, piece, until=now + MERGE_S)
        if not self._has_begun and (piece.delta or piece.thinking_delta):
            # The first piece of an answer is recorded at once: it says how soon the answer began.
            self._has_begun = True
            self.seal()
        else:
            self._timer = asyncio.get_running_loop().call_later(MERGE_S, self.seal)

    def play(self, record: EventRecord) -> None:
        """Show a record of another time as it is."""
        self._hub.changes(self._transcript.apply(record))
        self._pass_on(record, False)

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
        if self._hub.has_subscription:
            self._hub.rows(self._rows.apply(record))
        else:
            self._rows.put_off([record])
        self._hub.record(record)


class _Gathering:
    """Pieces of one kind (text or thinking) of one agent: as one record they make the same blocks, at the same time."""

    def __init__(self, record: EventRecord, first: AgentStream, until: float) -> None:
        self.until = until
        self._record = record
        self._first = first
        self._calls = first.tool_calls
        self._deltas = [first.delta]
        self._thoughts = [first.thinking_delta or ""]

    def add(self, piece: AgentStream) -> bool:
        """Take a piece in; False when it must begin a new record."""
        if piece.current_agent_name != self._first.current_agent_name or not self._has_kind_of(piece):
            return False
        if piece.delta:
            self._deltas.append(piece.delta)
        elif piece.thinking_delta:
            self._thoughts.append(piece.thinking_delta)
        self._calls = piece.tool_calls or self._calls
        return True

    def _has_kind_of(self, piece: AgentStream) -> bool:
        """Whether the piece has no text, or text of the one kind that gathers."""
        if self._first.delta and self._first.thinking_delta:
            return False
        if piece.thinking_delta:
            return bool(self._first.thinking_delta) and not piece.delta
        return not piece.delta or bool(self._first.delta)

    def record(self, seq: int) -> EventRecord:
        merged = AgentStream(
            delta="".join(self._deltas),
            thinking_delta="".join(self._thoughts),
            current_agent_name=self._first.current_agent_name,
            tool_calls=self._calls,
        )
        return _stream_record(seq, self._record.t, self._record.run, merged)


def _stream_record(seq: int, t: float, run: str, piece: AgentStream) -> EventRecord:
    return EventRecord(seq, t, run, AgentStream.__name__, piece.log_data(), piece)
