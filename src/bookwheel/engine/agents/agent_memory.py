"""The memory of an agent: the messages of its finished runs, cut to the model's window."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from bookwheel.engine.content_blocks import content_blocks
from bookwheel.engine.schema import ChatMessage, JsonObject, MessageRole, ToolSelection, chat_messages, new_id

if TYPE_CHECKING:
    from bookwheel.engine.llms.llm import LLM

# A low estimate for English and code, so that token counts are rather too high; a tokenizer is not worth its cost.
_CHARS_PER_TOKEN = 3.5
_MESSAGE_TOKENS = 4
# LlamaIndex's default.
DEFAULT_TOKEN_LIMIT = 3_000


class ChatMemory:
    """The finished runs of a conversation, oldest first.

    A run is added when it has its answer; a cancelled or failed run adds nothing.
    """

    def __init__(self, messages: Iterable[ChatMessage] = ()) -> None:
        self.messages: list[ChatMessage] = list(messages)

    def add_run(self, messages: Iterable[ChatMessage]) -> None:
        """Add the messages of a run, from its question to its answer.

        Passages are numbered within one run, so they are removed: a later answer must not cite these numbers.
        """
        self.messages += [replace(message, nodes=[]) for message in messages]

    def get(self, input: str | None = None, **options: Any) -> list[ChatMessage]:  # noqa: A002 - LlamaIndex's name
        """All messages, oldest first."""
        return list(self.messages)

    async def aget(self, input: str | None = None, **options: Any) -> list[ChatMessage]:  # noqa: A002
        """As `get`."""
        return self.get()

    def get_all(self) -> list[ChatMessage]:
        """All messages, oldest first, including those that no longer fit."""
        return list(self.messages)

    def put(self, message: ChatMessage) -> None:
        """Add a message."""
        if not isinstance(message, ChatMessage):  # pyright: ignore[reportUnnecessaryIsInstance] - users' code
            raise TypeError(f"A memory takes a ChatMessage, not a {type(message).__name__}.")
        self.messages.append(message)

    async def aput(self, message: ChatMessage) -> None:
        """As `put`."""
        self.put(message)

    async def aset(self, messages: Iterable[ChatMessage]) -> None:
        """As `set`."""
        self.set(messages)

    async def areset(self) -> None:
        """As `reset`."""
        self.reset()

    async def aget_all(self) -> list[ChatMessage]:
        """As `get_all`."""
        return self.get_all()

    def put_messages(self, messages: Iterable[ChatMessage]) -> None:
        """Add several messages."""
        self.messages += messages

    async def aput_messages(self, messages: Iterable[ChatMessage]) -> None:
        """Add several messages."""
        self.messages += messages

    def set(self, messages: Iterable[ChatMessage]) -> None:
        """Replace all messages."""
        self.messages = list(messages)

    def reset(self) -> None:
        """Remove all messages."""
        self.messages.clear()

    def saved(self) -> JsonObject:
        """The messages as plain JSON."""
        return {"messages": [message.to_json() for message in self.messages]}

    @classmethod
    def restored(cls, data: Mapping[str, Any]) -> ChatMemory:
        """The memory restored from the JSON of `saved`."""
        messages = [message_from_json(message) for message in data["messages"]]
        limit = data.get("token_limit")
        return ChatMemoryBuffer(messages, limit) if isinstance(limit, int) else cls(messages)


class ChatMemoryBuffer(ChatMemory):
    """A memory that gives only the newest messages that fit `token_limit`.

    Tokens are counted by `tokenizer_fn`, else estimated; a saved memory does not keep the function. What it
    gives after a cut begins with a message of the user. Raises ValueError for a limit that is not positive.
    """

    def __init__(self, messages: Iterable[ChatMessage] = (), token_limit: int = DEFAULT_TOKEN_LIMIT) -> None:
        if not isinstance(token_limit, int) or token_limit <= 0:  # pyright: ignore[reportUnnecessaryIsInstance] - users' code
            raise ValueError(f"The token_limit of a memory must be a positive whole number, not {token_limit!r}.")
        super().__init__(messages)
        self.token_limit = token_limit
        self.session_id = ""
        self.tokenizer_fn: Callable[[str], Sized] | None = None

    @classmethod
    def from_defaults(
        cls,
        chat_history: Iterable[ChatMessage] | None = None,
        llm: LLM | None = None,
        token_limit: int | None = None,
        tokenizer_fn: Callable[[str], Sized] | None = None,
        *,
        session_id: str | None = None,
        **options: Any,
    ) -> Self:
        """A memory that begins with `chat_history`; the default `token_limit` is three quarters of the model's window.

        `session_id` is kept; it names no place where messages are stored, as in LlamaIndex. Raises ValueError, with
        their names, for other options.
        """
        if options:
            raise ValueError(f"A memory does not have the options {', '.join(map(repr, sorted(options)))}.")
        if token_limit is None:
            token_limit = DEFAULT_TOKEN_LIMIT if llm is None else int(llm.metadata.context_window * 0.75)
        memory = cls(chat_messages(chat_history or ()), token_limit)
        memory.tokenizer_fn = tokenizer_fn
        memory.session_id = session_id or new_id()
        return memory

    def get(self, input: str | None = None, initial_token_count: int = 0, **options: Any) -> list[ChatMessage]:  # noqa: A002
        """The newest messages that fit beside `initial_token_count` tokens, oldest first."""
        left = self.token_limit - initial_token_count
        if left < 0:
            raise ValueError(f"{initial_token_count} tokens are more than the memory's limit of {self.token_limit}.")
        if sum(map(self._tokens, self.messages)) <= left:
            return list(self.messages)
        begin = len(self.messages)
        for position in range(len(self.messages) - 1, -1, -1):
            left -= self._tokens(self.messages[position])
            if left < 0:
                break
            if self.messages[position].role is MessageRole.USER:
                begin = position
        return self.messages[begin:]

    def _tokens(self, message: ChatMessage) -> int:
        return _tokens(message) if self.tokenizer_fn is None else len(self.tokenizer_fn(message.content or ""))

    def saved(self) -> JsonObject:
        return {**super().saved(), "token_limit": self.token_limit}

    def to_dict(self) -> JsonObject:
        """The memory as plain JSON."""
        return self.saved()

    def to_string(self) -> str:
        """The memory as JSON text."""
        return json.dumps(self.saved())

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The memory that `to_dict` gave."""
        return cls([message_from_json(message) for message in data["messages"]], data["token_limit"])

    @classmethod
    def from_string(cls, json_str: str) -> Self:
        """The memory that `to_string` gave."""
        return cls.from_dict(json.loads(json_str))


class Memory(ChatMemoryBuffer):
    """As `ChatMemoryBuffer`, with LlamaIndex's newer name and its limit of 30,000 tokens."""

    def __init__(self, messages: Iterable[ChatMessage] = (), token_limit: int = 30_000) -> None:
        super().__init__(messages, token_limit)

    @classmethod
    def from_defaults(
        cls,
        chat_history: Iterable[ChatMessage] | None = None,
        llm: LLM | None = None,
        token_limit: int | None = None,
        tokenizer_fn: Callable[[str], Sized] | None = None,
        *,
        session_id: str | None = None,
        chat_history_token_ratio: float = 1.0,
        token_flush_size: int | None = None,
        **options: Any,
    ) -> Self:
        """As for `ChatMemoryBuffer`; the conversation gets `chat_history_token_ratio` of the limit.

        `token_flush_size` has no effect: messages that no longer fit are left out one by one, from a question on.
        """
        limit = int((30_000 if token_limit is None else token_limit) * chat_history_token_ratio)
        return super().from_defaults(chat_history, llm, limit, tokenizer_fn, session_id=session_id, **options)


def message_from_json(data: Mapping[str, Any]) -> ChatMessage:
    """The message restored from the JSON of `ChatMessage.to_json`."""
    return ChatMessage(
        role=MessageRole(data["role"]),
        content=data.get("content"),
        additional_kwargs=dict(data.get("additional_kwargs", {})),
        tool_calls=[ToolSelection(**call) for call in data.get("tool_calls", [])],
        tool_call_id=data.get("tool_call_id"),
        mixed=content_blocks(data["blocks"]) if "blocks" in data else None,
    )


def fit(history: Sequence[ChatMessage], run: Sequence[ChatMessage], window_tokens: int) -> list[ChatMessage]:
    """`history` and `run`, without the oldest runs of the history that do not fit the window.

    The messages of the current run are never cut. The history is cut only at questions, because endpoints refuse a
    tool result without its call.
    """
    budget = window_tokens - sum(map(_tokens, run))
    kept: list[ChatMessage] = []
    # What stands before the first question, such as a greeting, is kept with all the rest or not at all.
    cuts = {0} | {n for n, message in enumerate(history) if message.role is MessageRole.USER}
    for question in sorted(cuts, reverse=True):
        older = history[question : len(history) - len(kept)]
        budget -= sum(map(_tokens, older))
        if budget < 0:
            break
        kept = [*older, *kept]
    return [*kept, *run]


def _tokens(message: ChatMessage) -> int:
    arguments = sum(len(str(call.tool_kwargs)) + len(call.tool_name) for call in message.tool_calls)
    return int((len(message.content or "") + arguments) / _CHARS_PER_TOKEN) + _MESSAGE_TOKENS
