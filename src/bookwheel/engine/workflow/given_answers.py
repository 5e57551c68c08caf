"""The answers that a step or tool call has had: given to it again when it begins again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from bookwheel.engine.events import Event
from bookwheel.engine.schema import JsonObject
from bookwheel.errors import WorkflowRuntimeError
from bookwheel.lazy_dataclass import dataclass

EventT = TypeVar("EventT", bound=Event)


@dataclass(slots=True, eq=False)
class _Answer:
    """An event that ended a wait, for the question `request_id`; as plain JSON until a wait names its class."""

    event: Event | JsonObject
    request_id: str | None

    def as_event(self, kind: type[EventT]) -> EventT | None:
        """The event, when it is one that a wait for `kind` takes."""
        from bookwheel.engine.workflow.saved import restore_event

        if not isinstance(self.event, Event):
            known = {found.__name__: found for found in _with_subclasses(kind)}
            if self.event["event"] not in known:
                return None
            self.event = restore_event(self.event, known)
        return self.event if isinstance(self.event, kind) else None


class GivenAnswers:
    """The answers of one step or tool call, in the order in which they came.

    A call that is tried again, or that begins again from a saved context, gets them without a further question.
    """

    def __init__(self, saved: Sequence[JsonObject] = ()) -> None:
        # `saved` is what a context wrote itself: the id is a text or null.
        self._all = [_Answer(answer, answer["request_id"]) for answer in saved]  # pyright: ignore[reportArgumentType]
        self._unused = list(self._all)

    def begin_again(self) -> None:
        """Note that the call begins again: each answer is given once more."""
        self._unused = list(self._all)

    def note(self, event: Event, request_id: str | None) -> None:
        """Keep an answer."""
        self._all.append(_Answer(event, request_id))

    def holds(self, request_id: str) -> bool:
        """Whether the question has its answer already."""
        return any(answer.request_id == request_id for answer in self._unused)

    def take(self, kind: type[EventT], requirements: Mapping[str, object], request_id: str | None) -> EventT | None:
        """The first answer that fits the wait and was not given yet; None when the question was not answered yet."""
        for answer in self._unused:
            if request_id is not None and answer.request_id not in (None, request_id):
                continue
            event = answer.as_event(kind)
            if event is not None and all(event.get(name) == value for name, value in requirements.items()):
                self._unused.remove(answer)
                return event
        return None

    def snapshot(self) -> list[JsonObject]:
        """The answers as plain JSON. One that cannot be saved ends the list: it and those after it are asked again."""
        from bookwheel.engine.workflow.saved import save_event

        saved: list[JsonObject] = []
        for answer in self._all:
            try:
                data = save_event(answer.event) if isinstance(answer.event, Event) else answer.event
            except WorkflowRuntimeError:
                break
            saved.append({**data, "request_id": answer.request_id})
        return saved


def _with_subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _with_subclasses(below)
