"""One run: a body at work in a task of its own, and the one event that closes its stream, whatever happens."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Protocol, cast

from bookwheel.engine.events import (
    Event,
    StepStateChanged,
    StopEvent,
    UnhandledEvent,
    WorkflowCancelledEvent,
    WorkflowFailedEvent,
    WorkflowTimedOutEvent,
)
from bookwheel.engine.schema import JsonObject, new_id
from bookwheel.engine.workflow.context import Context
from bookwheel.engine.workflow.handler import Handler
from bookwheel.engine.workflow.stream import EventStream
from bookwheel.engine.workflow.tasks import start_task
from bookwheel.engine.workflow.waiting import WaitingRoom
from bookwheel.errors import (
    BookwheelError,
    WorkflowCancelledByUser,
    WorkflowRuntimeError,
    WorkflowTimeoutError,
)

Body = Callable[[Context[Any]], Awaitable[object]]


class Receiver(Protocol):
    """Whoever takes the events that are sent into a run and that nobody waits for."""

    def receive(self, event: Event, step: str | None) -> bool:
        """Take the event; False when nothing here takes its kind."""
        ...

    def snapshot(self) -> JsonObject:
        """The work in hand as plain JSON, from which another process can go on."""
        ...


def start_run(
    body: Body,
    *,
    ctx: Context[Any] | None = None,
    timeout: float | None = None,
    run_id: str | None = None,
) -> Handler[Any]:
    """Run `body` in a task of its own; what it returns is the result (a `StopEvent` closes the run as it is).

    The body writes its events with `ctx.write_event_to_stream`. Needs a running event loop. Raises
    WorkflowRuntimeError when the context is in another run that has not ended.
    """
    run = Run(ctx if ctx is not None else Context(), timeout, run_id or new_id())
    run.start(body)
    return Handler(run)


class Run:
    """The life of one run; `Handler` is its public face, `Context` its inside."""

    def __init__(self, ctx: Context[Any], timeout: float | None, run_id: str) -> None:
        self.ctx = ctx
        self.run_id = run_id
        self.stream = EventStream()
        self.waiting = WaitingRoom()
        self.receiver: Receiver | None = None
        self.active_steps: list[str] = []
        self.failed_step = ""
        self.resumed = False
        self.attempts = 1
        self.scoped: dict[type[Any], Any] = {}
        self.collected: dict[str, list[Event]] = {}
        self._timeout = timeout
        self._began = time.monotonic()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._done: asyncio.Future[None] = self._loop.create_future()
        self._error: BookwheelError | None = None
        self._timed_out: WorkflowTimedOutEvent | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[object] | None = None

    def start(self, body: Body) -> None:
        self.ctx.bind(self)
        self._task = start_task(self._work(body), name=f"run {self.run_id}", when_done=self._finish)
        if self._timeout is not None:
            self._timer = self._loop.call_later(self._timeout, self._time_out, self._timeout)

    async def _work(self, body: Body) -> object:
        return await body(self.ctx)

    def step(self, name: str, input_event: str = "", worker_id: str = "0") -> StepAtWork:
        """A context manager around the work of a step: who is active, where it failed, `StepStateChanged`."""
        return StepAtWork(self, name, input_event, worker_id)

    def publish(self, event: Event) -> None:
        """Write an event to the stream, from any thread."""
        if threading.get_ident() == self._thread:
            self.stream.publish(event)
        else:
            self._loop.call_soon_threadsafe(self.stream.publish, event)

    def send(self, event: Event, step: str | None = None) -> None:
        """Send an event into the run, from any thread; after the end it goes nowhere."""
        if threading.get_ident() == self._thread:
            self._deliver(event, step)
        else:
            self._loop.call_soon_threadsafe(self._deliver, event, step)

    def _deliver(self, event: Event, step: str | None) -> None:
        if self.waiting.deliver(event):
            return
        if self.receiver is not None and self.receiver.receive(event, step):
            return
        self.waiting.keep(event)
        self.stream.publish(UnhandledEvent(event_type=type(event).__name__, idle=not self.active_steps))

    async def result(self) -> object:
        """Wait for the end; the result, or the error that it ended with."""
        try:
            closing = await self.closed()
        except asyncio.CancelledError:
            if self._task is not None:
                self._task.cancel()
            raise
        if self._error is not None:
            raise self._error
        return closing.result if type(closing) is StopEvent else closing

    async def closed(self) -> StopEvent:
        """Wait for the end; its closing event."""
        if self.stream.closing is None:
            await asyncio.shield(self._done)
        assert self.stream.closing is not None
        return self.stream.closing

    async def cancel(self, timeout: float) -> None:  # noqa: ASYNC109 - passed on from `Handler.cancel_run`
        if self._task is None or self.stream.closing is not None:
            return
        self._task.cancel()
        await asyncio.wait([self._done], timeout=timeout)
        if self.stream.closing is None:
            # A step that swallows its cancellation must not keep the readers waiting.
            self._close(WorkflowCancelledEvent(), WorkflowCancelledByUser("The run was cancelled."))

    def _time_out(self, timeout: float) -> None:
        # Who is at work must be noted before the cancellation unwinds it.
        self._timed_out = WorkflowTimedOutEvent(timeout=timeout, active_steps=sorted(set(self.active_steps)))
        if self._task is not None:
            self._task.cancel()

    def _finish(self, task: asyncio.Task[object]) -> None:
        if self._timed_out is not None:
            self._close(self._timed_out, _timeout_error(self._timed_out))
        elif task.cancelled():
            self._close(WorkflowCancelledEvent(), WorkflowCancelledByUser("The run was cancelled."))
        elif (error := task.exception()) is not None:
            self._fail(error)
        else:
            result = task.result()
            self._close(result if isinstance(result, StopEvent) else StopEvent(result=result), None)

    def _fail(self, error: BaseException) -> None:
        cause = _first_cause(error)
        closing = WorkflowFailedEvent(
            step_name=self.failed_step,
            exception=cause,
            attempts=self.attempts,
            elapsed_seconds=round(time.monotonic() - self._began, 6),
        )
        self._close(closing, _as_workflow_error(cause, self.failed_step))

    def _close(self, closing: StopEvent, error: BookwheelError | None) -> None:
        if self.stream.closing is not None:
            return
        self._error = error
        if self._timer is not None:
            self._timer.cancel()
        self.stream.close(closing)
        self._done.set_result(None)


class StepAtWork:
    """Marks a step as active while its block runs."""

    __slots__ = ("_input_event", "_name", "_run", "_worker_id", "output_event")

    def __init__(self, run: Run, name: str, input_event: str, worker_id: str) -> None:
        self._run = run
        self._name = name
        self._input_event = input_event
        self._worker_id = worker_id
        self.output_event: str | None = None

    def __enter__(self) -> StepAtWork:
        self._run.active_steps.append(self._name)
        self._tell("running")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, Exception) and not self._run.failed_step:
            self._run.failed_step = self._name
        self._run.active_steps.remove(self._name)
        self._tell("not_running")

    def _tell(self, state: str) -> None:
        self._run.stream.publish(
            StepStateChanged(
                name=self._name,
                step_state=state,
                worker_id=self._worker_id,
                input_event_name=self._input_event,
                output_event_name=self.output_event,
            )
        )


def _first_cause(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]  # pyright leaves the kind unknown
    return error


def _as_workflow_error(error: BaseException, step: str) -> BookwheelError:
    if isinstance(error, BookwheelError):
        return error
    where = f"Step '{step}' failed" if step else "The run failed"
    wrapped = WorkflowRuntimeError(f"{where}: {type(error).__name__}: {error}")
    wrapped.__cause__ = error
    return wrapped


def _timeout_error(closing: WorkflowTimedOutEvent) -> WorkflowTimeoutError:
    active = ", ".join(closing.active_steps) or "none"
    return WorkflowTimeoutError(
        f"The run took longer than {closing.timeout:g} seconds. Active steps: {active}.",
        hint="Give it more time: timeout=...",
    )
