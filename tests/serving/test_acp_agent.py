"""`bookwheel acp` as an editor sees it, with the package's own client.

The first test starts the real program. The others talk to its agent in this process: a start takes seconds on a busy
machine.
"""

import asyncio
from pathlib import Path

import pytest
from acp.exceptions import RequestError
from acp.helpers import resource_link_block, text_block
from tests.cli.program import bookwheel
from tests.cli.scenes import NOTES, QUESTION, held, use
from tests.serving.acp_client import ask, editor, editor_of_program
from tests.support.index_once import index_before
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say

GARDEN = "How many apple trees does the garden have?"


@pytest.fixture
async def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    entries = "".join(f"Entry {number}: the sluice was opened.\n\n" for number in range(400))
    (folder / "mill.md").write_text(f"# The log\n\n{entries}{NOTES}", encoding="utf-8")
    (folder / "other.md").write_text("# Other\n\nThe other garden has nine pear trees.\n", encoding="utf-8")
    await index_before(folder)
    return folder


@pytest.mark.timeout(120)  # a program starts
async def test_an_answer_streams_in_with_its_source_as_a_location(notes: Path) -> None:
    async with editor_of_program(notes) as (user, agent):
        session = await agent.new_session(cwd="/")
        assert (
            {mode.id for mode in session.modes.available_modes} == {"query", "agent", "research"}
            if session.modes
            else False
        )
        response = await ask(agent, session.session_id, GARDEN)
    assert response.stop_reason == "end_turn"
    assert "forty apple trees" in user.text()
    [location] = user.calls()[-1].locations or []
    assert location.path == str(notes / "mill.md")
    assert location.line
    lines = (notes / "mill.md").read_text(encoding="utf-8").splitlines()
    # The passage begins there, a few lines above the sentence.
    assert any("forty apple trees" in line for line in lines[location.line - 1 : location.line + 60])
    assert location.line > 600


async def test_a_session_is_saved_listed_and_shown_again(notes: Path) -> None:
    async with editor(notes) as (user, agent):
        session = await agent.new_session(cwd="/")
        await ask(agent, session.session_id, GARDEN)
        first = user.text()
    shown = await bookwheel("sessions", "show", session.session_id)
    assert "forty apple trees" in shown.out

    async with editor(notes) as (user, agent):
        listed = await agent.list_sessions()
        assert [info.session_id for info in listed.sessions] == [session.session_id]
        await agent.load_session(cwd="/", session_id=session.session_id)
        assert user.questions() == [GARDEN]
        assert user.text().strip() == first.strip()
        await ask(agent, session.session_id, "And what never runs dry?")
        assert "well" in user.text()


async def test_a_tool_asks_the_editor_for_permission(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server, "[tools]", f'tavily_base_url = "{server.root_url}"')
        server.replies += [call(("web_search", {"query": "mill\u200b wheels"})), say("That is all I know.")]
        async with editor(notes, mode="agent", choice="deny") as (user, agent):
            session = await agent.new_session(cwd="/")
            await ask(agent, session.session_id, QUESTION)
        [(asked, options)] = user.asked
        assert "mill<U+200B> wheels" in (asked.title or "")
        assert {option.option_id: option.kind for option in options} == {
            "once": "allow_once", "session": "allow_always", "always": "allow_always", "deny": "reject_once",
        }  # fmt: skip
        assert "That is all I know." in user.text()
        assert not [request for request in server.requests if request.path == "/search"]

        server.replies += [call(("web_search", {"query": "mill wheels"})), say("Now I know.")]
        async with editor(notes, mode="agent", choice="once") as (user, agent):
            session = await agent.new_session(cwd="/")
            await ask(agent, session.session_id, QUESTION)
        assert [request for request in server.requests if request.path == "/search"]
        assert user.results()[-1].status == "completed"


async def test_a_plan_is_approved_in_the_editor_and_shown_as_it_is_worked_off(notes: Path) -> None:
    question = "How many apple trees does the garden have, and how many pear trees does the other garden have?"
    async with editor(notes, choice="start") as (user, agent):
        session = await agent.new_session(cwd="/")
        await agent.set_session_mode(session_id=session.session_id, mode_id="research")
        response = await ask(agent, session.session_id, question)
        assert response.stop_reason == "end_turn"
        plans = user.plans()
        assert [status for _, status in plans[0]] == ["pending", "pending"]
        assert [status for _, status in plans[-1]] == ["completed", "completed"]
        assert len({str(plan) for plan in plans}) == len(plans)
        assert "forty apple trees" in user.text()
        assert len(user.asked) == 1
        user.choice = None  # closes the question
        assert (await ask(agent, session.session_id, question)).stop_reason == "cancelled"


async def test_stopping_keeps_the_partial_answer(notes: Path) -> None:
    async with OpenAIServer() as server:
        use(server)
        reply, gate = held("The wheel turns at nine revolutions a minute.", after_words=4)
        server.replies.append(reply)
        async with editor(notes) as (user, agent):
            session = await agent.new_session(cwd="/")
            async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
                asking = tasks.create_task(ask(agent, session.session_id, QUESTION))
                while "turns" not in user.text():
                    user.shown.clear()
                    await user.shown.wait()
                await agent.cancel(session_id=session.session_id)
            assert asking.result().stop_reason == "cancelled"
        gate.opened.set()
        assert "minute" not in user.text()


async def test_a_file_that_the_prompt_names_is_the_only_one_searched(notes: Path) -> None:
    async with editor(notes) as (user, agent):
        session = await agent.new_session(cwd="/")
        link = resource_link_block("other.md", (notes / "other.md").as_uri())
        question = text_block("How many trees does the garden have?")
        await agent.prompt(session_id=session.session_id, prompt=[question, link])
        assert "nine pear trees" in user.text()
        assert "forty" not in user.text()


async def test_an_impossible_request_is_a_plain_error(notes: Path) -> None:
    async with editor(notes) as (_, agent):
        with pytest.raises(RequestError):
            await agent.load_session(cwd="/", session_id="20200101-0000-nothing-abcd")
        with pytest.raises(RequestError):
            await ask(agent, "unknown", QUESTION)
        session = await agent.new_session(cwd="/")
        with pytest.raises(RequestError, match="empty"):
            await ask(agent, session.session_id, "  ")
        with pytest.raises(RequestError, match="mode"):
            await agent.set_session_mode(session_id=session.session_id, mode_id="research?")
