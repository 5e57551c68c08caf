"""What users read off nodes, answers, memories, chats and workflows is equal in both libraries."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.llamaindex.libraries import OURS, THEIRS, both, model
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call

# LlamaIndex uses deprecated parts of pydantic.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
LIBRARIES = pytest.mark.parametrize("library", [OURS, THEIRS], ids=["ours", "theirs"])


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


@LIBRARIES
def test_a_passage_is_printed_with_its_score_and_knows_its_vector(library: Any) -> None:
    node = library.TextNode(text="Cats sleep.", id_="n1", embedding=[0.5])
    shown = [str(library.NodeWithScore(node=node, score=score)) for score in (0.25, None)]
    assert shown == [f"Node ID: n1\nText: Cats sleep.\nScore: {score}\n" for score in (" 0.250", "None")]
    assert node.get_embedding() == [0.5]
    with pytest.raises(ValueError, match="embedding"):
        library.TextNode(text="x").get_embedding()


@LIBRARIES
def test_a_question_has_the_texts_to_embed(library: Any) -> None:
    asked = library.QueryBundle("Why?")
    assert (asked.embedding_strs, asked.custom_embedding_strs) == (["Why?"], None)
    assert library.QueryBundle("Why?", custom_embedding_strs=["a", "b"]).embedding_strs == ["a", "b"]


@LIBRARIES
def test_a_memory_counts_with_a_tokenizer_of_the_users_own(library: Any) -> None:
    memory = library.ChatMemoryBuffer.from_defaults(token_limit=12, tokenizer_fn=str.split)
    for number in range(6):
        role = "user" if number % 2 == 0 else "assistant"
        memory.put(library.ChatMessage(role=role, content=f"m{number} one two three"))
    assert [message.content[:2] for message in memory.get()] == ["m4", "m5"]
    assert len(memory.get_all()) == 6
    assert library.Memory.from_defaults(session_id="s", token_limit=4_000).session_id == "s"


async def test_an_answer_says_what_it_took(server: OpenAIServer) -> None:
    def probe(library: Any) -> Any:
        answer = model(library, server).chat([library.ChatMessage(role="user", content="Why?")])
        return sorted(answer.additional_kwargs), answer.logprobs, answer.delta

    ours, theirs = await both(server, probe, "Because.")
    assert ours == theirs == (["completion_tokens", "prompt_tokens", "total_tokens"], None, None)


async def test_an_answer_of_a_chat_names_its_searches(server: OpenAIServer) -> None:
    def probe(library: Any) -> Any:
        class Fixed(library.BaseRetriever):
            def _retrieve(self, query_bundle: Any) -> list[Any]:
                return [library.NodeWithScore(node=library.TextNode(text="Cats sleep."), score=1.0)]

        chat = library.ContextChatEngine.from_defaults(retriever=Fixed(), llm=model(library, server))
        answer = chat.chat("Why?")
        streamed = chat.stream_chat("And?")
        text = "".join(streamed.response_gen)
        searches = [(each.tool_name, each.raw_input, len(each.raw_output)) for each in answer.sources]
        return searches, len(streamed.sources), text, streamed.response

    ours, theirs = await both(server, probe, "Because.", "So it is.")
    assert ours == theirs == ([("retriever", {"message": "Why?"}, 1)], 1, "So it is.", "So it is.")


async def test_an_agent_without_parallel_calls_says_so_to_the_model(server: OpenAIServer) -> None:
    def multiply(a: int, b: int) -> int:
        """Multiply two numbers."""
        return a * b

    for library in (OURS, THEIRS):
        server.replies.clear()
        server.replies += [call(("multiply", {"a": 3, "b": 4}))]
        agent = library.FunctionAgent(tools=[multiply], llm=model(library, server), allow_parallel_tool_calls=False)
        await agent.run("3 * 4?", max_iterations=2, early_stopping_method="generate")
        first = next(request.json for request in server.chats if request.json.get("tools"))
        assert first["parallel_tool_calls"] is False
        server.chats.clear()


@LIBRARIES
def test_a_workflow_without_beginning_or_end_cannot_be_made(library: Any) -> None:
    class Middle(library.Event):
        pass

    class Endless(library.Workflow):
        @library.step
        async def begin(self, ev: library.StartEvent) -> Middle:  # pyright: ignore[reportInvalidTypeForm] - of either library
            return Middle()

        @library.step
        async def go_on(self, ev: Middle) -> None:
            return None

    class Unbegun(library.Workflow):
        @library.step
        async def end(self, ev: Middle) -> library.StopEvent:  # pyright: ignore[reportInvalidTypeForm] - of either library
            return library.StopEvent()

    for kind in (Endless, Unbegun):
        with pytest.raises(library.WorkflowConfigurationError):
            kind()


@LIBRARIES
def test_a_tool_tells_where_its_context_goes_and_handoff_is_reserved(library: Any) -> None:
    async def look(ctx: library.Context, q: str) -> str:  # pyright: ignore[reportInvalidTypeForm] - of either library
        """Look."""
        return q

    def handoff(x: str) -> str:
        """Hand off."""
        return x

    tool = library.FunctionTool.from_defaults(look)
    assert (tool.requires_context, tool.ctx_param_name) == (True, "ctx")
    llm = library.MockLLM()
    with pytest.raises(ValueError, match="handoff"):
        library.FunctionAgent(name="a", description="b", tools=[handoff], llm=llm)
