"""The desk for a front end: questions, answers, their end, and sessions opened again."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.support.desk import Folder, MockLLM, MockReply, Scripted, Workflows, desk, words

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.protocols import Runnable
from bookwheel.engine.events import AgentStream
from bookwheel.engine.record import EventRecord
from bookwheel.engine.stores.store_protocol import EVERYTHING, Selection
from bookwheel.engine.workflow.context import Context
from bookwheel.errors import DocumentError, SessionError, UsageError
from bookwheel.sessions.session_store import SessionStore
from bookwheel.transcript.blocks import AnswerBlock, NoticeBlock, QuestionBlock, SourcesBlock
from bookwheel.transcript.reducer import Transcript


async def answer(assistant: Assistant, question: str = "What is cheaper?", mode: str | None = None) -> EventRecord:
    return await assistant.wait_finished(await assistant.ask(question, mode=mode))


async def saved_records(sessions: Path) -> list[EventRecord]:
    return await asyncio.to_thread(read_latest, sessions)


def read_latest(sessions: Path) -> list[EventRecord]:
    store = SessionStore(sessions)
    session = store.open(store.list()[0].id, for_writing=False)
    try:
        return session.records()
    finally:
        session.close()


def assert_well_formed(records: Sequence[EventRecord]) -> None:
    """Contract section 3: no gap, one beginning and one end a run, the deltas of the last answer give the response."""
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    for run in {record.run for record in records}:
        events = [record for record in records if record.run == run]
        assert events[0].type == "RunStarted"
        assert events[-1].type == "RunFinished"
        assert [record.type for record in events].count("RunFinished") == 1
        text = ""
        for record in events:
            if record.type == "AgentInput":
                text = ""
            elif record.type == "AgentStream":
                text += str(record.data["delta"])
        assert events[-1].data["response"] == text


async def test_a_question_is_answered_cited_and_saved(tmp_path: Path) -> None:
    async with desk(tmp_path) as assistant:
        finished = await answer(assistant)
        assert finished.data["status"] == "completed"
        assert finished.data["response"] == "Sliding windows are cheaper [1]."
        (citation,) = finished.data["citations"]
        assert citation["number"] == 1
        assert citation["path"] == "/papers/n1.md"
        assert (citation["start_char_idx"], citation["end_char_idx"]) == (100, 128)
        question, sources, said = assistant.sessions.transcript.blocks
        assert isinstance(question, QuestionBlock)
        assert isinstance(sources, SourcesBlock)
        assert [cited.number for cited in sources.citations] == [1]
        assert isinstance(said, AnswerBlock)
        assert (said.text, said.status) == ("Sliding windows are cheaper [1].", "closed")
        assert assistant.sessions.info.title == "What is cheaper?"
        assert assistant.status.phase == "idle"
    records = await saved_records(tmp_path)
    assert_well_formed(records)
    assert [record.type for record in records if record.type != "AgentStream"] == [
        "RunStarted", "Retrieval", "AgentInput", "AgentOutput", "RunFinished",
    ]  # fmt: skip


async def test_live_updates_and_a_reload_show_the_same_blocks(tmp_path: Path) -> None:
    workflows = Workflows(MockLLM([MockReply(thinking="Let me think about it.", text=words(300))]))
    async with desk(tmp_path, workflows) as assistant:
        await answer(assistant)
        await answer(assistant, "And then?")
        live = assistant.sessions.transcript.blocks
        session_id = assistant.sessions.info.id
    async with desk(tmp_path, session_id=session_id) as assistant:
        assert assistant.sessions.transcript.blocks == live
    transcript = Transcript()
    for record in await saved_records(tmp_path):
        transcript.apply(record)
    assert transcript.blocks == live


async def test_many_pieces_become_few_records(tmp_path: Path) -> None:
    async with desk(tmp_path, Workflows(MockLLM([words(2_000)]))) as assistant:
        await answer(assistant)
    records = await saved_records(tmp_path)
    assert_well_formed(records)
    assert len(records) < 100


async def test_records_come_as_they_are_logged(tmp_path: Path) -> None:
    async with desk(tmp_path) as assistant:
        feed = assistant.records()
        await answer(assistant)
    printed = [record async for record in feed]
    assert [record.to_line() for record in printed] == [record.to_line() for record in await saved_records(tmp_path)]


async def test_a_follow_up_gets_the_conversation(tmp_path: Path) -> None:
    llm = MockLLM(["First answer [1].", "Second."])
    async with desk(tmp_path, Workflows(llm)) as assistant:
        await answer(assistant, "First question?")
        await answer(assistant, "And its cost?")
    contents = [message.content for message in llm.calls[-1].messages]
    assert "First question?" in contents
    assert "First answer [1]." in contents


async def test_questions_asked_during_a_run_are_queued_and_can_be_removed(tmp_path: Path) -> None:
    async with desk(tmp_path, Workflows(MockLLM([MockReply(text=words(20), delay_s=0.005)]))) as assistant:
        first = await assistant.ask("One?")
        second = await assistant.ask("Two?")
        third = await assistant.ask("Three?")
        assert assistant.status.queued == ("Two?", "Three?")
        assert assistant.unqueue(0) == "Two?"
        assert assistant.unqueue(7) is None
        with pytest.raises(UsageError, match="removed from the queue"):
            await assistant.wait_finished(second)
        await assistant.wait_finished(first)
        await assistant.wait_finished(third)
    questions = [record.data["user_msg"] for record in await saved_records(tmp_path) if record.type == "RunStarted"]
    assert questions == ["One?", "Three?"]


async def test_an_empty_question_is_refused(tmp_path: Path) -> None:
    async with desk(tmp_path) as assistant:
        with pytest.raises(UsageError):
            await assistant.ask("  \n ")
        assert await assistant.sessions.list() == []


async def test_cancelling_keeps_the_partial_answer_and_the_next_question_works(tmp_path: Path) -> None:
    llm = MockLLM([MockReply(text=words(10_000), delay_s=0.001), "Whole."])
    async with desk(tmp_path, Workflows(llm)) as assistant:
        run_id = await assistant.ask("Long?")
        async for record in assistant.records():
            if record.type == "AgentStream" and len(str(record.data["delta"])) > 20:
                break
        assert await assistant.cancel()
        assert llm.streams_open == 0
        finished = await assistant.wait_finished(run_id)
        assert finished.data["status"] == "cancelled"
        assert str(finished.data["response"]).startswith("word0 word1")
        said = next(block for block in assistant.sessions.transcript.blocks if isinstance(block, AnswerBlock))
        assert (said.status, said.text) == ("cut", finished.data["response"])
        assert not await assistant.cancel()
        assert (await answer(assistant, "Again?")).data["status"] == "completed"
    assert_well_formed(await saved_records(tmp_path))


async def test_a_run_cancelled_before_it_began_still_ends(tmp_path: Path) -> None:
    async with desk(tmp_path) as assistant:
        run_id = await assistant.ask("Now?")
        await assistant.cancel()
        assert (await assistant.wait_finished(run_id)).data["status"] == "cancelled"
    assert_well_formed(await saved_records(tmp_path))


async def test_a_failing_model_ends_the_run_with_a_hint(tmp_path: Path) -> None:
    llm = MockLLM([MockReply(text="Half an ans", error=RuntimeError("boom"), fail_after=2)])
    async with desk(tmp_path, Workflows(llm)) as assistant:
        finished = await answer(assistant)
        assert finished.data["status"] == "failed"
        assert "boom" in str(finished.data["error"])
        notice = assistant.sessions.transcript.blocks[-1]
        assert isinstance(notice, NoticeBlock)
        assert notice.level == "error"
        assert assistant.last_error is not None
        assert (await answer(assistant, "Still there?")).run == "r2"
    assert_well_formed(await saved_records(tmp_path))


async def test_a_session_is_found_again_the_next_day(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    async with desk(tmp_path / "sessions", roots=[folder]) as assistant:
        await answer(assistant)
        before = assistant.sessions.transcript.blocks
    async with desk(tmp_path / "sessions", resume_last=True) as assistant:
        assert assistant.sessions.transcript.blocks == before
        assert assistant.documents.roots == (folder,)
        assert (await answer(assistant, "More?")).run == "r2"
        await assistant.wait_finished(await assistant.ask_again("r1"))
    records = await saved_records(tmp_path / "sessions")
    assert_well_formed(records)
    assert [record.data["user_msg"] for record in records if record.type == "RunStarted"] == [
        "What is cheaper?", "More?", "What is cheaper?",
    ]  # fmt: skip


async def test_a_desk_without_paths_opens_on_the_documents_used_last(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    async with desk(tmp_path / "sessions", roots=[folder]) as assistant:
        await answer(assistant)
    async with desk(tmp_path / "sessions") as assistant:
        assert assistant.documents.roots == (folder,)
        assert assistant.sessions.info.id == ""


class Undecided(Workflows):
    """Knows its model only once it has made a workflow."""

    is_decided = False

    def model_name(self, mode: str) -> str:
        return super().model_name(mode) if self.is_decided else ""

    async def workflow(self, mode: str, roots: Sequence[Path], selection: Selection = EVERYTHING) -> Runnable:
        self.is_decided = True
        return await super().workflow(mode, roots, selection)


async def test_the_first_question_is_logged_with_its_model(tmp_path: Path) -> None:
    async with desk(tmp_path, Undecided()) as assistant:
        await answer(assistant)
    assert (await saved_records(tmp_path))[0].data["model"] == "mock"


async def test_an_unknown_session_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="nope"):
        async with desk(tmp_path, session_id="nope"):
            pass


async def test_another_session_can_be_opened_renamed_searched_and_deleted(tmp_path: Path) -> None:
    async with desk(tmp_path) as assistant:
        await answer(assistant, "Alpha?")
        alpha = assistant.sessions.info.id
        await assistant.sessions.new()
        assert assistant.sessions.transcript.blocks == ()
        await answer(assistant, "Beta?")
        assert {info.title for info in await assistant.sessions.list()} == {"Alpha?", "Beta?"}
        assert [info.id for info in await assistant.sessions.search("alpha")] == [alpha]
        await assistant.sessions.open(alpha)
        assert assistant.sessions.info.title == "Alpha?"
        await assistant.sessions.rename(alpha, "Renamed")
        assert assistant.status.session_title == "Renamed"
        await assistant.sessions.delete(alpha)
        assert assistant.sessions.info.id == ""
        assert [info.title for info in await assistant.sessions.list()] == ["Beta?"]


async def test_a_second_window_on_a_session_continues_in_a_copy(tmp_path: Path) -> None:
    async with desk(tmp_path) as first:
        await answer(first, "Mine?")
        async with desk(tmp_path, session_id=first.sessions.info.id) as second:
            assert "another window" in second.status.session_note
            await answer(second, "Yours?")
            assert second.sessions.info.id != first.sessions.info.id
            assert second.status.session_note == ""
            assert any(
                "copy" in block.text for block in second.sessions.transcript.blocks if isinstance(block, NoticeBlock)
            )
            assert len(await second.sessions.list()) == 2
        await answer(first, "Still mine?")
    store = SessionStore(tmp_path)
    for info in await asyncio.to_thread(store.list):
        session = await asyncio.to_thread(store.open, info.id)
        assert_well_formed(await asyncio.to_thread(session.records))
        session.close()


async def test_a_copy_ends_the_run_that_the_other_window_is_writing(tmp_path: Path) -> None:
    """The copy held a RunStarted of the other window without an end, and its own with the same id."""
    asked, may_end = asyncio.Event(), asyncio.Event()

    async def slow(ctx: Context[Any]) -> str:
        ctx.write_event_to_stream(AgentStream(delta="Half an answer"))
        asked.set()
        await may_end.wait()
        return "Half an answer"

    workflows = Workflows()
    async with desk(tmp_path, workflows) as first:
        await answer(first, "One?")
        async with desk(tmp_path, session_id=first.sessions.info.id) as second:
            workflows.custom = Scripted(slow)
            run_id = await first.ask("Two?")
            await asked.wait()
            log = tmp_path / first.sessions.info.id / "events.jsonl"
            while '"Two?"' not in await asyncio.to_thread(log.read_text):
                await asyncio.sleep(0.01)
            await answer(second, "Three?")
            shown = second.sessions.transcript.blocks
            copied = await asyncio.to_thread(SessionStore(tmp_path).open, second.sessions.info.id, for_writing=False)
        may_end.set()
        await first.wait_finished(run_id)
    records = await asyncio.to_thread(copied.records)
    copied.close()
    assert_well_formed(records)
    questions = [(record.run, record.data["user_msg"]) for record in records if record.type == "RunStarted"]
    assert questions == [("r1", "One?"), ("r2", "Two?"), ("r3", "Three?")]
    assert [block.text for block in shown if isinstance(block, QuestionBlock)] == ["One?", "Two?", "Three?"]
    assert any("another window" in block.text for block in shown if isinstance(block, NoticeBlock))


async def test_documents_answer_while_others_are_still_indexed(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    library = Folder("/a.md", "/b.md", "/c.md", is_indexed=False)
    async with desk(tmp_path / "s", library=library, roots=[folder]) as assistant:
        run_id = await assistant.ask("Early?")
        library.may_index.release()
        finished = await assistant.wait_finished(run_id)
        assert finished.data["coverage"] == {"indexed": 1, "total": 3}
        assert "1 of 3" in str(assistant.sessions.transcript.blocks[-1])
        with pytest.raises(DocumentError, match=r"c\.md is still being indexed"):
            await assistant.documents.read("/c.md")
        for _ in range(2):
            library.may_index.release()
        await assistant.documents.wait_indexed()
        assert [file.status for file in assistant.documents.state.files] == ["indexed"] * 3
        assert [item.reason for item in assistant.documents.state.left_out] == ["hidden"]
        assert "coverage" not in (await answer(assistant, "Late?")).data


async def test_roots_can_be_added_and_removed(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    async with desk(tmp_path / "s", roots=[one, tmp_path / "gone"]) as assistant:
        assert assistant.documents.roots == (one,)
        assert "gone" in assistant.documents.state.error
        await assistant.documents.add([two, one])
        assert assistant.documents.roots == (one, two)
        await assistant.documents.remove(one)
        assert assistant.documents.roots == (two,)
        with pytest.raises(UsageError, match="nowhere"):
            await assistant.documents.add([tmp_path / "nowhere"])


async def test_closing_the_desk_stops_the_run_and_the_index_and_saves_both_ends(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    library = Folder("/a.md", "/b.md", is_indexed=False)
    library.may_index.release()
    workflows = Workflows(MockLLM([MockReply(text=words(10_000), delay_s=0.001)]))
    async with desk(tmp_path / "s", workflows, library=library, roots=[folder]) as assistant:
        await assistant.ask("Long?")
        async for record in assistant.records():
            if record.type == "AgentStream":
                break
    assert library.refreshes_open == 0
    assert library.is_closed
    assert workflows.is_closed
    records = await saved_records(tmp_path / "s")
    assert_well_formed(records)
    assert records[-1].data["status"] == "cancelled"
    assert len(asyncio.all_tasks()) == 1
