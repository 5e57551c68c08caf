"""What a key changes is drawn before all else, and no pass of the garbage collector comes between."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import TYPE_CHECKING

from tests.support.desk_app import running_app
from textual._compositor import ChopsUpdate

from bookwheel.tui.app import BookwheelApp
from bookwheel.tui.garbage import FREEZES, YOUNG, QuietCollector

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


async def test_change_by_a_key_is_drawn_without_the_rest_of_the_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames: list[set[int]] = []

    def display(_app: BookwheelApp, _screen: object, renderable: object) -> None:
        if isinstance(renderable, ChopsUpdate):
            frames.append({y for y, _, _ in renderable.spans})

    async with running_app(tmp_path) as desk:
        await desk.pilot.pause()
        monkeypatch.setattr(BookwheelApp, "_display", display)
        page, prompt = desk.app.desk.page, desk.app.desk.prompt
        desk.app.draw_effects_of_key()
        page.refresh()
        prompt.refresh()
        await desk.until(lambda: len(frames) > 1)
        assert frames[0] == set(prompt.region.line_range)
        assert frames[1] >= set(page.region.line_range)


async def test_garbage_is_collected_in_a_quiet_moment() -> None:
    before = gc.get_threshold()
    collector = QuietCollector(quiet_s=0.0)
    try:
        collector.note()
        assert gc.get_threshold() == before, "it has not begun"
        collector.begin()
        assert gc.get_threshold()[0] == YOUNG
        for _ in range(FREEZES):
            collector.note()
            await asyncio.sleep(0.001)
        ring = Ring()
        gone = weakref.ref(ring)
        gc.collect(0)
        del ring
        collector.note()
        async with asyncio.timeout(10):
            while gone() is not None:
                await asyncio.sleep(0)
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


class Ring:
    """Only the garbage collector can free it."""

    def __init__(self) -> None:
        self.itself = self
