"""The first frame is kept for the next start, which draws it before it imports the app; the very first is shipped."""

import signal
from pathlib import Path

import pyte
import pytest
from tests.cli.program import write_settings
from tests.journeys.terminal import Terminal

from bookwheel import paths

pytestmark = pytest.mark.journey

BEGIN = b"\x1b[?1049h"
FOCUS_REPORTS = b"\x1b[?1004h"
"""What Textual's driver writes before the first frame of the app."""


def kept() -> list[Path]:
    frames = paths.data_dir() / "frames"
    return sorted(file for file in frames.iterdir() if not file.suffix) if frames.exists() else []


async def open_once(path: str | Path, cwd: Path | None = None) -> bytes:
    """Open the app and leave it; the frame that it has kept."""
    async with Terminal(str(path), cwd=cwd) as terminal:
        await terminal.shows("● mill.md")
        await terminal.quit()
    (file,) = kept()
    return file.read_bytes()[4:]


async def test_the_next_start_draws_the_same_frame_at_once_also_on_other_documents(notes: Path, tmp_path: Path) -> None:
    frame = await open_once(notes)
    assert b"looking for documents" in frame
    other = tmp_path / "other"
    other.mkdir()
    (other / "wheel.md").write_text("A wheel turns.")
    async with Terminal(str(other), cwd=other) as terminal:
        await terminal.until(lambda: frame in terminal.raw, "the kept frame")
        assert FOCUS_REPORTS not in terminal.raw[: terminal.raw.index(frame)]
        assert not terminal.echoes
        terminal.press("typed before the app")
        await terminal.shows("● wheel.md", "typed before the app")
        # The app itself draws the same, on the screen that was entered once.
        assert terminal.raw.count(frame) == 2
        assert terminal.raw.count(BEGIN) == 1
        await terminal.quit()
        assert terminal.is_restored
        assert terminal.echoes
    assert len(kept()) == 1
    async with Terminal(str(other), cwd=other, env={"SSH_CONNECTION": "192.0.2.1 50022 192.0.2.2 22"}) as terminal:
        await terminal.shows("● wheel.md", "query", "extractive")
        assert terminal.raw.count(frame) == 1, "over ssh it is not sent twice"
        assert "Bookwheel   many open books" in terminal.text
        await terminal.quit()
    assert len(kept()) == 1
    async with Terminal(str(tmp_path / "nowhere")) as terminal:
        assert await terminal.wait_for_exit() == 2
        assert frame not in terminal.raw


async def test_other_circumstances_have_a_frame_of_their_own(notes: Path) -> None:
    frame = await open_once(notes)
    async with Terminal(str(notes), columns=80, lines=24) as terminal:
        await terminal.shows("ASK", "1 doc")
        assert frame not in terminal.raw
        assert len(kept()) == 2
    write_settings('[ui]\ntheme = "sepia"\n')
    async with Terminal(str(notes)) as terminal:
        await terminal.shows("● mill.md")
        assert frame not in terminal.raw
        assert len(kept()) == 3


async def test_an_end_before_the_app_restores_the_terminal(notes: Path) -> None:
    # A name without a slash could be a command, so it has a frame of its own, drawn before it is looked for.
    arguments, folder = notes.name, notes.parent
    frame = await open_once(arguments, folder)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        async with Terminal(arguments, cwd=folder) as terminal:
            await terminal.until(lambda: frame in terminal.raw, "the kept frame")
            terminal.signal(number)
            assert await terminal.wait_for_exit() == 128 + number
            assert terminal.is_restored
            assert terminal.echoes
    (notes / "mill.md").unlink()
    notes.rmdir()
    async with Terminal(arguments, cwd=folder) as terminal:
        assert await terminal.wait_for_exit() == 2
        assert frame in terminal.raw
        assert terminal.is_restored
        assert terminal.echoes
        assert "notes" in terminal.text


def cells_of(drawn: bytes, columns: int, lines: int) -> list[list[tuple[str, ...]]]:
    """What a terminal shows after these bytes; of a blank only its background is seen."""
    screen = pyte.Screen(columns, lines)
    pyte.ByteStream(screen).feed(b"\x1b[?7l" + drawn)
    rows = [[screen.buffer[y][x] for x in range(columns)] for y in range(lines)]
    return [
        [(c.data, c.bg, str(c.reverse), *(("", "") if c.data == " " else (c.fg, str(c.bold)))) for c in row]
        for row in rows
    ]


async def test_the_very_first_frame_and_that_of_a_new_size_are_drawn_at_once_as_the_app_draws_them(notes: Path) -> None:
    async with Terminal(str(notes), columns=120, lines=34) as terminal:
        await terminal.shows("● mill.md")
        shipped = bytes(terminal.raw[: terminal.raw.index(FOCUS_REPORTS)])
        assert terminal.raw.count(BEGIN) == 1
        await terminal.quit()
        assert terminal.is_restored
    (first,) = kept()
    assert cells_of(shipped, 120, 34) == cells_of(first.read_bytes()[4:], 120, 34)
    write_settings('[ui]\ntheme = "sepia"\n')
    async with Terminal(str(notes)) as terminal:
        await terminal.shows("● mill.md")
        assert "❯".encode() not in terminal.raw[: terminal.raw.index(FOCUS_REPORTS)]
        await terminal.quit()
    before = kept()
    async with Terminal(str(notes), columns=80, lines=24) as terminal:
        await terminal.shows("ASK", "1 doc")
        shipped = bytes(terminal.raw[: terminal.raw.index(FOCUS_REPORTS)])
        await terminal.quit()
    (resized,) = set(kept()) - set(before)
    assert cells_of(shipped, 80, 24) == cells_of(resized.read_bytes()[4:], 80, 24)
