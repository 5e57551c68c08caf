"""The facts of the status line, kept in step with the events of a run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from bookwheel.assistant.run_costs import RunCosts
from bookwheel.assistant.updates import DeskStatus, Phase
from bookwheel.engine.events.agent_events import AgentInput, AgentOutput, AgentStream, ToolCall, ToolCallResult
from bookwheel.engine.events.event_base import SideEvent
from bookwheel.engine.events.logged_events import LoggedEvent, StepEvent, UserAnswer, UserQuestion
from bookwheel.engine.events.run_events import Retrieval, RunFinished, RunStarted, RunUsage
from bookwheel.engine.events.workflow_events import InternalEvent
from bookwheel.engine.record import EventRecord
from bookwheel.markup.counted import counted
from bookwheel.transcript.answer import CHARS_PER_TOKEN, RunAnswer

_PUBLISH_EVERY_S = 1.0
_RUNNING_NUMBERS = ("prompt_tokens", "completion_tokens", "estimated", "cost", "tokens_per_s", "ttft_s")


class StatusBoard:
    """Holds the status and publishes each change of it; running numbers at most once a second.

    `cost` is that of the run so far, also where the published one is older.
    """

    def __init__(
        self,
        publish: Callable[[DeskStatus], None],
        status: DeskStatus,
        costs: RunCosts,
    ) -> None:
        self._publish = publish
        self._costs = costs
        self._status = status
        self._published = 0.0
        self._newer: DeskStatus | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.cost: float | None = None
        self._first_t: float | None = None
        self._started_t = 0.0

    @property
    def status(self) -> DeskStatus:
        return self._status

    def change(self, status: DeskStatus) -> None:
        """Publish `status` if anything in it is new."""
        if status != self._status:
            self._status = status
            self._published = time.monotonic()
            self._publish(status)

    def forget_costs(self) -> None:
        """Reset the token counts and times when the session changes."""
        self._newer = None
        self.change(_without_costs(self._status))

    def follow(self, record: EventRecord, answer: RunAnswer | None) -> None:
        """Take from an event what the status line shows; `answer` is that of the run."""
        event = record.event
        status = self._with_context(_with_phase(self._status, event), event)
        is_running_number = False
        match event:
            case RunStarted():
                self._started_t, self._first_t = record.t, None
                status = _without_costs(status)
            case RunFinished():
                status = self._with_usage(status, event.usage or RunUsage(), record.t)
            case AgentStream():
                status = self._with_answer(self._with_first(status, event, record.t), answer, record.t)
                is_running_number = status.phase == self._status.phase
            case AgentOutput():
                status = self._with_answer(status, answer, record.t)
            case Retrieval() | AgentInput() | ToolCall() | ToolCallResult() | UserQuestion() | UserAnswer():
                pass
            case SideEvent() | InternalEvent():
                pass
            case _:
                assert_never(event)
        self.cost = status.cost
        if not is_running_number or time.monotonic() - self._published > _PUBLISH_EVERY_S:
            self._newer = None
            self.change(status)
        else:
            self._publish_later(status)

    def _publish_later(self, status: DeskStatus) -> None:
        """Publish these numbers in a second, if no event does before: a model may pause in the middle of an answer."""
        self._newer = status
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_PUBLISH_EVERY_S, self._publish_newer)

    def _publish_newer(self) -> None:
        self._timer = None
        if self._newer is not None and self._newer.phase == self._status.phase:
            numbers = {name: getattr(self._newer, name) for name in _RUNNING_NUMBERS}
            self.change(replace(self._status, **numbers))
        self._newer = None

    def _with_answer(self, status: DeskStatus, answer: RunAnswer | None, t: float) -> DeskStatus:
        """With the tokens spent so far, as counted or estimated."""
        if answer is None:
            return status
        usage = answer.usage()
        written = max(usage.completion_tokens, answer.streamed_tokens)
        return self._with_usage(status, replace(usage, completion_tokens=written), t)

    def _with_first(self, status: DeskStatus, event: AgentStream, t: float) -> DeskStatus:
        if self._first_t is None and (event.delta or event.thinking_delta):
            self._first_t = t
            return replace(status, ttft_s=t - self._started_t)
        return status

    def _with_context(self, status: DeskStatus, event: LoggedEvent) -> DeskStatus:
        if not isinstance(event, AgentInput) or not self._costs.window:
            return status
        tokens = sum(len(message.content or "") for message in event.input) / CHARS_PER_TOKEN
        return replace(status, context_share=tokens / self._costs.window)

    def _with_usage(self, status: DeskStatus, usage: RunUsage, t: float) -> DeskStatus:
        return replace(
            status,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            estimated=usage.estimated,
            cost=self._costs.cost_of(usage),
            tokens_per_s=self._rate(usage.completion_tokens, t),
        )

    def _rate(self, tokens: int, t: float) -> float | None:
        seconds = t - self._first_t if self._first_t is not None else 0.0
        return tokens / seconds if seconds > 0.1 else None


def _without_costs(status: DeskStatus) -> DeskStatus:
    return replace(
        status, prompt_tokens=0, completion_tokens=0, ttft_s=None, tokens_per_s=None, cost=None, context_share=None
    )


def _with_phase(status: DeskStatus, event: LoggedEvent) -> DeskStatus:
    match event:
        case RunStarted():
            return replace(status, phase="searching" if event.mode == "query" else "asking", phase_detail="")
        case RunFinished():
            return replace(status, phase="idle", phase_detail="")
        case SideEvent() | InternalEvent():
            return status
        case _:
            phase, detail = _step_phase(status, event)
            return replace(status, phase=phase, phase_detail=detail)


def _step_phase(status: DeskStatus, event: StepEvent) -> tuple[Phase, str]:
    """What the run does after this event, and with what."""
    same = status.phase, status.phase_detail
    match event:
        case Retrieval():
            return "asking", counted(len(event.nodes), "passage")
        case AgentInput():
            return "asking", status.phase_detail if status.phase == "asking" else ""
        case AgentStream():
            phase: Phase = "writing" if event.delta else "thinking"
            return (phase, "") if event.delta or event.thinking_delta else same
        case ToolCall():
            return "tool", event.tool_name
        case UserQuestion():
            return "waiting", event.tool_name or event.prefix
        case UserAnswer():
            return "tool" if event.tool_name else "asking", ""
        case AgentOutput() | ToolCallResult() | SideEvent():
            return same
        case _:
            assert_never(event)
