"""Runs the body of one run in its own task, and closes the stream with one event however the run ends."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

from bookwheel.engine.events import (
    StopEvent,
    WorkflowCancelledEvent,
    WorkflowFailedEvent,
    WorkflowTimedOutEvent,
)
from bookwheel.engine.workflow.context import Context, bind, leave_unfinished, unfinished_work
from bookwheel.engine.workflow.live_run import LiveRun
from bookwheel.engine.workflow.tasks import StepFailedError, start_task
from bookwheel.errors import (
    BookwheelError,
    WorkflowCancelledByUser,
    WorkflowRuntimeError,
    WorkflowTimeoutError,
)

Body = Callable[[Context[Any]], Awaitable[object]]


class RunTask:
    """The task of one run; `WorkflowHandler` is its public interface."""

    def __init__(self, ctx: Context[Any], run_id: str, *, resumes: bool, parent: LiveRun | None = None) -> None:
        self.ctx = ctx
        self.live = LiveRun(run_id, unfinished_work(ctx) if resumes else None, parent)
        self._began = time.monotonic()
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[None] = self._loop.create_future()
        self._error: BaseException | None = None
        self._timed_out: WorkflowTimedOutEvent | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[object] | None = None

    def start(self, body: Body, timeout: float | None) -> None:
        """Start the body. Raises WorkflowRuntimeError when the context is in another run."""
        bind(self.ctx, self.live)
        leave_unfinished(self.ctx, None)
        self._task = start_task(self._work(body), name=f"run {self.live.run_id}", when_done=self._finish)
        if timeout is not None:
            self._timer = self._loop.call_later(timeout, self._time_out, timeout)

    async def _work(self, body: Body) -> object:
        self.live.start()
        return await body(self.ctx)

    @property
    def closing(self) -> StopEvent | None:
        """The closing event; None during the run."""
        return self.live.stream.closing

    @property
    def error(self) -> BaseException | None:
        """The error of the run; None during the run and when it succeeded."""
        return self._error

    async def result(self) -> object:
        """Wait for the end and return the result. Raises the error of the run."""
        try:
            await self.closed()
        except asyncio.CancelledError:
            self.cancel_soon()
            raise
        return self.outcome()

    def outcome(self) -> object:
        """The result of the ended run. Raises the error of the run."""
        closing = self.closing
        assert closing is not None
        if self._error is None:
            return closing.result if type(closing) is StopEvent else closing
        if isinstance(self._error, BookwheelError):
            raise self._error
        try:
            raise _failure(self._error, self.live.steps.failed)
        except WorkflowRuntimeError:
            # Raise the step's own error, which the caller expects, with our error, which names the step, as its
            # context.
            raise self._error  # noqa: B904

    async def closed(self) -> StopEvent:
        """Wait for the end and return the closing event."""
        if self.closing is None:
            await asyncio.shield(self._done)
        assert self.closing is not None
        return self.closing

    async def cancel(self, timeout: float) -> None:  # noqa: ASYNC109 - passed on from `WorkflowHandler.cancel_run`
        """Cancel the run and wait until it has stopped, at most `timeout` seconds."""
        if self._task is None or self.closing is not None:
            return
        left = self._unanswered_work()
        self._task.cancel()
        await asyncio.wait([self._done], timeout=timeout)
        if self.closing is None:
            # A step may ignore its cancellation; close the stream anyway, so that readers do not wait.
            self._close(WorkflowCancelledEvent(), WorkflowCancelledByUser("The run was cancelled."))
        leave_unfinished(self.ctx, left)

    def cancel_soon(self) -> None:
        """Cancel the run without waiting for its end."""
        if self._task is not None:
            self._task.cancel()

    def _unanswered_work(self) -> dict[str, Any] | None:
        """The work to continue later if the run is cancelled while it waits for a human; else None."""
        if not self.live.waits_for_human:
            return None
        # A run that cannot be saved cannot be continued.
        with contextlib.suppress(WorkflowRuntimeError):
            snapshot = self.live.snapshot()
            return None if snapshot is None else {**snapshot, "cancelled": True}
        return None

    def _time_out(self, timeout: float) -> None:
        # Note the running steps before the cancellation ends them.
        self._timed_out = WorkflowTimedOutEvent(timeout=timeout, active_steps=sorted(set(self.live.steps.active)))
        self.cancel_soon()

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
            step_name=self.live.steps.failed,
            exception=cause,
            attempts=self.live.steps.attempts,
            elapsed_seconds=round(time.monotonic() - self._began, 6),
        )
        self._close(closing, cause)

    def _close(self, closing: StopEvent, error: BaseException | None) -> None:
        if self.closing is not None:
            return
        self._error = error
        if self._timer is not None:
            self._timer.cancel()
        self.live.stream.close(closing)
        self._done.set_result(None)


def _first_cause(error: BaseException) -> BaseException:
    if isinstance(error, StepFailedError):
        return error.error
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]  # pyright leaves the kind unknown
    return error


def _failure(error: BaseException, step: str) -> WorkflowRuntimeError:
    where = f"Step '{step}' failed" if step else "The run failed"
    return WorkflowRuntimeError(f"{where}: {type(error).__name__}: {error}")


def _timeout_error(closing: WorkflowTimedOutEvent) -> WorkflowTimeoutError:
    active = ", ".join(closing.active_steps) or "none"
    more_time = "Give it more time: timeout=..."
    # A step that returned None where an event was meant looks like a run that waits for one from outside.
    idle = "It waited for an event, or the last step returned None: see handler.stream_events(expose_internal=True)."
    return WorkflowTimeoutError(
        f"The run took longer than {closing.timeout:g} seconds. Active steps: {active}.",
        hint=more_time if closing.active_steps else idle,
    )
