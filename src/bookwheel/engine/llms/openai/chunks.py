"""Converts the chunks of a chat completion, in the forms that providers send, to `ChatDelta`s.

A chunk is `{"choices": [{"delta": {"content": …, "tool_calls": …}, "finish_reason": …}], "usage": …}`. Also
read are forms that providers send: no choices, content as a list of parts, reasoning under several names, usage under
`x_groq`.
"""

from __future__ import annotations

from bookwheel.engine.llms.chat import ChatDelta, FinishReason
from bookwheel.engine.llms.openai.json_values import count_of, list_of, object_of, text_of
from bookwheel.engine.llms.openai.tool_call_parts import ToolCallParts
from bookwheel.engine.llms.thoughts import ThoughtReader
from bookwheel.engine.schema import JsonObject, JsonValue, Usage

# llama.cpp, DeepSeek, vLLM and Z.ai; OpenRouter, Groq and Ollama; a few gateways.
REASONING_FIELDS = ("reasoning_content", "reasoning", "thinking")

FINISH_REASONS: dict[str, FinishReason] = {
    "stop": "stop",
    "end_turn": "stop",
    "eos": "stop",
    "length": "length",
    "max_tokens": "length",
    "max_output_tokens": "length",
    "max_new_tokens": "length",
    "model_length": "length",
    "output_limit": "length",
    "token_limit": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "tool_use": "tool_calls",
    "content_filter": "content_filter",
    "content_filtered": "content_filter",
    "content_policy": "content_filter",
    "blocklist": "content_filter",
    "guardrail_intervened": "content_filter",
    "prohibited_content": "content_filter",
    "recitation": "content_filter",
    "refusal": "content_filter",
    "safety": "content_filter",
    "sensitive": "content_filter",
    "spii": "content_filter",
}
# The provider failed in the middle of the answer, and says so only here.
_FAILURES = frozenset({"error", "network_error", "insufficient_system_resource", "internal_error", "abort", "aborted"})


class ChatStream:
    """Reads the chunks of one answer, in order, and keeps the values of the whole answer.

    `finish_reason` is None until the endpoint sends one; `failure` is the reason with which the provider gave up.
    `usage` is the last one sent. `thoughts` separates thoughts in the text.
    """

    def __init__(self, *, begins_thinking: bool = False) -> None:
        self.thoughts = ThoughtReader(begins_thinking=begins_thinking)
        self.finish_reason: FinishReason | None = None
        self.failure = ""
        self.usage: Usage | None = None
        self.calls = ToolCallParts()
        self._text_chars = 0

    @property
    def chars(self) -> int:
        """The characters of text, reasoning and tool calls so far, also of those not shown yet."""
        return self._text_chars + self.calls.chars

    def take(self, chunk: JsonObject) -> ChatDelta | None:
        """The new part of the answer in `chunk`; None when there is nothing to show."""
        if "usage" in chunk or "x_groq" in chunk:
            self.usage = _usage(chunk) or self.usage
        choice = _first_choice(chunk)
        if choice is None:
            return None
        reason = choice.get("finish_reason")
        if reason:
            named = text_of(reason).lower().replace("-", "_").replace(" ", "_")
            self.finish_reason = FINISH_REASONS.get(named, "unknown")
            self.failure = text_of(reason) if named in _FAILURES else ""
        message = object_of(choice.get("delta")) or object_of(choice.get("message"))
        return None if message is None else self._read_message(message)

    def _read_message(self, message: JsonObject) -> ChatDelta | None:
        content = message.get("content")
        if isinstance(content, str):
            text, thinking = content, ""
        else:
            text, thinking = _read_parts(content)
        text = text or text_of(message.get("refusal"))
        thinking = thinking or _reasoning(message)
        self._text_chars += len(text) + len(thinking)
        fragments = message.get("tool_calls")
        changed = bool(fragments) and self.calls.take(list_of(fragments))
        if not (text or thinking or changed):
            return None
        delta = ChatDelta(text, thinking, self.calls.snapshot() if changed else None)
        if text:
            self.thoughts.apply(delta)
            if not (delta.delta or delta.thinking_delta or changed or delta.restarts):
                return None
        return delta


def _first_choice(chunk: JsonObject) -> JsonObject | None:
    choices = chunk.get("choices")
    if not isinstance(choices, list) or not choices:
        return None
    choice = object_of(choices[0])
    # With `n` above 1, chunks of other answers come between.
    return choice if choice is not None and not choice.get("index") else None


def _read_parts(content: JsonValue) -> tuple[str, str]:
    """The text and reasoning in content that is a list of parts (Mistral)."""
    text: list[str] = []
    thinking: list[str] = []
    for item in list_of(content):
        part = object_of(item)
        if part is None:
            text.append(text_of(item))
        elif part.get("type") in ("thinking", "reasoning"):
            thinking.append(_part_text(part.get("thinking") or part.get("text")))
        else:
            text.append(text_of(part.get("text")))
    return "".join(text), "".join(thinking)


def _part_text(value: JsonValue) -> str:
    if isinstance(value, str):
        return value
    return "".join(text_of((object_of(item) or {}).get("text")) for item in list_of(value))


def _reasoning(message: JsonObject) -> str:
    for field in REASONING_FIELDS:
        if field in message and (text := text_of(message[field])):
            return text
    if "reasoning_details" in message:
        return _part_text(message["reasoning_details"])
    return ""


def _usage(chunk: JsonObject) -> Usage | None:
    counted = object_of(chunk.get("usage")) or object_of((object_of(chunk.get("x_groq")) or {}).get("usage"))
    if counted is None:
        return None
    return Usage(count_of(counted.get("prompt_tokens")), count_of(counted.get("completion_tokens")))
