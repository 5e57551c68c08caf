"""Tool mode `json`: each reply is one JSON object by a schema, for endpoints without tool calling.

    {"tool": "search_documents", "arguments": {"query": "…"}}     a call
    {"answer": "…"}                                               the end

The answer is decoded from its JSON string while it streams.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence

from bookwheel.engine.llms.chat import ToolCallDelta, ToolSpec
from bookwheel.engine.llms.openai.json_values import object_of, parse_object, text_of
from bookwheel.engine.schema import ChatMessage, JsonObject, MessageRole

INSTRUCTIONS = """Work in steps. Each reply is one JSON object and nothing else: either a call of one tool,
{{"tool": "NAME", "arguments": {{…}}}}, or, as soon as you know enough, {{"answer": "your answer in Markdown"}}.
The tools:
{tools}"""

_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def step_schema(tools: Sequence[ToolSpec], tool_choice: str | None) -> JsonObject:
    """The schema of one step: a tool call, or the answer unless a call is required."""
    names = {tool.name for tool in tools}
    offered = [tool for tool in tools if tool_choice not in names or tool.name == tool_choice]
    steps: list[JsonObject] = []
    if tool_choice != "none":
        steps += [_object_schema(tool={"const": tool.name}, arguments=tool.parameters) for tool in offered]
    if tool_choice is None or tool_choice in ("auto", "none"):
        steps.append(_object_schema(answer={"type": "string"}))
    return {"title": "step", "anyOf": steps}


def step_messages(messages: Sequence[ChatMessage], tools: Sequence[ToolSpec]) -> list[ChatMessage]:
    """The conversation for an endpoint without tools: calls and results become plain messages."""
    listing = "\n".join(f"- {tool.name}: {tool.description} Arguments: {json.dumps(tool.parameters)}" for tool in tools)
    plain = [ChatMessage(MessageRole.SYSTEM, INSTRUCTIONS.format(tools=listing))]
    for message in messages:
        if message.role is MessageRole.TOOL:
            plain.append(ChatMessage(MessageRole.USER, f"Result of the tool:\n{message.content or ''}"))
        elif message.tool_calls:
            steps = ({"tool": call.tool_name, "arguments": call.tool_kwargs} for call in message.tool_calls)
            text = "\n".join(json.dumps(step, ensure_ascii=False) for step in steps)
            plain.append(ChatMessage(MessageRole.ASSISTANT, text))
        else:
            plain.append(message)
    return plain


class StepReader:
    """Reads one step as it streams: the answer's text at once, a call at the end."""

    def __init__(self) -> None:
        self._content: list[str] = []
        self._head = ""
        self._answer: JsonStringReader | None = None
        self._sent = 0

    def push(self, text: str) -> str:
        """The new part of the answer in `text`."""
        self._content.append(text)
        if self._answer is None:
            self._head += text
            start = _answer_start(self._head)
            if start is None:
                return ""
            self._answer = JsonStringReader()
            text = self._head[start:]
        new = self._answer.push(text)
        self._sent += len(new)
        return new

    def finish(self) -> tuple[str, list[ToolCallDelta]]:
        """The rest of the answer, or the call; content that is not a step is the answer."""
        content = "".join(self._content)
        step = parse_object(content)
        if step is None:
            return ("" if self._sent else content), []
        answer = step.get("answer")
        if isinstance(answer, str):
            return answer[self._sent :], []
        name = text_of(step.get("tool"))
        if not name:
            return content, []
        arguments = json.dumps(object_of(step.get("arguments")) or {}, ensure_ascii=False)
        return "", [ToolCallDelta(0, f"call_{uuid.uuid4().hex[:16]}", name, arguments)]


class JsonStringReader:
    """Decodes the inside of a JSON string that arrives in pieces, up to its closing quote."""

    def __init__(self) -> None:
        self._pending = ""
        self._closed = False

    def push(self, text: str) -> str:
        """The characters that can be decoded so far."""
        if self._closed:
            return ""
        source = self._pending + text
        decoded: list[str] = []
        at = 0
        while at < len(source):
            char = source[at]
            if char == '"':
                self._closed = True
                break
            length = 1 if char != "\\" else _escape_length(source, at)
            if at + length > len(source):
                break
            decoded.append(char if length == 1 else _decode_escape(source[at : at + length]))
            at += length
        self._pending = "" if self._closed else source[at:]
        return "".join(decoded)


def _escape_length(source: str, at: int) -> int:
    """The length of the escape at `at`; greater than the rest of `source` when the escape is incomplete."""
    if source[at + 1 : at + 2] != "u":
        return 2
    is_first_half = source[at + 2 : at + 4].lower() in ("d8", "d9", "da", "db")
    # The first half of a surrogate pair needs the second.
    return 12 if is_first_half and "\\u".startswith(source[at + 6 : at + 8]) else 6


def _decode_escape(escape: str) -> str:
    if escape[1] != "u":
        return _ESCAPES.get(escape[1], escape[1])
    try:
        char = str(json.loads(f'"{escape}"'))
    except ValueError:
        return "\N{REPLACEMENT CHARACTER}"
    return char if char.isprintable() or char.isspace() else char.encode("utf-8", "replace").decode("utf-8")


def _answer_start(head: str) -> int | None:
    """The index where the answer's text begins; None before its opening quote."""
    compact = head.lstrip()
    offset = len(head) - len(compact)
    for expected in ("{", '"answer"', ":", '"'):
        rest = compact.lstrip()
        if not rest.startswith(expected):
            return None
        offset += len(compact) - len(rest) + len(expected)
        compact = rest[len(expected) :]
    return offset


def _object_schema(**properties: JsonObject) -> JsonObject:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
