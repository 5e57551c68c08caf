"""Embedding the desk's documents in the background: its start, its updates, and outages."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest
from tests.support.desk import Folder, Workflows

from bookwheel.assistant.assistant import Assistant
from bookwheel.assistant.documents import embedder as embedder_module
from bookwheel.assistant.documents import indexer as indexer_module
from bookwheel.assistant.documents.embedder import Embedder
from bookwheel.assistant.updates import EmbeddingState, LibraryChanged
from bookwheel.engine.index.progress import IngestDone, IngestUpdate
from bookwheel.engine.stores.store_protocol import VectorCoverage
from bookwheel.errors import ModelRateLimitError, ModelUnreachableError
from bookwheel.sessions.session_store import SessionStore


class EmbeddedFolder(Folder):
    """Two passages to embed; `failures` are raised first, one a try."""

    has_embed_model = True

    def __init__(self) -> None:
        super().__init__("/papers/n1.md")
        self.embedded = 0
        self.total = 2
        self.failures: list[Exception] = []
        self.tries = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.is_closed_cleanly = False

    async def embed(self) -> AsyncGenerator[VectorCoverage, None]:
        self.tries += 1
        try:
            yield VectorCoverage(self.embedded, self.total)
            if self.failures:
                raise self.failures.pop(0)
            while self.embedded < self.total:
                await self.gate.wait()
                self.embedded += 1
                yield VectorCoverage(self.embedded, self.total)
        finally:
            self.is_closed_cleanly = True


class Told(list[EmbeddingState]):
    """What was published; `wait_for` waits until something was."""

    def __init__(self) -> None:
        super().__init__()
        self._news = asyncio.Event()

    def take(self, state: EmbeddingState) -> None:
        self.append(state)
        self._news.set()

    async def wait_for(self, state: EmbeddingState) -> None:
        async with asyncio.timeout(60):
            while state not in self:
                self._news.clear()
                await self._news.wait()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder_module, "_FIRST_PAUSE_S", 0.01)


async def test_each_step_of_embedding_is_published(told: Told) -> None:
    embedder = Embedder(EmbeddedFolder(), told.take)
    embedder.start()
    await told.wait_for(EmbeddingState(2, 2))
    assert told == [EmbeddingState(0, 2), EmbeddingState(1, 2), EmbeddingState(2, 2)]
    await embedder.stop()


async def test_an_outage_is_published_once_and_retried_until_it_ends(told: Told) -> None:
    folder = EmbeddedFolder()
    folder.failures = [ModelUnreachableError("down"), ModelUnreachableError("down"), ModelRateLimitError("slowly")]
    embedder = Embedder(folder, told.take)
    embedder.start()
    await told.wait_for(EmbeddingState(2, 2))
    assert [state.error for state in told if state.error] == ["down", "slowly"]
    assert (folder.tries, told[-1]) == (4, EmbeddingState(2, 2))
    await embedder.stop()


async def test_passages_added_during_embedding_are_embedded_too(told: Told) -> None:
    folder = EmbeddedFolder()
    folder.gate.clear()
    embedder = Embedder(folder, told.take)
    embedder.start()
    await told.wait_for(EmbeddingState(0, 2))
    embedder.start()
    folder.gate.set()
    await told.wait_for(EmbeddingState(2, 2))
    await embedder.stop()
    assert folder.tries == 2


async def test_stopping_closes_the_running_embedding(told: Told) -> None:
    folder = EmbeddedFolder()
    folder.gate.clear()
    embedder = Embedder(folder, told.take)
    embedder.start()
    await told.wait_for(EmbeddingState(0, 2))
    await embedder.stop()
    assert folder.is_closed_cleanly
    await embedder.stop()


async def test_a_bug_in_embedding_becomes_an_error_state(told: Told) -> None:
    folder = EmbeddedFolder()
    folder.failures = [ZeroDivisionError("oops")]
    embedder = Embedder(folder, told.take)
    embedder.start()
    await told.wait_for(EmbeddingState(0, 2, "Embedding stopped: ZeroDivisionError: oops"))
    await embedder.stop()


@pytest.mark.parametrize("embeds", [True, False])
async def test_a_desk_that_stays_open_embeds_once_its_documents_are_indexed(tmp_path: Path, embeds: bool) -> None:
    folder = EmbeddedFolder()
    assistant = Assistant(
        workflows=Workflows(), library=folder, sessions=SessionStore(tmp_path / "sessions"), embeds=embeds
    )
    subscription = assistant.subscribe()
    await assistant.start([tmp_path])
    await assistant.documents.wait_indexed()
    async with asyncio.timeout(60):
        async for _ in subscription:
            if assistant.status.embedding == EmbeddingState(2, 2) or not embeds:
                break
    await assistant.aclose()
    assert folder.tries == (1 if embeds else 0)


class Unchanged(EmbeddedFolder):
    """A scan without changes, which ends when the test allows it."""

    def __init__(self) -> None:
        super().__init__()
        self.may_end = asyncio.Event()

    async def refresh(self, roots: Sequence[Path]) -> AsyncGenerator[IngestUpdate, None]:
        await self.may_end.wait()
        yield IngestDone(0, 1, 0, 0, 0, 0, 0.0)


async def test_unchanged_documents_without_vectors_are_embedded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model was set after they had been indexed; the scan ends without a change to report."""
    monkeypatch.setattr(indexer_module, "PUBLISH_EVERY_S", 0.0)
    monkeypatch.setattr(indexer_module, "_PUBLISHING_COST_S", 0.0)
    folder = Unchanged()
    assistant = Assistant(
        workflows=Workflows(), library=folder, sessions=SessionStore(tmp_path / "sessions"), embeds=True
    )
    subscription = assistant.subscribe()
    await assistant.start([tmp_path])
    async with asyncio.timeout(60):
        async for updates in subscription:
            if any(isinstance(update, LibraryChanged) and update.files for update in updates):
                folder.may_end.set()
            if assistant.status.embedding == EmbeddingState(2, 2):
                break
    await assistant.aclose()
    assert folder.tries == 1
