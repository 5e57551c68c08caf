"""The state of one run that its steps and tools share: the routing of events, and objects kept for the run."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Protocol, TypeVar

from bookwheel.engine.events import Event, UnhandledEvent
from bookwheel.engine.schema import JsonObject
from bookwheel.engine.workflow.questions import QuestionLog
from bookwheel.engine.workflow.step_states import ActiveStep, StepStates
from bookwheel.engine.workflow.stream import EventStream
from bookwheel.engine.workflow.waiting import EventCollector, WaitingRoom

SharedT = TypeVar("SharedT")


class Receiver(Protocol):
    """The body of a run that accepts events which no wait takes."""

    @property
    def is_idle(self) -> bool:
        """Whether the body does nothing until an event is sent to it."""
        ...

    def receive(self, event: Event, step: str | None) -> bool:
        """Accept the event; False when nothing here accepts its class."""
        ...

    def snapshot(self) -> JsonObject:
        """The unfinished work as plain JSON, from which another process can continue."""
        ...


class LiveRun:
    """The shared parts of one run. Belongs to the loop it is made on; other threads may call `publish` and `send`.

    `unfinished` is the saved work that the run continues, None for a new run. `parent` is the run whose step or tool
    started this one.
    """

    def __init__(self, run_id: str, unfinished: JsonObject | None = None, parent: LiveRun | None = None) -> None:
        asked: Any = (unfinished or {}).get("asked", [])
        self.run_id = run_id
        self._parent = parent
        self.depth: int = 0 if parent is None else parent.depth + 1
        self._nested: list[LiveRun] = []
        self.unfinished = unfinished
        self.stream = EventStream()
        self.steps = StepStates(self.stream)
        self.waiting = WaitingRoom(parent.waiting if parent is not None else None)
        self.questions = QuestionLog(asked)
        self.collector = EventCollector()
        self._receiver: Receiver | None = None
        self._has_started = False
        self._shared: dict[type[Any], Any] = {}
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    @property
    def resumed(self) -> bool:
        """Whether the run continues saved work."""
        return self.unfinished is not None

    @property
    def is_open(self) -> bool:
        """Whether the run has not ended."""
        return self.stream.closing is None

    @property
    def waits_for_human(self) -> bool:
        """Whether the run waits for an event that is sent to it."""
        return bool(self.waiting) or (self._receiver is not None and self._receiver.is_idle)

    def open_for(self, receiver: Receiver) -> None:
        """Pass `receiver` the events that are sent from now on, and those sent before the steps started."""
        self._receiver = receiver
        self._take_early(self.waiting)
        if self._parent is not None:
            self._take_early(self._parent.waiting)

    def start(self) -> None:
        """Note that the body starts: events sent from now on are not early."""
        self._has_started = True
        if self._parent is not None:
            self._parent.add_nested(self)

    def add_nested(self, run: LiveRun) -> None:
        """Pass events that this run does not take on to `run`."""
        self._nested = [*(nested for nested in self._nested if nested.is_open), run]

    def step(self, name: str, input_event: str = "", worker_id: str = "0") -> ActiveStep:
        """A context manager around the work of a step."""
        return self.steps.enter(name, input_event, worker_id)

    def shared(self, kind: type[SharedT]) -> SharedT:
        """The one instance of `kind` in this run, made on first use."""
        if kind not in self._shared:
            self._shared[kind] = kind()
        return self._shared[kind]

    def snapshot(self) -> JsonObject | None:
        """The unfinished work as plain JSON; None when the body of the run cannot be saved."""
        if self._receiver is None:
            return self.unfinished
        return {**self._receiver.snapshot(), "asked": self.questions.open}

    def publish(self, event: Event) -> None:
        """Write an event to the stream, from any thread."""
        if threading.get_ident() == self._thread:
            self.stream.publish(event)
        else:
            self._loop.call_soon_threadsafe(self.stream.publish, event)

    def send(self, event: Event, step: str | None = None) -> None:
        """Send an event into the run, from any thread; has no effect after the end."""
        if threading.get_ident() == self._thread:
            self._deliver(event, step)
        else:
            self._loop.call_soon_threadsafe(self._deliver, event, step)

    def takes(self, event: Event, step: str | None) -> bool:
        """Pass the event to a wait or step of this run or of a run that it started; False when none takes it."""
        if self.waiting.deliver(event):
            return True
        if self._receiver is not None and self._receiver.receive(event, step):
            return True
        return any(nested.is_open and nested.takes(event, step) for nested in self._nested)

    def _take_early(self, room: WaitingRoom) -> None:
        for event, step in room.take_early():
            if self._receiver is None or not self._receiver.receive(event, step):
                room.keep(event, step, early=True)

    def _deliver(self, event: Event, step: str | None) -> None:
        if self.takes(event, step):
            return
        self.waiting.keep(event, step, early=not self._has_started)
        if self._has_started:
            self.stream.publish(UnhandledEvent(event_type=type(event).__name__, idle=not self.steps.active))
