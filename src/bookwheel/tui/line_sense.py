"""How fast the connection to the terminal is, and how often frames are drawn for it.

The time until the terminal answers a question is measured at the start (see `theme_choice`) and after large frames.
Writes that the terminal has not taken when the next frame comes mean a slow line too, for a while.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Mapping

LOCAL_FRAME_S, REMOTE_FRAME_S, SLOW_FRAME_S = 1 / 30, 1 / 15, 1 / 8
SLOW_TRIP_S = 0.12
"""A round trip from which a line counts as slow."""
MAX_LATE = 3
"""Frames in succession that found the one before not taken."""
SLOW_FOR_S = 30.0
"""How long a line stays slow after a late write."""
JAM_S = 0.1
"""An answer this much later than twice the fastest one waited behind what was written before it."""
UNANSWERED_S = 10.0
"""After this time without an answer no question is asked any more: another terminal may be attached."""


class LineSense:
    """`setting` is "auto", "on" (the line is slow) or "off" (it is not)."""

    def __init__(self, setting: str, clock: Callable[[], float], environ: Mapping[str, str] = os.environ) -> None:
        self._setting = setting
        self._clock = clock
        self._is_remote = bool(environ.get("SSH_CONNECTION"))
        self._trips: deque[float] = deque(maxlen=2)
        self._fastest_s = float("inf")
        self._asked_at: float | None = None
        self._late = 0
        self._slow_until = float("-inf")
        self._is_silent = False

    def asked(self) -> None:
        """A question has been sent to the terminal."""
        self._asked_at = self._clock()

    def answered(self, t: float) -> None:
        """The terminal has answered, at this time; one slow answer among fast ones changes nothing."""
        if self._asked_at is not None:
            trip_s, self._asked_at = t - self._asked_at, None
            self._trips.append(trip_s)
            self._fastest_s = min(self._fastest_s, trip_s)

    def wrote(self, *, is_late: bool) -> None:
        """A frame comes, and the one before has not been taken by the terminal, or has."""
        self._late = self._late + 1 if is_late else 0
        if self._late >= MAX_LATE:
            self._slow_until = self._clock() + SLOW_FOR_S

    @property
    def waits_for_s(self) -> float | None:
        """For how long the terminal has not answered; None where nothing was asked."""
        if self._asked_at is None:
            return None
        waited = self._clock() - self._asked_at
        if waited > UNANSWERED_S:
            self._asked_at, self._is_silent = None, True
            return None
        return waited

    @property
    def may_ask(self) -> bool:
        """Whether the terminal answers, has answered the last question, and its speed matters."""
        return self._setting == "auto" and bool(self._trips) and self.waits_for_s is None and not self._is_silent

    @property
    def is_jammed(self) -> bool:
        """Whether what was written waits in the connection: the answer is late, or the one before was."""
        waits, limit = self.waits_for_s, 2 * self._fastest_s + JAM_S
        return waits is not None and (waits > limit or bool(self._trips and self._trips[-1] > limit))

    @property
    def is_slow(self) -> bool:
        if self._setting != "auto":
            return self._setting == "on"
        return self._trip_s > SLOW_TRIP_S or self.is_jammed or self._clock() < self._slow_until

    @property
    def frame_s(self) -> float:
        """Seconds between two frames of an answer that is being written, and between two large frames otherwise."""
        if self.is_slow:
            return SLOW_FRAME_S
        return REMOTE_FRAME_S if self._is_remote and self._setting == "auto" else LOCAL_FRAME_S

    @property
    def text(self) -> str:
        """Such as "link 180 ms, slow"; "" where nothing is known."""
        trip = f"link {self._trip_s * 1000:.0f} ms" if self._trips else ""
        return ", ".join(filter(None, (trip, "slow line" if self.is_slow else "")))

    @property
    def _trip_s(self) -> float:
        return min(self._trips, default=0.0)
