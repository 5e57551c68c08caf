"""How fast the connection to the terminal is, and how often frames are drawn for it.

The terminal's answer to the first question (see `theme_choice`) gives the time of one round trip. Writes that the
terminal has not taken when the next frame comes mean a slow line too, for a while.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

LOCAL_FRAME_S, REMOTE_FRAME_S, SLOW_FRAME_S = 1 / 30, 1 / 15, 1 / 8
SLOW_TRIP_S = 0.12
"""A round trip from which a line counts as slow."""
MAX_LATE = 3
"""Frames in succession that found the one before not taken."""
SLOW_FOR_S = 30.0
"""How long a line stays slow after a late write."""


class LineSense:
    """`setting` is "auto", "on" (the line is slow) or "off" (it is not)."""

    def __init__(self, setting: str, clock: Callable[[], float], environ: Mapping[str, str] = os.environ) -> None:
        self._setting = setting
        self._clock = clock
        self._is_remote = bool(environ.get("SSH_CONNECTION"))
        self._trip_s: float | None = None
        self._late = 0
        self._slow_until = float("-inf")

    def answered(self, trip_s: float) -> None:
        """The terminal has answered after this time; the first answer counts."""
        self._trip_s = trip_s if self._trip_s is None else self._trip_s

    def wrote(self, *, is_late: bool) -> None:
        """A frame comes, and the one before has not been taken by the terminal, or has."""
        self._late = self._late + 1 if is_late else 0
        if self._late >= MAX_LATE:
            self._slow_until = self._clock() + SLOW_FOR_S

    @property
    def is_slow(self) -> bool:
        if self._setting != "auto":
            return self._setting == "on"
        return (self._trip_s or 0.0) > SLOW_TRIP_S or self._clock() < self._slow_until

    @property
    def frame_s(self) -> float:
        """Seconds between two frames of an answer that is being written."""
        if self.is_slow:
            return SLOW_FRAME_S
        return REMOTE_FRAME_S if self._is_remote and self._setting == "auto" else LOCAL_FRAME_S

    @property
    def text(self) -> str:
        """Such as "link 180 ms, slow"; "" where nothing is known."""
        trip = f"link {self._trip_s * 1000:.0f} ms" if self._trip_s is not None else ""
        return ", ".join(filter(None, (trip, "slow line" if self.is_slow else "")))
