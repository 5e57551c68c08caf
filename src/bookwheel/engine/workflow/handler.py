"""What `run()` gives back: await it for the result, read its events, answer its questions, cancel it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from bookwheel.engine.events import Event, StopEvent

if TYPE_CHECKING:
    from bookwheel.engine.workflow.context import Context
    from bookwheel.engine.workflow.workflow_run import Run

ResultT = TypeVar("ResultT")


class Handler(Generic[ResultT]):
    """A run at work.

    `await handler` gives the result, any number of times, and raises what made the run fail: a `BookwheelError` as it
    is, anything else as the cause of a `WorkflowRuntimeError`; `WorkflowTimeoutError`; `WorkflowCancelledByUser`.
    Cancelling whoever awaits it cancels the run; leaving `stream_events()` does not.
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    def __await__(self) -> Generator[Any, None, ResultT]:
        # The body of the run decides its result's type; `Handler[...]` says which one the caller is promised.
        return cast("Generator[Any, None, ResultT]", self._run.result().__await__())

    @property
    def run_id(self) -> str:
        """The identifier of the run."""
        return self._run.run_id

    @property
    def ctx(self) -> Context[Any]:
        """The run's context: its state, and where events are sent into it."""
        return self._run.ctx

    def stream_events(self, expose_internal: bool = False) -> AsyncGenerator[Event, None]:
        """All events of the run from its start, to the closing one; any number of readers may do this at any time."""
        return self._run.stream.read(expose_internal=expose_internal)

    async def send_event(self, event: Event, step: str | None = None) -> None:
        """Send an event into the run."""
        self._run.send(event, step)

    async def cancel_run(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - LlamaIndex's argument
        """Stop the run and wait until it has stopped; what does not stop within `timeout` seconds is given up."""
        await self._run.cancel(timeout)

    def is_done(self) -> bool:
        """Whether the run has ended."""
        return self._run.stream.closing is not None

    def get_stop_event(self) -> StopEvent | None:
        """The closing event; None while the run is at work."""
        return self._run.stream.closing

    async def stop_event_result(self) -> StopEvent:
        """Wait for the closing event, whatever end it is; never raises what made the run fail."""
        return await self._run.closed()
