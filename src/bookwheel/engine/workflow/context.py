"""The inside of a run as steps and tools see it: state, events in and out, waiting for a human."""

from __future__ import annotations

import copy
from collections.abc import AsyncGenerator, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from bookwheel.engine.events import Event, HumanResponseEvent, InputRequiredEvent, Retrieval, StopEvent
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.engine.workflow.live_run import LiveRun
from bookwheel.engine.workflow.nested_runs import NestedRuns
from bookwheel.engine.workflow.questions import Caller
from bookwheel.engine.workflow.retry import RetryInfo
from bookwheel.engine.workflow.saved import Serializer, restore_state, save_state
from bookwheel.engine.workflow.state_store import StateStore, new_state
from bookwheel.errors import WorkflowRuntimeError

EventT = TypeVar("EventT", bound=Event)
SharedT = TypeVar("SharedT")
if TYPE_CHECKING:
    from typing_extensions import TypeVar as TypeVarWithDefault

    StateT = TypeVarWithDefault("StateT", default=Any)
else:
    StateT = TypeVar("StateT")

_SAVED_VERSION = 1

# The context of the step or tool that is at work.
_current: ContextVar[Context[Any] | None] = ContextVar("current_context", default=None)


class _Binding:
    """What a context and its copies for single callers share: its run, and the work of one that was saved."""

    __slots__ = ("run", "unfinished")

    def __init__(self) -> None:
        self.run: LiveRun | None = None
        self.unfinished: JsonObject | None = None


class _Inside:
    """What the engine keeps in a context, under one name that no user has."""

    __slots__ = ("binding", "caller", "retries")

    def __init__(self, binding: _Binding, caller: Caller, retries: RetryInfo) -> None:
        self.binding = binding
        self.caller = caller
        self.retries = retries


class Context(Generic[StateT]):
    """State that outlives a run, and the way in and out of the run at work.

    Make one with `Context(workflow)` and give it to several `run(ctx=...)`, one after the other, to keep the
    conversation; `handler.ctx` is the one that a run uses.
    """

    def __init__(self, workflow: object | None = None, *, state: StateT | None = None) -> None:
        self.store: StateStore[Any] = StateStore(new_state(workflow) if state is None else state)
        self.__bookwheel__ = _Inside(_Binding(), Caller({}), RetryInfo())

    @property
    def is_running(self) -> bool:
        """Whether a run is at work in this context."""
        run = self.__bookwheel__.binding.run
        return run is not None and run.is_open

    async def running_steps(self) -> list[str]:
        """The names of the steps at work."""
        run = self.__bookwheel__.binding.run
        return run.steps.active if run is not None else []

    @staticmethod
    def get_step_context() -> Context[Any]:
        """The context of the step or tool that calls this; WorkflowRuntimeError outside of one."""
        ctx = _current.get()
        if ctx is None:
            raise WorkflowRuntimeError("No step is at work here.", hint="Call get_step_context() inside a step.")
        return ctx

    def retry_info(self) -> RetryInfo:
        """How often the step that calls this was tried before, and what it raised."""
        return self.__bookwheel__.retries

    def get_result(self) -> Any:
        """The result of the run that has ended; WorkflowRuntimeError while it is at work."""
        closing = run_of(self).stream.closing
        if closing is None:
            raise WorkflowRuntimeError("The run has not ended.", hint="Await its handler first.")
        return closing.result if type(closing) is StopEvent else closing

    def stream_events(self) -> AsyncGenerator[Event, None]:
        """As `stream_events` of the handler."""
        return run_of(self).stream.read()

    def send_event(self, message: Event, step: str | None = None) -> None:
        """Send an event to the waits and steps that take it (only to `step` when given)."""
        run_of(self).send(message, step)

    def write_event_to_stream(self, ev: Event | None) -> None:
        """Show an event to the readers of the run's stream; may be called from any thread."""
        if ev is None:
            return
        if isinstance(ev, InputRequiredEvent):
            caller = self.__bookwheel__.caller
            caller.asked = caller.complete(ev)
            if not caller.answers.holds(caller.asked):
                _show_question(self, ev, caller.asked)
            return
        if isinstance(ev, Retrieval):
            self.__bookwheel__.caller.mark(ev)
        run_of(self).publish(ev)

    def collect_events(
        self, ev: Event, expected: list[type[Event]], buffer_id: str | None = None
    ) -> list[Event] | None:
        """Keep `ev` until one event of each `expected` class is there, then give all in that order; until then None."""
        key = f"{self.__bookwheel__.caller.step}:{buffer_id or ','.join(kind.__name__ for kind in expected)}"
        return run_of(self).collector.collect(key, ev, expected)

    async def wait_for_event(
        self,
        event_type: type[EventT],
        waiter_event: Event | None = None,
        waiter_id: str | None = None,
        requirements: Mapping[str, object] | None = None,
        timeout: float | None = 2000.0,  # noqa: ASYNC109 - LlamaIndex's argument
    ) -> EventT:
        """Wait, in place, for an event that is sent into the run; nothing before it happens twice.

        `waiter_event` is written to the stream first, once. `requirements` are fields that the awaited event must have
        with these values; others are passed over. Of several waits that one event fits, the oldest gets it.
        TimeoutError after `timeout` seconds. `waiter_id` names the question in LlamaIndex and is not needed here.
        """
        run, caller = run_of(self), self.__bookwheel__.caller
        asked, caller.asked = caller.asked, None
        request_id = asked if issubclass(event_type, HumanResponseEvent) else None
        if isinstance(waiter_event, InputRequiredEvent):
            request_id = caller.complete(waiter_event)
        earlier = caller.answers.take(event_type, requirements or {}, request_id)
        if earlier is not None:
            return earlier
        if isinstance(waiter_event, InputRequiredEvent) and request_id is not None:
            _show_question(self, waiter_event, request_id)
        elif waiter_event is not None:
            run.publish(waiter_event)
        try:
            with caller.waiting():
                answer = await run.waiting.wait(
                    event_type,
                    requirements=requirements or {},
                    request_id=request_id,
                    # An answer may overtake a question that was asked before this wait began, in this process or in
                    # the one that saved the run.
                    may_be_here=waiter_event is None or run.resumed,
                    timeout=timeout,
                )
            caller.answers.note(answer, request_id)
            return answer
        finally:
            run.questions.close(request_id)

    def to_dict(self, serializer: Serializer | None = None, include_state: bool = True) -> JsonObject:
        """State, conversation and the work in hand as plain JSON; may be called at any time.

        `serializer` makes text of values that JSON has no form for. Without `include_state` the state is left out.
        Raises WorkflowRuntimeError, naming the place, when there is such a value and no serializer.
        """
        binding = self.__bookwheel__.binding
        unfinished = binding.unfinished
        if binding.run is not None and binding.run.is_open:
            unfinished = binding.run.snapshot()
        state: JsonValue = save_state(self.store.state, serializer) if include_state else {}
        return {"version": _SAVED_VERSION, "state": state, "unfinished": unfinished}

    @classmethod
    def from_dict(cls, workflow: object, data: Mapping[str, Any], serializer: Serializer | None = None) -> Context[Any]:
        """The context that `to_dict` saved; `workflow.run(ctx=...)` goes on where it was."""
        if data.get("version") != _SAVED_VERSION:
            raise WorkflowRuntimeError(
                f"This context was saved in a form that this version cannot read (version {data.get('version')!r})."
            )
        ctx: Context[Any] = Context(state=restore_state(new_state(workflow), data["state"], serializer))
        ctx.__bookwheel__.binding.unfinished = data.get("unfinished")
        return ctx


def run_of(ctx: Context[Any]) -> LiveRun:
    """The last run in a context; WorkflowRuntimeError when none has begun."""
    run = ctx.__bookwheel__.binding.run
    if run is None:
        raise WorkflowRuntimeError("This context is not in a run yet.", hint="Give it to run(ctx=...).")
    return run


def bind(ctx: Context[Any], run: LiveRun) -> None:
    """Note that `run` begins in a context; WorkflowRuntimeError while another one is at work in it."""
    if ctx.is_running:
        raise WorkflowRuntimeError(
            "This context is in a run that has not ended.",
            hint="Await the first run or cancel it; or start the second one without ctx=.",
        )
    ctx.__bookwheel__.binding.run = run


def unfinished_work(ctx: Context[Any]) -> JsonObject | None:
    """The work of a run that was saved before its end, for the next run; None when there is none."""
    return ctx.__bookwheel__.binding.unfinished


def leave_unfinished(ctx: Context[Any], work: JsonObject | None) -> None:
    """Note the work that the next run in a context goes on with."""
    ctx.__bookwheel__.binding.unfinished = work


def for_caller(ctx: Context[StateT], caller: Caller, retries: RetryInfo | None = None) -> Context[StateT]:
    """The same context for one step or tool call, which completes the questions asked through it."""
    scoped = copy.copy(ctx)
    scoped.__bookwheel__ = _Inside(ctx.__bookwheel__.binding, caller, retries or RetryInfo())
    return scoped


def current_context() -> Context[Any] | None:
    """The context of the step or tool that is at work; None outside of one."""
    return _current.get()


def nested_runs(ctx: Context[Any]) -> NestedRuns:
    """The runs that the step or tool call with this context starts."""
    return ctx.__bookwheel__.caller.nested


def enter(ctx: Context[Any]) -> None:
    """Make `ctx` the one that `Context.get_step_context` gives in this task."""
    _current.set(ctx)


async def ask(ctx: Context[Any], question: InputRequiredEvent) -> HumanResponseEvent:
    """Ask a human and wait, without limit, for the answer with the question's own `request_id`; no other counts."""
    run = run_of(ctx)
    request_id = ctx.__bookwheel__.caller.complete(question)
    _show_question(ctx, question, request_id)
    try:
        with ctx.__bookwheel__.caller.waiting():
            return await run.waiting.wait(
                HumanResponseEvent, requirements={}, request_id=request_id, strict=True, may_be_here=True
            )
    finally:
        run.questions.close(request_id)


def _show_question(ctx: Context[Any], question: InputRequiredEvent, request_id: str) -> None:
    run = run_of(ctx)
    if run.questions.ask(request_id):
        run.publish(question)
