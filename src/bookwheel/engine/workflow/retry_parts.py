"""`retry_policy(retry=…, wait=…, stop=…)`: which errors are retried, after what time, and until when.

The parts are combined with `&` and `|` (waits with `+`). Seconds may be numbers or `timedelta`s. `attempts` counts from
1, retries (the argument of a wait) from 0.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import field
from datetime import timedelta

from bookwheel.engine.workflow.retry import RetryPolicy
from bookwheel.lazy_dataclass import dataclass

Seconds = float | timedelta
ErrorTypes = type[BaseException] | tuple[type[BaseException], ...]
Wait = Callable[[int, "random.Random | None"], float]
Stop = Callable[[int, float, float], bool]


@dataclass(frozen=True, slots=True)
class RetryCondition:
    """Whether an error is worth another attempt."""

    test: Callable[[BaseException], bool]

    def __call__(self, error: BaseException) -> bool:
        return self.test(error)

    def __and__(self, other: Callable[[BaseException], bool]) -> RetryCondition:
        return retry_all(self, other)

    def __or__(self, other: Callable[[BaseException], bool]) -> RetryCondition:
        return retry_any(self, other)


def retry_if_exception(predicate: Callable[[BaseException], bool]) -> RetryCondition:
    """Retry when `predicate(error)` is true."""
    return RetryCondition(predicate)


def retry_if_exception_type(exception_types: ErrorTypes = Exception) -> RetryCondition:
    """Retry errors of these types."""
    return RetryCondition(lambda error: isinstance(error, exception_types))


def retry_if_not_exception_type(exception_types: ErrorTypes = Exception) -> RetryCondition:
    """Retry all errors except those of these types."""
    return RetryCondition(lambda error: not isinstance(error, exception_types))


retry_unless_exception_type = retry_if_not_exception_type


def retry_if_exception_message(
    message: str | None = None, match: str | re.Pattern[str] | None = None
) -> RetryCondition:
    """Retry when the text of the error is `message`, or the pattern `match` is found in it; TypeError for both."""
    if (message is None) == (match is None):
        raise TypeError("Give retry_if_exception_message either message= or match=.")
    return RetryCondition(
        lambda error: str(error) == message if match is None else re.search(match, str(error)) is not None
    )


def retry_if_not_exception_message(
    message: str | None = None, match: str | re.Pattern[str] | None = None
) -> RetryCondition:
    """Retry unless the text of the error is `message` or matches `match`."""
    fits = retry_if_exception_message(message, match)
    return RetryCondition(lambda error: not fits(error))


def retry_if_exception_cause_type(exception_types: ErrorTypes = Exception) -> RetryCondition:
    """Retry when a cause of the error (`raise … from`) is of these types."""

    def has_cause(error: BaseException) -> bool:
        cause = error.__cause__
        return cause is not None and (isinstance(cause, exception_types) or has_cause(cause))

    return RetryCondition(has_cause)


def retry_any(*retries: Callable[[BaseException], bool]) -> RetryCondition:
    """Retry when one of the conditions holds."""
    return RetryCondition(lambda error: any(retry(error) for retry in retries))


def retry_all(*retries: Callable[[BaseException], bool]) -> RetryCondition:
    """Retry when all conditions hold."""
    return RetryCondition(lambda error: all(retry(error) for retry in retries))


def retry_always() -> RetryCondition:
    """Retry every error."""
    return RetryCondition(lambda error: True)


def retry_never() -> RetryCondition:
    """Never retry."""
    return RetryCondition(lambda error: False)


@dataclass(frozen=True, slots=True)
class WaitStrategy:
    """Seconds before the next attempt; the same `seed` gives the same random part."""

    wait: Wait

    def __call__(self, attempts: int, *, seed: int | None = None) -> float:
        return self.wait(attempts, None if seed is None else random.Random(seed))

    def __add__(self, other: WaitStrategy) -> WaitStrategy:
        return wait_combine(self, other)

    def __radd__(self, other: object) -> WaitStrategy:
        return self if other == 0 else NotImplemented


def wait_fixed(wait: Seconds) -> WaitStrategy:
    """Always wait the same time."""
    seconds = _seconds(wait)
    return WaitStrategy(lambda retry, chance: seconds)


def wait_none() -> WaitStrategy:
    """Do not wait."""
    return wait_fixed(0)


def wait_exponential(
    multiplier: float = 1.0, exp_base: float = 2.0, max: Seconds = 60.0, min: Seconds = 0.0
) -> WaitStrategy:
    """`multiplier * exp_base ** retry`, between `min` and `max`."""
    return WaitStrategy(lambda retry, chance: _growing(retry, multiplier, exp_base, _seconds(min), _seconds(max)))


def wait_incrementing(start: Seconds = 0.0, increment: Seconds = 100.0, max: Seconds = float("inf")) -> WaitStrategy:
    """`start`, and `increment` more each time, at most `max`."""
    first, more, most = _seconds(start), _seconds(increment), _seconds(max)
    return WaitStrategy(lambda retry, chance: _between(0.0, first + more * retry, most))


def wait_random(min: Seconds = 0.0, max: Seconds = 1.0) -> WaitStrategy:
    """A random time between `min` and `max`."""
    return WaitStrategy(lambda retry, chance: (chance or _CHANCE).uniform(_seconds(min), _seconds(max)))


def wait_exponential_jitter(
    initial: float = 1.0, exp_base: float = 2.0, max: float = 60.0, jitter: float = 1.0
) -> WaitStrategy:
    """As `wait_exponential`, plus a random time of up to `jitter`, at most `max`."""

    def wait(retry: int, chance: random.Random | None) -> float:
        base = _growing(retry, initial, exp_base, 0.0, max)
        return _between(0.0, base + (chance or _CHANCE).uniform(0, jitter), max)

    return WaitStrategy(wait)


def wait_random_exponential(
    multiplier: float = 1.0, exp_base: float = 2.0, max: Seconds = 60.0, min: Seconds = 0.0
) -> WaitStrategy:
    """A random time between `min` and the time of `wait_exponential`."""
    least, most = _seconds(min), _seconds(max)

    def wait(retry: int, chance: random.Random | None) -> float:
        return (chance or _CHANCE).uniform(least, _growing(retry, multiplier, exp_base, least, most))

    return WaitStrategy(wait)


wait_full_jitter = wait_random_exponential


def wait_chain(*strategies: WaitStrategy) -> WaitStrategy:
    """Use the strategies one after the other, then the last one for all further retries. Raises ValueError for none."""
    if not strategies:
        raise ValueError("wait_chain needs at least one strategy.")
    last = len(strategies) - 1
    return WaitStrategy(lambda retry, chance: strategies[retry if retry < last else last].wait(retry, chance))


def wait_combine(*strategies: WaitStrategy) -> WaitStrategy:
    """Wait for the sum of the strategies."""
    return WaitStrategy(lambda retry, chance: sum(strategy.wait(retry, chance) for strategy in strategies))


@dataclass(frozen=True, slots=True)
class StopCondition:
    """Whether no further attempt is made."""

    stop: Stop

    def __call__(self, attempts: int, elapsed_time: float, *, upcoming_sleep: float = 0.0) -> bool:
        return self.stop(attempts, elapsed_time, upcoming_sleep)

    def __and__(self, other: StopCondition) -> StopCondition:
        return stop_all(self, other)

    def __or__(self, other: StopCondition) -> StopCondition:
        return stop_any(self, other)


def stop_after_attempt(max_attempt_number: int) -> StopCondition:
    """Stop after this many attempts."""
    return StopCondition(lambda attempts, elapsed, sleep: attempts >= max_attempt_number)


def stop_after_delay(max_delay: Seconds) -> StopCondition:
    """Stop when this time has passed since the first attempt."""
    return StopCondition(lambda attempts, elapsed, sleep: elapsed >= _seconds(max_delay))


def stop_before_delay(max_delay: Seconds) -> StopCondition:
    """Stop when the next wait would end more than this time after the first attempt."""
    return StopCondition(lambda attempts, elapsed, sleep: elapsed + sleep >= _seconds(max_delay))


def stop_any(*stops: StopCondition) -> StopCondition:
    """Stop when one condition holds."""
    return StopCondition(lambda attempts, elapsed, sleep: any(stop.stop(attempts, elapsed, sleep) for stop in stops))


def stop_all(*stops: StopCondition) -> StopCondition:
    """Stop when all conditions hold."""
    return StopCondition(lambda attempts, elapsed, sleep: all(stop.stop(attempts, elapsed, sleep) for stop in stops))


def stop_never() -> StopCondition:
    """Never stop."""
    return StopCondition(lambda attempts, elapsed, sleep: False)


@dataclass(frozen=True, slots=True)
class ComposedRetryPolicy:
    """A policy of three parts; without `retry` every error is retried."""

    retry: Callable[[BaseException], bool] | None = None
    wait: WaitStrategy = field(default_factory=lambda: wait_fixed(5))
    stop: StopCondition = field(default_factory=lambda: stop_after_attempt(3))

    def next(self, elapsed_time: float, attempts: int, error: Exception, *, seed: int | None = None) -> float | None:
        """As `RetryPolicy.next`."""
        if self.retry is not None and not self.retry(error):
            return None
        delay = self.wait(max(attempts - 1, 0), seed=seed)
        return None if self.stop(attempts, elapsed_time, upcoming_sleep=delay) else delay


def retry_policy(
    retry: Callable[[BaseException], bool] | None = None,
    wait: WaitStrategy | None = None,
    stop: StopCondition | None = None,
) -> RetryPolicy:
    """A policy for `@step(retry_policy=…)`; the default is three attempts for every error, 5 seconds apart."""
    return ComposedRetryPolicy(retry, wait or wait_fixed(5), stop or stop_after_attempt(3))


_CHANCE = random.Random()


def _seconds(value: Seconds) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else float(value)


def _between(least: float, value: float, most: float) -> float:
    return max(least, min(value, most))


def _growing(retry: int, multiplier: float, base: float, least: float, most: float) -> float:
    return max(0.0, least, min(multiplier * base**retry, most))
