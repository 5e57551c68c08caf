"""The memory of an agent: whole turns, cut to the window only at questions."""

import json

import pytest

from bookwheel.engine.agents.agent_memory import ChatMemory, ChatMemoryBuffer, Memory, fit
from bookwheel.engine.agents.base_agent import FunctionAgent
from bookwheel.engine.llms.mock import MockLLM
from bookwheel.engine.schema import ChatMessage, MessageRole, NumberedNode, TextNode, ToolSelection
from bookwheel.errors import UsageError


def turn(n: int, size: int = 1) -> list[ChatMessage]:
    call = ToolSelection(f"c{n}", "search", {"q": "x"})
    return [
        ChatMessage(content=f"question {n}"),
        ChatMessage(MessageRole.ASSISTANT, "", tool_calls=[call]),
        ChatMessage(MessageRole.TOOL, "result " * size, tool_call_id=f"c{n}"),
        ChatMessage(MessageRole.ASSISTANT, f"answer {n}"),
    ]


def test_the_oldest_turns_are_left_out_whole() -> None:
    history = [message for n in range(10) for message in turn(n, size=100)]
    asked = [ChatMessage(content="now")]
    fitted = fit(history, asked, 1_000)
    assert fitted[0].content == "question 6"
    assert fitted[-1].content == "now"
    assert len(fitted) % 4 == 1
    assert fit(history, asked, 100_000) == [*history, *asked]


def test_the_turn_at_work_is_never_cut() -> None:
    at_work = turn(1, size=1_000)
    assert fit(turn(0), at_work, 10) == at_work


def test_a_conversation_is_restored_from_plain_json() -> None:
    memory = ChatMemory()
    shown = ChatMessage(MessageRole.TOOL, "passage", tool_call_id="c", nodes=[NumberedNode(1, TextNode("passage"))])
    memory.add_run([*turn(1), shown])
    restored = ChatMemory.restored(json.loads(json.dumps(memory.saved())))
    assert restored.messages == memory.messages
    assert restored.messages[-1].nodes == []
    restored.reset()
    assert restored.messages == []


def test_a_buffer_gives_the_newest_messages_that_fit_from_a_question_on() -> None:
    messages = [ChatMessage(role, f"{n} " + "x" * 70) for n in range(3) for role in ("user", "assistant")]
    memory = ChatMemoryBuffer.from_defaults(chat_history=messages, token_limit=80)
    assert memory.get() == messages[-2:]
    assert memory.get_all() == messages
    assert memory.get(initial_token_count=70) == []
    restored = ChatMemory.restored(memory.saved())
    assert (type(restored), restored.get()) == (ChatMemoryBuffer, memory.get())
    with pytest.raises(ValueError, match="more than the memory's limit of 80"):
        memory.get(initial_token_count=81)
    with pytest.raises(ValueError, match="positive"):
        ChatMemoryBuffer(token_limit=0)
    with pytest.raises(ValueError, match="whole number, not 'many'"):
        ChatMemoryBuffer(token_limit="many")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="takes a ChatMessage, not a str"):
        memory.put("hello")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="memory_blocks"):
        Memory.from_defaults(memory_blocks=[])


async def test_a_memory_is_filled_by_runs_and_given_to_several() -> None:
    memory = Memory.from_defaults(session_id="s", token_limit=40_000)
    memory.put(ChatMessage("before"))
    agent = FunctionAgent(llm=MockLLM(["one", "two"]))
    await agent.run("first", memory=memory)
    await agent.run("second", memory=memory)
    assert [message.content for message in await memory.aget()] == ["before", "first", "one", "second", "two"]
    memory.reset()
    assert memory.get() == []
    with pytest.raises(UsageError, match="memory= takes a memory, not a str"):
        agent.run("third", memory="s")  # type: ignore[arg-type]
