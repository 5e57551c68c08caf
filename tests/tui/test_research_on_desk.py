"""Research on the desk: its plan is approved and steered by keys while branches run."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.engine.research.conftest import DOCUMENTS, model_at, notes, retriever_over
from tests.engine.research.test_scenarios import Web
from tests.support.desk import Workflows
from tests.support.desk_app import AppDriver, running_app
from tests.support.openai_server import OpenAIServer
from tests.support.research_script import ResearchScript

from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.research.branch_state import Branch
from bookwheel.engine.research.research_state import ResearchState
from bookwheel.engine.research.research_workflow import ResearchWorkflow
from bookwheel.engine.tools.approval import ApprovalRule
from bookwheel.transcript.blocks import InputBlock
from bookwheel.transcript.research.plan_folding import PlanBlock
from bookwheel.tui.screens.research.branch_view import BranchView
from bookwheel.tui.screens.research.plan_list import PlanList

BRIDGE, MILL, SCHOOL = "Who built the bridge?", "Who sold the mill?", "When did the school open?"
PLAN = {"items": [{"question": question, "why": ""} for question in (BRIDGE, MILL, SCHOOL)]}
FOUND = notes((1, "The bridge was built in 1893 by Anna Weber."), missing="its price", next_query="price of the bridge")


@asynccontextmanager
async def researching(tmp_path: Path, *, size: tuple[int, int] = (140, 42)) -> AsyncGenerator[AppDriver]:
    """The app in research mode, its plan shown; after one note each reading hangs until the end."""
    held = {"hangs": True}
    script = ResearchScript(
        {"plan": [PLAN, {"items": PLAN["items"][:2]}], f"read {BRIDGE}": [FOUND, held], "read": held}
        | {"section": "It was built in 1893 by Anna Weber [1].", "summary": "Anna Weber built it [1]."}
    )
    async with OpenAIServer(script=script) as server, model_at(server) as llm:
        workflow = ResearchWorkflow(retriever_over(DOCUMENTS), llm, rounds=2)
        try:
            async with running_app(tmp_path, Workflows(custom=workflow), mode="research", size=size) as driver:
                await driver.ask("What is known of the village?")
                await driver.until(lambda: state_of(driver).is_reviewing, "the plan waits")
                await driver.until(lambda: isinstance(driver.app.desk.focused, PlanList), "the plan has the keys")
                yield driver
        finally:
            script.gate.opened.set()


def state_of(driver: AppDriver) -> ResearchState:
    blocks = driver.assistant.sessions.current.blocks()
    return next((block.state for block in blocks if isinstance(block, PlanBlock)), ResearchState())


def branch_of(driver: AppDriver, branch_id: str) -> Branch:
    branch = state_of(driver).branch(branch_id)
    assert branch is not None
    return branch


async def start(driver: AppDriver) -> None:
    """Approve the plan, and wait until the model reads for all branches, and has noted something for the first."""
    await driver.until_sees("start  3 sub-questions")
    await driver.press("enter")
    await driver.until(lambda: len(state_of(driver).notes) == 1, "one note")
    await driver.until(lambda: all(branch.searches for branch in state_of(driver).branches), "all branches search")


async def to_branch(driver: AppDriver, branch_id: str) -> None:
    """Move the cursor down to a branch's row."""
    await to_row(driver, f"{branch_id} {branch_of(driver, branch_id).question}")


async def to_row(driver: AppDriver, row: str) -> None:
    """Move the cursor of the plan down to a row."""
    plan = driver.app.desk.query_one(PlanList)
    await driver.until_sees(row)
    while (at := plan.current) is None or row not in "".join(text for text, _ in at.runs):
        await driver.press("j")


async def test_each_key_of_the_plan_changes_the_branches_while_they_run(tmp_path: Path) -> None:
    async with researching(tmp_path) as driver:
        await start(driver)

        await to_branch(driver, "1")
        await driver.press("h")
        await driver.type("dates")
        await driver.press("enter")
        await driver.until(lambda: branch_of(driver, "1").hints == ("dates",), "a hint")
        rounds = branch_of(driver, "1").rounds
        await driver.press("plus")
        await driver.until(lambda: branch_of(driver, "1").rounds == rounds + 1, "a further round")

        await to_branch(driver, "2")
        await driver.press("space")
        await driver.until(lambda: branch_of(driver, "2").is_paused, "a paused branch")
        await driver.press("space")
        await driver.until(lambda: not branch_of(driver, "2").is_paused, "it goes on")
        await driver.press("r", *["backspace"] * 5)
        await driver.type("gate?")
        await driver.press("enter")
        await driver.until(lambda: branch_of(driver, "2").question == "Who sold the gate?", "another question")

        await to_branch(driver, "3")
        await driver.press("minus")
        await driver.until(lambda: branch_of(driver, "3").is_dropped, "a dropped branch")
        await driver.press("u")
        await driver.until(lambda: not branch_of(driver, "3").is_dropped, "a restored branch")
        await driver.press("K")
        await driver.until(lambda: [each.id for each in state_of(driver).branches] == ["1", "3", "2"], "a new order")
        await driver.press("J")
        await driver.until(lambda: [each.id for each in state_of(driver).branches] == ["1", "2", "3"], "the old order")

        await driver.press("n", "enter")  # an empty line adds nothing
        await driver.press("n")
        await driver.type("Who taught?")
        await driver.press("enter")
        await driver.until(lambda: state_of(driver).branch("4"), "a fourth branch")
        assert [each.id for each in state_of(driver).branches] == ["1", "2", "3", "4"]

        await driver.press("W")
        await driver.until_sees("report written")
        await driver.press("escape")
        await driver.until_sees("It was built in 1893 by Anna Weber")


@pytest.mark.parametrize(("size", "is_beside"), [((140, 42), True), ((80, 24), False)])
async def test_the_plan_is_beside_the_branch_or_is_the_page(
    tmp_path: Path, size: tuple[int, int], is_beside: bool
) -> None:
    async with researching(tmp_path, size=size) as driver:
        await start(driver)
        assert driver.sees("Library") is False
        assert driver.sees("Events") is is_beside
        await to_branch(driver, "1")
        quote = "“The bridge was built in 1893 by Anna Weber.”"
        await driver.until(lambda: driver.sees(quote) is is_beside, "the page shows the branch where there is room")

        await driver.press("enter")  # a branch in full, with the keys
        await driver.until_sees(quote)
        assert isinstance(driver.app.desk.focused, BranchView)
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.desk.focused, PlanList), "back on the plan")
        await driver.press("right")
        await driver.until_sees("✓ Who built the bridge?")

        await driver.press("minus")
        await driver.until(lambda: branch_of(driver, "1").is_dropped, "a dropped branch")
        await driver.press("h")  # it reads no further, so that a hint has no use
        assert driver.app.screen is driver.app.desk
        await driver.press("u")
        await driver.until(lambda: not branch_of(driver, "1").is_dropped, "restored")
        await driver.press("W")
        await driver.until_sees("report written" if is_beside else "What is known of the village?")
        await driver.until(lambda: not driver.app.desk.query_one(BranchView).is_on_screen, "the report is on the page")
        plan = driver.app.desk.query_one(PlanList)
        assert plan.is_on_screen is is_beside
        await driver.press("l" if is_beside else "P")
        await driver.until(lambda: plan.is_on_screen is not is_beside, "the library, or the plan over the report")


async def test_feedback_gives_a_marked_plan_that_waits_again(tmp_path: Path) -> None:
    async with researching(tmp_path, size=(80, 24)) as driver:
        await driver.until_sees("start  3 sub-questions")
        await feed_back(driver, "no school")
        await driver.until_sees("plan 2 waits for you")
        assert state_of(driver).approved_version == 0
        assert [(change.kind, change.id) for change in state_of(driver).changes] == [("dropped", "3")]
        await driver.until_sees("3 When did the school open?")
        await driver.press("enter")
        await driver.until(lambda: len(state_of(driver).notes) == 1, "one note")

        await feed_back(driver, "again")
        await driver.until_sees("plan 3 waits for you")
        assert [branch.status for branch in state_of(driver).branches] == ["running", "running"]
        await driver.press("k", "k", "k", "enter")
        await driver.until(lambda: state_of(driver).approved_version == 3, "the third plan runs")
        assert [branch.status for branch in state_of(driver).branches] == ["running", "running"]


async def test_a_dropped_sub_question_comes_back_to_its_place_before_the_plan_is_approved(tmp_path: Path) -> None:
    """`u` was answered with "There is no branch '2'", beside the row that offered it."""
    async with researching(tmp_path, size=(140, 42)) as driver:
        await driver.until_sees("start  3 sub-questions")
        await to_row(driver, f"2 {MILL}")
        await driver.press("minus")
        await driver.until_sees("start  2 sub-questions")
        await to_row(driver, f"2 {MILL}")
        await driver.press("u")
        await driver.until_sees("start  3 sub-questions")
        assert [item.id for item in state_of(driver).proposed] == ["1", "2", "3"]
        asked = [block for block in driver.assistant.sessions.current.blocks() if isinstance(block, InputBlock)]
        assert [block.status for block in asked] == ["open"], "one question, about the plan as it is now"
        await driver.press(*"kkkk", "enter")
        await driver.until(lambda: state_of(driver).approved_version == 3, "the third plan runs")


async def test_a_branch_says_that_it_waits_for_you_and_the_plan_makes_room_for_the_report(tmp_path: Path) -> None:
    web = Web({"Who owns the ferry?": "The ferry is owned by Otto Brandt."}, "")
    workflow = ResearchWorkflow(retriever_over(DOCUMENTS), ExtractiveLLM(), web, web_rule=ApprovalRule())
    async with running_app(tmp_path, Workflows(custom=workflow), mode="research", size=(140, 42)) as driver:
        await driver.ask("Who owns the ferry?")
        await driver.until_sees("start  1 sub-question")
        await driver.press("enter")
        await driver.until_sees("web: waits for you")
        await driver.press("a")
        await driver.until_sees("owned by Otto Brandt. [1]")
        assert not driver.sees("waits for you")

        def shown_plans() -> int:
            return sum("1 Who owns the ferry?" in line for line in driver.lines())

        assert driver.sees("Plan: 1 of 1 done · report written")
        assert shown_plans() == 1, "in the pane only"
        page = driver.app.desk.conversation
        page.focus()
        [plan] = [block for block in driver.assistant.sessions.current.blocks() if isinstance(block, PlanBlock)]
        page.set_cursor(page.blocks.model.entry(plan.id))
        await driver.press("enter")
        await driver.until(lambda: shown_plans() == 2, "the plan is unfolded")
        await driver.press("enter")
        await driver.pilot.resize_terminal(80, 24)
        await driver.until(lambda: not driver.app.desk.query_one(PlanList).is_on_screen, "the report keeps the page")
        assert driver.sees("owned by Otto Brandt. [1]")


async def feed_back(driver: AppDriver, text: str) -> None:
    await driver.press("R")
    await driver.type(text)
    await driver.press("enter")
