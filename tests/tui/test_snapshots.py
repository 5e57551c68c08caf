"""Each screen as it looked when its snapshot was taken: its words, and its colours in each theme.

`RENEW_SNAPSHOTS=1 pytest tests/tui/test_snapshots.py` takes them anew; look at the difference before you commit it.
A snapshot is the text of the screen, then a line for each theme with a digest of the styles of all its cells.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.frames import Row, frame_of, styles_of, text_of
from tests.support.screen_walk import open_scene, walk
from textual.color import Color

if TYPE_CHECKING:
    from tests.support.desk_app import AppDriver

FOLDER = Path(__file__).parent / "snapshots"
RENEW = "RENEW_SNAPSHOTS"
ALL_THEMES = (80, 24)
STILL_FRAMES = 3


@contextmanager
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times of the event log and the sessions are those of the local clock."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    try:
        yield
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("size", [(140, 42), (100, 30), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_each_screen_looks_as_in_its_snapshot(
    size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    with utc(monkeypatch):
        taken = await snapshots(size, tmp_path)
    file = FOLDER / f"{size[0]}x{size[1]}.txt"
    if os.environ.get(RENEW):
        await asyncio.to_thread(file.write_text, taken)
    kept = await asyncio.to_thread(file.read_text)
    differing = [name for name, shown in parts(taken).items() if parts(kept).get(name) != shown]
    assert not differing, f"{', '.join(differing)} changed; {RENEW}=1 takes new snapshots"
    assert taken == kept


async def snapshots(size: tuple[int, int], tmp_path: Path) -> str:
    lines: list[str] = []
    async with open_scene(tmp_path, size) as (desk, session_id):
        app = desk.app
        first = app.theme
        # A switch takes a tenth of a second of CPU: all themes at one size, the first one at the others.
        themes = sorted(app.available_themes) if size == ALL_THEMES else [first]
        async for name in walk(desk, session_id):
            app.clear_notifications()
            lines += [f"== {name}", *text_of(await settled(desk))]
            for theme in themes:
                if app.theme != theme:
                    app.theme = theme
                digest = hashlib.sha256("\n".join(styles_of(await settled(desk))).encode()).hexdigest()
                lines.append(f"-- {theme} {digest[:16]}")
            if app.theme != first:
                app.theme = first
                await desk.pilot.pause()
    return "\n".join([*lines, ""])


async def settled(desk: AppDriver) -> Sequence[Row]:
    """The frame once the rows have the colours of the theme and nothing changes any more."""
    before: Sequence[Row] = []
    same = 0
    while same < STILL_FRAMES:
        await desk.pilot.pause()
        rows = frame_of(desk.app)
        same = same + 1 if rows == before and _is_in_theme(desk) else 0
        before = rows
    return before


def _is_in_theme(desk: AppDriver) -> bool:
    theme, color = desk.app.current_theme.foreground or "", desk.app.desk.conversation.look.text.color
    return not theme.startswith("#") or (
        color is not None and Color.from_rich_color(color).hex.lower() == theme.lower()
    )


def parts(text: str) -> dict[str, str]:
    """Each screen by its name."""
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in f"\n{text}".split("\n== ")[1:]}
