"""Plays the records of a saved session onto a desk, with their own timing: pause, step, another speed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import pairwise

from bookwheel.engine.events.agent_events import AgentStream
from bookwheel.engine.record import EventRecord
from bookwheel.lazy_dataclass import dataclass

LONGEST_PAUSE_S = 2.0
"""The longest wait between two questions: hours may have passed between them."""
SLOWEST, FASTEST = 1 / 64, 1_000.0


@dataclass(frozen=True, slots=True)
class ReplayState:
    """How far a replay is: recorded seconds and questions, shown and in all. `is_playing` is False in a pause."""

    at_s: int
    total_s: int
    question: int
    questions: int
    speed: float
    is_playing: bool
    is_over: bool


class Replay:
    """`show` gets each record when its time has come; `changed` is called when the state is another one.

    `run` must be started as a task; it ends with the last record, or with `stop`.
    """

    def __init__(
        self,
        records: Sequence[EventRecord],
        *,
        show: Callable[[EventRecord], None],
        changed: Callable[[], None],
        speed: float = 1.0,
    ) -> None:
        self._records = records
        self._pauses = recorded_pauses(records)
        self._total_s = sum(self._pauses)
        self._show = show
        self._changed = changed
        self._speed = speed
        self._is_playing = True
        self._is_stopped = False
        self._shown = 0
        self._at_s = 0.0
        self._question = 0
        self._questions = sum(record.run_started is not None for record in records)
        self._left_s = self._pauses[0] if records else 0.0
        self._wake = asyncio.Event()

    @property
    def state(self) -> ReplayState:
        return ReplayState(
            at_s=round(self._at_s),
            total_s=round(self._total_s),
            question=self._question,
            questions=self._questions,
            speed=self._speed,
            is_playing=self._is_playing,
            is_over=self._shown >= len(self._records),
        )

    async def run(self) -> None:
        """Show the records one after the other until the last one."""
        clock = asyncio.get_running_loop().time
        while self._shown < len(self._records) and not self._is_stopped:
            began, speed, next_ = clock(), self._speed, self._shown
            is_due = await self._waited(self._left_s / speed if self._is_playing else None)
            if is_due:
                self._show_next()
            elif self._shown == next_ and began < clock():
                self._left_s = max(0.0, self._left_s - (clock() - began) * speed)

    def pause(self, is_paused: bool | None = None) -> None:
        """Pause, or go on; without `is_paused` the one that it does not do now."""
        self._is_playing = not self._is_playing if is_paused is None else not is_paused
        self._has_changed()

    def step(self) -> None:
        """Pause, and show the next event; the pieces of an answer in one go."""
        self._is_playing = False
        is_piece = True
        while is_piece and self._shown < len(self._records):
            is_piece = isinstance(self._records[self._shown].event, AgentStream)
            self._show_next()
            is_piece = is_piece and self._next_is_piece
        self._has_changed()

    def change_speed(self, factor: float) -> None:
        """Play `factor` times as fast as now, within `SLOWEST` and `FASTEST`."""
        self._speed = min(max(self._speed * factor, SLOWEST), FASTEST)
        self._has_changed()

    def stop(self) -> None:
        """End `run` before the next record."""
        self._is_stopped = True
        self._wake.set()

    @property
    def _next_is_piece(self) -> bool:
        return self._shown < len(self._records) and isinstance(self._records[self._shown].event, AgentStream)

    def _show_next(self) -> None:
        record = self._records[self._shown]
        self._at_s += self._pauses[self._shown]
        self._shown += 1
        self._question += record.run_started is not None
        self._left_s = self._pauses[self._shown] if self._shown < len(self._records) else 0.0
        self._show(record)
        self._changed()

    def _has_changed(self) -> None:
        self._wake.set()
        self._changed()

    async def _waited(self, seconds: float | None) -> bool:
        """Whether `seconds` have passed without a change; with None it waits for a change only."""
        self._wake.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return True
        return False


def recorded_pauses(records: Sequence[EventRecord]) -> list[float]:
    """The seconds before each record; negative ones, of a clock that was set back, count as none."""
    pauses = [0.0] if records else []
    for before, record in pairwise(records):
        pause_s = max(0.0, record.t - before.t)
        pauses.append(min(pause_s, LONGEST_PAUSE_S) if before.run != record.run else pause_s)
    return pauses
