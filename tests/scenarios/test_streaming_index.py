"""The documentation's streaming: an index over a folder, asked by a query engine that streams."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.openai_server import OpenAIServer, server_in_thread
from tests.support.wire_replies import say

from bookwheel import (
    DocumentIndex,
    OpenAI,
    RetrieverQueryEngine,
    SimpleDirectoryReader,
    StreamingResponse,
    get_response_synthesizer,
)

ANSWER = "He wrote short stories and tried programming on an IBM 1401."
ESSAY = """Before college the two main things I worked on, outside of school, were writing and programming.
I wrote what beginning writers were supposed to write then: short stories. The first programs I tried writing were on
the IBM 1401 that our school district used.
"""
QUESTION = "What did the author work on before college?"


@pytest.fixture
def endpoint() -> Iterator[OpenAIServer]:
    """A plain script has no loop: the server runs on another one."""
    with server_in_thread() as server:
        server.script = lambda _: say(ANSWER)
        yield server


@pytest.fixture
def index(tmp_path: Path) -> DocumentIndex:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "essay.txt").write_text(ESSAY, encoding="utf-8")
    documents = SimpleDirectoryReader(str(tmp_path / "data")).load_data()
    return DocumentIndex.from_documents(documents)


def test_the_answer_is_printed_as_it_streams(
    endpoint: OpenAIServer, index: DocumentIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    llm = OpenAI(model="gpt-4o-mini", api_key="sk-test", base_url=endpoint.base_url)
    query_engine = index.as_query_engine(streaming=True, similarity_top_k=1, llm=llm)
    streaming_response = query_engine.query(QUESTION)
    assert isinstance(streaming_response, StreamingResponse)
    assert [each.node.metadata["file_name"] for each in streaming_response.source_nodes] == ["essay.txt"]
    streaming_response.print_response_stream()
    assert capsys.readouterr().out.strip() == ANSWER
    assert "IBM 1401" in endpoint.chats[0].last_message
    assert str(streaming_response) == ANSWER


def test_the_pieces_can_be_read_one_by_one(endpoint: OpenAIServer, index: DocumentIndex) -> None:
    llm = OpenAI(model="gpt-4o-mini", api_key="sk-test", base_url=endpoint.base_url)
    streaming_response = index.as_query_engine(streaming=True, llm=llm).query(QUESTION)
    assert isinstance(streaming_response, StreamingResponse)
    pieces = list(streaming_response.response_gen)
    assert "".join(pieces) == ANSWER
    assert len([piece for piece in pieces if piece]) > 5


@pytest.mark.parametrize("mode", ["compact", "refine", "tree_summarize"])
def test_the_parts_can_be_put_together_by_hand(endpoint: OpenAIServer, index: DocumentIndex, mode: str) -> None:
    llm = OpenAI(model="gpt-4o-mini", api_key="sk-test", base_url=endpoint.base_url)
    query_engine = RetrieverQueryEngine(
        retriever=index.as_retriever(similarity_top_k=2),
        response_synthesizer=get_response_synthesizer(llm=llm, response_mode=mode, streaming=True),
    )
    response = query_engine.query(QUESTION)
    assert isinstance(response, StreamingResponse)
    assert response.get_response().response == ANSWER
    assert "essay.txt" in str(response.metadata)


async def test_it_streams_asynchronously_too(
    server: OpenAIServer, llm: OpenAI, tmp_path: Path, index: DocumentIndex
) -> None:
    server.replies.append(say(ANSWER))
    response = await index.as_query_engine(streaming=True, llm=llm).aquery(QUESTION)
    assert "".join([piece async for piece in response.async_response_gen()]) == ANSWER
