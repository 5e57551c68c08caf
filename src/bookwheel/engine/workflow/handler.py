"""The result of `run()`: await it for the run's result, read its events, answer its questions, cancel it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, Generic, TypeVar, cast

from bookwheel.engine.events import Event, StopEvent
from bookwheel.engine.schema import JsonObject, new_id
from bookwheel.engine.workflow.context import Context, current_context, nested_runs, run_of
from bookwheel.engine.workflow.nested_runs import CONTEXT, RESULT
from bookwheel.engine.workflow.saved import restore_value, save_value
from bookwheel.engine.workflow.workflow_run import Body, RunTask
from bookwheel.errors import WorkflowCancelledByUser, WorkflowRuntimeError

ResultT = TypeVar("ResultT")


class WorkflowHandler(Generic[ResultT]):
    """A run at work.

    `await handler` gives the result, any number of times, and raises what made the run fail: the error that a step
    raised, with a `WorkflowRuntimeError` that names the step as its context; `WorkflowTimeoutError`;
    `WorkflowCancelledByUser`. Cancelling a task that awaits it cancels the run; leaving `stream_events()` does not.
    """

    def __init__(self, run: RunTask) -> None:
        self._run = run

    def __await__(self) -> Generator[Any, None, ResultT]:
        # The body of the run decides its result's type; the type argument is what the caller is promised.
        return cast("Generator[Any, None, ResultT]", self._run.result().__await__())

    @property
    def run_id(self) -> str:
        """The identifier of the run."""
        return self._run.live.run_id

    @property
    def ctx(self) -> Context[Any]:
        """The run's context: its state, and where events are sent into it."""
        return self._run.ctx

    def stream_events(self, expose_internal: bool = False, *, from_start: bool = False) -> AsyncGenerator[Event, None]:
        """The events of the run to the closing one; any number of readers may do this at any time.

        While the run is at work, a loop that was left is continued by the next call. Any other call, and every one with
        `from_start`, gives all events from the start.
        """
        return self._run.live.stream.read(expose_internal=expose_internal, from_start=from_start)

    async def send_event(self, event: Event, step: str | None = None) -> None:
        """Send an event into the run."""
        self._run.live.send(event, step)

    async def cancel_run(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - LlamaIndex's argument
        """Stop the run and wait until it has stopped; what does not stop within `timeout` seconds is given up."""
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
        """The result of a run that has ended; raises what made it fail, and InvalidStateError before the end."""
        self._require_end()
        return cast("ResultT", self._run.outcome())

    def exception(self) -> BaseException | None:
        """What made the run fail, None when nothing did; InvalidStateError before the end."""
        self._require_end()
        return self._run.error

    def get_stop_event(self) -> StopEvent | None:
        """The closing event; None while the run is at work."""
        return self._run.closing

    async def stop_event_result(self) -> StopEvent:
        """Wait for the closing event of any end; never raises what made the run fail."""
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
    """Run `body` in its own task; what it returns is the result (a `StopEvent` closes the run as it is).

    The body writes its events with `ctx.write_event_to_stream`. Without `resumes` the work that a saved context holds
    is dropped. Needs a running event loop. Raises WorkflowRuntimeError when the context is in another run that has not
    ended.
    """
    outer = current_context()
    parent = run_of(outer) if outer is not None else None
    run = RunTask(ctx if ctx is not None else Context(), run_id or new_id(), resumes=resumes, parent=parent)
    run.start(body, timeout)
    return WorkflowHandler(run)


class NestedStart:
    """The start of a workflow's run that may be inside of a step or tool call of another run.

    `ctx` is the context to run in: the one given; or the one saved with the outer run, when the run `goes_on`; or a new
    one.
    """

    def __init__(self, workflow: object, ctx: Context[Any] | None) -> None:
        self._name = type(workflow).__name__
        outer = current_context()
        # A context of the user's own is theirs to save.
        self._nested = nested_runs(outer) if outer is not None and ctx is None else None
        saved = self._nested.take_saved(self._name) if self._nested is not None else None
        self.goes_on = saved is not None
        self._ended = saved is not None and RESULT in saved
        self._result = saved.get(RESULT) if saved is not None else None
        if saved is not None and not self._ended:
            ctx = Context.from_dict(workflow, cast("dict[str, Any]", saved[CONTEXT]))
        self.ctx: Context[Any] = Context(workflow) if ctx is None else ctx

    def begin(self, start: Callable[[Body | None], WorkflowHandler[ResultT]]) -> WorkflowHandler[ResultT]:
        """Start the run by `start`, which is given the body of a run that had ended: it returns the saved result."""
        handler = start(self._saved_result if self._ended else None)
        if self._nested is not None:
            self._nested.add(self._name, lambda: _save_nested(handler))
        return handler

    async def _saved_result(self, ctx: Context[Any]) -> object:
        return restore_value(self._result)


def _save_nested(handler: WorkflowHandler[Any]) -> JsonObject:
    if not handler.is_done():
        return {CONTEXT: handler.ctx.to_dict()}
    if handler.exception() is not None:
        raise WorkflowRuntimeError("A run that failed is not saved; it runs again.")
    return {RESULT: save_value(handler.result(), "result")}
