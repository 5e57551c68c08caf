"""Replaces abilities that a model lacks by instructions in its prompt, or refuses."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bookwheel.engine.llms.chat import ToolSpec
from bookwheel.engine.schema import ChatMessage, JsonObject, MessageRole
from bookwheel.errors import UsageError

SCHEMA = "Reply with one JSON object and nothing else. It follows this JSON schema:\n{schema}"


def with_schema(messages: Sequence[ChatMessage], schema: JsonObject | None) -> list[ChatMessage]:
    """The conversation, asking for an answer in this form when there is a schema."""
    if schema is None:
        return list(messages)
    text = SCHEMA.format(schema=json.dumps(schema, ensure_ascii=False))
    return [*messages, ChatMessage(MessageRole.SYSTEM, text)]


def require_no_tools(tools: Sequence[ToolSpec], model_name: str) -> None:
    """Raises UsageError, naming the model, when it is asked with tools."""
    if tools:
        raise UsageError(
            f"The model {model_name} has no native tool calling.",
            hint="Use ReActAgent with it, or AgentWorkflow.from_tools, which picks the fitting agent.",
        )
