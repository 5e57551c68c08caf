"""Moving about the desk: jump labels, widths of panes, and keys that are typed ahead."""

import asyncio
from pathlib import Path

from tests.support.desk_app import running_app
from textual import events

from bookwheel.tui.screens.jump import JumpScreen, labels
from bookwheel.tui.screens.session_list import SessionsScreen


async def test_a_jump_label_leads_to_a_row_of_the_library(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.until_sees("n2.md")
        await desk.press("ctrl+g")
        await desk.until(lambda: isinstance(desk.app.screen, JumpScreen))
        row = next(y for y, line in enumerate(desk.lines()) if "n2.md" in line)
        label = desk.lines()[row][0]
        assert label.isalpha()
        await desk.press(label)
        await desk.until(lambda: desk.app.focused is desk.app.desk.library)
        current = desk.app.desk.library.current
        assert current is not None
        assert current.label == "n2.md"


async def test_escape_leaves_the_jump_labels(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.press("ctrl+g")
        await desk.until(lambda: isinstance(desk.app.screen, JumpScreen))
        await desk.press("escape")
        await desk.until(lambda: desk.app.screen is desk.app.desk)
        assert desk.app.focused is desk.app.desk.prompt


def test_no_label_begins_another() -> None:
    for count in (1, 26, 27, 200):
        made = labels(count)
        assert len(set(made)) == count
        assert len({len(label) for label in made}) == 1


async def test_panes_change_their_width_and_keep_it(tmp_path: Path) -> None:
    async with running_app(tmp_path, size=(160, 42)) as desk:
        pane = desk.app.desk.library_pane
        before = pane.outer_size.width
        await desk.press("escape", "l", "greater_than_sign", "greater_than_sign")
        await desk.until(lambda: pane.outer_size.width == before + 4)
        await desk.press("less_than_sign")
        await desk.until(lambda: pane.outer_size.width == before + 2)
        await desk.pilot.resize_terminal(80, 24)
        await desk.until(lambda: pane.outer_size.width == 80 or not pane.is_on_screen)
        await desk.pilot.resize_terminal(160, 42)
        await desk.until(lambda: pane.outer_size.width == before + 2)


async def test_keys_typed_ahead_go_where_the_keys_before_them_lead(tmp_path: Path) -> None:
    """Esc leaves the prompt, l opens the library, i comes back: nothing of it is typed into a pane on its way."""
    async with running_app(tmp_path) as desk:
        for key in ("h", "escape", "l", "j", "i", "o"):
            desk.app.post_message(events.Key(key, key if len(key) == 1 else "\x1b"))
        await desk.until(lambda: desk.app.desk.prompt.text == "ho")
        assert desk.app.desk.library.cursor == 1


async def test_text_typed_ahead_goes_into_the_screen_that_a_key_opens(tmp_path: Path) -> None:
    async with running_app(tmp_path) as desk:
        await desk.ask("What is cheaper?")
        await desk.until_sees("Sliding windows are cheaper [1].")
        for key in ("ctrl+r", *"cheap"):
            desk.app.post_message(events.Key(key, key if len(key) == 1 else "\x12"))
        await desk.until(lambda: isinstance(desk.app.screen, SessionsScreen) and desk.sees("cheap"))
        await asyncio.sleep(0)
        assert desk.app.desk.prompt.text == ""
        await desk.until(lambda: desk.app.screen.focused is not None)
        assert getattr(desk.app.screen.focused, "value", "") == "cheap"
