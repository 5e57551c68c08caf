"""How the work on an input grows with its length, compared with itself, so that a slow machine changes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

# Four times the input takes four times the work when it is linear, sixteen times when it is quadratic.
TIMES = 4
_MOST = 9.0


def grows_linearly(work: Callable[[str], object], piece: str, count: int) -> bool:
    """Whether `work` on four times `count` repetitions of `piece` computes at most nine times as long as on `count`.

    The better of two tries counts of each, which should take some hundredths of a second.
    """
    small, large = (min(_seconds(work, piece * n) for _ in range(2)) for n in (count, TIMES * count))
    return large <= _MOST * small


def _seconds(work: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    work(text)
    return time.process_time() - started
