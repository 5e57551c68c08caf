"""The running steps of a run, reported as `StepStateChanged` events."""

from __future__ import annotations

from types import TracebackType

from bookwheel.engine.events import StepState, StepStateChanged
from bookwheel.engine.workflow.stream import EventStream


class StepStates:
    """The running steps of a run, and the step that failed with its number of attempts."""

    def __init__(self, stream: EventStream) -> None:
        self._stream = stream
        self._active: list[str] = []
        self.failed = ""
        self.attempts = 1

    @property
    def active(self) -> list[str]:
        """The names of the running steps, one for each worker."""
        return list(self._active)

    def enter(self, name: str, input_event: str = "", worker_id: str = "0") -> ActiveStep:
        """A context manager around the work of a step."""
        return ActiveStep(self, name, input_event, worker_id)

    def begin(self, step: ActiveStep) -> None:
        """Report that a step began."""
        self._active.append(step.name)
        self._report(step, "running")

    def end(self, step: ActiveStep, error: BaseException | None) -> None:
        """Report that a step ended; `failed` keeps the first step that failed."""
        if isinstance(error, Exception) and not self.failed:
            self.failed = step.name
        self._active.remove(step.name)
        self._report(step, "not_running")

    def _report(self, step: ActiveStep, state: str) -> None:
        self._stream.publish(
            StepStateChanged(
                name=step.name,
                step_state=StepState(state),
                worker_id=step.worker_id,
                input_event_name=step.input_event,
                output_event_name=step.output_event,
            )
        )


class ActiveStep:
    """Marks a step as active while its block runs."""

    __slots__ = ("_states", "input_event", "name", "output_event", "worker_id")

    def __init__(self, states: StepStates, name: str, input_event: str, worker_id: str) -> None:
        self._states = states
        self.name = name
        self.input_event = input_event
        self.worker_id = worker_id
        self.output_event: str | None = None

    def __enter__(self) -> ActiveStep:
        self._states.begin(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._states.end(self, error)
