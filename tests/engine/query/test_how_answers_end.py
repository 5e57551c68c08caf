"""The ends of a model's answer: thoughts are not an answer, and a cut or empty answer is reported."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.support.openai_server import OpenAIServer
from tests.support.retrievers import CATS, DOGS, FixedRetriever, node
from tests.support.wire_replies import DONE, Close, Gate, Reply, chunk, say, words

from bookwheel.engine.agents.agent_prompts import NOT_SEARCHED
from bookwheel.engine.agents.agent_workflow import AgentWorkflow
from bookwheel.engine.events import AgentInput, AgentOutput, AgentStream, Event, Notice
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.llms.mock import MockLLM
from bookwheel.engine.llms.openai.models import OpenAI
from bookwheel.engine.query.query_workflow import QueryWorkflow
from bookwheel.engine.query.synthesizer import ResponseSynthesizer
from bookwheel.engine.schema import ToolSelection
from bookwheel.engine.tools.document_search import document_search_tool
from bookwheel.errors import BookwheelError, LimitReachedError, ModelResponseError

ANSWER = "Sixteen hours [1]."
UNOPENED = f"Dogs are in [2]; cats in the other.\n</think>\n\n{ANSWER}"


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


def model(server: OpenAIServer) -> OpenAI:
    return OpenAI("scripted", base_url=server.base_url)


async def run(server: OpenAIServer, *, agent: bool = False) -> tuple[list[Event], BaseException | None]:
    """All events of a run, and the error that it ended with."""
    if agent:
        handler = AgentWorkflow.from_tools([], llm=model(server)).run(user_msg="How long?")
    else:
        handler = QueryWorkflow(FixedRetriever(CATS, DOGS), model(server)).run("How long?")
    events = [event async for event in handler.stream_events()]
    try:
        await handler
    except BookwheelError as error:
        return events, error
    return events, None


def streamed(events: list[Event]) -> tuple[str, str]:
    """The answer and the thoughts; an answer begins after an `AgentInput`."""
    last = max(at for at, event in enumerate(events) if isinstance(event, AgentInput))
    answer = "".join(event.delta for event in events[last:] if isinstance(event, AgentStream))
    thoughts = "".join(event.thinking_delta or "" for event in events if isinstance(event, AgentStream))
    return answer, thoughts


def output(events: list[Event]) -> AgentOutput:
    return [event for event in events if isinstance(event, AgentOutput)][-1]


@pytest.mark.parametrize("agent", [False, True], ids=["query", "agent"])
@pytest.mark.parametrize("content", [f"<think>\nDogs are in [2].\n</think>\n\n{ANSWER}", UNOPENED])
async def test_thoughts_in_the_content_are_not_part_of_the_answer(
    server: OpenAIServer, content: str, *, agent: bool
) -> None:
    server.replies += [say(content)]
    events, error = await run(server, agent=agent)
    answer, _ = streamed(events)
    assert error is None
    assert answer == ANSWER
    assert output(events).response.content == ANSWER
    assert [event.response for event in events if isinstance(event, AgentStream)][-1] == ANSWER


@pytest.mark.parametrize("agent", [False, True], ids=["query", "agent"])
@pytest.mark.parametrize("end", [Close(), Gate()], ids=["broken", "cancelled"])
async def test_a_broken_answer_keeps_what_might_have_become_a_citation(
    server: OpenAIServer, end: Close | Gate, *, agent: bool
) -> None:
    pieces = [chunk({"content": "Sixteen hours "}), chunk({"content": "[1"}), chunk({"reasoning_content": "Hm."})]
    server.replies += [Reply([*pieces, end])]
    llm = model(server)
    if agent:
        search = document_search_tool(FixedRetriever(CATS))
        handler = AgentWorkflow.from_tools([search], llm=llm).run(user_msg="How long?")
    else:
        handler = QueryWorkflow(FixedRetriever(CATS), llm).run("How long?")
    events: list[Event] = []
    async for event in handler.stream_events():
        events.append(event)
        if isinstance(end, Gate) and isinstance(event, AgentStream) and event.thinking_delta:
            await handler.cancel_run()
    with pytest.raises(BookwheelError):
        await handler
    # The error holds the model, which would close its connection too late, when the loop is over.
    await llm.aclose()
    assert streamed(events) == ("Sixteen hours [1", "Hm.")


async def test_a_model_that_thought_before_a_lone_tag_is_read_right_from_the_start_next_time(
    server: OpenAIServer,
) -> None:
    server.replies += [say(UNOPENED), say(UNOPENED)]
    llm = model(server)
    assert str(await llm.achat([])) == ANSWER
    pieces = [piece async for piece in llm.astream_chat([])]
    assert not any(piece.restarts for piece in pieces)
    assert "".join(piece.delta for piece in pieces) == ANSWER


async def test_a_synthesized_answer_leaves_such_a_thought_out(server: OpenAIServer) -> None:
    server.replies += [say(UNOPENED)]
    response = await ResponseSynthesizer(model(server), streaming=True).asynthesize("How long?", [CATS])
    assert str(await response.get_response()) == ANSWER  # type: ignore[union-attr]


@pytest.mark.parametrize("agent", [False, True], ids=["query", "agent"])
@pytest.mark.parametrize("reason", ["length", "content_filter"])
async def test_a_cut_answer_names_the_cause(server: OpenAIServer, reason: str, *, agent: bool) -> None:
    server.replies += [say("Sixteen ho", finish_reason=reason), say("Sixteen hours [1].")]
    events, error = await run(server, agent=agent)
    assert error is None
    assert output(events).cut == output(events).model_dump()["cut"] == reason
    events, _ = await run(server, agent=agent)
    assert output(events).cut is None


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (say("", reasoning="Room B12, I think."), ModelResponseError, "only its thoughts"),
        (say("<think>Room B12, I think.</think>"), ModelResponseError, "only its thoughts"),
        (Reply([chunk({}, finish_reason="stop"), DONE]), ModelResponseError, "empty answer"),
        *(
            (say(nothing), ModelResponseError, "empty answer")
            for nothing in ("\u200b", "[1]", "[1, 2].", "…", "\u2060\n")
        ),
        (say("<think>Room B12, or", finish_reason="length"), LimitReachedError, "output limit"),
        (Reply([chunk({}, finish_reason="content_filter"), DONE]), ModelResponseError, "content filter"),
    ],
)
async def test_a_run_without_an_answer_fails_with_a_reason(
    server: OpenAIServer, reply: Reply, kind: type[BookwheelError], words: str
) -> None:
    server.replies += [reply]
    _, error = await run(server)
    assert isinstance(error, kind)
    assert "scripted" in error.message
    assert words in error.message


@pytest.mark.parametrize("short", ["✓", "42 [1]", "[1] B12", "是", "~"])
async def test_a_short_answer_is_an_answer(server: OpenAIServer, short: str) -> None:
    server.replies += [say(short)]
    events, error = await run(server)
    assert error is None
    assert output(events).response.content == short


async def test_a_tool_call_after_a_thought_in_the_content_is_still_a_call(server: OpenAIServer) -> None:
    """A weak model writes both as text: first its thought, then the call."""

    def look_up(word: str) -> str:
        """Look a word up."""
        return f"{word}: found"

    content = '<think>I need the word.</think>{"name": "look_up", "arguments": {"word": "cat"}}'
    server.replies += [
        Reply([*(chunk({"content": piece}) for piece in words(content)), chunk({}, finish_reason="stop"), DONE]),
        say(ANSWER),
    ]
    handler = AgentWorkflow.from_tools([look_up], llm=model(server)).run(user_msg="How long?")
    assert str(await handler) == ANSWER
    assert server.chats[1].json["messages"][-1]["content"] == "cat: found"


async def test_citations_of_any_form_become_ours(server: OpenAIServer) -> None:
    server.replies += [say("Cats sleep【1†a.md】, dogs bark [2, p. 3]. The count is 7 (of 9).")]
    events, _ = await run(server)
    answer = "Cats sleep[1], dogs bark [2]. The count is 7 (of 9)."
    assert streamed(events)[0] == output(events).response.content == answer


async def test_a_quotation_of_the_embedded_model_keeps_its_brackets() -> None:
    passage = node("cats", "The cat's sleep takes sixteen hours (1), as seen before [2, p. 3].")
    handler = QueryWorkflow(FixedRetriever(passage, DOGS), ExtractiveLLM()).run("How many hours does a cat sleep?")
    assert "(1), as seen before" in str(await handler)


def searching_agent(*replies: str | ToolSelection) -> AgentWorkflow:
    return AgentWorkflow.from_tools([document_search_tool(FixedRetriever(CATS, DOGS))], llm=MockLLM(replies))


async def test_an_agent_that_did_not_search_says_so_in_one_line() -> None:
    handler = searching_agent("Sixteen hours [2].").run(user_msg="How long?")
    notices = [event.text async for event in handler.stream_events() if isinstance(event, Notice)]
    assert notices == [NOT_SEARCHED]


async def test_an_agent_that_searched_says_nothing_of_it_and_cites_in_our_form() -> None:
    search = ToolSelection("c1", "search_documents", {"query": "cats"})
    handler = searching_agent(search, "Sixteen hours【1】.").run(user_msg="How long?")
    events = [event async for event in handler.stream_events()]
    assert not [event for event in events if isinstance(event, Notice)]
    assert str(await handler) == streamed(events)[0] == "Sixteen hours[1]."
