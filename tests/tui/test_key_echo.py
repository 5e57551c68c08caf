"""What a key changes is drawn before all else: a frame of an answer waits, and so does a long pass over garbage."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import TYPE_CHECKING

from tests.support.desk_app import running_app
from tests.support.frames import is_drawn
from textual._compositor import ChopsUpdate
from textual.geometry import Region

from bookwheel.tui import key_queue
from bookwheel.tui.app import BookwheelApp
from bookwheel.tui.garbage import FREEZES, YOUNG, QuietCollector
from bookwheel.tui.key_queue import PendingKey

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


async def test_frame_gives_way_once_to_a_key_that_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_queue, "HOLD_S", 600.0)
    frames: list[object] = []
    async with running_app(tmp_path) as desk:
        await desk.until(lambda: is_drawn(desk.app))
        app, screen = desk.app, desk.app.desk
        monkeypatch.setattr(BookwheelApp, "_display", lambda _app, _screen, frame: frames.append(frame))

        def update(is_key_read: bool) -> int:
            """Let Textual's timer draw a changed row of the page; how many frames there are then."""
            if is_key_read:
                app.pending_key.read()
            screen._dirty_widgets.add(screen.page)  # pyright: ignore[reportPrivateUsage]
            screen.page.refresh(Region(0, 3, 9, 1))
            screen._on_timer_update()  # pyright: ignore[reportPrivateUsage]
            return len(frames)

        assert update(True) == 0
        app.key_done()
        assert len(frames) == 1, "what the key has held is drawn when it is done"
        assert update(False) == 2
        assert update(True) == 2
        assert update(True) == 3, "many keys do not hold a frame for ever"


async def test_step_in_a_list_is_one_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line about the row, which another widget draws after a message, is in it."""
    rows: list[set[int]] = []

    def display(_app: BookwheelApp, _screen: object, frame: object) -> None:
        if isinstance(frame, ChopsUpdate):
            rows.append({y for y, _, _ in frame.spans})

    async with running_app(tmp_path) as desk:
        screen = desk.app.desk
        await desk.press("escape", "l", "g", "j")
        await desk.until(lambda: is_drawn(desk.app))
        monkeypatch.setattr(BookwheelApp, "_display", display)
        monkeypatch.setattr(key_queue, "HOLD_S", 600.0)
        await desk.press("j")
        about = set(screen.library_about.region.line_range)
        await desk.until(lambda: any(about & drawn for drawn in rows))
        assert len(rows) == 1
        assert len(rows[0] & set(screen.library.region.line_range)) == 2


async def test_updates_wait_for_a_key_until_it_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_queue, "HOLD_S", 600.0)
    key = PendingKey()
    await key.wait_drawn()  # none is pending
    key.read()
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(key.wait_drawn())
        for _ in range(5):
            await asyncio.sleep(0)
        is_waiting = not waiting.done() and key.is_pending
        key.drawn()
    assert is_waiting
    assert not key.is_pending


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
