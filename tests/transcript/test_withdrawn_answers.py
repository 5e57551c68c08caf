"""An answer that turns out to have been a thought, because a tag that nothing opened closes it."""

from __future__ import annotations

from bookwheel.engine.record import EventRecord
from bookwheel.engine.schema import JsonObject
from bookwheel.transcript.blocks import AnswerBlock, Change, Closed, ThoughtBlock
from bookwheel.transcript.reducer import Transcript


def read(*events: tuple[str, JsonObject]) -> tuple[Transcript, list[Change]]:
    transcript = Transcript()
    records = [EventRecord(seq, 1000.0 + seq, "r1", type_, data) for seq, (type_, data) in enumerate(events, 1)]
    return transcript, [change for record in records for change in transcript.apply(record)]


def test_an_answer_that_begins_anew_without_an_end_was_a_thought() -> None:
    started: JsonObject = {"user_msg": "What?", "mode": "query", "model": "mock"}
    begun: JsonObject = {"input": [], "current_agent_name": "query"}
    transcript, changes = read(
        ("RunStarted", started),
        ("AgentInput", begun),
        ("AgentStream", {"delta": "Passage [2]?", "current_agent_name": "query"}),
        ("AgentInput", begun),
        ("AgentStream", {"delta": "It is so [1].", "current_agent_name": "query"}),
        ("AgentOutput", {"response": {}, "current_agent_name": "query"}),
        ("RunFinished", {"status": "completed", "response": "It is so [1]."}),
    )
    _, thought, answer = transcript.blocks
    assert isinstance(thought, ThoughtBlock)
    assert isinstance(answer, AnswerBlock)
    assert (thought.text, thought.status, answer.text) == ("Passage [2]?", "closed", "It is so [1].")
    assert Closed(thought) in changes


def test_the_words_before_a_call_stay_an_answer() -> None:
    begun: JsonObject = {"input": [], "current_agent_name": "Agent"}
    transcript, _ = read(
        ("RunStarted", {"user_msg": "What?", "mode": "agent", "model": "mock"}),
        ("AgentInput", begun),
        ("AgentStream", {"delta": "I look.", "current_agent_name": "Agent"}),
        ("AgentOutput", {"response": {}, "current_agent_name": "Agent"}),
        ("AgentInput", begun),
        ("AgentStream", {"delta": "It is so.", "current_agent_name": "Agent"}),
    )
    assert [type(block) for block in transcript.blocks[1:]] == [AnswerBlock, AnswerBlock]
