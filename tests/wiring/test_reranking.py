"""Reranking as the settings want it: off, by the model that answers, at an endpoint."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import say

from bookwheel import paths
from bookwheel.config.search_settings import RetrievalSettings
from bookwheel.config.secret import Secret
from bookwheel.config.setting_tables import Config, FoundKeys, ModelSettings
from bookwheel.engine.index.library import Library
from bookwheel.errors import ConfigError
from bookwheel.wiring.model_choice import ModelChoice
from bookwheel.wiring.workflows import Workflows

KEY = "rank-key-0123456789"


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


def settings(server: OpenAIServer, **retrieval: object) -> Config:
    return replace(
        Config(),
        model=ModelSettings(base_url=server.base_url, name="scripted"),
        retrieval=replace(RetrievalSettings(), **retrieval),
        found_keys=FoundKeys(environment={"RANK_KEY": Secret(KEY)}),
    )


async def ask(config: Config, notes: Path, mode: str = "query") -> str:
    library = Library(paths.index_dir())
    async for _ in library.refresh([notes]):
        pass
    made = Workflows(config, library, ModelChoice(config), max_rounds=3)
    try:
        workflow = await made.workflow(mode, [notes])
        return str(await workflow.run(user_msg="When do birds sing?"))
    finally:
        await made.aclose()
        await library.aclose()


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for name in ("birds", "cats", "dogs"):
        (folder / f"{name}.md").write_text(f"# {name}\n\nOf {name}: birds sing, says chapter {len(name)}.\n")
    return folder


async def test_without_the_setting_nothing_is_reranked(server: OpenAIServer, notes: Path) -> None:
    await ask(settings(server), notes)
    assert [request.path for request in server.requests] == ["/v1/chat/completions"]


async def test_the_model_that_answers_reranks_the_passages(server: OpenAIServer, notes: Path) -> None:
    server.replies += [say('{"order": [3, 2, 1]}'), say("At dawn [1].")]
    assert await ask(settings(server, rerank="model", top_k=1), notes) == "At dawn [1]."
    ordered, answered = (request.json["messages"][-1]["content"] for request in server.chats)
    third = ordered.partition("[3] ")[2].partition("\n")[0]
    assert third.partition(" says")[0] in " ".join(answered.split())
    assert answered.count("<<passage") == 2  # one of them is the line that explains the form


async def test_the_endpoint_is_asked_with_its_own_key(server: OpenAIServer, notes: Path) -> None:
    config = settings(server, rerank="endpoint", rerank_url=server.base_url, rerank_key_env="RANK_KEY", top_k=2)
    await ask(config, notes)
    request = server.requests[0]
    assert (request.path, request.headers["authorization"]) == ("/v1/rerank", f"Bearer {KEY}")
    assert request.json["top_n"] == 2
    assert len(request.json["documents"]) == 3


async def test_a_key_that_the_settings_do_not_name_is_not_sent(server: OpenAIServer, notes: Path) -> None:
    await ask(settings(server, rerank="endpoint", rerank_url=server.base_url), notes)
    assert KEY not in server.requests[0].headers["authorization"]


async def test_an_endpoint_without_an_address_is_refused_before_anything_is_sent(
    server: OpenAIServer, notes: Path
) -> None:
    with pytest.raises(ConfigError, match="rerank_url"):
        await ask(settings(server, rerank="endpoint"), notes)
    assert server.requests == []
