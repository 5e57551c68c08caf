"""S12: a run that is killed after any durable record goes on, and comes to the same notes, response and citations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from tests.engine.research.conftest import Outcome, follow, model_at, retriever_over
from tests.support.openai_server import OpenAIServer
from tests.support.research_script import SCENARIOS, ResearchScript

from bookwheel.engine.events.agent_events import AgentStream
from bookwheel.engine.events.event_base import Event
from bookwheel.engine.events.research_events import ModelCalled, NoteTaken, ResearchEvent, SectionFinished
from bookwheel.engine.events.run_events import RunStarted
from bookwheel.engine.record import EventRecord
from bookwheel.engine.research.research_state import ResearchState, state_of_run
from bookwheel.engine.research.research_workflow import ResearchWorkflow
from bookwheel.transcript.bridge import to_wire


def _scenario() -> tuple[dict[str, Any], dict[str, str]]:
    spec = json.loads((SCENARIOS / "s01_branches_and_rounds.json").read_text(encoding="utf-8"))
    return spec["cases"][0], spec["documents"]


def records(events: Sequence[Event], run: str = "r1", resumes: str = "", first: int = 1) -> list[EventRecord]:
    """The events as the log has them: written as lines, and decoded again."""
    started = to_wire(RunStarted(user_msg="q", mode="research", resumes=resumes))
    wires = [started, *(to_wire(event) for event in events)]
    return [EventRecord(seq, float(seq), run, wire.type, wire.data) for seq, wire in enumerate(wires, start=first)]


async def run(resume: ResearchState | None, asked: list[str] | None = None) -> tuple[Outcome, list[str]]:
    case, documents = _scenario()
    script = ResearchScript(_from_call(case["replies"], asked or []))
    async with OpenAIServer(script=script) as server, model_at(server) as llm:
        workflow = ResearchWorkflow(retriever_over(documents), llm, approve="auto", concurrency=1)
        outcome = await follow(workflow.run(case["question"], resume=resume))
    return outcome, script.asked


def _from_call(replies: dict[str, Any], asked: Sequence[str]) -> dict[str, Any]:
    """The replies that are left after these calls: of a list the first ones have been given."""
    return {
        key: reply[min(asked.count(key), len(reply) - 1) :] if isinstance(reply, list) else reply
        for key, reply in replies.items()
    }


def citations(outcome: Outcome) -> list[Any]:
    assert outcome.report is not None
    return [(each.number, each.path, each.start_char_idx, each.end_char_idx) for each in outcome.report.citations]


def notes(outcome: Outcome) -> list[Any]:
    assert outcome.report is not None
    return [(note.note, note.quote, note.node_id, note.start_char_idx) for note in outcome.report.notes]


@pytest.mark.timeout(240)
async def test_a_run_killed_after_any_durable_record_ends_as_one_that_was_not() -> None:
    whole, asked_whole = await run(None)
    assert whole.report is not None
    durable = [index for index, event in enumerate(whole.events) if isinstance(event, ResearchEvent)]
    assert len(durable) > 30
    for at in durable:
        kept = whole.events[: at + 1]
        state = state_of_run(records(kept), "r1")
        assert state is not None
        done = keys_of(kept)
        resumed, asked = await run(state.resumed(0.0), done)
        assert resumed.report is not None, (at, resumed.error)
        assert resumed.text == whole.text, at
        assert notes(resumed) == notes(whole), at
        assert citations(resumed) == citations(whole), at
        # At most the call of the branch at work and one section are paid for twice.
        assert len(done) + len(asked) <= len(asked_whole) + 1, at
        assert resumed.report.usage.calls <= whole.report.usage.calls + 1, at


def keys_of(events: Sequence[Event]) -> list[str]:
    """What was asked of the model in these events, as the script names it."""
    questions = {"1": "Who built the bridge?", "2": "What did the mill cost?", "3": "When did the school open?"}
    keys: list[str] = []
    for event in events:
        match event:
            case ModelCalled(purpose="plan"):
                keys.append("plan")
            case ModelCalled(branch=branch):
                keys.append(f"read {questions[branch]}")
            case SectionFinished(section=section):
                keys.append("summary" if section == "summary" else f"section {questions[section]}")
            case _:
                pass
    return keys


async def test_a_run_can_be_killed_twice() -> None:
    whole, _ = await run(None)
    first = whole.events[: len(whole.events) // 3]
    state = state_of_run(records(first), "r1")
    assert state is not None
    second, _ = await run(state.resumed(0.0), keys_of(first))
    cut = second.events[: len(second.events) // 2]
    logged = [*records(first), *records(cut, "r2", "r1", len(first) + 2)]
    state = state_of_run(logged, "r2")
    assert state is not None
    third, _ = await run(state.resumed(0.0), [*keys_of(first), *keys_of(cut)])
    assert third.text == whole.text
    assert notes(third) == notes(whole)


async def test_finished_sections_come_again_as_one_delta_each_without_a_call() -> None:
    whole, _ = await run(None)
    ends = [index for index, event in enumerate(whole.events) if isinstance(event, SectionFinished)]
    kept = whole.events[: ends[1] + 1]
    state = state_of_run(records(kept), "r1")
    assert state is not None
    resumed, asked = await run(state.resumed(0.0), keys_of(kept))
    assert [key.partition(" ")[0] for key in asked] == ["section", "summary"]
    finished = [event for event in resumed.events if isinstance(event, SectionFinished)]
    assert [event.asked for event in finished] == [False, False, True, True]
    assert "".join(e.delta for e in resumed.events if isinstance(e, AgentStream)) == whole.text


async def test_a_run_without_a_log_is_not_research() -> None:
    assert state_of_run([], "r1") is None
    query = to_wire(RunStarted(user_msg="q", mode="query"))
    assert state_of_run([EventRecord(1, 1.0, "r1", query.type, query.data)], "r1") is None


async def test_notes_are_taken_once_though_their_reply_is_read_again() -> None:
    whole, _ = await run(None)
    taken = [index for index, event in enumerate(whole.events) if isinstance(event, NoteTaken)]
    state = state_of_run(records(whole.events[: taken[0] + 1]), "r1")
    assert state is not None
    resumed, _ = await run(state.resumed(0.0), ["plan", "read Who built the bridge?"])
    numbers = [event.note for event in resumed.events if isinstance(event, NoteTaken)]
    assert numbers == [event.note for event in whole.events if isinstance(event, NoteTaken)][1:]
