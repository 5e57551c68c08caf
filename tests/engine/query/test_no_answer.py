"""The mark of a hosted model for an answer that is not in the documents: it is read and never shown."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.openai_server import OpenAIServer
from tests.support.retrievers import CATS, FixedRetriever
from tests.support.wire_replies import DONE, Reply, chunk, say

from bookwheel.engine.events import AgentOutput, AgentStream
from bookwheel.engine.llms.openai.models import OpenAI
from bookwheel.engine.query.answer_prompts import SYSTEM_PROMPT
from bookwheel.engine.query.no_answer import MARK, NoAnswerReader
from bookwheel.engine.query.query_workflow import NOTHING_SAID, QueryWorkflow
from bookwheel.engine.schema import ChatMessage

TOLD_NOT = "The passages don't say how old the keeper was."


def read(*pieces: str) -> tuple[str, bool]:
    reader = NoAnswerReader()
    shown = "".join([*map(reader.push, pieces), reader.finish()])
    return shown, reader.says_no_answer(shown)


@pytest.mark.parametrize(
    "pieces",
    [
        (f"[0] {TOLD_NOT}",),
        ("[", "0", "]", " ", TOLD_NOT),
        ("\n", "[0", "]:", f" {TOLD_NOT}"),
        *((f"{MARK} {TOLD_NOT}"[:at], f"{MARK} {TOLD_NOT}"[at:]) for at in range(1, 8)),
        (f"{TOLD_NOT} [0]",),
        (TOLD_NOT, " [", "0]"),
        (TOLD_NOT[:-1], " [0].", "\n"),
    ],
)
def test_the_mark_is_read_and_taken_out(pieces: tuple[str, ...]) -> None:
    assert read(*pieces) == (TOLD_NOT, True)


@pytest.mark.parametrize(
    "answer",
    [
        TOLD_NOT,
        "Cats sleep sixteen hours a day.",
        "Cats sleep sixteen hours a day [1].",
        "Take the first one: items[0]",
        "`rows[0]`",
        "[1] says so.",
        "The list [0] is not empty.",
        "[",
        "[0",
        "",
        " ",
        "It ends with [",
        f"{'A long answer with much to say. ' * 20}[0]",
    ],
)
def test_an_answer_without_the_mark_stays_as_it_is(answer: str) -> None:
    assert read(answer) == (answer, False)
    assert read(*answer) == (answer, False)


def test_a_text_with_citations_counts_as_an_answer_however_it_begins() -> None:
    assert read("[0] Cats sleep sixteen hours [1].") == ("Cats sleep sixteen hours [1].", False)
    assert read("[0] " + "It is told at length. " * 30)[1] is False


@given(st.text(alphabet="[0]1 .\na`x", max_size=30), st.integers(1, 5))
def test_how_an_answer_is_cut_makes_no_difference(answer: str, size: int) -> None:
    pieces = [answer[at : at + size] for at in range(0, len(answer), size)]
    assert read(*pieces) == read(answer)


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


async def answer_of(server: OpenAIServer, reply: Reply) -> tuple[str, bool | None]:
    """The response, the same as all deltas joined, and whether it is supported."""
    server.replies.append(reply)
    llm = OpenAI("m", base_url=server.base_url)
    handler = QueryWorkflow(FixedRetriever(CATS), llm).run("How old was the keeper?")
    events = [event async for event in handler.stream_events()]
    await llm.aclose()
    output = next(event for event in events if isinstance(event, AgentOutput))
    joined = "".join(event.delta for event in events if isinstance(event, AgentStream))
    assert joined == output.response.content == str(await handler)
    assert (await handler).supported is output.supported
    return joined, output.supported


async def test_a_model_that_says_so_leaves_the_run_unsupported(server: OpenAIServer) -> None:
    assert await answer_of(server, say(f"{MARK} {TOLD_NOT}", reasoning="Hm.")) == (TOLD_NOT, False)
    assert MARK in SYSTEM_PROMPT
    assert MARK in server.chats[0].json["messages"][0]["content"]


async def test_a_model_that_answers_leaves_it_open(server: OpenAIServer) -> None:
    assert await answer_of(server, say("Ninety [1].")) == ("Ninety [1].", None)
    assert await answer_of(server, say("Ninety.")) == ("Ninety.", None)


async def test_the_mark_alone_is_put_into_words(server: OpenAIServer) -> None:
    assert await answer_of(server, say(MARK)) == (NOTHING_SAID, False)


async def test_an_answer_that_is_cut_short_is_shown_so_far(server: OpenAIServer) -> None:
    reply = Reply([chunk({"content": "items ["}), chunk({}, finish_reason="length"), DONE])
    assert await answer_of(server, reply) == ("items [", None)


def test_the_history_never_holds_the_mark() -> None:
    assert MARK not in (ChatMessage(content=read(f"{MARK} {TOLD_NOT}")[0]).content or "")
