"""The query engine: how often the model is asked in each mode, and one streaming answer for any number of readers."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from tests.support.openai_server import OpenAIServer, server_in_thread
from tests.support.retrievers import BIRDS, CATS, DOGS, FixedRetriever, node
from tests.support.wire_replies import Gate, Reply, chunk

from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.llms.openai.models import OpenAI
from bookwheel.engine.query.query_engine import RetrieverQueryEngine
from bookwheel.engine.query.response import AsyncStreamingResponse, Response, StreamingResponse
from bookwheel.engine.query.response_modes import ResponseMode
from bookwheel.engine.query.synthesizer import ResponseSynthesizer, get_response_synthesizer
from bookwheel.errors import ModelStreamCutError, UsageError

TEXT = "one two three"


def engine(
    llm: MockLLM | OpenAI, *, streaming: bool = False, mode: str = "compact", retriever: FixedRetriever | None = None
) -> RetrieverQueryEngine:
    found = retriever or FixedRetriever(CATS, DOGS, BIRDS)
    return RetrieverQueryEngine.from_args(found, llm, streaming=streaming, response_mode=mode)


# LlamaIndex's own counts for three passages in a roomy window.
CALLS = {
    "compact": 1,
    "refine": 3,
    "tree_summarize": 1,
    "simple_summarize": 1,
    "accumulate": 3,
    "compact_accumulate": 1,
    "generation": 1,
    "no_text": 0,
    "context_only": 0,
}


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with server_in_thread() as server:
        yield server


@pytest.mark.parametrize("mode", list(ResponseMode))
@pytest.mark.parametrize("streaming", [False, True])
def test_each_mode_asks_as_often_as_it_should_and_streams_the_last_call_only(
    server: OpenAIServer, mode: str, streaming: bool
) -> None:
    response = engine(OpenAI("m", base_url=server.base_url), streaming=streaming, mode=mode).query("What?")
    text = str(response)

    assert type(response) is (StreamingResponse if streaming else Response)
    assert [request.json["stream"] for request in server.chats] == [False] * (CALLS[mode] - 1) + (
        [streaming] if CALLS[mode] else []
    )
    assert [found.node_id for found in response.source_nodes] == ["cats", "dogs", "birds"]
    assert ("forty-two" in text) == bool(CALLS[mode])


def test_a_mode_gives_the_same_text_streamed_and_whole() -> None:
    for mode in ResponseMode:
        whole = str(engine(MockLLM([TEXT]), mode=mode).query("What?"))
        assert str(engine(MockLLM([TEXT]), mode=mode, streaming=True).query("What?")) == whole


def test_a_tight_window_takes_more_calls_and_loses_no_passage() -> None:
    llm = MockLLM(["an answer"], context_window=420, max_tokens=20)
    long = [node(f"n{at}", f"fact{at} " + "word " * 120) for at in range(4)]
    engine(llm, retriever=FixedRetriever(*long)).query("What?")

    prompts = " ".join(call.messages[0].content or "" for call in llm.calls)
    assert len(llm.calls) > 1
    assert all(f"fact{at}" in prompts for at in range(4))


def test_a_tree_of_summaries_ends_even_when_they_are_long() -> None:
    llm = MockLLM(["word " * 400], context_window=420, max_tokens=20)
    long = [node(f"n{at}", "word " * 150) for at in range(6)]
    assert str(engine(llm, mode="tree_summarize", retriever=FixedRetriever(*long)).query("What?"))


@pytest.mark.parametrize("streaming", [False, True])
def test_nothing_found_is_said_without_asking_the_model(streaming: bool) -> None:
    llm = MockLLM([TEXT])
    response = engine(llm, streaming=streaming, retriever=FixedRetriever()).query("What?")
    assert str(response) == "Empty Response"
    assert response.supported is False
    assert response.source_nodes == []
    assert llm.calls == []


def test_generation_asks_without_passages() -> None:
    assert str(engine(MockLLM([TEXT]), mode="generation", retriever=FixedRetriever()).query("What?")) == TEXT


def test_the_model_is_asked_before_the_first_read(server: OpenAIServer) -> None:
    gate = Gate()
    server.replies.append(Reply([chunk({"content": "Hello"}), gate]))
    response = engine(OpenAI("m", base_url=server.base_url), streaming=True).query("What?")

    arrived = threading.Event()
    threading.Thread(target=lambda: (_wait_for(lambda: server.chats), arrived.set())).start()
    assert arrived.wait(10)
    assert isinstance(response, StreamingResponse)
    response.close()


def _wait_for(condition: object) -> None:
    assert callable(condition)
    while not condition():
        threading.Event().wait(0.005)


def test_a_model_that_cannot_stream_is_named_when_it_is_asked() -> None:
    with pytest.raises(NotImplementedError, match="mute"):
        engine(MockLLM([TEXT], model="mute", is_streaming=False), streaming=True).query("What?")
    assert str(engine(MockLLM([TEXT], model="mute"), streaming=False).query("What?")) == TEXT


def _streaming() -> StreamingResponse:
    response = engine(MockLLM([TEXT]), streaming=True).query("What?")
    assert isinstance(response, StreamingResponse)
    return response


def test_the_pieces_can_be_read_twice_and_by_two_readers() -> None:
    response = _streaming()
    first, second = response.response_gen, response.response_gen
    assert next(first) == next(second)
    rest = list(first)
    assert list(second) == rest
    assert "".join(response.response_gen) == TEXT
    reader = response.response_gen
    assert list(reader) == list(reader)


def test_a_partial_read_is_continued_without_losing_a_character() -> None:
    response = _streaming()
    for _ in response.response_gen:
        break
    gc.collect()
    assert str(response) == TEXT
    assert response.get_response().response == TEXT
    assert response.response_txt == TEXT


def test_the_stream_is_printed_as_it_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    _streaming().print_response_stream()
    assert capsys.readouterr().out == TEXT


def test_sources_are_formatted_and_cut() -> None:
    response = _streaming()
    assert response.get_formatted_sources(length=10).startswith("> Source (Node id: cats): Cats sl...")
    assert "Cats sleep sixteen hours a day." in response.get_formatted_sources(trim_text=False)


def test_an_error_in_the_middle_comes_to_every_reader_and_is_remembered() -> None:
    cut = ModelStreamCutError("It broke off.", partial="one two")
    response = engine(MockLLM([MockReply(text=TEXT, error=cut, fail_after=2)]), streaming=True).query("What?")
    assert isinstance(response, StreamingResponse)
    for _ in range(2):
        pieces: list[str] = []
        with pytest.raises(ModelStreamCutError):
            pieces.extend(response.response_gen)
        with pytest.raises(ModelStreamCutError):
            str(response)
        with pytest.raises(ModelStreamCutError):
            response.get_response()
    assert response.response_txt == "one two"


@pytest.mark.parametrize("how", ["close the reader", "close the response", "drop"])
def test_closing_or_dropping_closes_the_connection(server: OpenAIServer, how: str) -> None:
    server.replies.append(Reply([chunk({"content": "Hello"}), Gate()]))
    response = engine(OpenAI("m", base_url=server.base_url), streaming=True).query("What?")
    assert isinstance(response, StreamingResponse)
    reader = response.response_gen
    assert next(reader) == "Hello"
    if how == "close the reader":
        reader.close()
    elif how == "close the response":
        response.close()
    if how != "drop":
        with pytest.raises(ModelStreamCutError):
            str(response)
    del response, reader
    gc.collect()
    _wait_for(server.chats[0].hung_up.is_set)


async def test_query_works_inside_a_running_loop_and_in_threads() -> None:
    ask = engine(MockLLM([TEXT]), streaming=True).query
    assert str(await asyncio.to_thread(ask, "What?")) == TEXT
    results: list[str] = []
    thread = threading.Thread(target=lambda: results.append(str(ask("What?"))))
    thread.start()
    await asyncio.to_thread(thread.join)
    assert results == [TEXT]


@pytest.fixture
async def slow_server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer(script=lambda _: Reply([chunk({"content": "Hello"}), Gate()])) as server:
        yield server


async def _aquery(llm: MockLLM | OpenAI) -> AsyncStreamingResponse:
    response = await engine(llm, streaming=True).aquery("What?")
    assert isinstance(response, AsyncStreamingResponse)
    return response


async def test_the_asynchronous_answer_reads_like_the_other() -> None:
    response = await _aquery(MockLLM([TEXT]))
    async for _ in response.async_response_gen():
        break
    assert [piece async for piece in response.async_response_gen()] == ["one", " two", " three"]
    assert (await response.get_response()).response == TEXT
    assert str(response) == TEXT


async def test_closing_the_asynchronous_answer_closes_the_connection(slow_server: OpenAIServer) -> None:
    llm = OpenAI("m", base_url=slow_server.base_url)
    response = await _aquery(llm)
    reader = response.async_response_gen()
    assert await anext(reader) == "Hello"
    await reader.aclose()
    async with asyncio.timeout(60):
        await slow_server.chats[0].hung_up.wait()
    with pytest.raises(ModelStreamCutError):
        await response.get_response()
    await llm.aclose()


async def test_dropping_the_asynchronous_answer_closes_the_connection(slow_server: OpenAIServer) -> None:
    llm = OpenAI("m", base_url=slow_server.base_url)
    response = await _aquery(llm)
    assert await anext(response.async_response_gen()) == "Hello"
    del response
    gc.collect()
    async with asyncio.timeout(60):
        await slow_server.chats[0].hung_up.wait()
    await llm.aclose()


def test_a_users_own_templates_are_used() -> None:
    llm = MockLLM([TEXT])
    synthesizer = get_response_synthesizer(llm, text_qa_template="Q={query_str} C={context_str}")
    synthesizer.synthesize("why {braces}?", [CATS])
    shown = "[1] file_path: /docs/a.md\nfile_name: a.md\n\nCats sleep sixteen hours a day."
    assert llm.calls[0].messages[0].content == f"Q=why {{braces}}? C={shown}"


def test_an_unknown_mode_is_named_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="tree_summarize"):
        ResponseSynthesizer.from_args(MockLLM(), response_mode="magic")
