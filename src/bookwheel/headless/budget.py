"""The limits of a run, and whether it has reached them."""

from __future__ import annotations

from bookwheel.lazy_dataclass import dataclass
from bookwheel.transcript.answer import RunAnswer

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLimits:
    """Limits of one run; None means no limit. Prices are for a million tokens, in the currency of `max_cost`."""

    max_turns: int | None = None
    max_tokens: int | None = None
    max_cost: float | None = None
    time_limit_s: float | None = None
    prompt_price: float = 0.0
    completion_price: float = 0.0


class Budget:
    """Compares a run with its limits, event by event.

    `exceeded` names the limit that the run has exceeded; `must_stop` is whether the run must be stopped for it. An
    agent without rounds left needs no stop: it ends with an answer from what it has read.
    """

    def __init__(self, limits: AskLimits) -> None:
        self.exceeded = ""
        self.must_stop = False
        self._limits = limits

    def check(self, answer: RunAnswer) -> None:
        """Compare the run so far with its limits; `answer` has taken in each of its events."""
        limits = self._limits
        turns = answer.model_calls
        if limits.max_turns is not None and turns > limits.max_turns:
            self.exceeded = f"--max-turns {limits.max_turns}: the agent wanted another round"
            self.must_stop = self.must_stop or turns > limits.max_turns + 1
        if limits.max_tokens is not None and (tokens := self._tokens(answer)) > limits.max_tokens:
            self.exceeded = f"--max-tokens {limits.max_tokens}: the run has taken {tokens}"
            self.must_stop = True
        if limits.max_cost is not None and (cost := self._cost(answer)) > limits.max_cost:
            self.exceeded = f"--max-cost {_written(limits.max_cost)}: the run has cost {_dollars(cost)}"
            self.must_stop = True

    def refuse(self, answer: RunAnswer) -> None:
        """Note that a call was not made, because it could have exceeded a limit."""
        limits = self._limits
        if limits.max_tokens is not None:
            took = f"the run has taken {self._tokens(answer)}"
            self.exceeded = self.exceeded or f"--max-tokens {limits.max_tokens}: {took}, and the next call may not fit"
        elif limits.max_cost is not None:
            took = f"{_written(limits.max_cost)}: the run has cost {_dollars(self._cost(answer))}"
            self.exceeded = self.exceeded or f"--max-cost {took}, and the next call may not fit"

    @staticmethod
    def _tokens(answer: RunAnswer) -> int:
        usage = answer.usage()
        return usage.prompt_tokens + max(usage.completion_tokens, answer.streamed_tokens)

    def _cost(self, answer: RunAnswer) -> float:
        usage = answer.usage()
        completion = max(usage.completion_tokens, answer.streamed_tokens)
        return (usage.prompt_tokens * self._limits.prompt_price + completion * self._limits.completion_price) / _MILLION


def _dollars(cost: float) -> str:
    from bookwheel.engine.llms.price_table import shown_cost

    return shown_cost(cost)


def _written(number: float) -> str:
    """As a person writes it: `0.00001`, not `1e-05`."""
    return f"{number:.12f}".rstrip("0").rstrip(".")
