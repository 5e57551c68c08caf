"""Embedding passages: the order, interruptions, and passages that the model refuses."""

from collections.abc import Sequence
from contextlib import aclosing

import pytest
from tests.support.wire_replies import word_vector

from bookwheel.engine.embeddings.embedding_model import BaseEmbedding
from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.index.passage_embedder import PassageEmbedder, embed_all, text_to_embed
from bookwheel.engine.index.splitter import SentenceSplitter
from bookwheel.engine.schema import Document, TextNode
from bookwheel.engine.stores.memory import MemoryStore
from bookwheel.engine.stores.store_protocol import Store, VectorCoverage
from bookwheel.errors import ContextTooLongError, ModelResponseError, ModelUnreachableError, StoreError


class Counting(BaseEmbedding):
    """Embeds by words, remembers what it was given, and refuses what the test says."""

    model_name = "counting"

    def __init__(self, *, refused: str = "", longest: int = 10_000, is_down: bool = False) -> None:
        self.batches: list[list[str]] = []
        self.refused = refused
        self.longest = longest
        self.is_down = is_down

    async def aclose(self) -> None:
        return None

    async def _embed(self, texts: Sequence[str], *, is_query: bool) -> list[list[float]]:
        if self.is_down:
            raise ModelUnreachableError("nobody there")
        if self.refused and any(self.refused in text for text in texts):
            raise ModelResponseError("no such words")
        if any(len(text) > self.longest for text in texts):
            raise ContextTooLongError("too long")
        self.batches.append(list(texts))
        return [word_vector(text) for text in texts]

    @property
    def embedded(self) -> list[str]:
        return [text for batch in self.batches for text in batch]


def store_of(*texts: str) -> Store:
    documents = [Document(text, id_=f"d{number}") for number, text in enumerate(texts)]
    return DocumentIndex.from_documents(documents, splitter=SentenceSplitter(2_000, 0)).store


async def steps(embedder: PassageEmbedder) -> list[VectorCoverage]:
    return [coverage async for coverage in embedder.steps()]


async def test_the_newest_come_first_and_each_batch_is_kept_at_once() -> None:
    store, model = store_of("one", "two", "three"), Counting()
    assert await steps(PassageEmbedder(store, model, batch_size=2)) == [VectorCoverage(done, 3) for done in (0, 2, 3)]
    assert model.batches == [["three", "two"], ["one"]]


async def test_interrupted_embedding_continues_where_it_stopped() -> None:
    store, model = store_of("one", "two", "three"), Counting()
    async with aclosing(PassageEmbedder(store, model, batch_size=1).steps()) as filling:
        async for coverage in filling:
            if coverage.embedded == 2:
                break
    await embed_all(store, model)
    assert model.embedded == ["three", "two", "one"]


async def test_a_passage_that_the_model_refuses_does_not_stop_the_others() -> None:
    store, model = store_of("good", "better", "a bad word", "best"), Counting(refused="bad")
    assert (await steps(PassageEmbedder(store, model)))[-1] == VectorCoverage(3, 4)
    assert sorted(model.embedded) == ["best", "better", "good"]


async def test_a_model_that_refuses_everything_is_an_error() -> None:
    with pytest.raises(ModelResponseError, match="no such words"):
        await embed_all(store_of("one", "two"), Counting(refused="o"))


async def test_a_passage_that_is_too_long_is_embedded_by_its_beginning() -> None:
    long = "beginning " + "and so on " * 100
    store, model = store_of("short", long), Counting(longest=300)
    assert (await steps(PassageEmbedder(store, model)))[-1] == VectorCoverage(2, 2)
    assert sorted(map(len, model.embedded)) == [5, 252]


async def test_a_model_that_cannot_be_reached_is_an_error_and_nothing_is_lost() -> None:
    store, model = store_of("one", "two"), Counting(is_down=True)
    with pytest.raises(ModelUnreachableError):
        await embed_all(store, model)
    model.is_down = False
    await embed_all(store, model)
    assert sorted(model.embedded) == ["one", "two"]


async def test_a_foreign_model_that_miscounts_is_an_error() -> None:
    class Short:
        def get_query_embedding(self, query: str) -> list[float]:
            return [1.0]

        def get_text_embedding_batch(self, texts: list[str]) -> list[list[float]]:
            return []

    with pytest.raises(ModelResponseError, match="gave 0 vectors for 1 texts"):
        await embed_all(store_of("one", "two"), Short())


async def test_a_store_that_does_not_store_vectors_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    store = store_of("one")
    monkeypatch.setattr(MemoryStore, "put_vectors", lambda *_: None)
    with pytest.raises(StoreError, match="does not keep the vectors of counting"):
        await embed_all(store, Counting())


def test_a_passage_is_embedded_with_its_heading_or_title() -> None:
    assert text_to_embed(TextNode("Turn it.", {"heading": "Wheels › Care", "title": "T"})) == "Wheels › Care\nTurn it."
    assert text_to_embed(TextNode("Turn it.", {"title": "Wheels"})) == "Wheels\nTurn it."
    assert text_to_embed(TextNode("Turn it.")) == "Turn it."
