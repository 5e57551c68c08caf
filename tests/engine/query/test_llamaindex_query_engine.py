"""The query engine beside LlamaIndex's recorded one: the same classes, calls and pieces, but for traps named here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.llamaindex_traces import recorded
from tests.support.openai_server import OpenAIServer, server_in_thread
from tests.support.retrievers import FixedRetriever
from tests.support.wire_replies import Close, Gate, Reply, chunk, error, say

from bookwheel.engine.llms.mock import MockLLM
from bookwheel.engine.llms.openai.models import OpenAILike
from bookwheel.engine.query.query_engine import RetrieverQueryEngine
from bookwheel.engine.query.response import AsyncStreamingResponse, StreamingResponse
from bookwheel.engine.schema import NodeWithScore, TextNode
from bookwheel.errors import BookwheelError, ModelAuthError, ModelStreamCutError

QUESTION = "[[plain n=5]] what?"
ANSWER = "alpha beta gamma delta epsilon "
# As in the recording: in its tight window two of three fit one prompt, and a refined answer has separate room.
PASSAGES = tuple(
    NodeWithScore(TextNode(f"Chunk {n}. {'word ' * 300}".strip(), {"file": f"f{n}.txt"}, f"f{n}"), 1.0)
    for n in range(3)
)
WINDOWS = {"roomy": (16_384, 256), "tight": (900, 50)}
MODES = [
    "refine", "compact", "simple_summarize", "tree_summarize", "generation", "no_text", "context_only",
    "accumulate", "compact_accumulate",
]  # fmt: skip


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with server_in_thread(script=lambda _: say(ANSWER)) as server:
        yield server


def engine(server: OpenAIServer, window: str = "roomy", mode: str = "compact", **options: Any) -> Any:
    context_window, max_tokens = WINDOWS[window]
    llm = OpenAILike("m", base_url=server.base_url, context_window=context_window, max_tokens=max_tokens)
    retriever = options.pop("retriever", FixedRetriever(*PASSAGES))
    return RetrieverQueryEngine.from_args(retriever, llm, response_mode=mode, **options)


@pytest.fixture(scope="module")
def there() -> dict[str, Any]:
    return recorded("query_engine")


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("mode", MODES)
def test_a_whole_answer_takes_as_many_calls(
    server: OpenAIServer, there: dict[str, Any], window: str, mode: str
) -> None:
    seen = there["modes"][window][mode]["plain"]
    response = engine(server, window, mode).query(QUESTION)
    assert type(response).__name__ == seen["class"]
    assert [request.json["stream"] for request in server.chats] == seen["streamed_calls"]
    assert len(response.source_nodes) == seen["source_nodes"]
    if mode == "no_text":
        # None, not text: a reader would take the word "None" for the answer.
        assert (str(response), seen["text_start"]) == ("", "None")
    elif mode == "context_only":
        # Ours shows the passages as a model sees them: with the number to cite by.
        assert str(response).startswith(f"[1] {seen['text_start']}")
    else:
        assert str(response).startswith(seen["text_start"])


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("mode", MODES)
def test_a_streamed_answer_takes_as_many_calls_and_streams_the_last_only(
    server: OpenAIServer, there: dict[str, Any], window: str, mode: str
) -> None:
    """LlamaIndex streams the earlier calls too and drains them, and cannot stream `accumulate` at all."""
    modes = there["modes"][window][mode]
    calls = modes["plain"]["llm_calls"]
    response = engine(server, window, mode, streaming=True).query(QUESTION)
    # One class in every mode: LlamaIndex gives a plain Response in two, and a ValueError in two others.
    assert isinstance(response, StreamingResponse)
    assert modes["streaming"].get("class", "ValueError") in ("StreamingResponse", "Response", "ValueError")
    text = "".join(response.response_gen)
    assert [request.json["stream"] for request in server.chats] == [False] * (calls - 1) + [True] * min(calls, 1)
    assert text == str(engine(server, window, mode).query(QUESTION)) or mode == "no_text"


def test_the_pieces_are_the_models_without_the_empty_ones(server: OpenAIServer, there: dict[str, Any]) -> None:
    response = engine(server, streaming=True).query(QUESTION)
    pieces = list(response.response_gen)
    assert pieces == [piece for piece in there["as_query_engine"]["pieces"] if piece]
    # The text is lost there once it was iterated; here it stays, and can be read again.
    assert there["as_query_engine"]["after_gen_str"] == "None"
    assert str(response) == "".join(response.response_gen) == ANSWER
    for attribute in there["as_query_engine"]["attributes"]:
        assert hasattr(response, attribute)


def test_str_first_and_the_generator_afterwards_give_the_same(server: OpenAIServer, there: dict[str, Any]) -> None:
    response = engine(server, streaming=True).query(QUESTION)
    assert str(response) == there["str_then_gen"]["str"]
    assert "".join(response.response_gen) == ANSWER
    assert not there["str_then_gen"]["gen_after"]


@pytest.mark.parametrize("streaming", [False, True])
def test_when_nothing_is_found_no_model_is_asked(server: OpenAIServer, there: dict[str, Any], streaming: bool) -> None:
    seen = there[f"empty_retrieval_streaming_{streaming}"]
    response = engine(server, streaming=streaming, retriever=FixedRetriever()).query(QUESTION)
    assert (type(response).__name__, str(response)) == (seen["class"], seen["text"])
    assert (response.source_nodes, len(server.chats)) == ([], seen["llm_calls"])


async def test_aquery_streams_and_can_be_read_again(server: OpenAIServer, there: dict[str, Any]) -> None:
    response = await engine(server, streaming=True).aquery(QUESTION)
    assert isinstance(response, AsyncStreamingResponse)
    pieces = [piece async for piece in response.async_response_gen()]
    assert pieces == [piece for piece in there["aquery"]["pieces"] if piece]
    second = [piece async for piece in response.async_response_gen()]
    assert "".join(second) == "".join(there["aquery"]["second_pass"])
    assert response.response_txt == there["aquery"]["response_txt"]


async def test_an_answer_read_in_part_is_finished_not_cut(server: OpenAIServer, there: dict[str, Any]) -> None:
    """LlamaIndex hands back the two pieces that were read as if they were all."""
    assert there["aquery_break_then_get_response"]["get_response"] == "alpha "
    response = await engine(server, streaming=True).aquery(QUESTION)
    async for _ in response.async_response_gen():
        break
    assert str(await response.get_response()) == ANSWER


def cut_off(server: OpenAIServer) -> None:
    server.replies.append(Reply([*(chunk({"content": f"{word} "}) for word in ANSWER.split()), Close()]))


async def test_a_cut_answer_is_never_passed_off_as_whole(server: OpenAIServer, there: dict[str, Any]) -> None:
    """After the error LlamaIndex gives the part as if it were all."""
    assert there["aquery_cut"]["get_response_after"] == ANSWER
    cut_off(server)
    response = await engine(server, streaming=True).aquery(QUESTION)
    for _ in range(2):
        with pytest.raises(ModelStreamCutError):
            await response.get_response()


def test_a_cut_answer_is_an_error_without_a_loop_too(server: OpenAIServer, there: dict[str, Any]) -> None:
    """After the error LlamaIndex's text is the word "None"."""
    assert there["sync_cut"]["str_after"] == "None"
    cut_off(server)
    whole = engine(server, streaming=True).query(QUESTION)
    pieces: list[str] = []
    with pytest.raises(ModelStreamCutError):
        pieces.extend(whole.response_gen)
    assert "".join(pieces) == "".join(there["sync_cut"]["pieces"])
    with pytest.raises(ModelStreamCutError):
        str(whole)


def test_an_error_in_mid_stream_comes_after_its_pieces(server: OpenAIServer, there: dict[str, Any]) -> None:
    seen = there["sync_error_event"]
    words = [chunk({"content": piece}) for piece in seen["pieces"] if piece]
    server.replies.append(Reply([*words, {"error": {"message": "scripted failure in the stream"}}]))
    response = engine(server, streaming=True).query(QUESTION)
    pieces: list[str] = []
    with pytest.raises(BookwheelError, match="scripted failure in the stream"):
        pieces.extend(response.response_gen)
    assert pieces == [piece for piece in seen["pieces"] if piece]
    with pytest.raises(BookwheelError):
        str(response)


def test_a_refusal_at_the_start_reaches_every_reader(server: OpenAIServer, there: dict[str, Any]) -> None:
    assert there["error_at_start"]["query_returned"] == "StreamingResponse"
    server.replies.append(error(401, "scripted 401"))
    response = engine(server, streaming=True).query(QUESTION)
    with pytest.raises(ModelAuthError, match="401"):
        next(iter(response.response_gen))


@pytest.mark.parametrize("mode", ["compact", "tree_summarize", "simple_summarize", "generation"])
def test_a_model_that_cannot_stream_says_so_when_it_is_asked(there: dict[str, Any], mode: str) -> None:
    """LlamaIndex does so in three modes; in `compact` only iterating raises it."""
    assert set(there["llm_cannot_stream"]) == {"compact", "tree_summarize", "simple_summarize", "generation"}
    llm = MockLLM([ANSWER], is_streaming=False)
    asker = RetrieverQueryEngine.from_args(FixedRetriever(*PASSAGES), llm, streaming=True, response_mode=mode)
    with pytest.raises(NotImplementedError, match="mock"):
        asker.query(QUESTION)
    assert llm.calls == []


@pytest.mark.parametrize("name", ["sync_close_generator", "async_aclose"])
async def test_leaving_an_answer_closes_the_connection(there: dict[str, Any], name: str) -> None:
    """LlamaIndex lets the model write on even when no reference to the answer is left."""
    assert not any(state["hung_up"] for state in there[name].values())
    async with OpenAIServer(script=lambda _: Reply([chunk({"content": "alpha "}), Gate()])) as server:
        llm = OpenAILike("m", base_url=server.base_url)
        asker = RetrieverQueryEngine.from_args(FixedRetriever(*PASSAGES), llm, streaming=True)
        if name == "async_aclose":
            response = await asker.aquery(QUESTION)
            assert isinstance(response, AsyncStreamingResponse)
            await anext(pieces := response.async_response_gen())
            await pieces.aclose()
        else:
            await asyncio.to_thread(_read_one_piece, asker)
        async with asyncio.timeout(60):
            await server.chats[0].hung_up.wait()
        await llm.aclose()


def _read_one_piece(asker: RetrieverQueryEngine) -> None:
    response = asker.query(QUESTION)
    assert isinstance(response, StreamingResponse)
    pieces = response.response_gen
    next(iter(pieces))
    response.close()
