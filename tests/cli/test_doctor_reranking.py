"""What `bookwheel doctor` says of reranking."""

from __future__ import annotations

import pytest
from tests.support.openai_server import OpenAIServer

from bookwheel.cli.doctor.finding import Finding
from bookwheel.cli.doctor.search_check import check_reranking
from bookwheel.config.search_settings import RerankPolicy, RetrievalSettings
from bookwheel.config.secret import Secret
from bookwheel.config.setting_tables import Config, FoundKeys


async def found(policy: RerankPolicy, url: str = "", model: str = "") -> Finding:
    return await check_reranking(Config(retrieval=RetrievalSettings(rerank=policy, rerank_url=url, rerank_model=model)))


@pytest.mark.parametrize(("policy", "level"), [("off", "note"), ("model", "ok")])
async def test_reranking_without_an_endpoint_is_not_tried(policy: RerankPolicy, level: str) -> None:
    assert (await found(policy)).level == level


async def test_an_endpoint_is_named_with_its_model() -> None:
    async with OpenAIServer() as server:
        url = server.base_url
        finding = await found("endpoint", url, "rank-1")
    assert (finding.level, finding.what) == ("ok", f"rank-1 at {url}, without a key")


async def test_an_endpoint_that_is_down_is_wrong_and_has_a_remedy() -> None:
    finding = await found("endpoint", "http://127.0.0.1:9/rerank")
    assert finding.level == "wrong"
    assert "No connection to http://127.0.0.1:9" in finding.what
    assert finding.remedy


async def test_the_key_that_the_settings_name_is_used_and_its_source_is_shown() -> None:
    async with OpenAIServer() as server:
        settings = RetrievalSettings(rerank="endpoint", rerank_url=server.base_url, rerank_key_env="RANK_KEY")
        keys = FoundKeys(environment={"RANK_KEY": Secret("rank-key-0123456789")})
        finding = await check_reranking(Config(retrieval=settings, found_keys=keys))
    assert finding.level == "ok"
    assert "key from environment (RANK_KEY)" in finding.what


async def test_an_endpoint_without_an_address_is_wrong_and_names_the_setting() -> None:
    finding = await found("endpoint")
    assert finding.level == "wrong"
    assert "rerank_url" in finding.what
