"""When a failed step is tried again, and after how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class RetryPolicy(Protocol):
    """Decides after each failure of a step."""

    def next(self, elapsed_time: float, attempts: int, error: Exception) -> float | None:
        """Seconds to wait before the next attempt; None to give up. `attempts` counts those made, from 1."""
        ...


@dataclass(frozen=True, slots=True)
class ConstantDelayRetryPolicy:
    """Tries again after the same `delay` in seconds, up to `maximum_attempts` in all."""

    maximum_attempts: int = 3
    delay: float = 5.0

    def next(self, elapsed_time: float, attempts: int, error: Exception) -> float | None:
        return self.delay if attempts < self.maximum_attempts else None


@dataclass(frozen=True, slots=True)
class ExponentialBackoffRetryPolicy:
    """Waits `initial_delay` seconds, then `multiplier` times as long each time, never longer than `max_delay`."""

    maximum_attempts: int = 5
    initial_delay: float = 1.0
    multiplier: float = 2.0
    max_delay: float = 60.0

    def next(self, elapsed_time: float, attempts: int, error: Exception) -> float | None:
        if attempts >= self.maximum_attempts:
            return None
        return min(self.initial_delay * self.multiplier ** (attempts - 1), self.max_delay)
