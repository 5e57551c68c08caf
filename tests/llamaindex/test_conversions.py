"""What users build of pieces of both libraries, read off them, or catch from them is equal."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.llamaindex.libraries import OURS, THEIRS, both, model
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import say

# LlamaIndex uses deprecated parts of pydantic.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
LIBRARIES = pytest.mark.parametrize("library", [OURS, THEIRS], ids=["ours", "theirs"])


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


def passages(library: Any) -> list[Any]:
    node = library.TextNode(text="Cats sleep all day.", id_="n1", embedding=[0.5])
    return [library.NodeWithScore(node=node, score=0.5)]


class Fixed:
    """Makes a retriever of either library that always finds the same."""

    @staticmethod
    def of(library: Any) -> Any:
        class Retriever(library.BaseRetriever):
            def _retrieve(self, query_bundle: Any) -> list[Any]:
                return passages(library)

        return Retriever()


@LIBRARIES
def test_a_streaming_answer_is_made_of_a_generator(library: Any) -> None:
    asked: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in ("Six", "teen."):
            asked.append(piece)
            yield piece

    answer = library.StreamingResponse(response_gen=pieces(), source_nodes=passages(library))
    assert asked == []
    assert next(iter(answer.response_gen)) == "Six"
    assert asked == ["Six"]

    whole = library.StreamingResponse(pieces(), passages(library), {"n1": {}})
    assert (whole.get_response().response, str(whole), whole.metadata) == ("Sixteen.", "Sixteen.", {"n1": {}})
    assert whole.get_formatted_sources(length=9) == "> Source (Node id: n1): Cats s..."
    assert library.Response("x", passages(library)).get_formatted_sources(9) == "> Source (Doc id: n1): Cats s..."


@LIBRARIES
async def test_a_streaming_answer_is_made_of_an_asynchronous_generator(library: Any) -> None:
    async def pieces() -> AsyncIterator[str]:
        yield "Six"
        yield "teen."

    answer = library.AsyncStreamingResponse(response_gen=pieces(), source_nodes=passages(library))
    assert [piece async for piece in answer.async_response_gen()] == ["Six", "teen."]
    assert (await answer.get_response()).response == "Sixteen."


@LIBRARIES
def test_the_error_of_a_generator_reaches_the_reader(library: Any) -> None:
    def pieces() -> Iterator[str]:
        yield "Six"
        raise OSError("cut")

    reader = library.StreamingResponse(pieces(), []).response_gen
    assert next(reader) == "Six"
    with pytest.raises(OSError, match="cut"):
        next(reader)


@LIBRARIES
def test_an_answer_is_printed_again_as_a_line(library: Any, capsys: pytest.CaptureFixture[str]) -> None:
    printed, asked = (library.StreamingResponse(iter(["Six", "teen."]), []) for _ in range(2))
    printed.print_response_stream()
    assert capsys.readouterr().out == "Sixteen."
    printed.print_response_stream()
    assert capsys.readouterr().out == "Sixteen.\n"
    asked.get_response()
    asked.print_response_stream()
    assert capsys.readouterr().out == "Sixteen.\n"


async def test_a_streamed_chat_answer_is_printed_as_it_comes(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for library in (OURS, THEIRS):
        server.replies.clear()
        server.replies += [say("Sixteen hours.")]
        printed = io.StringIO()
        chat = library.ContextChatEngine.from_defaults(retriever=Fixed.of(library), llm=model(library, server))
        answer = await chat.astream_chat("How long?")
        with monkeypatch.context() as patched:
            patched.setattr("sys.stdout", printed)
            await answer.aprint_response_stream()
        assert printed.getvalue() == "Sixteen hours."


@pytest.mark.parametrize("method", ["chat_repl", "streaming_chat_repl"])
async def test_a_chat_is_typed_line_by_line(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], method: str
) -> None:
    def probe(library: Any) -> Any:
        lines = iter(["How long?", "exit"])
        monkeypatch.setattr("builtins.input", lambda prompt: next(lines))
        chat = library.SimpleChatEngine.from_defaults(llm=model(library, server))
        getattr(chat, method)()
        return capsys.readouterr().out, len(chat.chat_history)

    ours, theirs = await both(server, probe, "Sixteen hours.")
    assert ours == theirs
    assert "Assistant: Sixteen hours.\n\n" in ours[0]


@LIBRARIES
def test_the_result_of_a_tool_is_made_of_blocks(library: Any) -> None:
    blocks = [library.TextBlock(text="Cats"), library.TextBlock(text="sleep.")]
    output = library.ToolOutput(tool_name="look", raw_input={}, raw_output=1, blocks=blocks)
    assert (output.content, str(output), output.is_error) == ("Cats\nsleep.", "Cats\nsleep.", False)
    again = library.ToolOutput.model_validate(output.model_dump())
    assert (again.content, again.tool_name) == ("Cats\nsleep.", "look")


@LIBRARIES
def test_a_found_passage_has_the_vector_of_its_node(library: Any) -> None:
    (found,) = passages(library)
    assert (found.embedding, found.get_embedding()) == ([0.5], [0.5])


@LIBRARIES
def test_a_message_is_made_of_what_a_browser_sends(library: Any) -> None:
    sent = {"role": "user", "content": "Why?", "id": "m1", "createdAt": 3}
    message = library.ChatMessage.model_validate(sent)
    assert (message.role.value, message.content) == ("user", "Why?")


@LIBRARIES
def test_a_folder_without_files_is_an_error(library: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No files found"):
        library.SimpleDirectoryReader(str(tmp_path)).load_data()
    (tmp_path / "notes.md").write_text("Cats sleep.")
    with pytest.raises(ValueError, match="No files found"):
        library.SimpleDirectoryReader(str(tmp_path), required_exts=[".pdf"]).load_data()


@LIBRARIES
async def test_a_foreign_start_and_missing_steps_are_the_errors_that_users_catch(library: Any) -> None:
    class Empty(library.Workflow):
        pass

    class Once(library.Workflow):
        async def begin(self, ev: Any) -> Any:
            return library.StopEvent()

    Once.begin.__annotations__ = {"ev": library.StartEvent, "return": library.StopEvent}
    Once.begin = library.step(Once.begin)
    with pytest.raises(library.WorkflowConfigurationError):
        await Empty().run()
    with pytest.raises(ValueError):  # noqa: PT011 - the texts differ
        await Once().run(start_event=library.Event(n=1))
