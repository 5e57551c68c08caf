"""What a run asks its user: each request is answered at most once, by its own id."""

from __future__ import annotations

from collections.abc import Mapping

from bookwheel.engine.events.logged_events import UserQuestion
from bookwheel.engine.schema import JsonValue
from bookwheel.engine.tools.approval import DENY
from bookwheel.lazy_dataclass import dataclass
from bookwheel.transcript.bridge import WireEvent, answer_to


@dataclass(slots=True)
class _OpenRequest:
    event: object
    tool_name: str


class AgentRequests:
    """The open requests of one run; `denied` are the names of the tools that were refused."""

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._open: dict[str, _OpenRequest] = {}
        self._count = 0
        self.denied: list[str] = []

    @property
    def open_ids(self) -> tuple[str, ...]:
        """The ids of the open requests, the oldest first."""
        return tuple(self._open)

    def add(self, wire: WireEvent, question: UserQuestion) -> WireEvent:
        """Remember a request; the same event, with an id added where a foreign workflow gave none."""
        self._count += 1
        request_id = question.request_id or f"{self._run_id}-q{self._count}"
        self._open[request_id] = _OpenRequest(wire.original, question.tool_name)
        return wire.with_field("request_id", request_id)

    def answer(self, request_id: str, response: str, extra: Mapping[str, JsonValue]) -> object | None:
        """The event to send into the run; None when the request is not open or cannot be answered."""
        request = self._open.get(request_id)
        if request is None:
            return None
        event = answer_to(request.event, response, extra)
        if event is not None:
            del self._open[request_id]
            if response == DENY and request.tool_name:
                self.denied.append(request.tool_name)
        return event

    def close(self, request_id: str) -> bool:
        """Note an answer that came in the run's own stream; False when the request is not open."""
        return self._open.pop(request_id, None) is not None
