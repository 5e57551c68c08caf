"""What a run may take: rounds with the model, money, time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one run; None is no limit. Prices are for a million tokens."""

    max_turns: int | None = None
    max_cost: float | None = None
    time_limit_s: float | None = None
    prompt_price: float = 0.0
    completion_price: float = 0.0
