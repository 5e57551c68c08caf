"""The app as its plan numbers it, on a real terminal: what each part promises, by hand on the keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.terminal import ENTER, ESCAPE, Terminal, until_saved

pytestmark = pytest.mark.journey

TOUR = Path(__file__).parents[2] / "docs" / "tour.jsonl"
CTRL_P, CTRL_U = "\x10", "\x15"
MOST_BYTES_OF_A_ROW = 700


async def test_sessions_and_desks_by_key(tmp_path: Path) -> None:
    """Part 8, and the timeline of part 10: the tour of the README, then a named desk and the list of sessions."""
    async with Terminal("replay", str(TOUR), "--speed", "50", cwd=tmp_path) as terminal:
        await terminal.shows("replayed", "READ", "bookwheel-of-1588.html")
        terminal.press("t")
        await terminal.shows("Events")
        terminal.press("g")
        terminal.press(ENTER)
        await terminal.shows("steps", "search")
        terminal.press(ESCAPE)
        await terminal.shows("Events", "replayed")
        terminal.press("A")
        await terminal.shows("quotes the documents")
        terminal.press(ENTER)
        await until_saved("RunFinished")
        await terminal.shows("branch 2 of 2", "the-bookwheel-of-1588.html")
        terminal.press("D")
        await terminal.shows("a new desk…")
        terminal.press(ENTER)
        await terminal.shows("name of the new desk")
        terminal.press("thesis")
        await terminal.shows("thesis")
        terminal.press(ENTER)
        await terminal.shows("thesis", "all searchable")
        terminal.press("D")
        await terminal.shows("✓ thesis")
        terminal.press(ESCAPE)
        await terminal.until(lambda: "a new desk…" not in terminal.text, "the list is closed")
        await terminal.quit()
        assert terminal.is_restored


async def test_the_start_page_offers_an_example_and_the_palette_what_one_wants(tmp_path: Path) -> None:
    """Parts 2, 3 and 10: nothing false at the start, one key takes the example, keys act in their pane."""
    async with Terminal("demo", columns=80, lines=24, cwd=tmp_path) as terminal:
        await terminal.shows("17 documents in samples", "all searchable", "takes it")
        assert "No documents" not in terminal.text
        terminal.press("\x1b[A")
        await terminal.shows("❯ What is “")
        terminal.press(CTRL_U)  # not Ctrl+C: a second one within a second would quit
        await terminal.shows("❯ Ask your documents")
        terminal.press(ESCAPE)
        await terminal.shows("READ")
        terminal.press(CTRL_P)
        await terminal.shows("Start a new session")
        terminal.press(ESCAPE)
        await terminal.shows("READ")
        terminal.press("Z")
        await terminal.shows("Z has no effect here")
        await terminal.quit()


async def test_a_row_costs_few_bytes_and_a_theme_chosen_in_the_app_is_kept(tmp_path: Path) -> None:
    """Parts 1 and 7."""
    async with Terminal("demo", cwd=tmp_path) as terminal:
        await terminal.shows("all searchable")
        terminal.press(ESCAPE)
        await terminal.shows("READ")
        terminal.press("l")
        await terminal.shows("▌Library")
        sent = len(terminal.raw)
        terminal.press("j")
        await terminal.shows("Getting started", " · markdown")
        # The row left, the row reached, and four lines about the document; whole rows would be 3,000 bytes.
        assert len(terminal.raw) - sent < MOST_BYTES_OF_A_ROW
        terminal.press(ESCAPE)
        terminal.press("T")
        await terminal.shows("Theme", "sepia")
        terminal.press("sepia")
        await terminal.until(lambda: "contrast" not in terminal.text, "only sepia is listed")
        terminal.press(ENTER)
        await terminal.until(lambda: "Enter choose" not in terminal.text, "the list is closed")
        await terminal.quit()
    async with Terminal("demo", cwd=tmp_path) as terminal:
        await terminal.shows("all searchable")
        terminal.press(ESCAPE)
        await terminal.shows("READ")
        terminal.press("T")
        await terminal.shows("✓ sepia")
