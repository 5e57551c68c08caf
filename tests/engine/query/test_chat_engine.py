"""Conversations over an index: each answer from passages, the turns remembered."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.retrievers import CATS, DOGS, FixedRetriever

from bookwheel.engine.agents.agent_memory import ChatMemoryBuffer
from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.llms.mock import MockLLM, MockReply
from bookwheel.engine.llms.prompt_templates import ChatPromptTemplate, PromptTemplate
from bookwheel.engine.query.chat_engine import ChatPrompts, ContextChatEngine
from bookwheel.engine.query.named_chat_engines import CondensePlusContextChatEngine, SimpleChatEngine
from bookwheel.engine.query.query_engine import RetrieverQueryEngine
from bookwheel.engine.query.response import StreamingResponse
from bookwheel.engine.query.synthesizer import ResponseSynthesizer
from bookwheel.engine.schema import ChatMessage
from bookwheel.errors import ModelResponseError, UsageError


def engine(llm: MockLLM, mode: str = "context") -> ContextChatEngine:
    return ContextChatEngine.from_mode(mode, FixedRetriever(CATS, DOGS), llm)


async def test_each_message_is_answered_from_passages_with_the_turns_before_in_view() -> None:
    llm = MockLLM(["Sixteen hours [1].", "At the moon [2]."])
    chat = engine(llm)
    first = await chat.achat("How long do cats sleep?")
    assert (first.response, len(first.source_nodes)) == ("Sixteen hours [1].", 2)
    streamed = await chat.astream_chat("And dogs?")
    assert "".join([piece async for piece in streamed.response_gen]) == "At the moon [2]."
    asked = [message.content or "" for message in llm.calls[1].messages]
    assert asked[1:3] == ["How long do cats sleep?", "Sixteen hours [1]."]
    assert "Dogs bark at the moon." in asked[3]
    assert [message.content for message in chat.chat_history][2:] == ["And dogs?", "At the moon [2]."]
    chat.reset()
    assert chat.chat_history == []


def test_a_chat_may_block() -> None:
    chat = engine(MockLLM(["Sixteen [1].", "Sixteen [1]."]), "condense_plus_context")
    assert str(chat.chat("How long?")) == "Sixteen [1]."
    assert "".join(chat.stream_chat("How long?").response_gen) == "Sixteen [1]."


async def test_a_turn_that_failed_is_not_remembered() -> None:
    chat = engine(MockLLM([MockReply(text="Six", error=ModelResponseError("it broke"), fail_after=1)]))
    with pytest.raises(ModelResponseError):
        await (await chat.astream_chat("How long?")).get_response()
    assert chat.chat_history == []


async def test_a_chat_goes_on_from_a_memory_or_a_history() -> None:
    memory = ChatMemoryBuffer.from_defaults([ChatMessage("user", "Hi."), ChatMessage("assistant", "Hello.")])
    llm = MockLLM(["Yes."])
    chat = ContextChatEngine(None, llm, memory=memory)
    await chat.achat("Are you there?")
    assert [message.content for message in llm.calls[0].messages] == ["Hi.", "Hello.", "Are you there?"]
    await chat.achat("And now?", [])
    assert [message.content for message in llm.calls[1].messages] == ["And now?"]


async def test_the_named_engines_search_nothing_the_message_or_its_completed_form() -> None:
    llm = MockLLM(["Yes.", "cats and their dreams", "Of mice [1].", "Also of mice [1]."])
    history = [ChatMessage("user", "Do cats dream?"), ChatMessage("assistant", "They do.")]
    simple = SimpleChatEngine.from_defaults(llm, history, system_prompt="Be brief.")
    assert str(await simple.achat("Do they?")) == "Yes."
    assert [message.content for message in llm.calls[0].messages] == [
        "Be brief.", "Do cats dream?", "They do.", "Do they?"
    ]  # fmt: skip
    condensing = CondensePlusContextChatEngine.from_defaults(
        FixedRetriever(CATS), llm, history, context_prompt="Rely on {context_str}", condense_prompt="{question}?"
    )
    assert str(await condensing.achat("Of what?")) == "Of mice [1]."
    assert llm.calls[1].messages[-1].content == "Of what??"
    context = ContextChatEngine.from_defaults(
        FixedRetriever(CATS), llm, chat_history=history, context_template="Rely on {context_str}"
    )
    assert str(await context.achat("Of what?")) == "Also of mice [1]."
    assert (llm.calls[3].messages[0].content or "").startswith("Rely on")


async def test_a_chat_takes_prompts_of_its_user() -> None:
    llm = MockLLM(["Sixteen.", "how long do cats dream", "Never."])
    prompts = ChatPrompts(
        context=PromptTemplate("Rely on this:\n{context_str}"),
        condense="After\n{chat_history}\nwhat does {question} mean?",
    )
    retriever = FixedRetriever(CATS)
    chat = ContextChatEngine.from_mode(
        "condense_plus_context", retriever, llm, system_prompt="Be brief.", prompts=prompts
    )
    await chat.achat("How long do cats sleep?")
    first = [message.content or "" for message in llm.calls[0].messages]
    assert first[0].startswith("Be brief.\nRely on this:\n[1]")
    assert first[1:] == ["How long do cats sleep?"]
    await chat.achat("And dream?")
    assert (llm.calls[1].messages[0].content or "").endswith("Sixteen.\nwhat does And dream? mean?")
    assert retriever.asked[-1] == "how long do cats dream"


def test_a_prompt_of_a_chat_that_is_not_one_is_refused() -> None:
    with pytest.raises(UsageError, match="int"):
        DocumentIndex.from_documents([]).as_chat_engine(llm=MockLLM(), context_prompt=5)  # pyright: ignore[reportArgumentType]


def test_an_unknown_mode_is_refused_by_name() -> None:
    index = DocumentIndex.from_documents([])
    with pytest.raises(UsageError, match="react"):
        index.as_chat_engine("react", llm=MockLLM())


async def test_prompts_are_taken_where_an_answer_is_made() -> None:
    llm = MockLLM(["a", "b", "c"])
    retriever = FixedRetriever(CATS)
    asked = RetrieverQueryEngine.from_args(
        retriever, llm, text_qa_template=PromptTemplate("Q: {query_str} {context_str}")
    )
    await asked.aquery("How long?")
    assert (llm.calls[0].messages[0].content or "").startswith("Q: How long?")
    prompt = ChatPromptTemplate.from_messages([("system", "Be brief."), ("user", "{query_str}: {context_str}")])
    asked.update_prompts({"response_synthesizer:text_qa_template": prompt})
    await asked.aquery("How long?")
    assert [(message.role, message.content) for message in llm.calls[1].messages] == [
        ("system", "Be brief."),
        ("user", "How long?: [1] file_path: /docs/a.md\nfile_name: a.md\n\nCats sleep sixteen hours a day."),
    ]
    assert asked.get_prompts()["response_synthesizer:text_qa_template"] is prompt
    with pytest.raises(UsageError, match="other_template"):
        asked.update_prompts({"other_template": prompt})
    assert await ResponseSynthesizer(llm).aget_response("How long?", ["one", "two"]) == "c"


def test_settings_say_how_an_index_cuts_its_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    from bookwheel import Document, SentenceSplitter, Settings

    text = "A sentence about cats stands here. " * 40
    monkeypatch.setattr(Settings, "chunk_size", 20)
    small = DocumentIndex.from_documents([Document(text)]).as_retriever(similarity_top_k=50).retrieve("cats")
    monkeypatch.setattr(Settings, "chunk_size", None)
    monkeypatch.setattr(Settings, "node_parser", SentenceSplitter(100, 0))
    larger = DocumentIndex.from_documents([Document(text)]).as_retriever(similarity_top_k=50).retrieve("cats")
    assert len(small[0].text) < len(larger[0].text) < len(text)


async def test_a_streamed_answer_can_be_read_by_its_attribute() -> None:
    synthesizer = ResponseSynthesizer(MockLLM(["one two"]), streaming=True)
    answer = await synthesizer.asynthesize("How long?", [CATS])
    assert [piece async for piece in answer.response_gen] == ["one", " two"]  # type: ignore[union-attr]
    blocking = await asyncio.to_thread(synthesizer.synthesize, "How long?", [CATS])
    assert isinstance(blocking, StreamingResponse)
