"""Each screen in each theme as it looked when its snapshot was taken, and as a terminal would show Textual's output.

`RENEW_SNAPSHOTS=1 pytest tests/tui/test_snapshots.py` takes them anew; look at the difference before you commit it.
A snapshot is the text of the screen, then a line for each theme: a digest of the styles of all cells, and two digits
for each row, which say where a difference is.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import os
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.frames import Row, frame_of, is_drawn, styles_of, switch_theme, text_of
from tests.support.screen_walk import open_scene, walk
from tests.support.terminals import Terminals, watch_frames
from textual.widgets._toast import Toast

from bookwheel.tui.screens.session_list import SessionPreview

if TYPE_CHECKING:
    from tests.support.desk_app import AppDriver

FOLDER = Path(__file__).parent / "snapshots"
RENEW = "RENEW_SNAPSHOTS"
SIZES = ((140, 42), (100, 30), (80, 24))
STILL_FRAMES = 3
LASTING = {"updates"}
"""Workers that end with the app."""


@dataclass
class Shot:
    """A screen: its text, and for each theme the styles of its rows."""

    text: Sequence[str]
    styles: dict[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    def lines(self) -> Sequence[str]:
        return [*self.text, *(f"-- {theme} {digests(rows)}" for theme, rows in sorted(self.styles.items()))]


@contextmanager
def utc(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Times of the event log and the sessions are those of the local clock."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    try:
        yield
    finally:
        monkeypatch.undo()
        time.tzset()


@contextmanager
def few_collections() -> Generator[None]:
    """A change of the theme makes so many objects that collecting garbage takes half of the time of these tests."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(500_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_each_screen_in_each_theme_looks_as_in_its_snapshot(
    size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An emulated terminal shows each frame on the way, and each theme, as it would show Textual's own output."""
    monkeypatch.setenv("BOOKWHEEL_CONFIG_DIR", "/nonexistent/bookwheel")  # its path is on a screen
    terminals = watch_frames(monkeypatch)
    with utc(monkeypatch), few_collections():
        shots = await taken(size, tmp_path, terminals)
    file = FOLDER / f"{size[0]}x{size[1]}.txt"
    if os.environ.get(RENEW):
        lines = [line for name, shot in shots.items() for line in (f"== {name}", *shot.lines())]
        await asyncio.to_thread(file.write_text, "\n".join([*lines, ""]))
    kept = screens_of(await asyncio.to_thread(file.read_text))
    different = [
        f"{name}, {size[0]}x{size[1]}, {difference}"
        for name in sorted({*shots, *kept})
        for difference in differences(shots.get(name), kept.get(name))
    ]
    assert not different, "\n".join([f"{RENEW}=1 takes new snapshots; these changed:", *different])


async def taken(size: tuple[int, int], tmp_path: Path, terminals: Terminals) -> Mapping[str, Shot]:
    shots: dict[str, Shot] = {}
    async with open_scene(tmp_path, size) as (desk, session_id):
        app = desk.app
        first = app.theme
        others = sorted({*app.available_themes} - {first})
        async for name in walk(desk, session_id):
            rows = await settled(desk)
            where = f"{name}, {size[0]}x{size[1]}"
            terminals.compare_whole(app, f"{where}, {first}")
            shot = shots[name] = Shot(text_of(rows), {first: styles_of(rows)})
            for theme in others:
                switch_theme(app, theme)
                shot.styles[theme] = styles_of(frame_of(app))
                terminals.show_whole(app, f"{where}, {theme}")
            switch_theme(app, first)
            terminals.show_whole(app, f"{where}, {first}")
            assert styles_of(frame_of(app)) == shot.styles[first], f"{where} keeps colours of another theme"
    return shots


async def settled(desk: AppDriver) -> Sequence[Row]:
    """The frame once no remark is shown, no work is left and nothing changes any more."""
    app = desk.app
    app.clear_notifications()
    await desk.until(lambda: not any(each.is_pending for each in app.screen.query(SessionPreview)), "nothing to come")
    await desk.until(lambda: not app.screen.query(Toast), "no remark")
    await desk.until(lambda: {work.description for work in app.workers if not work.is_finished} <= LASTING, "no work")
    before: Sequence[Row] = []
    same = 0
    while same < STILL_FRAMES:
        await desk.pilot.pause()
        rows = frame_of(app)
        same = same + 1 if rows == before and is_drawn(app) else 0
        before = rows
    return before


def digests(rows: Sequence[str]) -> str:
    """One of all rows, then the first two digits of each row's own."""
    whole = hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]
    return f"{whole} {''.join(hashlib.sha256(row.encode()).hexdigest()[:2] for row in rows)}"


def screens_of(text: str) -> Mapping[str, Sequence[str]]:
    """The lines of each screen by its name."""
    parts = f"\n{text}".rstrip("\n").split("\n== ")[1:]
    return {part.partition("\n")[0]: part.split("\n")[1:] for part in parts}


def differences(shot: Shot | None, kept: Sequence[str] | None) -> Iterator[str]:
    """Where a screen is not as it was kept, one line for each row."""
    if shot is None or kept is None:
        yield "is not walked through any more" if shot is None else "has no snapshot"
        return
    height = len(shot.text)
    for number, (now, before) in enumerate(zip(shot.text, kept, strict=False)):
        if now != before:
            yield f"row {number}\n  was {before!r}\n  is  {now!r}"
    before_of = dict(line[3:].split(" ", 1) for line in kept[height:] if line.startswith("-- "))
    for theme in sorted({*before_of, *shot.styles}):
        rows, before = shot.styles.get(theme), before_of.get(theme)
        if rows is None or before is None:
            yield f"theme {theme} {'has no snapshot' if before is None else 'is not there any more'}"
        elif digests(rows) != before:
            yield from other_colors(shot.text, rows, theme, before)


def other_colors(text: Sequence[str], rows: Sequence[str], theme: str, before: str) -> Iterator[str]:
    """The first rows whose colours differ, with those that they have now."""
    now, short = digests(rows).split(" ")[1], before.split(" ")[1]
    at = [number for number in range(len(rows)) if now[2 * number :][:2] != short[2 * number :][:2]]
    for number in at[:3]:
        yield f"theme {theme}, row {number} has other colours\n  {text[number]!r}\n  {rows[number]}"
    if len(at) > 3 or not at:
        yield f"theme {theme}, {len(at) - 3} more rows have other colours" if at else f"theme {theme}, some row differs"
