"""Which model answers."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import say

from bookwheel.config.secret import Secret
from bookwheel.config.setting_tables import Config, FoundKeys, ModelSettings, Origin
from bookwheel.engine.llms.openai.discover import LocalServer
from bookwheel.errors import ConfigError, ModelNotFoundError, ModelUnreachableError
from bookwheel.wiring.model_choice import EXTRACTIVE, OPENAI_DEFAULT_MODEL, PATIENCE_S, FindServer, ModelChoice


def config(model: ModelSettings | None = None, *, key: str = "", url_from: str = "") -> Config:
    found = FoundKeys(environment={"OPENAI_API_KEY": Secret(key)} if key else {})
    origins = {"model.base_url": Origin(".env")} if url_from == ".env" else {}
    return replace(Config(), model=model or ModelSettings(), found_keys=found, origins=origins)


def answering(server: LocalServer | None) -> FindServer:
    async def find(_: float) -> LocalServer | None:
        return server

    return find


OLLAMA = LocalServer("http://127.0.0.1:9/v1", ("nomic-embed-text", "qwen3", "gemma"), "Ollama")


async def chosen(choice: ModelChoice) -> tuple[str, str]:
    await choice.model()
    await choice.aclose()
    return choice.name, choice.base_url


async def test_without_key_and_server_the_embedded_default_answers() -> None:
    choice = ModelChoice(config(), answering(None))
    assert choice.name == ""
    assert await chosen(choice) == (EXTRACTIVE, "")
    assert choice.names == [EXTRACTIVE]


async def test_a_server_on_this_machine_goes_before_the_embedded_default() -> None:
    choice = ModelChoice(config(), answering(OLLAMA))
    assert await chosen(choice) == ("qwen3", OLLAMA.base_url)
    assert choice.names == ["qwen3", "gemma", EXTRACTIVE]


async def test_a_key_goes_before_a_server_on_this_machine() -> None:
    choice = ModelChoice(config(key="sk-x"), answering(OLLAMA))
    assert await chosen(choice) == (OPENAI_DEFAULT_MODEL, "https://api.openai.com/v1")
    assert choice.key_source == "environment (OPENAI_API_KEY)"


async def test_a_named_endpoint_goes_before_all() -> None:
    model = ModelSettings(base_url="http://127.0.0.1:7/v1", name="mine")
    assert await chosen(ModelChoice(config(model, key="sk-x"), answering(OLLAMA))) == ("mine", "http://127.0.0.1:7/v1")


async def test_a_named_model_is_asked_of_the_server_on_this_machine() -> None:
    assert await chosen(ModelChoice(config(ModelSettings(name="gemma")), answering(OLLAMA))) == (
        "gemma",
        OLLAMA.base_url,
    )


async def test_a_named_model_without_endpoint_is_an_error_and_not_replaced() -> None:
    with pytest.raises(ModelNotFoundError, match="model 'gpt-9' cannot be reached"):
        await ModelChoice(config(ModelSettings(name="gpt-9")), answering(None)).model()


@pytest.mark.parametrize("model", [ModelSettings(provider="extractive"), ModelSettings(name="extractive")])
async def test_the_embedded_default_can_be_chosen(model: ModelSettings) -> None:
    assert await chosen(ModelChoice(config(model, key="sk-x"), answering(OLLAMA))) == (EXTRACTIVE, "")


async def test_the_provider_local_accepts_only_a_local_server() -> None:
    local = ModelSettings(provider="local")
    assert await chosen(ModelChoice(config(local, key="sk-x"), answering(OLLAMA))) == ("qwen3", OLLAMA.base_url)
    with pytest.raises(ModelUnreachableError, match="No model server answers on this machine"):
        await ModelChoice(config(local), answering(None)).model()


async def test_the_search_for_a_server_never_delays_an_answer() -> None:
    """Warming up goes on looking; the question takes what is there after a moment."""
    started, release = asyncio.Event(), asyncio.Event()

    async def hanging(_: float) -> LocalServer | None:
        started.set()
        await release.wait()
        return OLLAMA

    choice = ModelChoice(config(), hanging)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(choice.warm_up())
        await started.wait()
        began = time.monotonic()
        await choice.model()
        assert time.monotonic() - began < PATIENCE_S + 0.5
        assert choice.name == EXTRACTIVE
        release.set()


async def test_a_server_found_while_warming_up_is_used_at_once() -> None:
    choice = ModelChoice(config(), answering(OLLAMA))
    await choice.warm_up()  # its models cannot be listed: no server listens there; the first question reports it
    assert choice.name == "qwen3"


async def test_no_server_is_searched_for_when_the_model_is_known() -> None:
    async def forbidden(_: float) -> LocalServer | None:
        raise AssertionError("looked for a server")

    async with OpenAIServer(models=["scripted"]) as server:
        for settings in (ModelSettings(base_url=server.base_url), ModelSettings(provider="extractive")):
            choice = ModelChoice(config(settings), forbidden)
            await choice.warm_up()
            await choice.aclose()


async def test_another_model_can_be_chosen_while_it_runs() -> None:
    async with OpenAIServer(models=["alpha", "beta"]) as server:
        choice = ModelChoice(config(ModelSettings(base_url=server.base_url)), answering(None))
        await choice.warm_up()
        assert (choice.name, choice.names) == ("alpha", ["alpha", "beta", EXTRACTIVE])
        choice.use("beta")
        assert await chosen(choice) == ("beta", server.base_url)
        choice.use(EXTRACTIVE)
        assert choice.name == EXTRACTIVE
        await choice.model()
        choice.use("alpha")
        assert await chosen(choice) == ("alpha", server.base_url)
        with pytest.raises(ConfigError):
            choice.use("a\nb")


async def test_the_key_of_the_environment_is_not_given_to_an_endpoint_that_a_dotenv_names() -> None:
    async with OpenAIServer(models=["scripted"]) as server:
        choice = ModelChoice(config(ModelSettings(base_url=server.base_url), key="sk-x", url_from=".env"))
        await choice.list_models()
        await choice.aclose()
        assert all("sk-x" not in request.headers.get("authorization", "") for request in server.requests)


async def test_a_model_of_another_server_of_this_machine_gets_no_key_of_the_endpoint() -> None:
    async with OpenAIServer() as server, OpenAIServer() as other:
        other.replies += [say("ready"), say("hello")]
        choice = ModelChoice(config(ModelSettings(base_url=server.base_url, name="mine"), key="sk-secret"))
        address = f"theirs@{other.base_url}"
        assert (await choice.try_model(address)).startswith("answered in ")
        assert choice.name == "mine"
        choice.use(address)
        assert (await (await choice.model()).acomplete("hi")).text == "hello"
        assert (choice.name, choice.base_url) == ("theirs", other.base_url)
        assert all("sk-secret" not in str(request.headers) for request in other.requests)
        choice.use("mine")
        await choice.model()
        assert choice.base_url == server.base_url
        await choice.aclose()
    with pytest.raises(ConfigError, match="not on this machine"):
        choice.use("theirs@https://example.org/v1")


async def test_a_dead_endpoint_is_told_after_the_warm_up_and_forgotten_with_another_model() -> None:
    choice = ModelChoice(config(ModelSettings(base_url="http://127.0.0.1:9/v1", name="mine", max_retries=0), key="k"))
    await choice.warm_up()
    assert "127.0.0.1:9" in choice.problem
    assert "press m and choose extractive" in choice.problem
    assert EXTRACTIVE in choice.names
    assert "127.0.0.1:9" in await choice.try_model("mine")
    choice.use(EXTRACTIVE)
    await choice.model()
    assert choice.problem == ""
    await choice.aclose()


async def test_a_name_that_the_endpoint_does_not_list_is_a_doubt_with_the_nearest_names() -> None:
    async with OpenAIServer(models=["alpha", "qwen3:8b", "beta:latest", *(f"m{n}" for n in range(9))]) as server:
        choice = ModelChoice(config(ModelSettings(base_url=server.base_url)), answering(None))
        await choice.warm_up()
        doubt = await choice.check("qwen3-8b")
        assert "does not list the model 'qwen3-8b'; it lists qwen3:8b, alpha" in doubt
        assert "7 more" in doubt
        for listed in ("alpha", "beta", EXTRACTIVE, f"m3@{server.base_url}"):
            assert await choice.check(listed) == ""
        assert "does not list the model 'none'" in await choice.check(f"none@{server.base_url}")
        assert choice.name == "alpha"
        await choice.aclose()


async def test_a_name_that_nothing_here_can_answer_to_is_refused(tmp_path: Path) -> None:
    choice = ModelChoice(config(ModelSettings()), answering(None))
    for wrong in ("nope", str(tmp_path / "absent.gguf")):
        with pytest.raises(ModelNotFoundError):
            await choice.check(wrong)
    with pytest.raises(ConfigError):
        await choice.check("theirs@https://example.org/v1")
    dead = ModelChoice(config(ModelSettings(base_url="http://127.0.0.1:9/v1", name="mine", max_retries=0), key="k"))
    assert "127.0.0.1:9" in await dead.check("other")
    await dead.aclose()
    await choice.aclose()
