"""LangChain's messages to the chunks of a chat completion, which `ChatStream` reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

from bookwheel.engine.llms.openai.chunks import REASONING_FIELDS
from bookwheel.engine.llms.openai.json_values import count_of, list_of, object_of, text_of
from bookwheel.engine.schema import JsonObject, JsonValue, Usage

FINISH_FIELDS = ("finish_reason", "stop_reason", "done_reason")
REASONING_KINDS = ("reasoning", "thinking", "reasoning_content")


class Message(Protocol):
    """What is read of an `AIMessage`, or of the chunk of one."""

    content: str | list[JsonValue]
    additional_kwargs: Mapping[str, JsonValue]
    response_metadata: Mapping[str, JsonValue]
    usage_metadata: Mapping[str, JsonValue] | None
    tool_calls: list[JsonValue]


def wire_chunk(message: Message) -> JsonObject:
    """The message as a chunk of a chat completion, without usage."""
    delta: JsonObject = {"content": _content(message.content), "tool_calls": _calls(message)}
    delta |= {name: message.additional_kwargs[name] for name in REASONING_FIELDS if name in message.additional_kwargs}
    reasons = (text_of(message.response_metadata.get(name)) for name in FINISH_FIELDS)
    # Gemini writes them in capitals: STOP, MAX_TOKENS.
    return {"choices": [{"delta": delta, "finish_reason": next(filter(None, reasons), "").lower() or None}]}


def usage_of(message: Message) -> Usage | None:
    """The tokens that this message counts: of the whole call, or of a part of it, to be added up."""
    counted = message.usage_metadata
    if not counted:
        return None
    return Usage(count_of(counted.get("input_tokens")), count_of(counted.get("output_tokens")))


def _content(content: str | list[JsonValue]) -> JsonValue:
    return content if isinstance(content, str) else [_part(part) for part in content]


def _part(part: JsonValue) -> JsonValue:
    block = object_of(part)
    if block is None or block.get("type") not in REASONING_KINDS:
        return part
    summaries = [text_of((object_of(item) or {}).get("text")) for item in list_of(block.get("summary"))]
    thought = text_of(block.get("reasoning")) or text_of(block.get("thinking")) or "\n".join(summaries)
    return {"type": "thinking", "thinking": thought}


def _calls(message: Message) -> list[JsonValue]:
    # Only chunks have fragments; an answer that was not streamed has whole calls.
    fragments = cast("list[JsonValue] | None", getattr(message, "tool_call_chunks", None))
    return [_fragment(object_of(call) or {}) for call in fragments or message.tool_calls]


def _fragment(call: JsonObject) -> JsonObject:
    function: JsonObject = {"name": call.get("name"), "arguments": call.get("args")}
    return {"index": call.get("index"), "id": call.get("id"), "function": function}
