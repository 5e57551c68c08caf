"""The conversation that an agent remembers: whole turns, only finished ones, cut to the model's window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bookwheel.engine.schema import ChatMessage, JsonObject, MessageRole, ToolSelection

# Rough, but on the safe side for English and code; a tokenizer costs more than the margin.
_CHARS_PER_TOKEN = 3.5
_MESSAGE_TOKENS = 4


class ChatMemory:
    """The finished turns of a conversation, oldest first.

    A turn is added when it has its answer; a cancelled or failed one leaves nothing behind.
    """

    def __init__(self, messages: Iterable[ChatMessage] = ()) -> None:
        self.messages: list[ChatMessage] = list(messages)

    def add_turn(self, messages: Iterable[ChatMessage]) -> None:
        """Add a turn from its question to its answer.

        Passages shown in it are numbered for that turn alone, so that a later answer must not quote them by number.
        """
        self.messages += [replace(message, nodes=[]) for message in messages]

    def get(self, input: str | None = None, **options: Any) -> list[ChatMessage]:  # noqa: A002 - LlamaIndex's name
        """All messages, oldest first."""
        return list(self.messages)

    async def aget(self, input: str | None = None, **options: Any) -> list[ChatMessage]:  # noqa: A002
        """As `get`."""
        return self.get()

    def get_all(self) -> list[ChatMessage]:
        """As `get`."""
        return self.get()

    def put(self, message: ChatMessage) -> None:
        """Add a message."""
        self.messages.append(message)

    async def aput(self, message: ChatMessage) -> None:
        """As `put`."""
        self.put(message)

    async def aput_messages(self, messages: Iterable[ChatMessage]) -> None:
        """Add several messages."""
        self.messages += messages

    def set(self, messages: Iterable[ChatMessage]) -> None:
        """Replace all messages."""
        self.messages = list(messages)

    def reset(self) -> None:
        """Forget everything."""
        self.messages.clear()

    def saved(self) -> JsonObject:
        """The conversation as plain JSON."""
        return {"messages": [message.to_json() for message in self.messages]}

    @classmethod
    def restored(cls, data: Mapping[str, Any]) -> ChatMemory:
        """The conversation that `saved` gave."""
        return cls(message_from_json(message) for message in data["messages"])


def message_from_json(data: Mapping[str, Any]) -> ChatMessage:
    """The message that `ChatMessage.to_json` gave."""
    return ChatMessage(
        role=MessageRole(data["role"]),
        content=data.get("content"),
        additional_kwargs=dict(data.get("additional_kwargs", {})),
        tool_calls=[ToolSelection(**call) for call in data.get("tool_calls", [])],
        tool_call_id=data.get("tool_call_id"),
    )


def fit(history: Sequence[ChatMessage], turn: Sequence[ChatMessage], window_tokens: int) -> list[ChatMessage]:
    """`history` and `turn` as far as they fit the window: the oldest turns of the history are left out, whole.

    The running turn is never cut. A tool result without the call that asked for it is refused by every endpoint, so
    that turns are cut at their questions only.
    """
    budget = window_tokens - sum(map(_tokens, turn))
    kept: list[ChatMessage] = []
    for question in reversed([n for n, message in enumerate(history) if message.role is MessageRole.USER]):
        older = history[question : len(history) - len(kept)]
        budget -= sum(map(_tokens, older))
        if budget < 0:
            break
        kept = [*older, *kept]
    return [*kept, *turn]


def _tokens(message: ChatMessage) -> int:
    arguments = sum(len(str(call.tool_kwargs)) + len(call.tool_name) for call in message.tool_calls)
    return int((len(message.content or "") + arguments) / _CHARS_PER_TOKEN) + _MESSAGE_TOKENS
