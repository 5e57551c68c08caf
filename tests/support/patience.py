"""How much longer everything takes now than on a quiet machine: limits of time are stretched by it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.pilot import Pilot

PATIENCE_S = 20.0


def busy_factor() -> float:
    """1 on a quiet machine, else the number of programs that share each processor, over the last minute."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


async def soon(is_so: Callable[[], object]) -> None:
    """Let the loop work until a condition holds; without a pilot, which waits for an app that removes a screen."""
    end = time.monotonic() + PATIENCE_S * busy_factor()
    while not is_so():
        assert time.monotonic() < end, "it did not come to that"
        await asyncio.sleep(0.005)


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the app of `pilot` work until `condition` holds."""
    end = time.monotonic() + PATIENCE_S * busy_factor()
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        await pilot.pause(0.01)
