"""Frames as the fewest bytes: a terminal shows the same, cell for cell, as with what Textual itself writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyte
import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from tests.support.desk import Workflows
from tests.support.desk_app import running_app
from tests.support.frames import is_drawn
from tests.support.terminals import Terminals, watch_frames
from textual.strip import Strip

from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.tui.frame_writer import FrameWriter
from bookwheel.tui.screens import session_list
from bookwheel.tui.screens.session_list import SessionList

if TYPE_CHECKING:
    from pathlib import Path

ANSWER = (
    "# Windows\n\nSliding windows are **cheaper** [1], see `w` and 日本語 or e\u0301t\u00e9.\n\n- one\n- two [2]\n\n"
    "```py\ndef f(x):\n    return x  # a comment\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n" + "A long sentence. " * 60
)
TOUR = (
    "escape", "k", "k", "j", "l", "j", "enter", "escape", "t", "j", "j", "t", "z", "z", "1", "n", "q", "question_mark",
    "down", "escape", "ctrl+p", "down", "escape", "ctrl+r", "escape", "g", "ctrl+d", "G", "slash", "w", "enter", "n",
    "T", "down", "escape", "comma", "escape", "p", "b", "escape", "B", "escape", "s", "escape", "ctrl+g", "escape",
    "i", "a", "b", "backspace",
)  # fmt: skip


@pytest.fixture
def terminals(monkeypatch: pytest.MonkeyPatch) -> Terminals:
    return watch_frames(monkeypatch)


@pytest.mark.timeout(240)  # an emulator draws each frame twice, in Python
@pytest.mark.parametrize(
    ("size", "theme", "second", "every"),
    [
        ((140, 42), "bookwheel-dark", "sepia", 1),
        ((80, 24), "bookwheel-light", "slate", 1),
        ((60, 20), "ansi", "contrast", 3),
    ],
)
async def test_frames_of_a_tour_equal_textuals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], theme: str, second: str, every: int
) -> None:
    """An answer that streams, keys, a change of the theme and the size; with `every` 3, of three frames the last."""
    terminals = watch_frames(monkeypatch, every=every)
    workflows = Workflows(llm=MockLLM([MockReply(text=ANSWER)]))
    async with running_app(tmp_path, workflows, size=size, theme=theme) as desk:
        await desk.ask("What is cheaper?")
        await desk.until(lambda: desk.app.desk.status.phase == "idle" and desk.app.desk.conversation.lines)
        for number, key in enumerate(TOUR):
            if number == len(TOUR) // 2:
                desk.app.theme = second
            await desk.press(key)
        if every == 1:
            await desk.until(lambda: is_drawn(desk.app))
            terminals.compare_whole(desk.app, "after the tour")
        await desk.pilot.resize_terminal(size[0] - 7, size[1] - 2)
        await desk.pilot.pause()
    assert terminals.frames > len(TOUR) / 2
    assert terminals.our_bytes < terminals.stock_bytes / 3


async def test_moving_one_row_in_any_list_costs_at_most_300_bytes(
    tmp_path: Path, terminals: Terminals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_list, "REST_S", 600.0)
    async with running_app(tmp_path) as desk:
        for question in ("What is cheaper, the sliding window or the full attention of long documents?" * 2, "Why?"):
            await desk.press("ctrl+n")
            await desk.ask(question)
            await desk.until(lambda: desk.app.desk.conversation.lines and desk.app.desk.status.phase == "idle")
        lists = {
            "library": (("escape", "l", "j"), "j"),
            "events": (("escape", "t", "g", "j"), "j"),
            "palette": (("escape", "ctrl+p", "down"), "down"),
            "sessions": (("escape", "ctrl+r"), "down"),
            "settings": (("escape", "comma", "down"), "down"),
            "help": (("escape", "question_mark", *["down"] * 3), "down"),
        }
        for name, (way, key) in lists.items():
            await desk.press(*way)
            if name == "sessions":
                await desk.until(lambda: len(desk.app.screen.query_one(SessionList).items) > 1)
            await desk.until(lambda: is_drawn(desk.app))
            before = terminals.our_bytes
            await desk.press(key)
            await desk.until(lambda: is_drawn(desk.app))
            assert 0 < terminals.our_bytes - before <= 300, name


def frame(*lines: Strip) -> list[tuple[int, int, Strip]]:
    return [(0, y, line) for y, line in enumerate(lines)]


def strip(*parts: tuple[str, str]) -> Strip:
    return Strip([Segment(text, Style.parse(style)) for text, style in parts])


def written(writer: FrameWriter, *lines: Strip) -> str:
    return writer.update(frame(*lines), (20, 2), ColorSystem.TRUECOLOR)


def test_an_appended_word_costs_a_move_and_the_word() -> None:
    writer = FrameWriter()
    written(writer, strip(("one two".ljust(20), "")), strip((" " * 20, "")))
    written(writer, strip(("one two".ljust(20), "")), strip(("bold", "bold"), (" " * 16, "")))
    assert (
        written(writer, strip(("one two six".ljust(20), "")), strip(("bold", "bold"), (" " * 16, "")))
        == "\x1b[;9H\x1b[msix"
    )


def test_unchanged_cells_send_nothing() -> None:
    writer = FrameWriter()
    line = strip(("same", "red on blue"), (" " * 16, ""))
    written(writer, line, line)
    assert written(writer, line, line) == ""


def test_a_forgotten_terminal_is_written_whole() -> None:
    writer = FrameWriter()
    line = strip(("same", ""), (" " * 16, ""))
    first = written(writer, line, line)
    writer.forget()
    assert written(writer, line, line) == first


def test_parts_of_a_row_are_written_by_colour_where_that_is_shorter() -> None:
    screen = pyte.Screen(20, 2)
    stream, writer = pyte.Stream(screen), FrameWriter()
    faint, plain = "#a0a0a1", "#d0d0d1"
    line = strip(("9:00 ", faint), ("asked", plain), (" 1 ms", faint), (" done", plain))
    output = written(writer, line, line)
    stream.feed(output)
    assert output.count("38;2;") == 3, "the second row begins with the colour in which the first ends"
    assert screen.display == ["9:00 asked 1 ms done"] * 2
    assert [screen.buffer[y][x].fg for y in (0, 1) for x in (0, 6, 12, 18)] == ["a0a0a1", "d0d0d1"] * 4


def test_half_a_wide_character_is_never_left() -> None:
    screen = pyte.Screen(20, 2)
    stream, writer = pyte.Stream(screen), FrameWriter()
    for text in ("日本語 wide", "x本語 wide ", "xy本 wide  ", "日本語 wide"):
        stream.feed(written(writer, strip((text.ljust(20), "")), strip((" " * 20, ""))))
        assert screen.display[0].startswith(text.strip())


@pytest.mark.parametrize("emoji", ["\U0001f469\u200d\U0001f4bb", "\U0001f44d\U0001f3fd", "\u2764\ufe0f"])
@pytest.mark.parametrize("drawn", ["x", "日", "日本"])
@pytest.mark.parametrize("erases", [True, False])
def test_a_row_is_whole_however_wide_the_terminal_draws_an_emoji(emoji: str, drawn: str, erases: bool) -> None:
    """Terminals take 1, 2 or 4 cells for the same emoji: what stands behind it is not moved."""
    screen = pyte.Screen(20, 2)
    stream, writer = pyte.Stream(screen), FrameWriter(erases=erases)
    for text in ("#" * 20, f"a {emoji} b           end", f"c {emoji} d           end"):
        row = strip((text, ""))
        assert row.cell_length == 20
        stream.feed(written(writer, row, strip((" " * 20, ""))).replace(emoji, drawn))
    behind = "".join(screen.buffer[0][x].data for x in range(5, 20))
    assert behind == "d           end"
