"""Reads the assistant's updates in batches, at a rate that suits the connection.

The first update after a silence is drawn at once; while more come, they gather until the next frame. Without updates
there is no timer and no wake-up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bookwheel.assistant.subscription import Subscription
from bookwheel.assistant.updates import EventRowsChanged, TranscriptChanged, Update
from bookwheel.transcript.blocks import Extended, Replaced
from bookwheel.tui.key_queue import PendingKey
from bookwheel.tui.line_sense import LineSense

TYPING_FRAME_S = 1 / 10
# Text that comes ten times as fast as it is read; more frames of it show nothing that can be read in passing.
FAST_CHARACTERS, FAST_FRAME_S = 300, 1 / 10
# Twelve branches at work cost more bytes than a streaming answer at 5 frames a second; at this rate they do not.
PLAN_FRAME_S = 0.4
# The plan, its branch and the event log all change with each event; of 100 events a second none can be read in passing.
BUSY_PLAN_FRAME_S = 2.0
BUSY_ROWS = 40
TYPING_S = 0.5


class UpdateFeed:
    """`apply` takes each batch, after the key that is `pending`; `line` says how fast frames go."""

    def __init__(
        self,
        subscription: Subscription,
        apply: Callable[[Sequence[Update]], None],
        pending_key: PendingKey,
        line: LineSense,
    ) -> None:
        self._subscription = subscription
        self._apply = apply
        self._pending_key = pending_key
        self._line = line

    async def run(self) -> None:
        """Until the assistant closes."""
        pause_s = self.pause_s()
        try:
            async for updates in self._subscription:
                await self._pending_key.wait_drawn()
                self._apply(updates)
                pause_s = max(self.pause_s(), plan_pause_s(updates), text_pause_s(updates, pause_s))
                await asyncio.sleep(pause_s)
        finally:
            self._subscription.close()

    def pause_s(self) -> float:
        """Longer while keys are typed, so that their echo does not wait for frames of the answer."""
        frame_s = self._line.frame_s
        return max(frame_s, TYPING_FRAME_S) if self._pending_key.since_s < TYPING_S else frame_s


def text_pause_s(updates: Sequence[Update], gathered_s: float) -> float:
    """How long after text that `gathered_s` has brought the next may be drawn; 0.0 where it comes slowly."""
    changes = [change for update in updates if isinstance(update, TranscriptChanged) for change in update.changes]
    characters = sum(len(change.text) for change in changes if isinstance(change, Extended))
    return FAST_FRAME_S if characters > FAST_CHARACTERS * gathered_s else 0.0


def plan_pause_s(updates: Sequence[Update]) -> float:
    """How long after a batch of a research run the next may be drawn; 0.0 after any other."""
    if not only_replaces(updates):
        return 0.0
    rows = sum(len(update.rows) for update in updates if isinstance(update, EventRowsChanged))
    return BUSY_PLAN_FRAME_S if rows >= BUSY_ROWS else PLAN_FRAME_S


def only_replaces(updates: Sequence[Update]) -> bool:
    """Whether a block was replaced and nothing was added to the page: the plan of a research run, at work."""
    changes = [change for update in updates if isinstance(update, TranscriptChanged) for change in update.changes]
    is_quiet = all(isinstance(update, TranscriptChanged | EventRowsChanged) for update in updates)
    return is_quiet and bool(changes) and all(isinstance(change, Replaced) for change in changes)
