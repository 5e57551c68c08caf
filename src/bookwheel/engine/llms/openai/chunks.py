"""Converts the chunks of a chat completion, in the forms that providers send, to `ChatDelta`s.

A chunk is `{"choices": [{"delta": {"content": …, "tool_calls": …}, "finish_reason": …}], "usage": …}`. Also
read are forms that providers send: no choices, content as a list of parts, reasoning under several names, usage under
`x_groq`, the whole message beside the new part of it.
"""

from __future__ import annotations

from bookwheel.engine.llms.chat import ChatDelta, FinishReason
from bookwheel.engine.llms.openai.finish_reasons import finish_of
from bookwheel.engine.llms.openai.json_values import count_of, list_of, object_of, text_of
from bookwheel.engine.llms.openai.new_text import NewText
from bookwheel.engine.llms.openai.tool_call_parts import ToolCallParts
from bookwheel.engine.llms.thought_tags import thinks_first
from bookwheel.engine.llms.thoughts import ThoughtReader
from bookwheel.engine.schema import JsonObject, JsonValue, Usage

# llama.cpp, DeepSeek, vLLM and Z.ai; OpenRouter, Groq and Ollama; a few gateways; LiteLLM. They repeat each other.
REASONING_FIELDS = (
    "reasoning_content",
    "reasoning",
    "thinking",
    "reasoning_text",
    "reasoning_details",
    "thinking_blocks",
)
_TEXTS_OF_PARTS = ("text", "thinking", "summary", "content", "value")


class ChatStream:
    """Reads the chunks of one answer, in order, and keeps the values of the whole answer.

    `finish_reason` is None until the endpoint sends one; `failure` is the reason with which the provider gave up.
    `is_refusal`: the model said that it refuses to answer. `reported` is a choice that holds an error. `usage` is the
    last one sent. `thoughts` separates thoughts in the text.
    """

    def __init__(self, model: str = "", *, begins_thinking: bool = False) -> None:
        self.thoughts = ThoughtReader(begins_thinking=begins_thinking, may_think=thinks_first(model))
        self.finish_reason: FinishReason | None = None
        self.failure = ""
        self.is_refusal = False
        self.reported: JsonObject | None = None
        self.usage: Usage | None = None
        self.calls = ToolCallParts()
        self._text = NewText()
        self._thinking = NewText()
        self._chars = 0
        self._comes_in_parts = False

    @property
    def chars(self) -> int:
        """The characters of text, reasoning and tool calls so far, also of those not shown yet."""
        return self._chars + self.calls.chars

    def take(self, chunk: JsonObject) -> ChatDelta | None:
        """The new part of the answer in `chunk`; None when there is nothing to show."""
        if "usage" in chunk or "x_groq" in chunk:
            self.usage = _usage(chunk) or self.usage
        choice = _first_choice(chunk)
        if choice is None:
            return None
        if choice.get("error"):
            self.reported = choice
        if reason := choice.get("finish_reason"):
            finish, self.failure = finish_of(reason)
            self.finish_reason = finish or self.finish_reason
            self.is_refusal |= reason == "refusal"
        return self._read_message(self._message(choice))

    def finish(self) -> ChatDelta:
        """What was held back, and why the answer ended."""
        last = ChatDelta(
            self._text.finish(), self._thinking.finish(), None, self.finish_reason or "unknown", self.usage
        )
        self.thoughts.apply(last)
        return last

    def _message(self, choice: JsonObject) -> JsonObject:
        """The new part of the message; a whole one counts only when nothing has come in parts."""
        delta = object_of(choice.get("delta"))
        if delta:
            self._comes_in_parts = self._comes_in_parts or bool(delta.get("content"))
            return delta
        if self._comes_in_parts:
            return {}
        text = choice.get("text")
        return object_of(choice.get("message")) or ({"content": text} if isinstance(text, str) else {})

    def _read_message(self, message: JsonObject) -> ChatDelta | None:
        content = message.get("content")
        if isinstance(content, str):
            text, thinking = content, ""
        else:
            text, thinking, refusal = _read_parts(content)
            self.is_refusal |= bool(refusal)
            text += refusal
        if refusal := text_of(message.get("refusal")):
            self.is_refusal = True
            text = text or refusal
        thinking = thinking or _reasoning(message)
        self._chars += len(text) + len(thinking)
        fragments = _fragments(message)
        changed = bool(fragments) and self.calls.take(fragments)
        text = self._text.push(text) if text else ""
        if thinking:
            thinking = self._thinking.push(thinking)
            self.thoughts.come_apart()
        if not (text or thinking or changed):
            return None
        delta = ChatDelta(text, thinking, self.calls.snapshot() if changed else None)
        if text:
            self.thoughts.apply(delta)
            if not (delta.delta or delta.thinking_delta or changed or delta.restarts):
                return None
        return delta


def _first_choice(chunk: JsonObject) -> JsonObject | None:
    """The choice that is read: with `n` above 1, those of other answers come between."""
    for choice in list_of(chunk.get("choices")):
        if (found := object_of(choice)) is not None and not found.get("index"):
            return found
    return None


def _fragments(message: JsonObject) -> list[JsonValue]:
    """The fragments of tool calls; some servers send one without a list, or the older single call."""
    calls = message.get("tool_calls")
    if calls:
        return list_of(calls) or [calls]
    older = object_of(message.get("function_call"))
    return [{"index": 0, "function": older}] if older else []


def _read_parts(content: JsonValue) -> tuple[str, str, str]:
    """The text, reasoning and refusal in content that is a part, or a list of parts (Mistral)."""
    text: list[str] = []
    thinking: list[str] = []
    refusal: list[str] = []
    for item in list_of(content) or ([content] if content else []):
        part = object_of(item)
        if part is None:
            text.append(text_of(item))
            continue
        match part.get("type"):
            case "thinking" | "reasoning":
                thinking.append(_text_in(part))
            case "refusal":
                refusal.append(text_of(part.get("refusal")))
            case "redacted_thinking":
                pass
            case _:
                text.append(_text_in(part.get("text")))
    return "".join(text), "".join(thinking), "".join(refusal)


def _text_in(value: JsonValue) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(_text_in, value))
    fields = object_of(value)
    if fields is None:
        return ""
    return next((text for name in _TEXTS_OF_PARTS if (text := _text_in(fields.get(name)))), "")


def _reasoning(message: JsonObject) -> str:
    for field in REASONING_FIELDS:
        if field in message and (text := _text_in(message[field])):
            return text
    return ""


def _usage(chunk: JsonObject) -> Usage | None:
    counted = object_of(chunk.get("usage")) or object_of((object_of(chunk.get("x_groq")) or {}).get("usage"))
    if counted is None:
        return None
    asked = count_of(counted.get("prompt_tokens")) or count_of(counted.get("input_tokens"))
    written = count_of(counted.get("completion_tokens")) or count_of(counted.get("output_tokens"))
    # Some servers send zeros with each chunk, or behind the real counts.
    return Usage(asked, written) if asked or written else None
