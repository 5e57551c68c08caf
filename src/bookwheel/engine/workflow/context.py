"""The inside of a run as steps and tools see it: state, events in and out, waiting for a human."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from bookwheel.engine.events import Event, HumanResponseEvent, InputRequiredEvent, Retrieval
from bookwheel.engine.schema import JsonObject, new_id
from bookwheel.engine.workflow.saved import Serializer, restore_state, save_state
from bookwheel.engine.workflow.state_store import DictState, StateStore
from bookwheel.errors import WorkflowRuntimeError

if TYPE_CHECKING:
    from bookwheel.engine.workflow.workflow_run import Run

EventT = TypeVar("EventT", bound=Event)
ScopedT = TypeVar("ScopedT")
StateT = TypeVar("StateT")

# The step that is at work, so that `collect_events` of two steps do not take each other's events.
current_step: ContextVar[str] = ContextVar("current_step", default="")

_SAVED_VERSION = 1


class _Binding:
    """What a context and its scoped copies share: the run they are in, and one that was saved half-way."""

    __slots__ = ("run", "unfinished")

    def __init__(self) -> None:
        self.run: Run | None = None
        self.unfinished: JsonObject | None = None


class Asker:
    """Makes questions to a human complete: `fields` that tell where a question is from, and its `request_id`.

    `waiting` is entered while a human is waited for: a tool's time does not run then. `key` names the asking call.
    """

    def __init__(
        self,
        fields: Mapping[str, object],
        waiting: Callable[[], AbstractContextManager[object]] = nullcontext,
        key: str = "",
    ) -> None:
        self._fields = fields
        self._key = key
        self._count = 0
        self.waiting = waiting
        self.asked: str | None = None

    def mark(self, retrieval: Retrieval) -> None:
        """Note which tool call searched."""
        if "tool_id" in self._fields and "tool_id" not in retrieval:
            retrieval["tool_id"] = self._fields["tool_id"]

    def complete(self, question: InputRequiredEvent) -> str:
        """Fill in the fields that are missing; the question's `request_id`."""
        for name, value in self._fields.items():
            if name not in question:
                question[name] = value
        if "request_id" not in question:
            self._count += 1
            # With a key the same question has the same id when its tool is run again from a saved context.
            question["request_id"] = f"{self._key}-{self._count}" if self._key else new_id()
        return str(question["request_id"])


class Context(Generic[StateT]):
    """State that outlives a run, and the way in and out of the run at work.

    Make one with `Context(workflow)` and give it to several `run(ctx=...)`, one after the other, to keep the
    conversation; `handler.ctx` is the one that a run uses.
    """

    def __init__(self, workflow: object | None = None, *, state: StateT | None = None) -> None:
        self.workflow = workflow
        # Without a class for it the state is a DictState; `Context[MyState]` is how a workflow names another.
        self.store: StateStore[Any] = StateStore(DictState() if state is None else state)
        self._binding = _Binding()
        self.asker = Asker({})

    @property
    def is_running(self) -> bool:
        """Whether a run is at work in this context."""
        run = self._binding.run
        return run is not None and run.stream.closing is None

    async def running_steps(self) -> list[str]:
        """The names of the steps at work."""
        run = self._binding.run
        return list(run.active_steps) if run is not None else []

    @property
    def run(self) -> Run:
        """The run at work; WorkflowRuntimeError when none has begun."""
        if self._binding.run is None:
            raise WorkflowRuntimeError("This context is in no run yet.", hint="Give it to run(ctx=...).")
        return self._binding.run

    def bind(self, run: Run) -> None:
        """Called by a run that begins in this context."""
        if self.is_running:
            raise WorkflowRuntimeError(
                "This context is in a run that has not ended.",
                hint="Await the first run or cancel it; or start the second one without ctx=.",
            )
        self._binding.run = run

    def scoped(self, asker: Asker) -> Context[StateT]:
        """The same context for one tool call: questions asked through it are made complete by `asker`."""
        scoped = copy.copy(self)
        scoped.asker = asker
        return scoped

    def per_run(self, kind: type[ScopedT]) -> ScopedT:
        """The one instance of `kind` in this run, made on first use: what several tools of a run share."""
        scoped: dict[type[Any], Any] = self.run.scoped
        if kind not in scoped:
            scoped[kind] = kind()
        return scoped[kind]

    def send_event(self, message: Event, step: str | None = None) -> None:
        """Send an event to the steps that take it (only to `step` when given), or to whoever waits for it."""
        self.run.send(message, step)

    def write_event_to_stream(self, ev: Event | None) -> None:
        """Show an event to the readers of the run's stream; may be called from any thread."""
        if ev is None:
            return
        if isinstance(ev, InputRequiredEvent):
            self.asker.asked = self.asker.complete(ev)
        elif isinstance(ev, Retrieval):
            self.asker.mark(ev)
        self.run.publish(ev)

    def collect_events(
        self, ev: Event, expected: list[type[Event]], buffer_id: str | None = None
    ) -> list[Event] | None:
        """Keep `ev` until one event of each `expected` class is there, then give all in that order; until then None."""
        key = f"{current_step.get()}:{buffer_id or ','.join(kind.__name__ for kind in expected)}"
        kept = self.run.collected.setdefault(key, [])
        kept.append(ev)
        found: list[Event] = []
        for kind in expected:
            match = next((item for item in kept if type(item) is kind and item not in found), None)
            if match is None:
                return None
            found.append(match)
        for item in found:
            kept.remove(item)
        return found

    async def wait_for_event(
        self,
        event_type: type[EventT],
        waiter_event: Event | None = None,
        waiter_id: str | None = None,
        requirements: Mapping[str, object] | None = None,
        timeout: float | None = 2000.0,  # noqa: ASYNC109 - LlamaIndex's argument
    ) -> EventT:
        """Wait, in place, for an event that somebody sends into the run; nothing before it happens twice.

        `waiter_event` is written to the stream first, once. `requirements` are fields that the awaited event must have
        with these values; others are passed over. Of several waits that one event fits, the oldest gets it.
        TimeoutError after `timeout` seconds. `waiter_id` names the question in LlamaIndex and needs not be given here.
        """
        asked, self.asker.asked = self.asker.asked, None
        request_id = asked if issubclass(event_type, HumanResponseEvent) else None
        if isinstance(waiter_event, InputRequiredEvent):
            request_id = self.asker.complete(waiter_event)
        if waiter_event is not None:
            self.run.publish(waiter_event)
        with self.asker.waiting():
            return await self.run.waiting.wait(
                event_type,
                requirements=requirements or {},
                request_id=request_id,
                # An answer may overtake a question that was asked before this wait began, in this process or in the
                # one that saved the run.
                may_be_here=waiter_event is None or self.run.resumed,
                timeout=timeout,
            )

    async def ask(self, question: InputRequiredEvent) -> HumanResponseEvent:
        """Ask a human and wait, without limit, for the answer with the question's own `request_id`; no other counts."""
        request_id = self.asker.complete(question)
        self.run.publish(question)
        with self.asker.waiting():
            return await self.run.waiting.wait(
                HumanResponseEvent, requirements={}, request_id=request_id, strict=True, may_be_here=True
            )

    @property
    def unfinished(self) -> JsonObject | None:
        """The work of a run that was saved before its end, taken over by the next run; None when there is none."""
        return self._binding.unfinished

    def take_unfinished(self) -> JsonObject | None:
        """`unfinished`, once."""
        taken, self._binding.unfinished = self._binding.unfinished, None
        return taken

    def to_dict(self, serializer: Serializer | None = None) -> JsonObject:
        """State, conversation and the work in hand as plain JSON; may be called at any time.

        `serializer` makes text of values of the state that JSON has no form for. Raises WorkflowRuntimeError, naming
        the place, when there is such a value and no serializer.
        """
        run = self._binding.run
        unfinished = self._binding.unfinished
        if run is not None and run.stream.closing is None and run.receiver is not None:
            unfinished = run.receiver.snapshot()
        return {"version": _SAVED_VERSION, "state": save_state(self.store.state, serializer), "unfinished": unfinished}

    @classmethod
    def from_dict(cls, workflow: object, data: Mapping[str, Any], serializer: Serializer | None = None) -> Context[Any]:
        """The context that `to_dict` saved; `workflow.run(ctx=...)` goes on where it was."""
        if data.get("version") != _SAVED_VERSION:
            raise WorkflowRuntimeError(
                f"This context was saved in a form that this version cannot read (version {data.get('version')!r})."
            )
        ctx: Context[Any] = Context(workflow, state=restore_state(workflow, data["state"], serializer))
        ctx._binding.unfinished = data.get("unfinished")
        return ctx
