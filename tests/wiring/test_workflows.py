"""Workflows made from the settings."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say

from bookwheel import paths
from bookwheel.config.setting_tables import Config, ModelSettings, ToolSettings
from bookwheel.engine.index.library import Library
from bookwheel.errors import UsageError
from bookwheel.wiring.model_choice import ModelChoice
from bookwheel.wiring.workflows import Workflows


def workflows(server: OpenAIServer, *, web: str = "ask", max_rounds: int = 12) -> Workflows:
    settings = replace(
        Config(),
        model=ModelSettings(base_url=server.base_url, name="scripted"),
        tools=replace(ToolSettings(), tavily_base_url=server.root_url),
    )
    made = Workflows(settings, Library(paths.index_dir()), ModelChoice(settings), max_rounds=max_rounds)
    made.web = web
    return made


async def answer(made: Workflows, mode: str = "agent") -> list[str]:
    """The kinds of events of one run."""
    workflow = await made.workflow(mode, [Path.cwd()])
    handler = workflow.run(user_msg="What do the notes say?")
    return [type(event).__name__ async for event in handler.stream_events()]


@pytest.mark.parametrize(("web", "tools"), [("off", 1), ("ask", 4), ("on", 4)])
async def test_the_agent_has_web_search_unless_it_is_off(web: str, tools: int) -> None:
    async with OpenAIServer() as server:
        made = workflows(server, web=web)
        await answer(made)
        await made.aclose()
        assert len(server.chats[0].json["tools"]) == tools


async def test_web_search_that_is_on_asks_no_approval_and_a_change_applies_to_the_next_question() -> None:
    async with OpenAIServer() as server:
        made = workflows(server, web="on")
        server.replies += [call(("web_search", {"query": "x"})), say("Found.")]
        assert "InputRequiredEvent" not in await answer(made)
        made.web = "off"
        await answer(made)
        await made.aclose()
        assert len(server.chats[-1].json["tools"]) == 1


async def test_an_empty_desk_says_that_there_are_no_documents_without_asking_the_model() -> None:
    async with OpenAIServer() as server:
        made = workflows(server)
        handler = (await made.workflow("query", [])).run(user_msg="What do the notes say?")
        said = str(await handler)
        await made.aclose()
    assert said.startswith("There are no documents to search yet.")
    assert server.chats == []


async def test_the_system_prompt_of_the_agent_demands_search_and_citations() -> None:
    async with OpenAIServer() as server:
        made = workflows(server)
        await answer(made)
        await made.aclose()
        system = server.chats[0].json["messages"][0]
    assert system["role"] == "system"
    assert "Cite" in system["content"]


async def test_the_agents_rounds_are_bounded() -> None:
    def script(request):
        return call(("search_documents", {"query": "x"})) if request.json.get("tools") else say("That is all.")

    async with OpenAIServer(script=script) as server:
        made = workflows(server, max_rounds=2)
        kinds = await answer(made)
        await made.aclose()
    assert kinds.count("AgentInput") == 3  # two that may call tools, and a last answer from what is known


async def test_an_unknown_mode_is_refused() -> None:
    async with OpenAIServer() as server:
        made = workflows(server)
        with pytest.raises(UsageError, match="query, agent"):
            await made.workflow("workflow", [])
        await made.aclose()
