"""An embeddings endpoint over real HTTP: requests, responses, and the message of each failure."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from tests.support.openai_server import OpenAIServer, server_in_thread
from tests.support.wire_replies import Close, Gate, Reply, Reset, embeddings, error, json_reply, word_vector

from bookwheel import OpenAIEmbedding
from bookwheel.engine.embeddings.embedding_model import name_of
from bookwheel.errors import (
    BookwheelError,
    ContextTooLongError,
    ModelAuthError,
    ModelNotFoundError,
    ModelRateLimitError,
    ModelResponseError,
    ModelUnreachableError,
    UsageError,
)

KEY = "sk-verysecretkey1234567890"


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as running:
        yield running


Make = Callable[..., OpenAIEmbedding]


@pytest.fixture
async def model(server: OpenAIServer) -> AsyncIterator[Make]:
    """Makes models of that server, and closes them."""
    made: list[OpenAIEmbedding] = []

    def make(name: str = "scripted-embedding", **options: Any) -> OpenAIEmbedding:
        made.append(OpenAIEmbedding(name, base_url=server.base_url, **options))
        return made[-1]

    yield make
    for embedding in made:
        await embedding.aclose()


async def test_texts_become_vectors_in_their_order_in_batches(server: OpenAIServer, model: Make) -> None:
    texts = [f"text number {number}" for number in range(7)]
    vectors = await model(embed_batch_size=3).aget_text_embedding_batch(texts)
    assert [len(request.json["input"]) for request in server.requests] == [3, 3, 1]
    assert vectors == [pytest.approx(word_vector(text)) for text in texts]


def test_the_blocking_twins_need_no_event_loop() -> None:
    with server_in_thread() as server:
        embedding = OpenAIEmbedding("x", base_url=server.base_url)
        assert embedding.get_query_embedding("a question") == pytest.approx(word_vector("a question"))
        assert embedding.get_text_embedding("a text") == embedding.get_text_embedding_batch(["a text"])[0]


async def test_the_order_of_the_answer_is_that_of_its_indexes(server: OpenAIServer, model: Make) -> None:
    rows = [{"index": 1, "embedding": [0.0, 1.0]}, {"index": 0, "embedding": [1, 0]}]
    server.embedding_replies.append(json_reply({"data": rows}))
    assert await model().aget_text_embedding_batch(["a", "b"]) == [[1.0, 0.0], [0.0, 1.0]]


async def test_an_endpoint_that_does_not_know_base64_is_asked_for_numbers(server: OpenAIServer, model: Make) -> None:
    server.embedding_replies.append(error(400, "encoding_format must be float"))
    embedding = model()
    for text in ("one", "two"):
        assert await embedding.aget_text_embedding(text) == pytest.approx(word_vector(text))
    assert [request.json["encoding_format"] for request in server.requests] == ["base64", "float", "float"]


async def test_known_models_are_given_the_instructions_of_their_cards(server: OpenAIServer, model: Make) -> None:
    embedding = model("intfloat/multilingual-e5-small")
    await embedding.aget_query_embedding("where?")
    await embedding.aget_text_embedding("here")
    own = model("a-model", query_instruction="Q: ", text_instruction="T: ", dimensions=64)
    await own.aget_query_embedding("where?")
    await own.aget_text_embedding("here")
    assert server.embedded == ["query: where?", "passage: here", "Q: where?", "T: here"]
    assert [request.json.get("dimensions") for request in server.requests] == [None, None, 64, 64]
    # What changes the vectors changes the name that they are kept by.
    assert name_of(embedding) == "intfloat/multilingual-e5-small"
    assert name_of(own) == "a-model@64 after 'T: '"


async def test_an_empty_text_is_sent_as_something_that_endpoints_take(server: OpenAIServer, model: Make) -> None:
    await model().aget_text_embedding_batch(["", " \n"])
    assert server.embedded == [".", "."]


async def test_a_busy_endpoint_is_asked_again_before_it_counts_as_failed(server: OpenAIServer, model: Make) -> None:
    server.embedding_replies += [error(429, "slow down", headers={"retry-after": "0"}), Reply([Reset()])]
    assert await model().aget_text_embedding("word") == pytest.approx(word_vector("word"))
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (error(401, "bad key"), ModelAuthError, "refused the key from SOME_KEY, ending in 7890"),
        (error(404, "model 'x' not found"), ModelNotFoundError, "does not know the embedding model"),
        (error(404, "Not Found"), ModelResponseError, "no embeddings API at http://127.0.0.1"),
        (error(429, "You exceeded your current quota"), ModelRateLimitError, "no credit left"),
        (error(400, "maximum context length is 512 tokens"), ContextTooLongError, "A passage is too long"),
        (error(500, "boom"), ModelResponseError, "an internal error"),
        (Reply([b"<html>Please log in</html>"], content_type="text/html"), ModelResponseError, "Please log in"),
        (Reply([b""], content_type="application/json"), ModelResponseError, "with nothing"),
        (json_reply({"error": {"message": "no such engine"}}), ModelResponseError, "no such engine"),
        (json_reply({"data": []}), ModelResponseError, "0 vectors for 2 texts"),
        (json_reply({"data": [{"index": 0, "embedding": [1.0]}]}), ModelResponseError, "1 vectors for 2 texts"),
        (
            json_reply({"data": [{"index": 0, "embedding": [1.0]}, {"index": 0, "embedding": [2.0]}]}),
            ModelResponseError,
            "1 vectors for 2 texts",
        ),
        (
            json_reply({"data": [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0, 2.0]}]}),
            ModelResponseError,
            "different lengths",
        ),
        (json_reply({"data": [{"embedding": None}, {"embedding": [1.0]}]}), ModelResponseError, "an empty vector"),
        (json_reply({"data": [{"embedding": ["x"]}, {"embedding": [1.0]}]}), ModelResponseError, "holds 'x'"),
        (json_reply({"data": [{"embedding": "@@"}, {"embedding": [1.0]}]}), ModelResponseError, "in base64"),
        (
            Reply([b'{"data": [{"embedding": [NaN]}, {"embedding": [1]}]}'], content_type="application/json"),
            ModelResponseError,
            "values that are not numbers",
        ),
        (Reply([b'{"data": [', Reset()], content_type="application/json"), ModelUnreachableError, "No connection"),
        (Reply([b'{"data": [', Close()], content_type="application/json"), ModelResponseError, "not a JSON object"),
    ],
)  # fmt: skip
async def test_each_failure_gives_its_reason_and_never_the_key(
    server: OpenAIServer, model: Make, reply: Reply, kind: type[BookwheelError], words: str
) -> None:
    server.embedding_replies.append(reply)
    embedding = model("x", api_key=KEY, key_source="SOME_KEY", max_retries=0)
    with pytest.raises(kind) as failure:
        await embedding.aget_text_embedding_batch(["a", "b"])
    assert words in str(failure.value)
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in "".join(map(repr, (embedding, failure.value, failure.value.__cause__, embedding.endpoint)))


async def test_a_silent_endpoint_is_given_up_after_its_time(server: OpenAIServer, model: Make) -> None:
    server.embedding_replies.append(Reply([Gate()], content_type="application/json"))
    with pytest.raises(ModelUnreachableError, match=r"silent for 0 seconds when asked for vectors of x"):
        await model("x", timeout=0.2).aget_text_embedding("a")


async def test_giving_up_closes_the_connection(server: OpenAIServer, model: Make) -> None:
    gate = Gate()
    server.embedding_replies.append(Reply([gate], content_type="application/json"))
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(model().aget_query_embedding("a"))
        await gate.reached.wait()
        asking.cancel()
        await server.requests[0].hung_up.wait()


async def test_an_endpoint_that_is_down_is_an_error_with_its_address(server: OpenAIServer, model: Make) -> None:
    embedding = model()
    await server.stop()
    try:
        with pytest.raises(ModelUnreachableError, match=r"No connection to http://127\.0\.0\.1"):
            await embedding.aget_text_embedding("a")
    finally:
        await server.start()


def test_a_key_of_the_environment_goes_only_where_the_environment_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert OpenAIEmbedding().endpoint.api_key == KEY
    assert OpenAIEmbedding(base_url="https://example.org/v1").endpoint.api_key == ""
    with pytest.raises(UsageError, match="unencrypted"):
        OpenAIEmbedding(base_url="http://example.org/v1")


async def test_a_closed_model_connects_again(server: OpenAIServer, model: Make) -> None:
    embedding = model()
    for _ in range(2):
        await embedding.aget_text_embedding("a")
        await embedding.aclose()
    assert server.connections == 2


def test_embeddings_of_the_scripted_server_are_near_for_like_texts() -> None:
    reply = embeddings({"model": "x", "input": ["one two", "two one"]})
    assert reply.status == 200
    assert word_vector("one two") == word_vector("two one") != word_vector("three")


async def test_errors_are_also_caught_as_those_of_the_openai_package(server: OpenAIServer, model: Make) -> None:
    import openai

    server.embedding_replies.append(error(429, "slow down"))
    with pytest.raises(openai.RateLimitError) as caught:
        await model(max_retries=0).aget_query_embedding("q")
    assert isinstance(caught.value, ModelRateLimitError)
    assert caught.value.status_code == 429
