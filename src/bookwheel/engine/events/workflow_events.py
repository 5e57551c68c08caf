"""The events of a workflow's run: its start, its ends, questions to the user, and events about the engine."""

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
    """The last event of a successful run; `result` is the result of the run.

    The last event of every run is exactly one `StopEvent` or subclass; `reason` says how the run ended.
    """

    reason: ClassVar[str] = "completed"
    _result: Any = None

    def __init__(self, result: Any = None, **values: Any) -> None:
        super().__init__(**values)
        self._result = result

    @property
    def result(self) -> Any:
        """The result of the run."""
        return self._result

    def __str__(self) -> str:
        return str(self._result) if type(self) is StopEvent else super().__str__()

    def _fields(self) -> dict[str, Any]:
        # Not a field of a subclass: there the event itself is the result of the run.
        return {"result": self._result, **super()._fields()} if type(self) is StopEvent else super()._fields()


class WorkflowCancelledEvent(StopEvent):
    """The last event of a run that was cancelled."""

    reason: ClassVar[str] = "cancelled"


class WorkflowTimedOutEvent(StopEvent):
    """The last event of a run that took longer than `timeout` seconds; `active_steps` were running."""

    reason: ClassVar[str] = "timed out"
    timeout: float = 0.0
    active_steps: list[str] = []


class WorkflowFailedEvent(StopEvent):
    """The last event of a run in which the step `step_name` failed with `exception`."""

    reason: ClassVar[str] = "failed"
    step_name: str = ""
    exception: BaseException | None = None
    attempts: int = 1
    elapsed_seconds: float = 0.0


class StepFailedEvent(Event):
    """Passed to an error step: the step `step_name` failed on `input_event` after all retries, at `failed_at` (UTC)."""

    step_name: str
    input_event: Event | None
    exception: Exception
    attempts: int = 1
    elapsed_seconds: float = 0.0
    failed_at: datetime | None = None


class InputRequiredEvent(Event):
    """A question to a human; it may have any fields, and `prefix` usually holds the question.

    A question of a tool also has `request_id`, `tool_id`, `tool_name` and `tool_kwargs`, and `choices` if only certain
    answers are allowed. Answer it with a `HumanResponseEvent`, with the same `request_id` if it has one.
    """


class HumanResponseEvent(Event):
    """A human's answer; it may have any fields, and `response` usually holds the answer."""


class UserQuestion(InputRequiredEvent):
    """A logged `InputRequiredEvent`; `choices` are the allowed answers, () for any.

    `rule` is what a lasting permission would save, "" where it covers all further calls of the tool. `may_edit`: the
    answer may have other arguments for the tool, as `edited_kwargs`. `may_refuse`: the run goes on when it is refused.
    `behind` calls are asked about after this one, unless its answer covers them.
    `branch` is the branch of a research run that asks, "" for others.
    """

    request_id: str = ""
    prefix: str = ""
    tool_id: str = ""
    tool_name: str = ""
    tool_kwargs: JsonObject = {}
    choices: tuple[str, ...] = ()
    rule: str = ""
    may_edit: bool = False
    may_refuse: bool = False
    behind: int = 0
    branch: str = ""


class UserAnswer(HumanResponseEvent):
    """A logged `HumanResponseEvent`; `request_id` is that of its question.

    `rule` is the lasting permission that goes with it, `edited_kwargs` the arguments that run where the user changed
    them.
    """

    request_id: str = ""
    response: str = ""
    reason: str = ""
    tool_name: str = ""
    rule: str = ""
    edited_kwargs: JsonObject | None = None


class InternalEvent(Event):
    """An event about the engine itself; only readers that ask for it (`expose_internal`) see it."""


class StepState(StrEnum):
    """The state of a step."""

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
    """The run waits for an event from outside."""


class UnhandledEvent(InternalEvent):
    """An event was sent that no step and no wait takes."""

    event_type: str
    qualified_name: str = ""
    step_name: str | None = None
    idle: bool = False
