"""Research with a real model of 135 million parameters: its plans are valid, and each run ends."""

from __future__ import annotations

import pytest
from tests.engine.research.conftest import DOCUMENTS, Outcome, follow, retriever_over
from tests.real_model.llama_server import KEY, MODEL_NAME, LlamaServer

from bookwheel import OpenAILike
from bookwheel.engine.events.research_events import BranchFinished, ModelCalled, PlanProposed
from bookwheel.engine.events.run_events import Notice
from bookwheel.engine.research.research_workflow import ResearchLimits, ResearchWorkflow

pytestmark = pytest.mark.needs_models

QUESTIONS = [
    "Who built the bridge, and what did it cost?",
    "When was the mill sold, and for how much?",
    "Who was the first teacher of the school, and how many pupils did it have?",
    "What was built in the village between 1890 and 1910?",
    "Which is older, the bridge or the school?",
    "What did the bridge and the mill cost together?",
    "Wer hat die Brücke gebaut, und was hat sie gekostet?",
    "Compare the bridge, the mill and the school.",
    "Anna Weber",
    "Write a long list of everything there is to know of the village, with every detail.",
]


async def outcome_of(server: LlamaServer, question: str, *, breadth: int = 2, plan_only: bool = False) -> Outcome:
    llm = OpenAILike(
        MODEL_NAME,
        base_url=server.base_url,
        api_key=KEY,
        temperature=0,
        context_window=server.window,
        additional_kwargs={"seed": 1},
    )
    limits = ResearchLimits(time_s=40)
    found = retriever_over(DOCUMENTS)
    workflow = ResearchWorkflow(found, llm, approve="auto", breadth=breadth, rounds=1, limits=limits)
    try:
        return await follow(workflow.run(question, plan_only=plan_only))
    finally:
        await llm.aclose()


def check_plan(outcome: Outcome) -> None:
    [plan] = outcome.of(PlanProposed)
    assert 1 <= len(plan.items) <= 2
    assert all(item.question for item in plan.items)
    assert not any("could not be read" in event.text for event in outcome.of(Notice))


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_small_model_gives_a_valid_plan_that_ends(server: LlamaServer, question: str) -> None:
    outcome = await outcome_of(server, question, plan_only=True)
    assert outcome.error is None
    check_plan(outcome)
    # Cut by no limit: the schema ends the reply, so that one call is enough.
    assert len(outcome.of(ModelCalled)) == 1


@pytest.mark.timeout(180)
async def test_a_whole_research_with_a_small_model_ends(server: LlamaServer) -> None:
    outcome = await outcome_of(server, QUESTIONS[1], breadth=1)
    assert outcome.error is None
    check_plan(outcome)
    ended = {event.branch for event in outcome.of(BranchFinished)}
    assert ended == {item.id for item in outcome.of(PlanProposed)[0].items}
