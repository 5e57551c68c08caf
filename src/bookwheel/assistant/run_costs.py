"""What runs cost, by the price of the model, and the limits of it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from bookwheel.engine.events.run_events import RunError, RunUsage
from bookwheel.engine.llms.price_table import ModelPrice, shown_cost
from bookwheel.errors import LimitReachedError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.transcript.answer import CHARS_PER_TOKEN

# Eight passages of some 250 tokens, and the instructions.
PROMPT_TOKENS = 2_200


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLimits:
    """What stops a run: `time_limit_s` in seconds of wall time, `max_cost` in dollars; None means no limit.

    A session that has cost more than `max_session_cost` accepts no further question.
    """

    time_limit_s: float | None = None
    max_cost: float | None = None
    max_session_cost: float | None = None


@runtime_checkable
class PricedSource(Protocol):
    """A workflow source that knows its model: its price (None where it is not known) and its window in tokens.

    Both are known once the model is decided; before that `window` is 0.
    """

    @property
    def price(self) -> ModelPrice | None: ...

    @property
    def window(self) -> int: ...


class RunCosts:
    """Costs in dollars for the models of `source`, if it knows their prices; None where a price is not known."""

    def __init__(self, source: object, limits: RunLimits) -> None:
        self._source = source if isinstance(source, PricedSource) else None
        self._limits = limits

    @property
    def price(self) -> ModelPrice | None:
        """The price of the model, once it is decided."""
        return self._source.price if self._source is not None else None

    @property
    def window(self) -> int:
        """The model's window in tokens; 0 where it is not known."""
        return self._source.window if self._source is not None else 0

    def cost_of(self, usage: RunUsage) -> float | None:
        """What these tokens cost."""
        price = self.price
        return price.cost(usage.prompt_tokens, usage.completion_tokens) if price is not None else None

    def estimate(self, characters: int) -> tuple[int, float | None]:
        """About how many tokens a prompt of so many characters takes with its passages, and what they cost."""
        tokens = characters // CHARS_PER_TOKEN + PROMPT_TOKENS
        return tokens, self.cost_of(RunUsage(prompt_tokens=tokens))

    def check_session(self, cost: float) -> None:
        """Raises LimitReachedError for a session that has cost too much for a further question."""
        most = self._limits.max_session_cost
        if most is not None and cost > most:
            raise LimitReachedError(
                f"This session has cost {shown_cost(cost)}, more than limits.max_session_cost ({shown_cost(most)}).",
                hint="Begin a new session (/new), or raise the limit in the settings.",
            )

    def note(self, model: str) -> str:
        """That a limit has no effect, because the price of the decided model is not known; "" otherwise."""
        has_limit = self._limits.max_cost is not None or self._limits.max_session_cost is not None
        if not has_limit or self.price is not None or not self.window:
            return ""
        return f"The limit on cost has no effect: the price of {model} is not known (set it in [model])."

    def excess(self, cost: float | None) -> RunError | None:
        """Why a run that has cost so much must stop; None when it may continue."""
        most = self._limits.max_cost
        if most is None or cost is None or cost <= most:
            return None
        return RunError(
            type="LimitReachedError",
            message=f"Stopped: the answer has cost {shown_cost(cost)}, more than limits.max_cost ({shown_cost(most)}).",
            hint="Raise the limit in the settings, or ask for less.",
        )
