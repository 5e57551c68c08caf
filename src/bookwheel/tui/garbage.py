"""Garbage is collected in passes too short to be noticed, and thoroughly in a quiet moment.

A pass scans what was made since the last one. For the pass over the 200,000 objects of a start a key waited 60 ms, and
for one over all objects 100 ms.
"""

from __future__ import annotations

import asyncio
import gc

YOUNG, OLDER = 2_000, 500
"""A pass over so many new objects takes half a millisecond; passes over older ones hardly come at all."""
QUIET_S = 1.0
FREEZES = 2
"""What stays for good is imported at the start and for the first answer, so it is not scanned after these two."""


class QuietCollector:
    """Call `note` for each key and update; `QUIET_S` seconds after the last one it collects what has become garbage."""

    def __init__(self, quiet_s: float = QUIET_S) -> None:
        self._quiet_s = quiet_s
        self._noted_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._freezes = 0
        self._has_begun = False

    def begin(self) -> None:
        """From now on the passes are short."""
        gc.set_threshold(YOUNG, OLDER, OLDER)
        self._has_begun = True

    def note(self) -> None:
        """Something happens that must not wait for a long pass."""
        if not self._has_begun:
            return
        loop = asyncio.get_running_loop()
        self._noted_at = loop.time()
        if self._timer is None:
            self._timer = loop.call_later(self._quiet_s, self._look)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        left_s = self._noted_at + self._quiet_s - loop.time()
        self._timer = loop.call_later(left_s, self._look) if left_s > 0 else None
        if left_s <= 0:
            self._collect()

    def _collect(self) -> None:
        if self._freezes < FREEZES:
            self._freezes += 1
            gc.freeze()
        elif gc.get_count()[1]:
            gc.collect()
