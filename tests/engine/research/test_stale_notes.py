"""S13: a document that is deleted or changed while a run reads it: the run goes on, and its notes are marked stale."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.engine.research.conftest import BRIDGE, DOCUMENTS, MILL, Outcome, Researching, follow, notes

from bookwheel.engine.events.research_events import BranchFinished, NoteStale, ResearchEvent
from bookwheel.engine.index.library import Library
from bookwheel.engine.record import EventRecord
from bookwheel.engine.research.research_state import ResearchState
from bookwheel.engine.research.research_workflow import ResearchWorkflow
from bookwheel.transcript.bridge import to_wire
from bookwheel.transcript.research.research_event_rows import research_words
from bookwheel.transcript.research.research_rows import facts_of, plan_rows
from bookwheel.tui.rows.look import Look
from bookwheel.tui.rows.plan_rows import branch_rows

PLAN = "- Who built the bridge?\n- What was the price of the mill?\n"
REPLIES = {
    "read Who built the bridge?": notes((1, "The bridge was built in 1893 by Anna Weber.")),
    "read What was the price of the mill?": notes((1, "The price of the mill was 900 marks.")),
    "section Who built the bridge?": "Anna Weber built the bridge in 1893 [1].",
    "section What was the price of the mill?": "The price of the mill was 900 marks [2].",
    "summary": "Anna Weber built the bridge [1]; the mill cost 900 marks [2].",
}
DELETED = "the document was deleted after it was read"
CHANGED = "the document was changed after it was read"


def _touch(file: Path) -> None:
    os.utime(file, ns=(1, 1))


@pytest.mark.parametrize(
    ("at", "change", "why"),
    [
        ("summary", Path.unlink, DELETED),
        ("section Who built the bridge?", lambda file: file.write_text(BRIDGE.replace("1893", "1983")), CHANGED),
        ("section Who built the bridge?", _touch, ""),
    ],
    ids=["deleted while the summary is written", "changed", "only touched"],
)
async def test_notes_of_a_changed_document_are_marked_stale(
    tmp_path: Path, researching: Researching, at: str, change: Callable[[Path], None], why: str
) -> None:
    outcome = await _run(tmp_path, researching, lambda file, key: change(file) if key == at else None)
    _check(outcome, why)


async def test_a_change_that_the_index_has_taken_up_is_noticed(tmp_path: Path, researching: Researching) -> None:
    folder, library = await _library(tmp_path)
    try:
        retriever = library.retriever([folder])
        found = await retriever.aretrieve("the bridge built by Anna Weber")
        node = next(each.node for each in found if (each.node.path or "").endswith("bridge.md"))
        (folder / "bridge.md").write_text(BRIDGE.replace("1893", "1983"), encoding="utf-8")
        await _refresh(library, folder)
        assert await asyncio.to_thread(retriever.why_stale, node.id_, "built in 1893") == CHANGED
        assert await asyncio.to_thread(retriever.why_stale, node.id_, "It cost 4,200 marks") == ""
        (folder / "bridge.md").unlink()
        await _refresh(library, folder)
        assert await asyncio.to_thread(retriever.why_stale, node.id_, "It cost 4,200 marks") == DELETED
    finally:
        await library.aclose()


async def _run(tmp_path: Path, researching: Researching, on_call: Callable[[Path, str], None]) -> Outcome:
    folder, library = await _library(tmp_path)
    researching.script.replies = REPLIES
    try:
        workflow = ResearchWorkflow(library.retriever([folder]), researching.llm, approve="auto", concurrency=1)
        handler = workflow.run("Who built the bridge, and what was the price of the mill?", plan=PLAN)
        researching.script.on_ask = lambda key: on_call(folder / "bridge.md", key)
        return await follow(handler)
    finally:
        await library.aclose()


async def _library(tmp_path: Path) -> tuple[Path, Library]:
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    library = Library(tmp_path / "index")
    await _refresh(library, folder)
    return folder, library


async def _refresh(library: Library, folder: Path) -> None:
    async for _ in library.refresh([folder]):
        pass


def _check(outcome: Outcome, why: str) -> None:
    assert outcome.error is None
    assert outcome.report is not None
    assert [end.status for end in outcome.of(BranchFinished)] == ["done", "done"]
    assert outcome.text.rstrip() == outcome.report.text
    assert "Anna Weber built the bridge in 1893 [1]." in outcome.text
    assert [note.quote for note in outcome.report.notes][1] in MILL
    marks = [(mark.note, mark.reason) for mark in outcome.of(NoteStale)]
    assert marks == ([("1.1", why)] if why else [])
    state = _replayed(outcome)
    said = "\n".join(_screen(state))
    if not why:
        assert "Changed since" not in outcome.text
        assert "stale" not in said
        return
    assert outcome.text.rstrip().endswith(
        f"## Changed since they were read\n\n- bridge.md [1]: {why}. The report quotes it as it was."
    )
    assert said.count(f"stale: {why}") == 1
    assert f"1 stale note: {why}" in [row.step for row in plan_rows(state)]
    assert "1 stale" in facts_of(state)
    assert research_words(outcome.of(NoteStale)[0]).summary == f"stale, {why} · 1.1"


def _replayed(outcome: Outcome) -> ResearchState:
    """The state as it is computed from the written log."""
    state = ResearchState()
    for event in outcome.events:
        if isinstance(event, ResearchEvent):
            wire = to_wire(event)
            read = EventRecord(1, 1.0, "r1", wire.type, wire.data).event
            assert isinstance(read, ResearchEvent)
            state = state.apply(read)
    return state


def _screen(state: ResearchState) -> list[str]:
    shown = [runs for branch in state.branches for _, runs in branch_rows(state, branch.id, 100, Look())]
    return ["".join(text for text, _ in runs) for runs in shown]
