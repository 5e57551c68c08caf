"""Cuts the long answers on the screen to their ends in steps, between which keys and frames are handled.

A megabyte that comes in one event, or with a session, would hold the event loop for 0.3 to 1 s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence

from bookwheel.tui.conversation.entry_parts import Entry, Part
from bookwheel.tui.widgets.row_source import Line

PAUSE_S = 0.001
"""A key passes through seven steps of the event loop: without a pause it would wait for as many steps of this work."""


class AnswerCutting:
    """`start` runs the work as a task of the view, `show` draws the view when an answer is whole."""

    def __init__(self, start: Callable[[Coroutine[None, None, None]], object], show: Callable[[], None]) -> None:
        self._start = start
        self._show = show
        self._waiting: dict[Entry, None] = {}
        self._is_at_work = False

    def look_at(self, lines: Sequence[Line[Part]]) -> None:
        """Cut what is on the screen and not cut yet."""
        self._waiting.update((line.item.entry, None) for line in lines if line.item.entry.is_uncut)
        if self._waiting and not self._is_at_work:
            self._is_at_work = True
            self._start(self._cut())

    async def _cut(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(PAUSE_S)
                entry = next(iter(self._waiting))
                if not entry.is_uncut:
                    del self._waiting[entry]
                    self._show()
                    continue
                is_new = not any(part.segments for part in entry.parts)
                entry.cut_on()
                if is_new:
                    await asyncio.sleep(PAUSE_S)
                    self._show()
        finally:
            self._is_at_work = False
