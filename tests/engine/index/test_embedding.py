"""The library's search by meaning: filled in the background, by the real local model and by an endpoint."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import Gate, Reply, error

from bookwheel import LocalEmbedding, OpenAIEmbedding
from bookwheel.engine.index import library as library_module
from bookwheel.engine.index.library import Library
from bookwheel.engine.retrieval.retriever import collected_notices
from bookwheel.engine.stores.store_protocol import VectorCoverage
from bookwheel.engine.stores.store_registry import store_at
from bookwheel.errors import ConfigError, ModelUnreachableError, StoreError

TEXTS = {
    "tier.txt": "Die Katze schläft auf dem Sofa.",
    "rates.txt": "The central bank raised its interest rates.",
    "wheel.txt": "A bookwheel lets one reader use many books.",
}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as running:
        yield running


@pytest.fixture
async def library(tmp_path: Path, desk: Path, server: OpenAIServer) -> AsyncIterator[Library]:
    """Over the desk, indexed, with an embedding model at the scripted server."""
    url = server.base_url
    made = Library(tmp_path / "index", embed_model=lambda: OpenAIEmbedding("scripted", base_url=url))
    await index(made, desk)
    yield made
    await made.aclose()


@pytest.fixture
async def local(tmp_path: Path, desk: Path) -> AsyncIterator[Library]:
    """Over the desk, indexed, with the real local model."""
    made = Library(tmp_path / "index", embed_model=LocalEmbedding)
    await index(made, desk)
    yield made
    await made.aclose()


async def index(library: Library, desk: Path) -> None:
    async for _ in library.refresh([desk]):
        pass


async def embed(library: Library) -> list[VectorCoverage]:
    return [coverage async for coverage in library.embed()]


async def found(library: Library, question: str, desk: Path) -> list[str]:
    nodes = await library.retriever([desk]).aretrieve(question)
    return [Path(node.node.path or "").name for node in nodes]


async def test_the_local_model_finds_passages_in_another_language(local: Library, desk: Path) -> None:
    assert "tier.txt" not in await found(local, "Where is the cat?", desk)
    assert (await embed(local))[-1] == VectorCoverage(3, 3)
    assert (await found(local, "Where is the cat?", desk))[0] == "tier.txt"
    assert await asyncio.to_thread(local.embedding) == ("multilingual-e5-small", VectorCoverage(3, 3))


async def test_the_local_model_runs_in_a_separate_process_at_the_lowest_priority(local: Library) -> None:
    async with aclosing(local.embed()) as steps:
        await anext(steps)
        await anext(steps)
        [child] = await asyncio.to_thread(children)
        assert os.getpriority(os.PRIO_PROCESS, child) == 19
    assert await asyncio.to_thread(children) == []


async def test_embedding_killed_at_any_moment_continues_where_it_stopped(local: Library, desk: Path) -> None:
    async def embed_and_kill() -> None:
        async for _ in local.embed():
            for child in await asyncio.to_thread(children):
                os.kill(child, signal.SIGKILL)

    with pytest.raises(StoreError, match="ended unexpectedly"):
        await embed_and_kill()
    assert await found(local, "bookwheel", desk) == ["wheel.txt"]
    assert (await embed(local))[-1] == VectorCoverage(3, 3)


async def test_an_endpoint_is_sent_each_passage_once(library: Library, desk: Path, server: OpenAIServer) -> None:
    await embed(library)
    (desk / "new.txt").write_text("Something new.")
    await index(library, desk)
    assert (await embed(library))[-1] == VectorCoverage(4, 4)
    assert await embed(library) == [VectorCoverage(4, 4)]
    assert sorted(server.embedded) == sorted([*TEXTS.values(), "Something new."])


async def test_nothing_is_sent_before_embedding_or_a_search_by_meaning(
    library: Library, desk: Path, server: OpenAIServer
) -> None:
    assert await found(library, "bookwheel", desk) == ["wheel.txt"]
    await library.warm_up()
    assert server.requests == []


async def test_meaning_counts_only_for_the_selected_documents(library: Library, desk: Path) -> None:
    await embed(library)
    assert await found(library, "interest bookwheel", desk / "tier.txt") == ["tier.txt"]


async def test_only_words_are_searched_when_the_endpoint_is_down(
    library: Library, desk: Path, server: OpenAIServer
) -> None:
    await embed(library)
    server.embedding_replies.append(error(401, "who are you?"))
    with collected_notices() as notices:
        assert await found(library, "bookwheel", desk) == ["wheel.txt"]
    [notice] = notices
    assert notice.startswith("Searched by words alone: ")
    assert "401" in notice


async def test_only_words_are_searched_when_the_endpoint_is_too_slow(
    library: Library, desk: Path, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await embed(library)
    monkeypatch.setattr(library_module, "QUERY_DEADLINE_S", 0.2)
    gate = Gate()
    server.embedding_replies.append(Reply([gate], content_type="application/json"))
    with collected_notices() as notices:
        assert await found(library, "bookwheel", desk) == ["wheel.txt"]
    assert notices == ["Searched by words alone: scripted did not embed the question within 0.2 seconds."]
    async with asyncio.timeout(60):
        await server.requests[-1].hung_up.wait()  # the request does not go on unseen


async def test_only_words_are_searched_when_the_model_cannot_be_loaded(tmp_path: Path, desk: Path) -> None:
    def none_to_be_had() -> OpenAIEmbedding:
        raise ConfigError("embeddings.api_key_command gave no key.", hint="Run it in a terminal.")

    library = Library(tmp_path / "index", embed_model=none_to_be_had)
    await index(library, desk)
    with collected_notices() as notices:
        assert await found(library, "bookwheel", desk) == ["wheel.txt"]
    assert notices == ["Searched by words alone: embeddings.api_key_command gave no key. Run it in a terminal."]
    with pytest.raises(ConfigError):
        await embed(library)
    await library.aclose()


async def test_an_endpoint_that_is_down_is_an_error_of_embedding(library: Library, server: OpenAIServer) -> None:
    await server.stop()
    try:
        with pytest.raises(ModelUnreachableError):
            await embed(library)
    finally:
        await server.start()


async def test_one_process_embeds_and_the_others_yield_its_progress(
    library: Library, tmp_path: Path, server: OpenAIServer
) -> None:
    turn = store_at(library.location).embedding_turn()
    assert await asyncio.to_thread(turn.take)
    async with aclosing(library.embed()) as steps:
        assert await anext(steps) == VectorCoverage(0, 3)
        asyncio.get_running_loop().call_later(0.1, turn.release)
        assert [step async for step in steps][-1] == VectorCoverage(3, 3)
    assert len(server.embedded) == 3


async def test_without_a_model_there_is_nothing_to_embed(tmp_path: Path) -> None:
    library = Library(tmp_path / "index")
    assert await embed(library) == []
    assert library.embedding() is None
    assert not library.has_embed_model


def children() -> list[int]:
    """The processes that this one started to embed and that live."""
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        try:
            found += [int(pid) for pid in (task / "children").read_text().split()]
        except FileNotFoundError:
            continue
    return [pid for pid in found if b"embedding_process" in Path(f"/proc/{pid}/cmdline").read_bytes()]
