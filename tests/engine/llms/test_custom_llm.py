"""Models that users write for LlamaIndex: `CustomLLM` and `FunctionCallingLLM`, and the reports of their calls."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

import pytest
from pydantic import Field, PrivateAttr
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import error, say

from bookwheel import (
    BaseCallbackHandler,
    CallbackManager,
    CBEventType,
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    CustomLLM,
    EventPayload,
    FunctionCallingLLM,
    FunctionTool,
    LLMMetadata,
    MockLLM,
    OpenAI,
    OpenAILike,
    PromptTemplate,
    ReActAgent,
    Settings,
    llm_completion_callback,
)
from bookwheel.engine.llms.chat import ChatDelta
from bookwheel.errors import ModelAuthError, UsageError

WORDS = ["one", " two", " three"]


class Heard(BaseCallbackHandler):
    """Keeps the reported events."""

    def __init__(self, **ignored: Sequence[CBEventType]) -> None:
        super().__init__(**ignored)
        self.heard: list[tuple[str, Any, Any]] = []

    def on_event_start(
        self, event_type: CBEventType, payload: Any = None, event_id: str = "", parent_id: str = "", **kwargs: Any
    ) -> str:
        self.heard.append((f"start {event_type}", payload, (event_id, parent_id)))
        return event_id

    def on_event_end(self, event_type: CBEventType, payload: Any = None, event_id: str = "", **kwargs: Any) -> None:
        self.heard.append((f"end {event_type}", payload, event_id))

    def start_trace(self, trace_id: str | None = None) -> None:
        self.heard.append(("start trace", trace_id, None))

    def end_trace(self, trace_id: str | None = None, trace_map: Mapping[str, list[str]] | None = None) -> None:
        self.heard.append(("end trace", trace_id, trace_map))

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.heard]


class Counting(CustomLLM):
    """As the page of LlamaIndex on models of one's own has it."""

    context_window: int = 3900
    model_name: str = "counting"
    words: list[str] = Field(default_factory=lambda: list(WORDS))
    _asked: list[tuple[str, dict[str, Any]]] = PrivateAttr(default_factory=list)
    closed: threading.Event = PrivateAttr(default_factory=threading.Event)

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=self.context_window, model_name=self.model_name)

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        self._asked.append((prompt, {"formatted": formatted, **kwargs}))
        return CompletionResponse(text="".join(self.words))

    @llm_completion_callback()
    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> Generator[CompletionResponse, None, None]:
        self._asked.append((prompt, {"formatted": formatted, **kwargs}))
        text = ""
        try:
            for word in self.words:
                text += word
                yield CompletionResponse(text=text, delta=word)
        finally:
            self.closed.set()

    @property
    def asked(self) -> list[tuple[str, dict[str, Any]]]:
        return self._asked


def test_a_custom_model_answers_by_the_two_methods_that_were_written() -> None:
    llm = Counting()
    assert str(llm.complete("Count.")) == "one two three"
    assert [piece.text for piece in llm.stream_complete("Count.")] == ["one", "one two", "one two three"]
    assert llm.asked == [("Count.", {"formatted": False})] * 2


def test_chat_of_a_custom_model_comes_from_its_completion() -> None:
    llm = Counting()
    asked = [ChatMessage(role="system", content="Be brief."), ChatMessage(role="user", content="Count.")]
    assert llm.chat(asked, temperature=0.5).message.content == "one two three"
    assert [piece.delta for piece in llm.stream_chat(asked) if piece.delta] == WORDS
    text = "system: Be brief.\nuser: Count.\nassistant: "
    assert llm.asked == [(text, {"formatted": True, "temperature": 0.5}), (text, {"formatted": True})]


async def test_a_custom_model_is_awaited_too_and_predicts_from_the_prompt_as_it_stands() -> None:
    llm = Counting()
    assert str(await llm.acomplete("Count.")) == "one two three"
    assert await llm.apredict(PromptTemplate("Count to {n}."), n=3) == "one two three"
    assert [prompt for prompt, _ in llm.asked] == ["Count.", "Count to 3."]
    async with aclosing(await llm.astream_chat([ChatMessage(content="Count.")])) as pieces:
        assert [piece.delta async for piece in pieces if piece.delta] == WORDS


async def test_a_reader_that_leaves_closes_the_generator_of_a_custom_model() -> None:
    llm = Counting()
    async with aclosing(llm.astream_chat([ChatMessage(content="Count.")])) as pieces:
        async for _ in pieces:
            break
    assert await asyncio.to_thread(llm.closed.wait, 10)


async def test_pieces_without_delta_give_the_growth_of_the_text() -> None:
    class Plain(Counting):
        def stream_complete(
            self, prompt: str, formatted: bool = False, **kwargs: Any
        ) -> Generator[CompletionResponse, None, None]:
            yield CompletionResponse(text="one")
            yield CompletionResponse(text="one two")

    async with aclosing(Plain().astream_chat([ChatMessage(content="Count.")])) as pieces:
        assert [piece.delta async for piece in pieces if piece.delta] == ["one", " two"]


def test_the_fields_of_a_custom_model_are_its_arguments() -> None:
    llm = Counting(model_name="other", words=["so"])
    assert llm.metadata.model_name == "other"
    assert str(llm.complete("Count.")) == "so"
    assert Counting().words is not Counting().words
    with pytest.raises(UsageError, match="does not take modelname"):
        Counting(modelname="other")

    class Needs(Counting):
        endpoint: str

    with pytest.raises(UsageError, match="made without endpoint"):
        Needs()
    assert Needs(endpoint="here").endpoint == "here"


def test_a_custom_model_asked_with_tools_names_an_alternative() -> None:
    def add(a: int, b: int) -> int:
        """Add."""
        return a + b

    with pytest.raises(UsageError, match="no native tool calling") as raised:
        Counting().chat_with_tools([FunctionTool.from_defaults(add)], "2 and 3?")
    assert "ReActAgent" in str(raised.value.hint)


async def test_an_agent_runs_on_a_custom_model() -> None:
    llm = Counting(words=["Thought: I can answer.\n", "Answer: one two three"])
    assert str(await ReActAgent(llm=llm, tools=[]).run(user_msg="Count.")) == "one two three"


def test_each_call_of_a_custom_model_is_reported_with_prompt_and_answer() -> None:
    heard = Heard()
    llm = Counting(callback_manager=CallbackManager([heard]))
    llm.complete("Count.", temperature=0)
    begun, ended = heard.heard
    assert heard.kinds == ["start llm", "end llm"]
    assert begun[2] == (ended[2], "root")
    assert begun[1][EventPayload.PROMPT] == "Count."
    assert begun[1][EventPayload.ADDITIONAL_KWARGS] == {"temperature": 0}
    assert begun[1][EventPayload.SERIALIZED] == {"class_name": "Counting", "model": "counting"}
    assert str(ended[1]["completion"]) == "one two three"


def test_a_streaming_call_is_reported_as_ended_by_its_last_piece_or_its_reader() -> None:
    heard = Heard()
    llm = Counting(callback_manager=CallbackManager([heard]))
    pieces = llm.stream_complete("Count.")
    assert next(pieces).text == "one"
    assert heard.kinds == ["start llm"]
    assert len(list(pieces)) == 2
    assert str(heard.heard[-1][1]["completion"]) == "one two three"
    left = llm.stream_complete("Count.")
    next(left)
    left.close()
    assert heard.kinds == ["start llm", "end llm"] * 2
    assert str(heard.heard[-1][1]["completion"]) == "one"


async def test_calls_of_an_endpoint_are_reported_with_messages_answer_and_error() -> None:
    heard = Heard()
    async with OpenAIServer() as server:
        server.replies += [say("Forty-two."), say("Forty-two."), error(401, "wrong key")]
        llm = OpenAILike("m", base_url=server.base_url, callback_manager=CallbackManager([heard]), max_retries=0)
        asked = [ChatMessage(content="What?")]
        answer = await llm.achat(asked)
        async with aclosing(llm.astream_chat(asked)) as pieces:
            assert "".join([piece.delta async for piece in pieces]) == "Forty-two."
        with pytest.raises(ModelAuthError) as raised:
            await llm.achat(asked)
        await llm.aclose()
    assert heard.kinds == ["start llm", "end llm"] * 3
    ends = [payload for kind, payload, _ in heard.heard if kind == "end llm"]
    assert ends[0]["response"] is answer
    assert ends[0]["messages"] == asked
    assert isinstance(ends[1]["response"], ChatDelta)
    assert str(ends[1]["response"].message.content) == "Forty-two."
    assert ends[2]["exception"] is raised.value


def test_the_callback_manager_of_the_settings_gets_calls_of_their_model(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard(event_ends_to_ignore=[CBEventType.LLM])
    monkeypatch.setattr(Settings, "callback_manager", CallbackManager([heard]))
    monkeypatch.setattr(Settings, "_llm", MockLLM(["Yes."]))
    assert str(Settings.llm.complete("Well?")) == "Yes."
    assert heard.kinds == ["start llm"]


def test_events_know_the_event_around_them_and_a_trace_gives_the_map() -> None:
    heard = Heard()
    manager = CallbackManager([heard])
    with manager.as_trace("query"), manager.as_trace("inner"), manager.event(CBEventType.QUERY) as query:
        with pytest.raises(ZeroDivisionError), manager.event(CBEventType.RETRIEVE) as retrieve:
            raise ZeroDivisionError
    assert heard.kinds == [
        "start trace", "start query", "start retrieve", "end retrieve", "end query", "end trace",
    ]  # fmt: skip
    assert heard.heard[2][2] == (retrieve.event_id, query.event_id)
    assert isinstance(heard.heard[3][1][EventPayload.EXCEPTION], ZeroDivisionError)
    assert heard.heard[-1][1:] == ("query", {"root": [query.event_id], query.event_id: [retrieve.event_id]})


async def test_a_model_with_function_calling_written_for_llamaindex_prepares_its_own_calls() -> None:
    class Mine(FunctionCallingLLM):
        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(model_name="mine", is_function_calling_model=True)

        def _prepare_chat_with_tools(
            self, tools: Sequence[Any], user_msg: Any = None, chat_history: Any = None, **kwargs: Any
        ) -> dict[str, Any]:
            return {"messages": [ChatMessage(content=user_msg)], "tools": [tool.metadata.name for tool in tools]}

        async def achat(self, messages: Sequence[ChatMessage], **options: Any) -> ChatResponse:
            return ChatResponse(ChatMessage(role="assistant", content=f"{messages[0].content} {options['tools']}"))

    def add(a: int, b: int) -> int:
        """Add."""
        return a + b

    answer = await Mine().achat_with_tools([FunctionTool.from_defaults(add)], "2 and 3?")
    assert str(answer) == "2 and 3? ['add']"
    assert issubclass(OpenAI, FunctionCallingLLM)
