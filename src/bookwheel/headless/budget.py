"""What a run may cost: rounds with the model and money; how much of both is used up."""

from __future__ import annotations

from dataclasses import dataclass

from bookwheel.engine.event_log import EventRecord
from bookwheel.transcript import fields
from bookwheel.transcript.answer import RunAnswer

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one run; None is no limit. Prices are for a million tokens."""

    max_turns: int | None = None
    max_cost: float | None = None
    prompt_price: float = 0.0
    completion_price: float = 0.0


class Budget:
    """Counts along with the events of a run."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._turns = 0

    def exceeded(self, record: EventRecord, answer: RunAnswer) -> str:
        """The limit that the run has gone beyond with this record, in words; empty while it is within all of them."""
        limits = self._limits
        if fields.kind(record.type, record.data) == "AgentInput":
            self._turns += 1
        if limits.max_turns is not None and self._turns > limits.max_turns:
            return f"--max-turns {limits.max_turns}: the agent wanted another round"
        if limits.max_cost is not None and (cost := self._cost(answer)) > limits.max_cost:
            return f"--max-cost {limits.max_cost:g}: the run has cost {cost:.4f}"
        return ""

    def _cost(self, answer: RunAnswer) -> float:
        usage = answer.usage()
        prompt = fields.integer(usage, "prompt_tokens") or 0
        completion = max(fields.integer(usage, "completion_tokens") or 0, answer.streamed_tokens)
        return (prompt * self._limits.prompt_price + completion * self._limits.completion_price) / _MILLION
