"""A saved session played back on the desk: its timing, pause and step, and going on from it with another model."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.engine.research.conftest import DOCUMENTS, follow, retriever_over
from tests.support.desk import Workflows, desk

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.session_replay import FASTEST, Replay, recorded_pauses
from bookwheel.engine.events.agent_events import AgentStream
from bookwheel.engine.events.run_events import RunStarted
from bookwheel.engine.record import EventRecord
from bookwheel.engine.research.research_state import state_of_run
from bookwheel.engine.research.research_workflow import ResearchWorkflow
from bookwheel.errors import UsageError
from bookwheel.transcript.blocks import AnswerBlock, QuestionBlock
from bookwheel.transcript.bridge import to_wire
from bookwheel.transcript.reducer import blocks_of
from bookwheel.transcript.research.plan_folding import PlanBlock


async def recorded(tmp_path: Path, *questions: str) -> Sequence[EventRecord]:
    """The records of a session with these questions."""
    async with desk(tmp_path / "recorded") as assistant:
        for question in questions:
            await assistant.wait_finished(await assistant.ask(question))
        return await assistant.sessions.current.records()


async def played_to_end(assistant: Assistant) -> None:
    replay = assistant.sessions.replay
    assert replay is not None
    async with asyncio.timeout(60):
        while not replay.state.is_over:
            await asyncio.sleep(0)


async def test_a_replay_shows_the_blocks_and_rows_of_the_session_and_saves_nothing(tmp_path: Path) -> None:
    records = await recorded(tmp_path, "Why?", "Really?")
    async with desk(tmp_path / "sessions") as assistant:
        await assistant.sessions.play(records, "An evening", speed=FASTEST)
        await played_to_end(assistant)
        assert assistant.sessions.current.blocks() == blocks_of(records)
        assert len(assistant.sessions.current.event_rows.rows) > 4
        assert assistant.status.session_title == "An evening"
        assert assistant.status.phase == "idle"
        assert await assistant.sessions.list() == []


async def test_a_research_run_plays_with_its_plan_its_notes_and_its_report(tmp_path: Path) -> None:
    outcome = await follow(
        ResearchWorkflow(retriever_over(DOCUMENTS), approve="auto").run("Who built the bridge, and who sold the mill?")
    )
    wires = [to_wire(event) for event in (RunStarted(user_msg="Who?", mode="research"), *outcome.events)]
    records = [EventRecord(at, float(at), "r1", wire.type, wire.data) for at, wire in enumerate(wires, start=1)]
    async with desk(tmp_path / "sessions") as assistant:
        await assistant.sessions.play(records, "Bridges", speed=FASTEST)
        await played_to_end(assistant)
        blocks = assistant.sessions.current.blocks()
        whole = state_of_run(records, "r1")
    [plan] = [block for block in blocks if isinstance(block, PlanBlock)]
    assert whole is not None
    assert plan.state.branches == whole.branches
    assert plan.state.notes
    [answer] = [block for block in blocks if isinstance(block, AnswerBlock)]
    assert answer.text.rstrip() == outcome.text.rstrip()


async def test_a_paused_replay_goes_on_only_by_steps(tmp_path: Path) -> None:
    records = await recorded(tmp_path, "Why?")
    shown: list[EventRecord] = []
    replay = Replay(records, show=shown.append, changed=lambda: None)
    replay.pause(True)
    replay.step()
    assert [record.type for record in shown] == ["RunStarted"]
    while not isinstance(shown[-1].event, AgentStream):
        replay.step()
    assert not isinstance(records[len(shown)].event, AgentStream)  # the pieces of an answer are one step
    assert not replay.state.is_playing
    assert replay.state.question == 1


def test_pauses_between_questions_are_at_most_two_seconds_and_never_negative(tmp_path: Path) -> None:
    times = [("r1", 100.0), ("r1", 100.5), ("r2", 9_000.0), ("r2", 8_000.0)]
    records = [EventRecord(seq, t, run, "X", {}) for seq, (run, t) in enumerate(times, start=1)]
    assert recorded_pauses(records) == [0.0, 0.5, 2.0, 0.0]


async def test_the_question_of_a_replay_is_asked_again_beside_its_recorded_answer(tmp_path: Path) -> None:
    records = await recorded(tmp_path, "Why?", "Really?")
    async with desk(tmp_path / "sessions", Workflows()) as assistant:
        await assistant.sessions.play(records, "An evening", speed=FASTEST)
        await played_to_end(assistant)
        assistant.set_model("other")
        await assistant.wait_finished(await assistant.ask_replayed())
        session = assistant.sessions.current
        assert [block.text for block in session.all_blocks if isinstance(block, QuestionBlock)] == [
            "Why?",
            "Really?",
            "Really?",
        ]
        assert session.tree.siblings("r2") == ["r2", "r3"]
        assert [block.text for block in session.all_blocks if isinstance(block, AnswerBlock)][-1] == "Other."
        assert assistant.status.replay is None
        assert [info.title for info in await assistant.sessions.list()] == ["An evening"]


async def test_an_answer_that_was_not_complete_is_left_out_when_its_question_is_asked_again(tmp_path: Path) -> None:
    records = await recorded(tmp_path, "Why?", "Really?")
    async with desk(tmp_path / "sessions", Workflows()) as assistant:
        replay = await assistant.sessions.play(records)
        replay.pause(True)
        with pytest.raises(UsageError, match="has not reached a question"):
            await assistant.ask_replayed()
        while replay.state.question < 2:
            replay.step()
        await assistant.wait_finished(await assistant.ask_replayed())
        questions = [each for each in assistant.sessions.current.all_blocks if isinstance(each, QuestionBlock)]
        assert [(each.text, each.run) for each in questions] == [("Why?", "r1"), ("Really?", "r2")]
        assert assistant.sessions.current.tree.siblings("r2") == ["r2"]


async def test_another_session_ends_a_replay_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    records = await recorded(tmp_path, "Why?")
    async with desk(tmp_path / "sessions") as assistant:
        replay = await assistant.sessions.play(records)
        replay.step()
        assert assistant.status.phase == "searching"
        await assistant.sessions.new()
        assert (assistant.status.phase, assistant.status.replay) == ("idle", None)
        assert assistant.sessions.current.blocks() == ()
