"""What is before the last questions of a long session: known at once by its questions, read a part at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.support.desk import Workflows, desk
from tests.support.long_session import long_records, save_long_session

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.open_session import TAIL_RUNS
from bookwheel.assistant.updates import EarlierBlocks, TranscriptReset, Unloaded
from bookwheel.errors import UsageError
from bookwheel.transcript.reducer import blocks_of

RUNS = 200


@asynccontextmanager
async def opened(tmp_path: Path, *, branch_at: int = 0) -> AsyncGenerator[Assistant]:
    """A desk on a session of RUNS questions, of which the last ones are loaded."""
    session = await asyncio.to_thread(
        save_long_session, tmp_path / "sessions", list(long_records(RUNS, branch_at=branch_at))
    )
    async with desk(tmp_path / "sessions", Workflows()) as assistant:
        await assistant.sessions.open(session)
        yield assistant


async def test_parts_are_the_blocks_of_the_whole_log(tmp_path: Path) -> None:
    async with opened(tmp_path) as assistant:
        current, subscription = assistant.sessions.current, assistant.subscribe()
        await current.earlier.read_outline()
        assert len(current.earlier.questions) == RUNS - TAIL_RUNS
        await assistant.sessions.load_earlier(whole=True)
        assert current.all_blocks == blocks_of(long_records(RUNS))
        shown: tuple[object, ...] = ()
        for update in subscription.take():
            match update:
                case TranscriptReset(blocks=blocks):
                    shown = blocks
                case EarlierBlocks(blocks=blocks, unloaded=unloaded):
                    shown = (*blocks, *shown)
                case _:
                    pass
        assert shown == current.all_blocks
        assert unloaded == Unloaded(0, is_whole=True)


async def test_questions_the_tree_and_the_brief_are_known_before_the_blocks_are(tmp_path: Path) -> None:
    async with opened(tmp_path, branch_at=10) as assistant:
        current = assistant.sessions.current
        await current.earlier.read_outline()
        assert current.question("r5") == ("Question 5?", "query")
        assert list(current.tree.siblings("r10")) == ["r9", "r10"]
        assert [pin.run for pin in current.pins] == ["r1"]
        assert current.unloaded == Unloaded(RUNS - TAIL_RUNS - 1, is_whole=False)  # r9 is in another branch
        assert not current.earlier.blocks


async def test_a_branch_far_back_is_loaded_before_it_is_shown(tmp_path: Path) -> None:
    async with opened(tmp_path, branch_at=10) as assistant:
        await assistant.sessions.go_to("r9")
        runs = [block.run for block in assistant.sessions.current.blocks()]
        assert runs[-1] == "r9"
        assert "r10" not in runs
        with pytest.raises(UsageError, match="no question r999"):
            await assistant.sessions.go_to("r999")


async def test_a_question_far_back_is_asked_again_with_its_mode(tmp_path: Path) -> None:
    async with opened(tmp_path) as assistant:
        await assistant.wait_finished(await assistant.ask_again("r3"))
        assert assistant.sessions.current.question(f"r{RUNS + 1}") == ("Question 3?", "query")


async def test_two_readers_at_once_read_each_part_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as assistant:
        load = assistant.sessions.load_earlier
        await asyncio.gather(load(), load(whole=True), load(), load(whole=True))
        assert assistant.sessions.current.all_blocks == blocks_of(long_records(RUNS))


async def test_another_session_gets_no_blocks_of_the_one_before(tmp_path: Path) -> None:
    async with opened(tmp_path) as assistant:
        async with asyncio.TaskGroup() as group:
            group.create_task(assistant.sessions.load_earlier(whole=True))
            await asyncio.sleep(0)
            await assistant.sessions.new()
            subscription = assistant.subscribe()
        assert [update.blocks for update in subscription.take() if isinstance(update, TranscriptReset)] == [()]
        assert assistant.sessions.current.unloaded == Unloaded()


async def test_the_copy_of_a_session_that_is_open_elsewhere_is_whole(tmp_path: Path) -> None:
    async with opened(tmp_path) as first, desk(tmp_path / "sessions", Workflows()) as second:
        await second.sessions.open(first.sessions.info.id)
        await second.wait_finished(await second.ask("One more?"))
        current = second.sessions.current
        assert current.info.id != first.sessions.info.id
        assert current.unloaded == Unloaded()
        assert current.all_blocks[: len(blocks_of(long_records(RUNS)))] == blocks_of(long_records(RUNS))
