"""Turns the final answer into a structured one: with a function, or with one more model call and a schema."""

from __future__ import annotations

import inspect
import json
from collections.abc import Sequence
from typing import Any, cast

from bookwheel.engine.agents.agent_prompts import STRUCTURED
from bookwheel.engine.agents.agent_spec import StructuredOutputFn
from bookwheel.engine.llms.llm import LLM, STRUCTURED_REPAIR
from bookwheel.engine.schema import ChatMessage, JsonObject, MessageRole, Usage, jsonable
from bookwheel.engine.tools.arguments import ArgumentError, convert
from bookwheel.engine.tools.json_schema import schema_of
from bookwheel.errors import ModelResponseError, WorkflowRuntimeError


async def by_function(function: StructuredOutputFn, messages: Sequence[ChatMessage]) -> JsonObject:
    """The result of `structured_output_fn` for the conversation, a dictionary or a model, as JSON."""
    result = function(list(messages))
    if inspect.isawaitable(result):
        result = await result
    data = jsonable(result)
    if not isinstance(data, dict):
        raise WorkflowRuntimeError(f"structured_output_fn returned a {type(result).__name__}, not a dictionary.")
    return data


async def by_model(llm: LLM, output_cls: type[Any], messages: Sequence[ChatMessage]) -> tuple[JsonObject, Usage | None]:
    """The answer of one more model call with the schema of `output_cls`, repeated once if it does not fit.

    Raises ModelResponseError when the second answer does not fit either.
    """
    schema = schema_of(output_cls)
    asked = [ChatMessage(MessageRole.USER, f"{_conversation(messages)}\n\n{STRUCTURED}")]
    usage: Usage | None = None
    problem = ""
    for _ in range(2):
        response = await llm.achat(asked, response_schema=schema)
        usage = response.usage if usage is None or response.usage is None else usage + response.usage
        text = response.message.content or ""
        try:
            value = convert(json.loads(text), output_cls, output_cls.__name__)
            return cast("JsonObject", jsonable(value)), usage
        except (ArgumentError, ValueError, RecursionError) as error:
            problem = str(error)
            repair = ChatMessage(MessageRole.USER, STRUCTURED_REPAIR.format(error=problem))
            asked = [*asked, response.message, repair]
    raise ModelResponseError(
        f"{llm.metadata.model_name} gave no answer in the form of {output_cls.__name__}: {problem}",
        hint="Use a model that follows JSON schemas, or a simpler output_cls.",
    )


def _conversation(messages: Sequence[ChatMessage]) -> str:
    # As text, because some endpoints refuse messages with tool calls when no tools are given.
    said = "\n".join(
        f"<message role={message.role!s}>\n{message.content}\n</message>" for message in messages if message.content
    )
    return f"<current_conversation>\n{said}\n</current_conversation>"
