"""A session of many questions: its end is shown at once, the rest is loaded when the reader goes there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.desk_app import AppDriver, running_app
from tests.support.long_session import long_records, save_long_session

from bookwheel.assistant.open_session import TAIL_RUNS
from bookwheel.tui.screens.pick import PickScreen

RUNS = 110


@asynccontextmanager
async def long_session(tmp_path: Path, *, branch_at: int = 0) -> AsyncGenerator[AppDriver]:
    records = list(long_records(RUNS, branch_at=branch_at))
    session = await asyncio.to_thread(save_long_session, tmp_path / "sessions", records)
    async with running_app(tmp_path, session_id=session) as desk:
        await desk.until_sees(f"Answer {RUNS} of many")
        await desk.until(lambda: desk.assistant.sessions.current.earlier.is_outline_read, "the questions are known")
        await desk.press("escape")
        yield desk


def loaded(desk: AppDriver) -> int:
    """How many questions have their blocks."""
    session = desk.assistant.sessions.current
    return RUNS - len(session.earlier.questions)


async def test_opening_loads_the_end_and_scrolling_up_brings_the_rest(tmp_path: Path) -> None:
    async with long_session(tmp_path) as desk:
        assert loaded(desk) == TAIL_RUNS
        await desk.until_sees(f"{RUNS}/{RUNS}")
        view = desk.app.desk.conversation
        view.go_to_run(f"r{RUNS}")
        read = [RUNS]

        def is_first_read() -> bool:
            view.action_step_question(-1)
            while view.questions[0] < read[-1]:
                read.append(view.questions[0])
                view.action_step_question(-1)
            return read[-1] == 1

        await desk.until(is_first_read)
        assert read == list(range(RUNS, 0, -1))
        await desk.until_sees("Question 1?")
        assert loaded(desk) == RUNS


async def test_the_top_is_the_first_question(tmp_path: Path) -> None:
    async with long_session(tmp_path) as desk:
        await desk.press("g", "g")
        await desk.until_sees("Question 1?")
        assert desk.app.desk.conversation.questions == (1, RUNS)


async def test_a_search_finds_what_only_the_first_answer_holds(tmp_path: Path) -> None:
    async with long_session(tmp_path) as desk:
        await desk.press("slash")
        await desk.type("quince")
        await desk.press("enter")
        await desk.until_sees("The word quince.")
        await desk.until_sees("hit 1")


async def test_the_tree_has_every_question_and_leads_to_the_first(tmp_path: Path) -> None:
    async with long_session(tmp_path, branch_at=10) as desk:
        await desk.press("B")
        await desk.until(lambda: isinstance(desk.app.screen, PickScreen))
        await desk.type("Question 9?")
        await desk.press("enter")
        await desk.until_sees("Answer 9 of many")
        assert [block.run for block in desk.assistant.sessions.current.blocks()][-1] == "r9"


async def test_the_prompt_remembers_and_the_brief_shows_what_is_not_loaded(tmp_path: Path) -> None:
    async with long_session(tmp_path) as desk:
        await desk.press("b")
        await desk.until_sees("Answer 1")
        await desk.press("escape", "i", *["up"] * (TAIL_RUNS + 5))
        assert desk.app.desk.prompt.text == f"Question {RUNS - TAIL_RUNS - 4}?"
        assert loaded(desk) == TAIL_RUNS
