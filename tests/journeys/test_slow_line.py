"""A slow line: keys that scroll are shown by their last position, not step by step."""

from pathlib import Path

import pytest
from tests.journeys.terminal import CTRL_C, ENTER, ESCAPE, SlowTerminal

pytestmark = pytest.mark.journey

STEPS = 60
RATE = 3_000
MOST_BYTES = 20_000
"""Some frames until the line is known to be slow, and the last one. Step by step it is 5 times as many."""


async def test_held_keys_scroll_by_few_frames_on_a_slow_line(tmp_path: Path) -> None:
    words = [f"{number} {'abcdefghij'[number % 10] * (20 + number * 7 % 50)}" for number in range(1, 400)]
    (tmp_path / "long.txt").write_text("\n\n".join([*words, "the very end"]))
    async with SlowTerminal(str(tmp_path)) as terminal:
        await terminal.shows("ASK", "● long.txt")
        terminal.press(ESCAPE, "l", "G")
        await terminal.shows("passages")
        terminal.press(ENTER)
        await terminal.shows("2 cccc")
        terminal.rate = RATE
        before = len(terminal.raw)
        await terminal.hold("j", STEPS)
        terminal.press("G")
        await terminal.shows("the very end")
        sent = len(terminal.raw) - before
        assert sent < MOST_BYTES
        terminal.rate = SlowTerminal.rate
        terminal.press("q", CTRL_C, CTRL_C)
        assert await terminal.wait_for_exit() == 0
        assert terminal.is_restored
