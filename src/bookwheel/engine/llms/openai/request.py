"""Converts messages, tools and schemas to the body of an OpenAI-compatible chat-completions request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from bookwheel.engine.content_blocks import ContentBlock, ImageBlock, TextBlock
from bookwheel.engine.llms.chat import ChatDelta, ToolSpec
from bookwheel.engine.schema import ChatMessage, JsonObject, JsonValue, MessageRole, ToolSelection

CHOICES_WITHOUT_A_NAME = frozenset({"auto", "none", "required"})


def wire_messages(messages: Sequence[ChatMessage]) -> list[JsonObject]:
    """The messages in the endpoint's format, without their passages (`nodes`)."""
    return [_wire_message(message) for message in messages]


def with_pictures(
    messages: Sequence[ChatMessage], answer: Callable[[], AsyncGenerator[ChatDelta, None]]
) -> AsyncGenerator[ChatDelta, None]:
    """The answer to the messages, after their picture files were read in a thread.

    Raises ValueError, with the file's name, during iteration, when a file cannot be read.
    """
    unread = [
        block
        for message in messages
        for block in message.mixed or ()
        if isinstance(block, ImageBlock) and block.is_unread
    ]
    return _after_reading(unread, answer) if unread else answer()


async def _after_reading(
    unread: Sequence[ImageBlock], answer: Callable[[], AsyncGenerator[ChatDelta, None]]
) -> AsyncGenerator[ChatDelta, None]:
    for block in unread:
        await asyncio.to_thread(block.read)
    async with aclosing(answer()) as pieces:
        async for piece in pieces:
            yield piece


def wire_tools(tools: Sequence[ToolSpec], *, strict: bool = False) -> list[JsonObject]:
    """The tools as function declarations; with `strict` the endpoint follows their schemas exactly."""
    rule: JsonObject = {"strict": True} if strict else {}
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters, **rule},
        }
        for tool in tools
    ]


def wire_tool_choice(tool_choice: str) -> JsonValue:
    """ "auto", "none" and "required" unchanged; any other text as the name of a tool."""
    if tool_choice in CHOICES_WITHOUT_A_NAME:
        return tool_choice
    return {"type": "function", "function": {"name": tool_choice}}


def wire_schema(schema: JsonObject, *, strict: bool = False) -> JsonObject:
    """A JSON schema as `response_format`; its title, if any, becomes its name."""
    title = schema.get("title")
    name = "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in str(title or "answer"))[:64]
    return {"type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": strict}}


def sendable(text: str) -> str:
    """The text without lone surrogates, which UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def _wire_message(message: ChatMessage) -> JsonObject:
    wire: JsonObject = {"role": _wire_role(message.role), "content": _wire_content(message)}
    name = message.additional_kwargs.get("name")
    if isinstance(name, str):
        wire["name"] = name
    if message.tool_calls and message.role is MessageRole.ASSISTANT:
        wire["tool_calls"] = [_wire_call(call) for call in message.tool_calls]
        wire["content"] = wire["content"] or None
    if message.role is MessageRole.TOOL:
        wire["tool_call_id"] = message.tool_call_id or ""
    return wire


def _wire_role(role: MessageRole) -> str:
    # Other APIs call the assistant so; these endpoints refuse the names.
    return str(MessageRole.ASSISTANT if role in (MessageRole.MODEL, MessageRole.CHATBOT) else role)


def _wire_content(message: ChatMessage) -> JsonValue:
    # Several texts are sent as one: not every server takes a list.
    if message.mixed is None or all(isinstance(block, TextBlock) for block in message.mixed):
        return sendable(message.content or "")
    return [_wire_block(block) for block in message.blocks]


def _wire_block(block: ContentBlock) -> JsonObject:
    if isinstance(block, TextBlock):
        return {"type": "text", "text": sendable(block.text)}
    detail: JsonObject = {} if block.detail is None else {"detail": block.detail}
    return {"type": "image_url", "image_url": {"url": block.sent_url(), **detail}}


def _wire_call(call: ToolSelection) -> JsonObject:
    arguments = json.dumps(call.tool_kwargs, ensure_ascii=True)
    return {"id": call.tool_id, "type": "function", "function": {"name": call.tool_name, "arguments": arguments}}
