"""A run that goes on from one that was cut off: it names that run, and no tool runs twice without a question."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.calling_child import noting
from tests.support.desk import MockLLM, MockReply, Workflows, desk

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.outcome import LOST_LINE
from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import ToolSelection
from bookwheel.sessions.session_store import SessionStore
from bookwheel.transcript.blocks import InputBlock, NoticeBlock

REPO = Path(__file__).resolve().parents[2]


def killed_at(point: str, sessions: Path, work: Path) -> list[EventRecord]:
    """Run a desk in another process, kill it at this point; what its log has."""
    environment = {**os.environ, "PYTHONPATH": f"{REPO / 'src'}:{REPO}"}
    command = [sys.executable, "-m", "tests.support.calling_child", str(sessions), str(work), point]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=REPO) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == point
        child.kill()
    store = SessionStore(sessions)
    session = store.open(store.list()[0].id, for_writing=False)
    records = session.records()
    session.close()
    return records


def lines(work: Path) -> list[str]:
    return work.read_text(encoding="utf-8").split() if work.exists() else []


def again(*, requires_approval: bool, work: Path) -> Workflows:
    llm = MockLLM([MockReply(tool_calls=[ToolSelection("c9", "note", {"text": "once"})]), MockReply(text="Noted.")])
    return Workflows(llm, tools=[noting(work, requires_approval=requires_approval)])


async def question_of(assistant: Assistant) -> InputBlock:
    async with asyncio.timeout(20):
        while not assistant.status.waiting_requests:
            await asyncio.sleep(0.005)
    return next(block for block in assistant.sessions.transcript.blocks[::-1] if isinstance(block, InputBlock))


def started(assistant: Assistant, records: list[EventRecord]) -> dict[str, Any]:
    return next(record.data for record in records[::-1] if record.type == "RunStarted")


@pytest.mark.fault("A3")
@pytest.mark.parametrize(("answer", "noted"), [("once", ["once"]), ("deny", [])])
async def test_an_approval_that_was_open_at_the_crash_is_asked_again(
    tmp_path: Path, answer: str, noted: list[str]
) -> None:
    work = tmp_path / "work"
    records = await asyncio.to_thread(killed_at, "question", tmp_path / "sessions", work)
    assert [record.type for record in records][-1] == "InputRequiredEvent"
    assert lines(work) == []
    async with desk(tmp_path / "sessions", again(requires_approval=True, work=work), resume_last=True) as assistant:
        run_id = await assistant.ask_again("r1")
        question = await question_of(assistant)
        assert lines(work) == []
        assert "wants to call note" in question.prefix
        await assistant.respond(question.request_id, answer)
        await assistant.wait_finished(run_id)
        assert started(assistant, await assistant.sessions.current.records())["resumes"] == "r1"
    assert lines(work) == noted


@pytest.mark.fault("A4")
@pytest.mark.parametrize("requires_approval", [False, True])
@pytest.mark.parametrize(("answer", "noted"), [("once", ["once", "once"]), ("deny", ["once"])])
@pytest.mark.parametrize("point", ["tool", "after"])
async def test_a_tool_that_had_started_is_not_run_twice_without_a_question(
    tmp_path: Path, point: str, answer: str, noted: list[str], requires_approval: bool
) -> None:
    work = tmp_path / "work"
    records = await asyncio.to_thread(killed_at, point, tmp_path / "sessions", work)
    assert "ToolCall" in [record.type for record in records], "the log says that the tool started"
    assert lines(work) == ["once"]
    workflows = again(requires_approval=requires_approval, work=work)
    async with desk(tmp_path / "sessions", workflows, resume_last=True) as assistant:
        run_id = await assistant.ask_again("r1")
        question = await question_of(assistant)
        assert lines(work) == ["once"]
        assert "may have run" in question.prefix
        assert question.choices == ("once", "deny")
        await assistant.respond(question.request_id, answer)
        await assistant.wait_finished(run_id)
    assert lines(work) == noted


@pytest.mark.fault("A4")
async def test_the_question_outlives_a_second_crash(tmp_path: Path) -> None:
    work = tmp_path / "work"
    await asyncio.to_thread(killed_at, "tool", tmp_path / "sessions", work)
    async with desk(tmp_path / "sessions", again(requires_approval=False, work=work), resume_last=True) as assistant:
        await assistant.ask_again("r1")
        await question_of(assistant)
        await assistant.aclose(LOST_LINE)
    async with desk(tmp_path / "sessions", again(requires_approval=False, work=work), resume_last=True) as assistant:
        await assistant.ask_again("r2")
        question = await question_of(assistant)
        assert "may have run" in question.prefix
        records = await assistant.sessions.current.records()
        assert [
            record.data["resumes"] for record in records if record.type == "RunStarted" and "resumes" in record.data
        ] == ["r1", "r2"]
    assert lines(work) == ["once"]


@pytest.mark.fault("A4")
async def test_a_question_asked_again_after_a_whole_answer_asks_nothing_more(tmp_path: Path) -> None:
    work = tmp_path / "work"
    async with desk(tmp_path / "sessions", again(requires_approval=False, work=work), mode="agent") as assistant:
        await assistant.wait_finished(await assistant.ask("Note it"))
        assert lines(work) == ["once"]
    async with desk(tmp_path / "sessions", again(requires_approval=False, work=work), resume_last=True) as assistant:
        await assistant.wait_finished(await assistant.ask_again("r1"))
        records = await assistant.sessions.current.records()
        assert "resumes" not in started(assistant, records)
    assert lines(work) == ["once", "once"]


@pytest.mark.fault("P2")
async def test_a_lost_line_is_the_reason_that_the_page_gives(tmp_path: Path) -> None:
    work = tmp_path / "work"
    async with desk(tmp_path / "sessions", again(requires_approval=True, work=work), mode="agent") as assistant:
        await assistant.ask("Note it")
        await question_of(assistant)
        await assistant.aclose(LOST_LINE)
    async with desk(tmp_path / "sessions", resume_last=True) as assistant:
        notice = assistant.sessions.transcript.blocks[-1]
        assert isinstance(notice, NoticeBlock)
        assert "connection to the terminal was lost" in notice.text
        assert "Ask again" in notice.hint
