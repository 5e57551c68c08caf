"""The result of `run()`: await it for the run's result, read its events, answer its questions, cancel it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, Generic, TypeVar, cast

from bookwheel.engine.events import Event, StopEvent
from bookwheel.engine.schema import JsonObject, new_id
from bookwheel.engine.workflow.context import Context, current_context, nested_runs, run_of
from bookwheel.engine.workflow.nested_runs import CONTEXT, RESULT
from bookwheel.engine.workflow.workflow_run import Body, RunTask
from bookwheel.errors import WorkflowCancelledByUser, WorkflowRuntimeError

ResultT = TypeVar("ResultT")

# Runs inside of runs; more are a workflow that starts itself.
_DEEPEST = 50


class WorkflowHandler(Generic[ResultT]):
    """The handle of a run.

    `await handler` gives the result, any number of times, or raises the error of the run: the error that a step
    raised, with a `WorkflowRuntimeError` that names the step as its context; `WorkflowTimeoutError`;
    `WorkflowCancelledByUser`. Cancelling a task that awaits it cancels the run; leaving `stream_events()` does not.
    """

    def __init__(self, run: RunTask) -> None:
        self._run = run

    def __await__(self) -> Generator[Any, None, ResultT]:
        # The result comes from the body of the run; the type argument is declared by the function that starts it.
        return cast("Generator[Any, None, ResultT]", self._run.result().__await__())

    @property
    def run_id(self) -> str:
        """The identifier of the run."""
        return self._run.live.run_id

    @property
    def ctx(self) -> Context[Any]:
        """The run's context: its state, and `send_event`."""
        return self._run.ctx

    def stream_events(self, expose_internal: bool = False, *, from_start: bool = False) -> AsyncGenerator[Event, None]:
        """The events of the run, up to the closing one; may be read any number of times, at any time.

        During the run, the next call continues where an earlier loop was left. After it, or with `from_start`, the
        events are given from the start.
        """
        return self._run.live.stream.read(expose_internal=expose_internal, from_start=from_start)

    async def send_event(self, event: Event, step: str | None = None) -> None:
        """Send an event into the run."""
        self._run.live.send(event, step)

    async def cancel_run(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - LlamaIndex's argument
        """Stop the run and wait until it has stopped, at most `timeout` seconds."""
        await self._run.cancel(timeout)

    def cancel(self) -> bool:
        """Stop the run without waiting; False when it has ended already."""
        if self.is_done():
            return False
        self._run.cancel_soon()
        return True

    def cancelled(self) -> bool:
        """Whether the run was cancelled."""
        return isinstance(self._run.error, WorkflowCancelledByUser)

    def is_done(self) -> bool:
        """Whether the run has ended."""
        return self._run.closing is not None

    def done(self) -> bool:
        """As `is_done`."""
        return self.is_done()

    def result(self) -> ResultT:
        """The result of the run. Raises the error of the run, and InvalidStateError before the end."""
        self._require_end()
        return cast("ResultT", self._run.outcome())

    def exception(self) -> BaseException | None:
        """The error of the run, None when it succeeded. Raises InvalidStateError before the end."""
        self._require_end()
        return self._run.error

    def get_stop_event(self) -> StopEvent | None:
        """The closing event; None during the run."""
        return self._run.closing

    async def stop_event_result(self) -> StopEvent:
        """Wait for the closing event; never raises the error of the run."""
        return await self._run.closed()

    def _require_end(self) -> None:
        if not self.is_done():
            raise asyncio.InvalidStateError("The run has not ended.")


def start_run(
    body: Body,
    *,
    ctx: Context[Any] | None = None,
    timeout: float | None = None,
    run_id: str | None = None,
    resumes: bool = True,
) -> WorkflowHandler[Any]:
    """Run `body` in its own task; its return value is the result (a `StopEvent` is used as the closing event).

    The body writes its events with `ctx.write_event_to_stream`. Without `resumes` the unfinished work of a saved
    context is dropped. Needs a running event loop. Raises WorkflowRuntimeError when the context is in another run that
    has not ended.
    """
    outer = current_context()
    parent = run_of(outer) if outer is not None else None
    run = RunTask(ctx if ctx is not None else Context(), run_id or new_id(), resumes=resumes, parent=parent)
    run.start(body, timeout)
    return WorkflowHandler(run)


class NestedStart:
    """The start of a run, possibly inside a step or tool call of another run.

    `ctx` is the context to run in: the given one, or the one saved with the outer run if the run `goes_on`, or a new
    one.
    """

    def __init__(self, workflow: object, ctx: Context[Any] | None) -> None:
        self._name = type(workflow).__name__
        outer = current_context()
        if outer is not None and run_of(outer).depth >= _DEEPEST:
            raise WorkflowRuntimeError(
                f"A run of {self._name} was started {_DEEPEST} runs deep inside of other runs.",
                hint="See whether a step or tool starts the workflow that it belongs to.",
            )
        # A context given by the caller is saved by the caller.
        self._nested = nested_runs(outer) if outer is not None and ctx is None else None
        saved = self._nested.take_saved(self._name) if self._nested is not None else None
        self.goes_on = saved is not None
        self._ended = saved is not None and RESULT in saved
        self._result = saved.get(RESULT) if saved is not None else None
        if saved is not None and not self._ended:
            ctx = Context.from_dict(workflow, cast("dict[str, Any]", saved[CONTEXT]))
        self.ctx: Context[Any] = Context(workflow) if ctx is None else ctx

    def begin(self, start: Callable[[Body | None], WorkflowHandler[ResultT]]) -> WorkflowHandler[ResultT]:
        """Start the run with `start`; for a run that had ended, it gets a body that returns the saved result."""
        handler = start(self._saved_result if self._ended else None)
        if self._nested is not None:
            self._nested.add(self._name, lambda: _save_nested(handler))
        return handler

    async def _saved_result(self, ctx: Context[Any]) -> object:
        from bookwheel.engine.workflow.saved import restore_value

        return restore_value(self._result)


def _save_nested(handler: WorkflowHandler[Any]) -> JsonObject:
    from bookwheel.engine.workflow.saved import save_value

    if not handler.is_done():
        return {CONTEXT: handler.ctx.to_dict()}
    if handler.exception() is not None:
        raise WorkflowRuntimeError("A failed run is not saved. It runs again.")
    return {RESULT: save_value(handler.result(), "result")}
