"""What an agent remembers: whole turns, cut to the window at questions only."""

import json

from bookwheel.engine.agents.agent_memory import ChatMemory, fit
from bookwheel.engine.schema import ChatMessage, MessageRole, NumberedNode, TextNode, ToolSelection


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


def test_a_conversation_comes_back_from_plain_json() -> None:
    memory = ChatMemory()
    shown = ChatMessage(MessageRole.TOOL, "passage", tool_call_id="c", nodes=[NumberedNode(1, TextNode("passage"))])
    memory.add_turn([*turn(1), shown])
    restored = ChatMemory.restored(json.loads(json.dumps(memory.saved())))
    assert restored.messages == memory.messages
    assert restored.messages[-1].nodes == []
    restored.reset()
    assert restored.messages == []
