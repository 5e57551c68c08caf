"""How the work on an input grows with its length, compared with itself, so that a slow machine changes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

# Four times the input takes four times the work when it is linear, sixteen times when it is quadratic.
TIMES = 4
_MOST = 9.0
_TRIES = 4


def grows_linearly(work: Callable[[str], object], piece: str, count: int) -> bool:
    """Whether `work` on four times `count` repetitions of `piece` computes at most nine times as long as on `count`.

    Both should take some hundredths of a second, or less where nearly nothing is done.
    """
    return is_linear(lambda n: piece * n, work, count)


def is_linear(make: Callable[[int], str], work: Callable[[str], object], count: int) -> bool:
    """As `grows_linearly`, of what `make` gives for a count.

    The best of a few tries of each counts: another program that takes the processor's caches only makes one slower.
    """
    small, large = make(count), make(TIMES * count)
    least = [float("inf"), float("inf")]
    for _ in range(_TRIES):
        least = [min(known, _seconds(work, text)) for known, text in zip(least, (small, large), strict=True)]
        if least[1] <= max(_MOST * least[0], _NOTHING_S):
            return True
    return False


def is_cheap(work: Callable[[], object], beside: Callable[[], object]) -> bool:
    """Whether `work` computes less than a fifth as long as `beside`, which does what it should not do."""
    return min(_seconds(lambda _: work(), "") for _ in range(_TRIES)) < _seconds(lambda _: beside(), "") / 5


_NOTHING_S = 0.005


def _seconds(work: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    work(text)
    return time.process_time() - started
