"""Retry policies: whether a failed step is tried again, and after what time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bookwheel.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from datetime import datetime


class RetryPolicy(Protocol):
    """Decides after each failure of a step whether it is tried again."""

    def next(self, elapsed_time: float, attempts: int, error: Exception) -> float | None:
        """Seconds to wait before the next attempt; None to give up. `attempts` counts those made, from 1."""
        ...


@dataclass(frozen=True, slots=True)
class RetryInfo:
    """The earlier attempts of a step: their number, the seconds they took, the last error and its time (UTC)."""

    retry_number: int = 0
    elapsed_seconds: float = 0.0
    last_exception: Exception | None = None
    last_failed_at: datetime | None = None

    @classmethod
    def after(cls, attempts: int, elapsed_seconds: float, error: Exception) -> RetryInfo:
        """The info for the attempt after `attempts` failed ones."""
        from datetime import UTC, datetime

        return cls(attempts, elapsed_seconds, error, datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class ConstantDelayRetryPolicy:
    """Tries again after the same `delay` in seconds, up to `maximum_attempts` in all."""

    maximum_attempts: int = 3
    delay: float = 5.0

    def next(self, elapsed_time: float, attempts: int, error: Exception) -> float | None:
        return self.delay if attempts < self.maximum_attempts else None


@dataclass(frozen=True, slots=True)
class ExponentialBackoffRetryPolicy:
    """Waits `initial_delay` seconds, then `multiplier` times as long each time, never longer than `max_delay`.

    With `jitter` each wait is a random time between half of that and all of it.
    """

    maximum_attempts: int = 5
    initial_delay: float = 1.0
    multiplier: float = 2.0
    max_delay: float = 60.0
    jitter: bool = False

    def next(self, elapsed_time: float, attempts: int, error: Exception) -> float | None:
        if attempts >= self.maximum_attempts:
            return None
        delay = min(self.initial_delay * self.multiplier ** (attempts - 1), self.max_delay)
        # At least half, so that a failing endpoint is not called again at once.
        if not self.jitter:
            return delay
        from random import uniform

        return delay * uniform(0.5, 1.0)
