"""Messages of several blocks, and what models are asked with tools give."""

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.openai_server import OpenAIServer
from tests.support.wire_replies import call, say

from bookwheel import (
    AgentWorkflow,
    ChatMessage,
    Context,
    FunctionTool,
    ImageBlock,
    OpenAI,
    TextBlock,
    ToolSelection,
    call_tool_with_selection,
)

PNG = b"\x89PNG\r\n\x1a\n and the rest"


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


@pytest.fixture
async def llm(server: OpenAIServer) -> AsyncIterator[OpenAI]:
    llm = OpenAI(model="gpt-4o-mini", api_key="sk-test", base_url=server.base_url)
    yield llm
    await llm.aclose()


async def test_pictures_reach_the_endpoint_between_the_texts(server: OpenAIServer, llm: OpenAI, tmp_path: Path) -> None:
    server.replies += [say("A cat.")]
    (tmp_path / "cat.png").write_bytes(PNG)
    blocks = [
        TextBlock("What is this?"),
        ImageBlock(image=PNG, detail="low"),
        {"block_type": "image", "path": str(tmp_path / "cat.png")},
        ImageBlock(url="https://example.org/cat.jpg"),
    ]
    message = ChatMessage(role="user", blocks=blocks)
    assert str(await llm.achat([message])) == "A cat."
    encoded = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert server.chats[0].json["messages"][0]["content"] == [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": encoded, "detail": "low"}},
        {"type": "image_url", "image_url": {"url": encoded}},
        {"type": "image_url", "image_url": {"url": "https://example.org/cat.jpg"}},
    ]


async def test_a_picture_stays_in_the_conversation_of_a_saved_context(server: OpenAIServer, llm: OpenAI) -> None:
    server.replies += [say("A cat."), say("White.")]
    workflow = AgentWorkflow.from_tools([], llm=llm)
    ctx = Context(workflow)
    await workflow.run(user_msg=ChatMessage(blocks=[TextBlock("What is this?"), ImageBlock(image=PNG)]), ctx=ctx)
    restored = Context.from_dict(workflow, json.loads(json.dumps(ctx.to_dict())))
    await workflow.run(user_msg="Which colour?", ctx=restored)
    content = server.chats[1].json["messages"][0]["content"]
    assert [part["type"] for part in content] == ["text", "image_url"]


def test_a_message_of_texts_alone_is_its_text() -> None:
    message = ChatMessage(role="user", blocks=[TextBlock("a"), TextBlock("b")])
    assert message.content == "a\nb"
    assert ChatMessage.model_validate(message.model_dump()) == message
    pictured = ChatMessage(role="user", content=[TextBlock("a"), ImageBlock(url="https://example.org/a.png")])
    assert pictured.content == "a"
    assert ChatMessage.model_validate(json.loads(pictured.model_dump_json())) == pictured


def test_several_texts_of_a_message_stay_apart_until_it_gets_another_text() -> None:
    message = ChatMessage(role="user", blocks=[TextBlock("a"), TextBlock("b")])
    assert message.blocks == [TextBlock("a"), TextBlock("b")]
    message.content = "c"
    assert message.blocks == [TextBlock("c")]


async def test_several_texts_are_sent_as_one_and_the_roles_of_other_apis_as_the_assistant(
    server: OpenAIServer, llm: OpenAI
) -> None:
    server.replies += [say("Fine.")]
    asked = ChatMessage(role="user", blocks=[TextBlock("a"), TextBlock("b")])
    await llm.achat([asked, ChatMessage(role="model", content="m"), ChatMessage(role="chatbot", content="n"), asked])
    sent = [(message["role"], message["content"]) for message in server.chats[0].json["messages"]]
    assert sent == [("user", "a\nb"), ("assistant", "m"), ("assistant", "n"), ("user", "a\nb")]


def test_a_block_that_cannot_be_sent_is_named() -> None:
    with pytest.raises(ValueError, match="not audio"):
        ChatMessage(blocks=[{"block_type": "audio", "audio": "…"}])
    with pytest.raises(ValueError, match="needs image=, path= or url="):
        ImageBlock()
    with pytest.raises(ValueError, match="no-such-file"):
        ImageBlock(path="/no-such-file.png").read()


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def fail(why: str) -> str:
    """Fail."""
    raise RuntimeError(why)


async def test_the_tools_that_a_model_chooses_are_called(server: OpenAIServer, llm: OpenAI) -> None:
    tools = [FunctionTool.from_defaults(add), FunctionTool.from_defaults(fail)]
    server.replies += [call(("add", {"a": 1, "b": 2}), ("add", {"a": 3, "b": 4})), call(("fail", {"why": "no"}))]
    both = await llm.apredict_and_call(tools, "add", allow_parallel_tool_calls=True)
    assert (str(both), [output.raw_output for output in both.sources]) == ("3\n\n7", [3, 7])
    with pytest.raises(ValueError, match="RuntimeError: no"):
        await llm.apredict_and_call(tools, "fail", error_on_tool_error=True)


async def test_a_model_that_chooses_no_tool_is_an_error_unless_its_text_will_do(
    server: OpenAIServer, llm: OpenAI
) -> None:
    tools = [FunctionTool.from_defaults(add)]
    server.replies += [say("I can't."), say("I can't.")]
    with pytest.raises(ValueError, match="at least one tool call"):
        await llm.apredict_and_call(tools, "sing")
    assert str(await llm.apredict_and_call(tools, "sing", error_on_no_tool_call=False)) == "I can't."


def test_a_call_of_an_unknown_tool_is_an_error_result() -> None:
    output = call_tool_with_selection(ToolSelection("1", "sing", {}), [FunctionTool.from_defaults(add)])
    assert (output.is_error, output.content) == (True, "There is no tool called 'sing'.")
    assert call_tool_with_selection(ToolSelection("1", "add", {"a": 1, "b": 1}), [FunctionTool.from_defaults(add)]) == (
        FunctionTool.from_defaults(add)(a=1, b=1)
    )
