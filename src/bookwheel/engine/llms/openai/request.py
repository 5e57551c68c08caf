"""Chat messages, tools and schemas as the body of an OpenAI-compatible chat-completions request."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bookwheel.engine.llms.chat import ToolSpec
from bookwheel.engine.schema import ChatMessage, JsonObject, JsonValue, MessageRole, ToolSelection

CHOICES_WITHOUT_A_NAME = frozenset({"auto", "none", "required"})


def wire_messages(messages: Sequence[ChatMessage]) -> list[JsonObject]:
    """The messages as the endpoint wants them; passages (`nodes`) stay behind."""
    return [_wire_message(message) for message in messages]


def wire_tools(tools: Sequence[ToolSpec], *, strict: bool = False) -> list[JsonObject]:
    """The tools as function declarations; `strict` where the endpoint is to follow their schemas to the letter."""
    rule: JsonObject = {"strict": True} if strict else {}
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters, **rule},
        }
        for tool in tools
    ]


def wire_tool_choice(tool_choice: str) -> JsonValue:
    """ "auto", "none" and "required" as they are, any other word as the tool of that name."""
    if tool_choice in CHOICES_WITHOUT_A_NAME:
        return tool_choice
    return {"type": "function", "function": {"name": tool_choice}}


def wire_schema(schema: JsonObject, *, strict: bool = False) -> JsonObject:
    """A JSON schema as `response_format`; its title, when it has one, becomes its name."""
    title = schema.get("title")
    name = "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in str(title or "answer"))[:64]
    return {"type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": strict}}


def sendable(text: str) -> str:
    """The text without lone surrogates, which no UTF-8 request body can carry."""
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def _wire_message(message: ChatMessage) -> JsonObject:
    wire: JsonObject = {"role": str(message.role), "content": sendable(message.content or "")}
    name = message.additional_kwargs.get("name")
    if isinstance(name, str):
        wire["name"] = name
    if message.tool_calls and message.role is MessageRole.ASSISTANT:
        wire["tool_calls"] = [_wire_call(call) for call in message.tool_calls]
        wire["content"] = wire["content"] or None
    if message.role is MessageRole.TOOL:
        wire["tool_call_id"] = message.tool_call_id or ""
    return wire


def _wire_call(call: ToolSelection) -> JsonObject:
    arguments = json.dumps(call.tool_kwargs, ensure_ascii=True)
    return {"id": call.tool_id, "type": "function", "function": {"name": call.tool_name, "arguments": arguments}}
