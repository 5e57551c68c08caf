"""A run as JSON Lines: the event log itself, one event a line, as it happens."""

from __future__ import annotations

from bookwheel.engine.record import EventRecord
from bookwheel.headless.outlet import Outlet


class JsonLines:
    """Prints every event as the session file has it, and nothing else."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet

    def show(self, record: EventRecord) -> None:
        self._outlet.put(record.to_line() + "\n")
