"""`Context`, which steps and tools use: the state, sending and receiving events, waiting for a human."""

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
from bookwheel.engine.workflow.state_store import StateStore, new_state
from bookwheel.errors import WorkflowRuntimeError

EventT = TypeVar("EventT", bound=Event)
SharedT = TypeVar("SharedT")
if TYPE_CHECKING:
    from typing_extensions import TypeVar as TypeVarWithDefault

    from bookwheel.engine.workflow.saved import Serializer

    StateT = TypeVarWithDefault("StateT", default=Any)
else:
    StateT = TypeVar("StateT")

_SAVED_VERSION = 1

# The context of the running step or tool.
_current: ContextVar[Context[Any] | None] = ContextVar("current_context", default=None)


class _Binding:
    """What a context and its copies for single callers share: the run, and the saved work of an unfinished one."""

    __slots__ = ("run", "unfinished")

    def __init__(self) -> None:
        self.run: LiveRun | None = None
        self.unfinished: JsonObject | None = None


class _Inside:
    """What the engine keeps in a context, as one attribute."""

    __slots__ = ("binding", "caller", "retries")

    def __init__(self, binding: _Binding, caller: Caller, retries: RetryInfo) -> None:
        self.binding = binding
        self.caller = caller
        self.retries = retries


class Context(Generic[StateT]):
    """The state, kept from run to run, and the access to the current run.

    Make one with `Context(workflow)` and give it to several `run(ctx=...)`, one after the other, to keep the
    conversation; `handler.ctx` is the context of a run.
    """

    def __init__(self, workflow: object | None = None, *, state: StateT | None = None) -> None:
        self.store: StateStore[Any] = StateStore(new_state(workflow) if state is None else state)
        self.__bookwheel__ = _Inside(_Binding(), Caller({}), RetryInfo())

    @property
    def is_running(self) -> bool:
        """Whether a run is in progress in this context."""
        run = self.__bookwheel__.binding.run
        return run is not None and run.is_open

    async def running_steps(self) -> list[str]:
        """The names of the running steps."""
        run = self.__bookwheel__.binding.run
        return run.steps.active if run is not None else []

    @staticmethod
    def get_step_context() -> Context[Any]:
        """The context of the step or tool that calls this. Raises WorkflowRuntimeError outside of one."""
        ctx = _current.get()
        if ctx is None:
            raise WorkflowRuntimeError("No step is running here.", hint="Call get_step_context() inside a step.")
        return ctx

    def retry_info(self) -> RetryInfo:
        """The earlier attempts of the step that calls this, and the last error."""
        return self.__bookwheel__.retries

    def get_result(self) -> Any:
        """The result of the run. Raises WorkflowRuntimeError before it has ended."""
        closing = run_of(self).stream.closing
        if closing is None:
            raise WorkflowRuntimeError("The run has not ended.", hint="Await its handler first.")
        return closing.result if type(closing) is StopEvent else closing

    def stream_events(self) -> AsyncGenerator[Event, None]:
        """As `stream_events` of the handler."""
        return run_of(self).stream.read()

    def send_event(self, message: Event, step: str | None = None) -> None:
        """Send an event to the waits and steps that accept it (only to `step` when given)."""
        run_of(self).send(message, step)

    def write_event_to_stream(self, ev: Event | None) -> None:
        """Write an event to the run's stream; may be called from any thread."""
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
        """Keep `ev`; return one event of each `expected` class, in that order, when all are there, else None."""
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
        """Wait for an event that is sent into the run; the code before this call is not run again.

        `waiter_event` is written to the stream first, once. `requirements` are the fields, with their values, that the
        event must have; other events do not end the wait. If an event fits several waits, the oldest gets it.
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
                    # A question may have been asked, and answered, before this wait began, in this process or in
                    # the one that saved the run.
                    may_be_here=waiter_event is None or run.resumed,
                    timeout=timeout,
                )
            caller.answers.note(answer, request_id)
            return answer
        finally:
            run.questions.close(request_id)

    def to_dict(self, serializer: Serializer | None = None, include_state: bool = True) -> JsonObject:
        """State, conversation and unfinished work as plain JSON; may be called at any time.

        `serializer` converts values that JSON cannot hold to text. Without `include_state` the state is left out.
        Raises WorkflowRuntimeError, with the path of the value, when one cannot be saved and there is no serializer.
        """
        from bookwheel.engine.workflow.saved import save_state

        binding = self.__bookwheel__.binding
        unfinished = binding.unfinished
        if binding.run is not None and binding.run.is_open:
            unfinished = binding.run.snapshot()
        state: JsonValue = save_state(self.store.state, serializer) if include_state else {}
        return {"version": _SAVED_VERSION, "state": state, "unfinished": unfinished}

    @classmethod
    def from_dict(cls, workflow: object, data: Mapping[str, Any], serializer: Serializer | None = None) -> Context[Any]:
        """The context restored from the JSON of `to_dict`; `workflow.run(ctx=...)` continues its run."""
        from bookwheel.engine.workflow.saved import restore_state

        if not isinstance(data, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] - users' code
            raise WorkflowRuntimeError(
                f"A saved context is a dictionary, not a {type(data).__name__}.",
                hint="Give from_dict what to_dict returned.",
            )
        if data.get("version") != _SAVED_VERSION:
            raise WorkflowRuntimeError(
                f"This version of Bookwheel cannot read the saved context (format version {data.get('version')!r}).",
                hint="Read it with the version of Bookwheel that saved it, or run again.",
            )
        ctx: Context[Any] = Context(state=restore_state(new_state(workflow), data["state"], serializer))
        ctx.__bookwheel__.binding.unfinished = data.get("unfinished")
        return ctx


def run_of(ctx: Context[Any]) -> LiveRun:
    """The last run in a context. Raises WorkflowRuntimeError when none was started."""
    run = ctx.__bookwheel__.binding.run
    if run is None:
        raise WorkflowRuntimeError("This context is not in a run yet.", hint="Give it to run(ctx=...).")
    return run


def bind(ctx: Context[Any], run: LiveRun) -> None:
    """Set the run of a context. Raises WorkflowRuntimeError while another run is in progress in it."""
    if ctx.is_running:
        raise WorkflowRuntimeError(
            "This context is in a run that has not ended.",
            hint="Await the first run or cancel it; or start the second one without ctx=.",
        )
    ctx.__bookwheel__.binding.run = run


def unfinished_work(ctx: Context[Any]) -> JsonObject | None:
    """The saved work of an unfinished run, for the next run; None when there is none."""
    return ctx.__bookwheel__.binding.unfinished


def leave_unfinished(ctx: Context[Any], work: JsonObject | None) -> None:
    """Set the work with which the next run in a context continues."""
    ctx.__bookwheel__.binding.unfinished = work


def for_caller(ctx: Context[StateT], caller: Caller, retries: RetryInfo | None = None) -> Context[StateT]:
    """A copy of the context for one step or tool call; `caller` completes the questions asked with it."""
    scoped = copy.copy(ctx)
    scoped.__bookwheel__ = _Inside(ctx.__bookwheel__.binding, caller, retries or RetryInfo())
    return scoped


def current_context() -> Context[Any] | None:
    """The context of the running step or tool; None outside of one."""
    return _current.get()


def nested_runs(ctx: Context[Any]) -> NestedRuns:
    """The runs that the step or tool call with this context starts."""
    return ctx.__bookwheel__.caller.nested


def enter(ctx: Context[Any]) -> None:
    """Make `ctx` the result of `Context.get_step_context` in this task."""
    _current.set(ctx)


async def ask(ctx: Context[Any], question: InputRequiredEvent) -> HumanResponseEvent:
    """Ask a human and wait, without a time limit, for the answer with the `request_id` of the question."""
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
