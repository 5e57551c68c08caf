"""`LangChainLLM` with a chat model of LangChain (`ChatOpenAI`) on a real socket, and with others of other habits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

import pytest

pytest.importorskip("langchain_openai", reason="LangChain is in .venv-models alone; `make test` runs this there")

from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import FakeMessagesListChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI
from tests.engine.llms.contract import CHECKS, SEARCH, Case
from tests.support.openai_server import OpenAIServer, Request
from tests.support.wire_replies import Gate, Reply, Reset, call, chunk, error, say

from bookwheel import AgentWorkflow, ChatMessage, FunctionAgent, LangChainLLM, ReActAgent
from bookwheel.engine.llms.chat import ChatDelta
from bookwheel.engine.llms.llm import LLM
from bookwheel.engine.schema import MessageRole, ToolSelection, Usage
from bookwheel.errors import (
    BookwheelError,
    ContextTooLongError,
    ModelAuthError,
    ModelNotFoundError,
    ModelRateLimitError,
    ModelResponseError,
    ModelStreamCutError,
    ModelUnreachableError,
    UsageError,
)

pytestmark = pytest.mark.needs_models

ASKED = [ChatMessage(content="Count.")]
KEY = "a-word-that-nobody-may-see"


def chat_openai(base_url: str, **options: Any) -> LangChainLLM:
    options = {"model": "scripted", "max_retries": 0, "stream_usage": True, **options}
    return LangChainLLM(llm=ChatOpenAI(base_url=base_url, api_key=KEY, **options))


async def pieces_of(llm: LLM, **options: Any) -> list[ChatDelta]:
    async with aclosing(llm.astream_chat(ASKED, **options)) as deltas:
        return [piece async for piece in deltas]


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


def _endless(request: Request) -> Reply:
    return Reply([chunk({"content": "on and "}), chunk({"content": "on and "}), Gate()])


@pytest.fixture
async def case() -> AsyncIterator[Case]:
    async with (
        OpenAIServer(script=lambda _: say("one two three")) as speaking,
        OpenAIServer(script=lambda _: call(("search_documents", {"query": "lighthouse"}))) as calling,
        OpenAIServer(script=_endless) as endless,
    ):
        models = [chat_openai(server.base_url) for server in (speaking, calling, endless)]

        async def was_hung_up() -> None:
            await endless.chats[-1].hung_up.wait()

        yield Case(*models, was_hung_up, mute=LangChainLLM(_mute()))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_model_keeps_the_contract(case: Case, check: Callable[[Case], Awaitable[None]]) -> None:
    await check(case)


async def test_an_answer_streams_with_its_usage(server: OpenAIServer) -> None:
    server.replies.append(say("one two three"))
    pieces = await pieces_of(chat_openai(server.base_url))
    assert [piece.delta for piece in pieces if piece.delta] == ["one ", "two ", "three"]
    assert (pieces[-1].finish_reason, pieces[-1].usage) == ("stop", Usage(11, 7))
    assert all(isinstance(piece.raw, AIMessageChunk) for piece in pieces[:-1])


async def test_a_whole_answer_is_asked_for_without_a_stream(server: OpenAIServer) -> None:
    server.replies.append(call(("search_documents", {"query": "lamp"}), text="Let me look."))
    response = await chat_openai(server.base_url).achat(ASKED, tools=[SEARCH])
    assert not server.chats[0].json.get("stream")
    assert [(made.tool_name, made.arguments) for made in response.tool_calls] == [
        ("search_documents", '{"query": "lamp"}')
    ]
    assert (str(response), response.finish_reason, response.usage) == ("Let me look.", "tool_calls", Usage(11, 7))


async def test_a_conversation_with_calls_and_results_reaches_the_endpoint_whole(server: OpenAIServer) -> None:
    made = ToolSelection("call_1", "search_documents", {"query": "lamp"})
    conversation = [
        ChatMessage(MessageRole.SYSTEM, "Be brief."),
        *ASKED,
        ChatMessage(MessageRole.ASSISTANT, tool_calls=[made]),
        ChatMessage(MessageRole.TOOL, "It is lit.", tool_call_id="call_1"),
    ]
    await chat_openai(server.base_url).achat(conversation, tools=[SEARCH], tool_choice="required")
    sent = server.chats[0].json
    assert [message["role"] for message in sent["messages"]] == ["system", "user", "assistant", "tool"]
    assert sent["messages"][2]["tool_calls"][0]["function"]["arguments"] == '{"query": "lamp"}'
    assert sent["messages"][3]["tool_call_id"] == "call_1"
    assert (sent["tool_choice"], sent["tools"][0]["function"]["name"]) == ("required", "search_documents")


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        (None, None),
        ("auto", None),
        ("none", None),
        ("search_documents", {"type": "function", "function": {"name": "search_documents"}}),
    ],
)
async def test_a_tool_choice_is_handed_on(server: OpenAIServer, choice: str | None, sent: object) -> None:
    await chat_openai(server.base_url).achat(ASKED, tools=[SEARCH], tool_choice=choice)
    assert server.chats[0].json.get("tool_choice") == sent
    assert ("tools" in server.chats[0].json) is (choice != "none")


async def test_a_schema_is_described_in_the_prompt(server: OpenAIServer) -> None:
    schema = {"type": "object", "properties": {"lamps": {"type": "integer"}}}
    await chat_openai(server.base_url).achat(ASKED, response_schema=schema)
    assert '"lamps"' in server.chats[0].last_message


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (error(401, f"Incorrect API key provided: {KEY}"), ModelAuthError),
        (error(403, "not for you"), ModelAuthError),
        (error(404, "no such model"), ModelNotFoundError),
        (error(429, "slow down"), ModelRateLimitError),
        (error(400, "maximum context length is 8 tokens", code="context_length_exceeded"), ContextTooLongError),
        (error(400, "the request (9 tokens) exceeds the available context size"), ContextTooLongError),
        (error(400, "bad request"), ModelResponseError),
        (error(500, "oops"), ModelResponseError),
    ],
)
async def test_a_refusal_is_one_of_our_errors_and_never_quotes_the_key(
    server: OpenAIServer, reply: Reply, kind: type[BookwheelError]
) -> None:
    for ask in (pieces_of, lambda llm: llm.achat(ASKED)):
        server.replies.append(reply)
        with pytest.raises(kind) as caught:
            await ask(chat_openai(server.base_url))
        assert KEY not in str(caught.value)
        assert "scripted" in caught.value.message


async def test_an_endpoint_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(ModelUnreachableError, match="scripted"):
        await pieces_of(chat_openai("http://127.0.0.1:9/v1"))


async def test_an_answer_that_breaks_off_is_cut_and_keeps_its_text(server: OpenAIServer) -> None:
    server.replies.append(Reply([chunk({"content": "one "}), chunk({"content": "two"}), Reset()]))
    with pytest.raises(ModelStreamCutError) as caught:
        await pieces_of(chat_openai(server.base_url))
    assert caught.value.partial == "one two"


async def test_an_agent_works_with_its_tools(server: OpenAIServer) -> None:
    def search_documents(query: str) -> str:
        """Search the user's documents."""
        return f"found {query}"

    server.replies += [call(("search_documents", {"query": "lamp"})), say("The lamp [1].")]
    workflow = AgentWorkflow.from_tools([search_documents], llm=chat_openai(server.base_url))
    assert isinstance(next(iter(workflow.agents.values())), FunctionAgent)
    assert str(await workflow.run("Where is the lamp?")) == "The lamp [1]."
    assert server.chats[1].last_message == "found lamp"


class _Thoughtful(BaseChatModel):
    """Reasons in the two ways that LangChain's models have, and names its end as Gemini does."""

    @property
    def _llm_type(self) -> str:
        return "thoughtful"

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        made = {"name": "search_documents", "args": {"query": "lamp"}, "id": "c1"}
        return ChatResult(generations=[ChatGeneration(message=AIMessage("", tool_calls=[made]))])

    def _stream(self, *_: Any, **__: Any) -> Any:
        counted = {"input_tokens": 5, "output_tokens": 0, "total_tokens": 5}
        for message in (
            AIMessageChunk("", additional_kwargs={"reasoning_content": "Hm. "}, usage_metadata=counted),
            AIMessageChunk([{"type": "reasoning", "reasoning": "So. "}, {"type": "text", "text": "Yes"}]),
            AIMessageChunk([{"type": "reasoning", "summary": [{"type": "summary_text", "text": "Well."}]}]),
            AIMessageChunk(
                "!",
                response_metadata={"finish_reason": "STOP"},
                usage_metadata={"input_tokens": 0, "output_tokens": 2, "total_tokens": 2},
            ),
        ):
            yield ChatGenerationChunk(message=message)


async def test_reasoning_is_separated_from_the_answer() -> None:
    pieces = await pieces_of(LangChainLLM(_Thoughtful()))
    assert "".join(piece.thinking_delta for piece in pieces) == "Hm. So. Well."
    assert "".join(piece.delta for piece in pieces) == "Yes!"
    assert (pieces[-1].finish_reason, pieces[-1].usage) == ("stop", Usage(5, 2))


async def test_a_call_that_comes_at_once_is_read_as_one() -> None:
    response = await LangChainLLM(_Thoughtful()).achat(ASKED)
    assert [(made.tool_id, made.arguments) for made in response.tool_calls] == [("c1", '{"query": "lamp"}')]
    assert response.finish_reason == "tool_calls"


async def test_a_model_without_tools_is_for_the_react_agent() -> None:
    llm = LangChainLLM(GenericFakeChatModel(messages=iter([AIMessage("Thought: clear.\nAnswer: yes")])))
    workflow = AgentWorkflow.from_tools([], llm=llm)
    assert isinstance(next(iter(workflow.agents.values())), ReActAgent)
    assert str(await workflow.run("Well?")) == "yes"
    with pytest.raises(UsageError, match="GenericFakeChatModel has no native tool calling"):
        llm.astream_chat(ASKED, tools=[SEARCH])


def _mute() -> BaseChatModel:
    return FakeMessagesListChatModel(responses=[AIMessage("All at once.")])


@pytest.mark.parametrize("model", [_mute(), ChatOpenAI(model="mute-1", api_key=KEY, disable_streaming=True)])
def test_a_model_that_cannot_stream_says_so_by_name(model: BaseChatModel) -> None:
    llm = LangChainLLM(model)
    assert not llm.metadata.is_streaming
    with pytest.raises(NotImplementedError, match=llm.metadata.model_name):
        llm.astream_chat(ASKED)


async def test_a_model_that_cannot_stream_still_answers_whole() -> None:
    assert str(await LangChainLLM(_mute()).acomplete("Speak.")) == "All at once."


def test_an_object_that_is_not_a_chat_model_is_refused() -> None:
    with pytest.raises(UsageError, match="not a str"):
        LangChainLLM("gpt-5")


def test_the_name_and_the_window_come_from_the_model() -> None:
    assert chat_openai("http://127.0.0.1:9/v1").metadata.model_name == "scripted"
    assert LangChainLLM(ChatOpenAI(model="gpt-4o", api_key=KEY)).metadata.context_window == 128_000
    assert LangChainLLM(_Thoughtful(), context_window=99).metadata.context_window == 99
