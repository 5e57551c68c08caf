"""One line of the event log: the format of session files, `--json` output and exports.

    {"seq": 7, "t": 1763807344.118, "run": "r1", "type": "AgentStream", "data": {"delta": "The weather", ...}}

`seq` counts up from 1 in a session without a gap; `t` is seconds since the epoch; `run` names one question and its
answer; `type` is the event's class name and `data` its fields. Readers pass over types and fields they don't know.
"""

from __future__ import annotations

import json
from dataclasses import field
from typing import cast

from bookwheel.engine.events.logged_events import LoggedEvent, decoded
from bookwheel.engine.events.run_events import RunFinished, RunStarted
from bookwheel.engine.schema import JsonObject
from bookwheel.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event as it is logged.

    `event` is the event itself; `type` and `data` are its JSON form, with all that a newer version or another program
    wrote there, so that a copy and an export hold the same thing.
    """

    seq: int
    t: float
    run: str
    type: str
    data: JsonObject
    _event: LoggedEvent | None = field(default=None, repr=False, compare=False)

    @property
    def event(self) -> LoggedEvent:
        """The event, decoded from `type` and `data` when it is first asked for."""
        event = self._event
        if event is None:
            event = decoded(self.type, self.data)
            # Searching, copying and exporting a log need no events, so that they must not pay for decoding them.
            object.__setattr__(self, "_event", event)
        return event

    @property
    def run_started(self) -> RunStarted | None:
        """The event when it begins a run: for readers that want the borders of runs and no step between them."""
        event = self.event
        return event if isinstance(event, RunStarted) else None

    @property
    def run_finished(self) -> RunFinished | None:
        """The event when it ends a run; see `run_started`."""
        event = self.event
        return event if isinstance(event, RunFinished) else None

    def to_line(self) -> str:
        """The record as one JSON line, without the newline; lone surrogates and control characters are escaped."""
        line = {"seq": self.seq, "t": round(self.t, 3), "run": self.run, "type": self.type, "data": self.data}
        text = json.dumps(line, ensure_ascii=False, separators=(", ", ": "))
        if text.isprintable():
            return text
        # DEL, C1, bidi marks and lone surrogates would reach the terminal of a user who looks at the file with `cat`.
        return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def parse_line(line: str | bytes) -> EventRecord:
    """Read one line of the log.

    Raises ValueError when it is not an event record.
    """
    try:
        value = json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    fields = cast("JsonObject", value)
    match fields:
        case {"seq": int(seq), "t": int() | float() as t, "run": str(run), "type": str(type_), "data": dict(data)}:
            return EventRecord(seq, float(t), run, type_, data)
        case _:
            raise ValueError("not an event record: seq, t, run, type or data is missing or of the wrong kind")
