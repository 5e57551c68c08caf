"""The events of a workflow's run: its start, its ends, questions to the user, and what the engine does meanwhile."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from bookwheel.engine.events.event_base import Event
from bookwheel.engine.schema import JsonObject

if TYPE_CHECKING:
    from datetime import datetime


class StartEvent(Event):
    """Starts a workflow's run; carries the arguments of `run()`."""


class StopEvent(Event):
    """The last event of a run that ended well; `result` is what awaiting the handler gives.

    Every run emits exactly one `StopEvent` or one of its other kinds, as its last event; `reason` says which end it is.
    """

    reason: ClassVar[str] = "completed"
    _result: Any = None

    def __init__(self, result: Any = None, **values: Any) -> None:
        super().__init__(**values)
        self._result = result

    @property
    def result(self) -> Any:
        """What awaiting the handler gives."""
        return self._result

    def __str__(self) -> str:
        return str(self._result) if type(self) is StopEvent else super().__str__()

    def _fields(self) -> dict[str, Any]:
        # Of a subclass's fields it is none: that event is itself the result of the run.
        return {"result": self._result, **super()._fields()} if type(self) is StopEvent else super()._fields()


class WorkflowCancelledEvent(StopEvent):
    """The last event of a run that was cancelled."""

    reason: ClassVar[str] = "cancelled"


class WorkflowTimedOutEvent(StopEvent):
    """The last event of a run that took longer than `timeout` seconds; `active_steps` were at work."""

    reason: ClassVar[str] = "timed out"
    timeout: float = 0.0
    active_steps: list[str] = []


class WorkflowFailedEvent(StopEvent):
    """The last event of a run in which the step `step_name` failed for good with `exception`."""

    reason: ClassVar[str] = "failed"
    step_name: str = ""
    exception: BaseException | None = None
    attempts: int = 1
    elapsed_seconds: float = 0.0


class StepFailedEvent(Event):
    """Given to an error step: the step `step_name` failed for good on `input_event`, at `failed_at` (UTC)."""

    step_name: str
    input_event: Event | None
    exception: Exception
    attempts: int = 1
    elapsed_seconds: float = 0.0
    failed_at: datetime | None = None


class InputRequiredEvent(Event):
    """A question to a human; all fields are free, `prefix` is by custom the question itself.

    One that a tool asks also carries `request_id`, `tool_id`, `tool_name` and `tool_kwargs`, and `choices` when only
    certain answers are meant. It is answered by a `HumanResponseEvent`, with the same `request_id` when it has one.
    """


class HumanResponseEvent(Event):
    """A human's answer; all fields are free, `response` is by custom the answer itself."""


class UserQuestion(InputRequiredEvent):
    """An `InputRequiredEvent` as the log has it: `choices` are the only answers that count, () where any does."""

    request_id: str = ""
    prefix: str = ""
    tool_id: str = ""
    tool_name: str = ""
    tool_kwargs: JsonObject = {}
    choices: tuple[str, ...] = ()


class UserAnswer(HumanResponseEvent):
    """A `HumanResponseEvent` as the log has it; `request_id` is that of its question."""

    request_id: str = ""
    response: str = ""
    reason: str = ""
    tool_name: str = ""


class InternalEvent(Event):
    """An event about the engine itself; only readers that ask for it (`expose_internal`) see it."""


class StepState(StrEnum):
    """What a step is doing."""

    PREPARING = "preparing"
    RUNNING = "running"
    NOT_RUNNING = "not_running"


class StepStateChanged(InternalEvent):
    """A step began or ended; `step_state` is "preparing", "running" or "not_running"."""

    name: str
    step_state: str
    worker_id: str = "0"
    input_event_name: str = ""
    output_event_name: str | None = None


class WorkflowIdleEvent(InternalEvent):
    """Nothing runs until an event is sent into the run."""


class UnhandledEvent(InternalEvent):
    """An event was sent that no step takes and no wait fits."""

    event_type: str
    qualified_name: str = ""
    step_name: str | None = None
    idle: bool = False
