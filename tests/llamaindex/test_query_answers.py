"""Query engines of both libraries with the same passages, prompts and model give equal answers and ask the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import BaseModel
from tests.llamaindex.libraries import OURS, THEIRS, both, model
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import say

# LlamaIndex uses deprecated parts of pydantic.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

JSON = '{"name": "Laurie", "age": 42}'
PROMPT = 'As {"a": {}} and {{"b": 1}}, {unknown}: {query_str}\n{context_str}'


class Person(BaseModel):
    """What a model is to answer with."""

    name: str
    age: int


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


def engine(library: Any, server: OpenAIServer, **options: Any) -> Any:
    hidden = {"excluded_llm_metadata_keys": ["size"]}
    texts = [("n1", "Cats sleep.", {"author": "Ann", "size": 3}), ("n2", "Dogs bark.", {})]
    nodes = [
        library.NodeWithScore(node=library.TextNode(text=text, id_=id_, metadata=metadata, **hidden), score=0.5)
        for id_, text, metadata in texts
    ]

    class Fixed(library.BaseRetriever):
        def _retrieve(self, query_bundle: Any) -> list[Any]:
            return nodes

    return library.RetrieverQueryEngine.from_args(Fixed(), llm=model(library, server), **options)


def asked(server: OpenAIServer) -> list[tuple[str, str]]:
    """The messages of the last request, without our numbers of passages."""
    messages = server.chats[-1].json["messages"]
    return [(each["role"], each["content"].replace("[1] ", "").replace("[2] ", "")) for each in messages]


async def test_a_prompt_keeps_names_without_a_value_and_other_braces(server: OpenAIServer) -> None:
    def probe(library: Any) -> Any:
        prompt = library.PromptTemplate(PROMPT)
        engine(library, server, text_qa_template=prompt).query("Why?")
        return asked(server), prompt.template_vars, prompt.partial_format(unknown="you").format(query_str="Q")

    ours, theirs = await both(server, probe, "Because.")
    assert ours == theirs
    sent = 'As {"a": {}} and {{"b": 1}}, {unknown}: Why?\nauthor: Ann\n\nCats sleep.\n\nDogs bark.'
    assert ours[0] == [("user", sent)]


async def test_a_chat_prompt_goes_out_as_its_messages(server: OpenAIServer) -> None:
    def probe(library: Any) -> Any:
        prompt = library.ChatPromptTemplate.from_messages([("system", "Be brief."), ("user", "{query_str}")])
        engine(library, server, text_qa_template=prompt).query("Why?")
        return asked(server), prompt.format(query_str="Q")

    ours, theirs = await both(server, probe, "Because.")
    assert ours == theirs
    assert ours[0] == [("system", "Be brief."), ("user", "Why?")]


@pytest.mark.parametrize("mode", ["compact", "refine", "tree_summarize"])
async def test_an_answer_is_an_instance_of_the_output_class(server: OpenAIServer, mode: str) -> None:
    def probe(library: Any) -> Any:
        answer = engine(library, server, response_mode=mode, output_cls=Person).query("Who?")
        return type(answer).__name__, answer.response, str(answer), answer.name, str(answer.get_response())

    ours, theirs = await both(server, probe, JSON, JSON)
    assert ours[:4] == ("PydanticResponse", Person(name="Laurie", age=42), '{"name":"Laurie","age":42}', "Laurie")
    assert ours == theirs


async def test_what_is_asked_without_an_index_is_equal(server: OpenAIServer) -> None:
    def probe(library: Any) -> Any:
        asking = engine(library, server)
        nodes = asking.retrieve("Why?")
        whole = asyncio.run(asking.asynthesize("Why?", nodes[:1], nodes[1:]))
        streaming = library.get_response_synthesizer(llm=model(library, server), streaming=True, verbose=True)
        pieces = list(streaming.get_response("Why?", ["one"]))
        result = library.QueryEngineTool.from_defaults(asking).call("Why?")
        return len(whole.source_nodes), "".join(pieces), len(pieces) > 1, result.raw_input, result.content

    ours, theirs = await both(server, probe, "Because.", "Just so.", "Ask again.")
    assert ours == theirs
    assert ours == (2, "Just so.", True, {"input": "Why?"}, "Ask again.")


async def test_nothing_found_and_an_unknown_mode(server: OpenAIServer) -> None:
    def probe(library: Any) -> Any:
        synthesizer = library.get_response_synthesizer(llm=model(library, server))
        empty = synthesizer.synthesize("Why?", nodes=[])
        with pytest.raises(ValueError, match="magic"):
            library.get_response_synthesizer(llm=model(library, server), response_mode="magic")
        return str(empty), empty.metadata, empty.source_nodes

    ours, theirs = await both(server, probe)
    assert ours == theirs == ("Empty Response", None, [])


async def test_a_retriever_may_await_and_be_replaced(server: OpenAIServer) -> None:
    def probe(library: Any) -> Any:
        class Awaiting(library.BaseRetriever):
            def _retrieve(self, query_bundle: Any) -> list[Any]:
                raise AssertionError("the asynchronous search is there")

            async def _aretrieve(self, query_bundle: Any) -> list[Any]:
                await asyncio.sleep(0)
                return [library.NodeWithScore(node=library.TextNode(text=query_bundle.query_str), score=1.0)]

        asking = engine(library, server).with_retriever(Awaiting())
        answer = asyncio.run(asking.aquery("Why?"))
        return str(answer), [found.text for found in answer.source_nodes]

    ours, theirs = await both(server, probe, "Because.")
    assert ours == theirs == ("Because.", ["Why?"])


async def test_a_chat_takes_postprocessors_and_messages_to_begin_with(server: OpenAIServer) -> None:
    def probe(library: Any) -> Any:
        retriever = engine(library, server).retriever
        first = library.ChatMessage(role="system", content="Be brief.")
        cutoff = library.SimilarityPostprocessor(similarity_cutoff=0.9)
        llm = model(library, server)
        chat = library.ContextChatEngine.from_defaults(
            retriever=retriever, llm=llm, prefix_messages=[first], node_postprocessors=[cutoff]
        )
        found = chat.chat("Why?").source_nodes
        library.SimpleChatEngine.from_defaults(llm=llm, prefix_messages=[first]).chat("And?")
        return found, asked(server)

    ours, theirs = await both(server, probe, "Because.", "So.")
    assert ours == theirs == ([], [("system", "Be brief."), ("user", "And?")])


async def test_a_conversation_may_begin_with_the_assistant(server: OpenAIServer) -> None:
    greeting = [("assistant", "How can I help?"), ("user", "Why?")]
    for library in (OURS, THEIRS):
        server.replies.clear()
        server.replies.append(say("Because."))
        history = [library.ChatMessage(role="assistant", content="How can I help?")]
        await library.FunctionAgent(llm=model(library, server)).run("Why?", chat_history=history)
        assert asked(server) == greeting
        memory = library.ChatMemoryBuffer.from_defaults(chat_history=history, token_limit=50)
        assert [message.content for message in memory.get()] == ["How can I help?"]
