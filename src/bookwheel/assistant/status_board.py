"""The facts of the status line, kept in step with the events of a run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from bookwheel.assistant.updates import DeskStatus, Phase
from bookwheel.engine.record import EventRecord
from bookwheel.transcript import fields
from bookwheel.transcript.answer import RunAnswer

_PUBLISH_EVERY_S = 0.25


class StatusBoard:
    """Holds the status and publishes each change of it; numbers that run along, at most four times a second."""

    def __init__(self, publish: Callable[[DeskStatus], None], status: DeskStatus) -> None:
        self._publish = publish
        self._status = status
        self._published = 0.0
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
        """What the last run took is no matter of the session that comes now."""
        self.change(_without_costs(self._status))

    def follow(self, record: EventRecord, answer: RunAnswer | None) -> None:
        """Take from an event what the status line shows; `answer` is that of the run."""
        status = self._status
        kind = fields.kind(record.type, record.data)
        if kind == "RunStarted":
            self._started_t, self._first_t = record.t, None
            status = _without_costs(status)
        status = _with_phase(status, kind, record)
        if kind == "AgentStream":
            status = self._with_first(status, record)
        if kind == "RunFinished":
            status = self._with_end(status, record)
        elif answer is not None and kind in ("AgentStream", "AgentOutput"):
            status = self._with_tokens(status, answer, record.t)
        is_running_number = kind == "AgentStream" and status.phase == self._status.phase
        if not is_running_number or time.monotonic() - self._published > _PUBLISH_EVERY_S:
            self.change(status)

    def _with_first(self, status: DeskStatus, record: EventRecord) -> DeskStatus:
        if self._first_t is None and (fields.text(record.data, "delta") or fields.text(record.data, "thinking_delta")):
            self._first_t = record.t
            return replace(status, ttft_s=record.t - self._started_t)
        return status

    def _with_tokens(self, status: DeskStatus, answer: RunAnswer, t: float) -> DeskStatus:
        usage = answer.usage()
        completion = max(fields.integer(usage, "completion_tokens") or 0, answer.streamed_tokens)
        return replace(
            status,
            prompt_tokens=fields.integer(usage, "prompt_tokens") or 0,
            completion_tokens=completion,
            estimated=usage.get("estimated") is True,
            tokens_per_s=self._rate(completion, t),
        )

    def _with_end(self, status: DeskStatus, record: EventRecord) -> DeskStatus:
        usage = fields.obj(record.data, "usage")
        completion = fields.integer(usage, "completion_tokens") or 0
        return replace(
            status,
            prompt_tokens=fields.integer(usage, "prompt_tokens") or 0,
            completion_tokens=completion,
            estimated=usage.get("estimated") is True,
            tokens_per_s=self._rate(completion, record.t),
        )

    def _rate(self, tokens: int, t: float) -> float | None:
        seconds = t - self._first_t if self._first_t is not None else 0.0
        return tokens / seconds if seconds > 0.1 else None


def _without_costs(status: DeskStatus) -> DeskStatus:
    return replace(status, prompt_tokens=0, completion_tokens=0, ttft_s=None, tokens_per_s=None)


def _with_phase(status: DeskStatus, kind: str, record: EventRecord) -> DeskStatus:
    phase: Phase
    detail = ""
    match kind:
        case "RunStarted":
            phase = "searching" if fields.text(record.data, "mode") == "query" else "asking"
        case "Retrieval":
            phase, count = "asking", len(fields.objects(record.data, "nodes"))
            detail = "1 passage" if count == 1 else f"{count} passages"
        case "AgentInput":
            phase, detail = "asking", status.phase_detail if status.phase == "asking" else ""
        case "AgentStream" if fields.text(record.data, "delta"):
            phase = "writing"
        case "AgentStream" if fields.text(record.data, "thinking_delta"):
            phase = "thinking"
        case "ToolCall":
            phase, detail = "tool", fields.text(record.data, "tool_name")
        case "InputRequiredEvent":
            phase, detail = "waiting", fields.text(record.data, "tool_name") or fields.text(record.data, "prefix")
        case "HumanResponseEvent":
            phase = "tool" if fields.text(record.data, "tool_name") else "asking"
        case "RunFinished":
            phase = "idle"
        case _:
            return status
    return replace(status, phase=phase, phase_detail=detail)
