"""A killed process loses nothing that it called saved, and keeps the beginning of its last answer."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.desk import MockLLM, MockReply, Workflows, desk, updates_until, words

from bookwheel.sessions import session_writer as writer
from bookwheel.sessions.session_store import SessionStore
from bookwheel.transcript.blocks import AnswerBlock, NoticeBlock

REPO = Path(__file__).resolve().parents[2]


def killed_child(sessions: Path, *, after_acks: int, extra_s: float) -> list[tuple[str, int]]:
    """Start a child, kill it some time after it has acknowledged some runs; what it had acknowledged."""
    environment = {**os.environ, "PYTHONPATH": f"{REPO / 'src'}:{REPO}"}
    command = [sys.executable, "-m", "tests.support.saving_child", str(sessions)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=REPO)
    assert child.stdout is not None
    acknowledged = [child.stdout.readline() for _ in range(after_acks)]
    time.sleep(extra_s)  # the moment of the kill, not a wait for anything
    child.send_signal(signal.SIGKILL)
    acknowledged += child.stdout.read().splitlines()
    child.wait()
    child.stdout.close()
    return [(run, int(seq)) for run, seq in (line.split() for line in acknowledged if line.strip())]


@pytest.mark.fault("S1")
@pytest.mark.timeout(120)
def test_saved_records_survive_kill_9(tmp_path: Path) -> None:
    """S1: killed again and again on one session, at other moments each time."""
    acknowledged: list[tuple[str, int]] = []
    for round_ in range(6):
        acknowledged += killed_child(tmp_path, after_acks=1 + round_ % 2, extra_s=0.017 * round_)
        store = SessionStore(tmp_path)
        (info,) = store.list()
        session = store.open(info.id, for_writing=False)
        records = session.records()
        session.close()
        ends = {(record.run, record.seq) for record in records if record.type == "RunFinished"}
        assert set(acknowledged) <= ends
        assert [record.seq for record in records] == list(range(1, len(records) + 1))
    assert len(acknowledged) >= 9


async def test_an_answer_cut_by_a_kill_is_marked_and_can_be_asked_again(tmp_path: Path) -> None:
    await asyncio.to_thread(killed_child, tmp_path, after_acks=1, extra_s=0.03)
    async with desk(tmp_path, resume_last=True) as assistant:
        runs = list(assistant.sessions.transcript.runs.values())
        assert all(run.status for run in runs)
        last = runs[-1]
        assert last.status == "cancelled"
        answers = [block for block in assistant.sessions.transcript.blocks if isinstance(block, AnswerBlock)]
        notice = assistant.sessions.transcript.blocks[-1]
        assert isinstance(notice, NoticeBlock)
        assert "Cut off" in notice.text
        assert "Ask again" in notice.hint
        if last.response:
            assert (answers[-1].status, answers[-1].text) == ("cut", last.response)
        again = await assistant.wait_finished(await assistant.ask_again(last.id))
        assert again.data["status"] == "completed"


@pytest.mark.fault("S7")
async def test_on_a_full_disk_the_answer_stays_and_is_saved_later(tmp_path: Path) -> None:
    """S7 with a real full disk: a tmpfs of 64 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = await asyncio.to_thread(
        subprocess.run, ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounting.returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        llm = MockLLM([words(20_000), "Short."])
        async with desk(disk / "sessions", Workflows(llm)) as assistant:
            finished = await assistant.wait_finished(await assistant.ask("Fill it?"))
            assert finished.data["status"] == "completed"
            assert "space" in assistant.status.not_saved
            answer = next(block for block in assistant.sessions.transcript.blocks if isinstance(block, AnswerBlock))
            assert answer.text == words(20_000)
            events = next((disk / "sessions").glob("*/events.jsonl"))
            assert all(json.loads(line) for line in await asyncio.to_thread(lambda: events.read_text().splitlines()))
            await asyncio.to_thread(
                subprocess.run, ["mount", "-o", "remount,size=8m", str(disk)], check=True, capture_output=True
            )
            await assistant.wait_finished(await assistant.ask("Room now?"))
            assert assistant.status.not_saved == ""
        async with desk(disk / "sessions", resume_last=True) as assistant:
            assert [run.status for run in assistant.sessions.transcript.runs.values()] == ["completed", "completed"]
            answer = next(block for block in assistant.sessions.transcript.blocks if isinstance(block, AnswerBlock))
            assert answer.text == words(20_000)
    finally:
        await asyncio.to_thread(subprocess.run, ["umount", "-l", str(disk)], check=True)


async def test_unsaved_records_are_saved_later_without_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "RETRY_S", 0.02)
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    async with desk(blocked / "sessions") as assistant:
        finished = await assistant.wait_finished(await assistant.ask("Later?"))
        assert assistant.status.not_saved
        blocked.unlink()
        async with asyncio.timeout(60):
            await updates_until(assistant, lambda seen: not assistant.status.not_saved)
        store = SessionStore(blocked / "sessions")
        session = await asyncio.to_thread(store.open, assistant.sessions.info.id, for_writing=False)
        assert (await asyncio.to_thread(session.records))[-1] == finished
        session.close()


@pytest.mark.fault("S12")
async def test_on_a_read_only_disk_the_desk_works_in_memory(tmp_path: Path) -> None:
    """S12: the path of the sessions folder is a file."""
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    async with desk(blocked / "sessions", Workflows(MockLLM([MockReply(text="Still.")]))) as assistant:
        finished = await assistant.wait_finished(await assistant.ask("Works?"))
        assert finished.data["response"] == "Still."
        assert "could not be saved" in assistant.status.not_saved
