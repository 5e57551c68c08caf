"""The limits on cost of the desk: each model call is reserved before it is made, so that none goes beyond a limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.openai_server import OpenAIServer, Request
from tests.support.wire_replies import Reply, call, say, usage_chunk

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.updates import StatusChanged
from bookwheel.config.desk_settings import LimitSettings
from bookwheel.config.setting_tables import Config, ModelSettings
from bookwheel.engine.events.run_events import RunFinished
from bookwheel.wiring.build import build


def dear(request: Request) -> Reply:
    """A reply that takes all that the request allows: of an agent another search, else text."""
    reply = call(("search_documents", {"query": "mill"})) if request.json.get("tools") else say("900 marks [1].")
    prompt = sum(len(str(message["content"] or "")) for message in request.json["messages"]) // 4
    wanted = usage_chunk(prompt, request.json.get("max_tokens", 100_000))
    return Reply([wanted if isinstance(part, dict) and part.get("usage") else part for part in reply.parts])


@asynccontextmanager
async def desk(server: OpenAIServer, folder: Path, limits: LimitSettings) -> AsyncGenerator[Assistant]:
    settings = replace(
        Config(),
        model=ModelSettings(
            base_url=server.base_url,
            name="scripted",
            price_per_million_prompt_tokens=1.0,
            price_per_million_completion_tokens=2.0,
        ),
        limits=limits,
    )
    (folder / "mill.md").write_text("The mill was sold in 1901. The price of the mill was 900 marks.")
    assistant = build(settings, stays_open=True)
    try:
        await assistant.start([folder])
        await assistant.wait_indexed()
        yield assistant
    finally:
        await assistant.aclose()


async def ask(assistant: Assistant, mode: str) -> RunFinished:
    assistant.set_mode(mode)
    finished = (await assistant.wait_finished(await assistant.ask("What did the mill cost?"))).run_finished
    assert finished is not None
    return finished


@pytest.mark.parametrize("mode", ["query", "agent"])
async def test_no_answer_costs_more_than_its_limit(tmp_path: Path, mode: str) -> None:
    async with OpenAIServer(script=dear) as server, desk(server, tmp_path, LimitSettings(max_cost=0.004)) as assistant:
        await ask(assistant, mode)
        assert 0 < assistant.sessions.current.cost <= 0.004
        assert all(chat.json["max_tokens"] <= 2_000 for chat in server.chats)


async def test_no_session_costs_more_than_its_limit(tmp_path: Path) -> None:
    limits = LimitSettings(max_session_cost=0.01)
    async with OpenAIServer(script=dear) as server, desk(server, tmp_path, limits) as assistant:
        ended = [await ask(assistant, mode) for mode in ("query", "agent", "query", "query")]
        assert 0 < assistant.sessions.current.cost <= 0.01
        refused = ended[-1].error
        assert refused is not None
        assert refused.type == "LimitReachedError"
        assert "limits.max_session_cost" in refused.hint


async def test_research_keeps_the_limit_of_the_session(tmp_path: Path) -> None:
    limits = LimitSettings(max_session_cost=0.01)
    async with OpenAIServer(script=dear) as server, desk(server, tmp_path, limits) as assistant:
        await ask(assistant, "query")
        before = assistant.sessions.current.cost
        assistant.set_mode("research")
        run = await assistant.ask("What did the mill cost?")
        async with asyncio.TaskGroup() as tasks:
            approval = tasks.create_task(approved(assistant))
            finished = (await assistant.wait_finished(run)).run_finished
            approval.cancel()
        assert finished is not None
        assert before < assistant.sessions.current.cost <= 0.01
        stopped = finished.research.stopped_by if finished.research is not None else ""
        assert stopped == "cost" or (finished.error is not None and finished.error.type == "LimitReachedError")


async def approved(assistant: Assistant) -> None:
    """Approve the plan as soon as it waits."""
    async for updates in assistant.subscribe():
        if any(isinstance(update, StatusChanged) and update.status.waiting_requests for update in updates):
            await assistant.respond("plan", "start")
