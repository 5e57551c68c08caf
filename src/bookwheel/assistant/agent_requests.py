"""The questions of one run to its user: each is answered once, by its own id, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.engine.tools.approval import DENY
from bookwheel.transcript import fields
from bookwheel.transcript.bridge import WireEvent, answer_to


@dataclass(slots=True)
class _Question:
    event: object
    tool_name: str


class Questions:
    """What waits for the user; `denied` are the names of the tools that were refused."""

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._open: dict[str, _Question] = {}
        self._count = 0
        self.denied: list[str] = []

    @property
    def waiting(self) -> tuple[str, ...]:
        """The ids of the open questions, the oldest first."""
        return tuple(self._open)

    def asked(self, wire: WireEvent) -> JsonObject:
        """Remember a question; its data, with an id in it (a stranger's has none)."""
        self._count += 1
        request_id = fields.text(wire.data, "request_id") or f"{self._run_id}-q{self._count}"
        self._open[request_id] = _Question(wire.original, fields.text(wire.data, "tool_name"))
        return {**wire.data, "request_id": request_id}

    def answer(self, request_id: str, response: str, extra: Mapping[str, JsonValue]) -> object | None:
        """The event to send into the run; None when the question is not open or cannot be answered."""
        question = self._open.get(request_id)
        if question is None:
            return None
        event = answer_to(question.event, response, extra)
        if event is not None:
            del self._open[request_id]
            if response == DENY and question.tool_name:
                self.denied.append(question.tool_name)
        return event

    def answered_elsewhere(self, request_id: str) -> bool:
        """Note an answer that came in the run's own stream; False when it is already known."""
        return self._open.pop(request_id, None) is not None
