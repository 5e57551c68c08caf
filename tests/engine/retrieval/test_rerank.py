"""Rerankers: the model list-wise, an endpoint's /rerank, and what becomes of a search when they fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.openai_server import OpenAIServer, server_in_thread
from tests.support.retrievers import BIRDS, CATS, DOGS, FixedRetriever, node
from tests.support.wire_replies import Gate, Reply, error, json_reply

from bookwheel.engine.events import AgentOutput, Notice, Retrieval
from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.query.query_engine import RetrieverQueryEngine
from bookwheel.engine.query.query_workflow import QueryWorkflow
from bookwheel.engine.query.response import Response
from bookwheel.engine.retrieval.rerank_endpoint import EndpointRerank
from bookwheel.engine.retrieval.rerank_model import LLMRerank, order_in
from bookwheel.engine.retrieval.reranker import (
    NodePostprocessor,
    Reranked,
    SimilarityPostprocessor,
    best_of,
    candidates_for,
    in_order,
)
from bookwheel.engine.schema import Document, NodeWithScore, QueryBundle, TextNode, Usage
from bookwheel.engine.tools.document_search import document_search_tool
from bookwheel.errors import (
    BookwheelError,
    ModelAuthError,
    ModelNotFoundError,
    ModelRateLimitError,
    ModelResponseError,
    ModelUnreachableError,
    UsageError,
)

NODES = [CATS, DOGS, BIRDS]
QUESTION = "When do birds sing?"


def ids(nodes: Sequence[NodeWithScore]) -> list[str]:
    return [found.node_id for found in nodes]


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


@pytest.fixture
async def endpoint(server: OpenAIServer) -> AsyncIterator[EndpointRerank]:
    reranker = EndpointRerank(f"{server.base_url}/rerank", "rank-1", api_key="key-0123456789abcdef", timeout=5)
    yield reranker
    await reranker.aclose()


# The model


async def test_the_model_orders_all_passages_in_one_call() -> None:
    llm = MockLLM([MockReply(text='{"order": [3, 1]}', usage=Usage(50, 9))])
    best = await LLMRerank(llm).arerank(QUESTION, NODES, 2)
    assert (ids(best.nodes), best.usage) == (["birds", "cats"], Usage(50, 9))
    asked = llm.calls[0].messages[-1].content or ""
    assert "[3] Birds sing before sunrise." in asked
    assert QUESTION in asked
    assert len(llm.calls) == 1


@pytest.mark.parametrize(
    ("reply", "order"),
    [
        ('{"order": [3, 1, 2]}', [3, 1, 2]),
        ('Here you are:\n```json\n{"order": [2, 3]}\n```\nThe second one has it.', [2, 3]),
        ("<think>[1], or {2}?</think>\n[3, 2]", [3, 2]),
        ('{"ranking": ["[2]", "1", "#3"]}', [2, 1, 3]),
        ("[3] > [1] > [2]", [3, 1, 2]),
        ("3, 1", [3, 1]),
        ('{"order": [9, 2, 2, 0, -1, 3, true, null, 1.5]}', [2, 3]),
        ('{"question": "no", "order": []}\n{"order": [1]}', [1]),
        ("I cannot say.", []),
        ("The first one, because 1874 is told there.\nOr the 2nd.", []),
        ('{"order": [', []),
        ("", []),
    ],
)
def test_an_order_is_read_however_it_is_written(reply: str, order: list[int]) -> None:
    assert order_in(reply, 3) == order


@given(st.text(alphabet='{}[]"order: 0123456789,<think>\n', max_size=80), st.integers(1, 9))
def test_no_reply_of_a_model_loses_or_doubles_a_passage(reply: str, count: int) -> None:
    nodes = [node(str(n), "text") for n in range(count)]
    assert sorted(ids(in_order(nodes, [n - 1 for n in order_in(reply, count)], None))) == sorted(ids(nodes))


async def test_long_passages_are_shortened_to_fit_the_model() -> None:
    llm = MockLLM(["[1]"], context_window=2_000)
    long = [node(str(n), "word " * 2_000 + "secret\U000e0041") for n in range(20)]
    await LLMRerank(llm).arerank(QUESTION, long)
    assert len(llm.calls[0].messages[-1].content or "") < 4_000


async def test_a_model_that_gives_no_order_is_an_error() -> None:
    with pytest.raises(ModelResponseError, match="no order"):
        await LLMRerank(MockLLM(["I don't know."])).arerank(QUESTION, NODES)


def test_a_model_that_only_quotes_cannot_rerank() -> None:
    with pytest.raises(UsageError, match="extractive"):
        LLMRerank(ExtractiveLLM())


# The endpoint


async def test_the_endpoint_gets_question_and_passages_and_gives_scores(
    server: OpenAIServer, endpoint: EndpointRerank
) -> None:
    best = await endpoint.arerank("birds sing before", NODES, 2)
    assert ids(best.nodes) == ["birds", "cats"]
    assert best.nodes[0].score == 1.0
    request = server.requests[0]
    assert request.path == "/v1/rerank"
    assert request.headers["authorization"] == "Bearer key-0123456789abcdef"
    assert request.json == {
        "model": "rank-1",
        "query": "birds sing before",
        "documents": [found.text for found in NODES],
        "top_n": 2,
    }
    # The retriever's own passages keep their scores.
    assert BIRDS.score == 1.0


@pytest.mark.parametrize(
    "answer",
    [
        {"results": [{"index": 2, "relevance_score": 0.9}, {"index": 0, "relevance_score": -3}]},
        {"data": [{"index": 0, "score": 0.1}, {"index": 2, "score": 0.7}]},
        [{"index": 2, "score": 0.9}, {"index": 0, "score": 0.1}],
        {"results": [{"index": 7, "relevance_score": 1}, {"index": 2, "relevance_score": 1}, None, {"index": "x"}]},
    ],
)
async def test_each_dialect_is_read_and_the_rest_follows(
    server: OpenAIServer, endpoint: EndpointRerank, answer: object
) -> None:
    server.rerank_replies.append(json_reply(answer))
    assert ids((await endpoint.arerank(QUESTION, NODES)).nodes) == ["birds", "cats", "dogs"]


async def test_text_embeddings_inference_is_asked_in_its_own_words(
    server: OpenAIServer, endpoint: EndpointRerank
) -> None:
    refused = Reply([b"Failed to deserialize the JSON body: missing field `texts`"], 422, "text/plain")
    answer = json_reply([{"index": 1, "score": 0.9}])
    server.rerank_replies += [refused, answer, answer]
    for _ in range(2):
        assert ids((await endpoint.arerank(QUESTION, NODES, 1)).nodes) == ["dogs"]
    texts = {"query": QUESTION, "texts": [found.text for found in NODES], "truncate": True}
    assert [request.json for request in server.requests[1:]] == [texts, texts]


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (error(401, "bad key key-0123456789abcdef"), ModelAuthError, "refused the key"),
        (error(404, "no route"), ModelResponseError, "no reranking API"),
        (error(404, "model rank-1 not found"), ModelNotFoundError, "rank-1"),
        (error(400, "too many documents"), ModelResponseError, "too many documents"),
        (error(429, "slow down", headers={"retry-after": "600"}), ModelRateLimitError, "no more requests"),
        (Reply([b"<html>Log in</html>"], 200, "text/html"), ModelResponseError, "not JSON"),
        (json_reply({"results": []}), ModelResponseError, "no scores"),
        (json_reply({"results": [{"index": 0, "relevance_score": "high"}]}), ModelResponseError, "not a number"),
        (Reply([b'{"results": [{"index": 0, "relevance_score": NaN}]}'], 200, "application/json"),
         ModelResponseError, "not a number"),
    ],
)  # fmt: skip
async def test_each_error_is_shown_without_the_key(
    server: OpenAIServer, endpoint: EndpointRerank, reply: Reply, kind: type[BookwheelError], said: str
) -> None:
    server.rerank_replies.append(reply)
    with pytest.raises(kind, match=said) as raised:
        await endpoint.arerank(QUESTION, NODES)
    assert "key-0123456789abcdef" not in f"{raised.value} {raised.value.__cause__}"


async def test_a_passing_failure_is_tried_once_more(server: OpenAIServer, endpoint: EndpointRerank) -> None:
    server.rerank_replies.append(error(503, "busy", headers={"retry-after": "0"}))
    assert ids((await endpoint.arerank("birds sing", NODES, 1)).nodes) == ["birds"]


async def test_an_unreachable_endpoint_is_an_error_with_its_address() -> None:
    reranker = EndpointRerank("http://127.0.0.1:9/v1/rerank")
    with pytest.raises(ModelUnreachableError, match=r"127\.0\.0\.1:9"):
        await reranker.arerank(QUESTION, NODES)
    await reranker.aclose()


@pytest.mark.parametrize("url", ["", "ftp://x/rerank", "http://example.org/v1/rerank"])
def test_an_address_that_cannot_be_used_is_refused_at_once(url: str) -> None:
    with pytest.raises(UsageError):
        EndpointRerank(url)


def test_scripts_rerank_without_a_loop() -> None:
    with server_in_thread() as server:
        best = EndpointRerank(server.base_url).rerank("birds sing", NODES, 1)
    assert ids(best.nodes) == ["birds"]


# In a search


def test_more_passages_are_found_than_are_kept() -> None:
    assert (candidates_for(8), candidates_for(3)) == (32, 20)


async def test_a_failing_reranker_leaves_the_old_order_and_says_so(
    server: OpenAIServer, endpoint: EndpointRerank
) -> None:
    server.rerank_replies.append(error(400, "no"))
    best = await best_of(endpoint, QUESTION, NODES, 2)
    assert ids(best.nodes) == ["cats", "dogs"]
    assert "not reranked" in best.notice
    broken = await best_of(LLMRerank(MockLLM([MockReply(error=RuntimeError("boom"))])), QUESTION, NODES, 2)
    assert ids(broken.nodes) == ["cats", "dogs"]
    assert "RuntimeError" in broken.notice


async def test_a_slow_reranker_is_not_waited_for(server: OpenAIServer, endpoint: EndpointRerank) -> None:
    await best_of(endpoint, QUESTION, NODES, 2)  # connects, which takes longer than a deadline on a busy machine
    server.rerank_replies.append(Reply([Gate()]))
    async with asyncio.timeout(60):
        best = await best_of(endpoint, QUESTION, NODES, 2, deadline_s=0.5)
    assert ids(best.nodes) == ["cats", "dogs"]
    assert "0.5 s" in best.notice
    async with asyncio.timeout(60):
        await server.requests[1].hung_up.wait()


async def test_one_passage_needs_no_reranking(server: OpenAIServer, endpoint: EndpointRerank) -> None:
    assert ids((await best_of(endpoint, QUESTION, [CATS], 2)).nodes) == ["cats"]
    assert server.requests == []


async def test_the_query_workflow_answers_from_the_best_and_counts_the_tokens() -> None:
    llm = MockLLM([MockReply(text="[3]", usage=Usage(50, 9)), MockReply(text="At dawn [1].", usage=Usage(20, 5))])
    workflow = QueryWorkflow(FixedRetriever(*NODES), llm, similarity_top_k=1, reranker=LLMRerank(llm))
    events = [event async for event in workflow.run(QUESTION).stream_events()]
    search = next(event for event in events if isinstance(event, Retrieval))
    assert [found.node.id_ for found in search.nodes] == ["birds"]
    assert next(event.usage for event in events if isinstance(event, AgentOutput)) == Usage(70, 14)


async def test_the_query_workflow_goes_on_without_its_reranker() -> None:
    llm = MockLLM(["I don't know.", "At dawn [3]."])
    workflow = QueryWorkflow(FixedRetriever(*NODES), llm, reranker=LLMRerank(llm))
    events = [event async for event in workflow.run(QUESTION).stream_events()]
    assert ["no order" in event.text for event in events if isinstance(event, Notice)] == [True]
    assert str(events[-1].result) == "At dawn [3]."


async def test_the_agents_search_reranks_too(endpoint: EndpointRerank) -> None:
    tool = document_search_tool(FixedRetriever(*NODES), reranker=endpoint, top_n=1)
    output = await tool.acall(query="birds sing")
    assert [found.node.id_ for found in output.nodes] == ["birds"]


# As LlamaIndex's users expect


class OnlyTheLast:
    """A user's own postprocessor."""

    def postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None, query_str: str | None = None
    ) -> list[NodeWithScore]:
        assert query_bundle is not None
        assert query_bundle.query_str == QUESTION
        return nodes[-1:]


def test_a_query_engine_takes_postprocessors_in_turn() -> None:
    llm = MockLLM(['{"order": [3, 1, 2]}', "At dawn."])
    engine = RetrieverQueryEngine(FixedRetriever(*NODES), node_postprocessors=[LLMRerank(llm, top_n=2), OnlyTheLast()])
    assert ids(engine.retrieve(QUESTION)) == ["cats"]
    assert isinstance(LLMRerank(llm), NodePostprocessor)


async def test_an_index_takes_them_too_and_asks_without_blocking() -> None:
    index = DocumentIndex.from_documents([Document(text=found.text, id_=found.node_id) for found in NODES])
    llm = MockLLM(["[2]", "Barking.", "[1]", "Singing."])
    engine = index.as_query_engine(llm=llm, node_postprocessors=[LLMRerank(llm, top_n=1)])
    response = await engine.aquery("Do birds or dogs bark?")
    assert isinstance(response, Response)
    assert len(response.source_nodes) == 1
    assert len(ids(await engine.aretrieve("birds dogs"))) == 1


def test_postprocessing_by_llamaindex_names() -> None:
    reranker = LLMRerank(MockLLM(["[2]"]), top_n=1)
    assert ids(reranker.postprocess_nodes(NODES, query_str=QUESTION)) == ["dogs"]
    assert ids(reranker.postprocess_nodes(NODES, QueryBundle(QUESTION))) == ["dogs"]
    assert reranker.rerank(QUESTION, []) == Reranked([])


def test_passages_below_a_score_or_without_one_are_dropped() -> None:
    nodes = [NodeWithScore(TextNode(text=str(score)), score) for score in (0.8, 0.3, None)]
    assert SimilarityPostprocessor(similarity_cutoff=0.7).postprocess_nodes(nodes) == nodes[:1]
    assert SimilarityPostprocessor().postprocess_nodes(nodes) == nodes[:2]
    assert SimilarityPostprocessor(similarity_cutoff=None).postprocess_nodes(nodes) == nodes
