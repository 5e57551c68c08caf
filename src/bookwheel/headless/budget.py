"""How much of a run's limits is used up."""

from __future__ import annotations

from bookwheel.headless.limits import Limits
from bookwheel.transcript import fields
from bookwheel.transcript.answer import RunAnswer

_MILLION = 1_000_000


class Budget:
    """Counts along with the events of a run.

    `exceeded` says in words which limit the run has gone beyond, `must_stop` whether it has to be stopped for it: an
    agent whose rounds are used up ends by itself, with an answer from what it knows.
    """

    def __init__(self, limits: Limits) -> None:
        self.exceeded = ""
        self.must_stop = False
        self._limits = limits
        self._turns = 0

    def count(self, kind: str, answer: RunAnswer) -> None:
        """One more event of this kind; `answer` has seen it already."""
        limits = self._limits
        self._turns += kind == "AgentInput"
        if limits.max_turns is not None and self._turns > limits.max_turns:
            self.exceeded = f"--max-turns {limits.max_turns}: the agent wanted another round"
            self.must_stop = self.must_stop or self._turns > limits.max_turns + 1
        if limits.max_cost is not None and (cost := self._cost(answer)) > limits.max_cost:
            self.exceeded = f"--max-cost {limits.max_cost:g}: the run has cost {cost:.4f}"
            self.must_stop = True

    def _cost(self, answer: RunAnswer) -> float:
        usage = answer.usage()
        prompt = fields.integer(usage, "prompt_tokens") or 0
        completion = max(fields.integer(usage, "completion_tokens") or 0, answer.streamed_tokens)
        return (prompt * self._limits.prompt_price + completion * self._limits.completion_price) / _MILLION
