"""Recognises tool calls that a weak model writes as plain JSON content.

The whole content must be calls of known tools: `{"name": …, "arguments": {…}}` in its usual spellings, alone, in a
list, fenced, or between `<tool_call>` tags. Other content is the answer.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable

from bookwheel.engine.llms.chat import ToolCallDelta
from bookwheel.engine.llms.openai.json_values import object_of, parse_json, text_of
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.lazy_regex import lazy_regex

MAX_HELD_CHARS = 32_768

_OPENINGS = ("{", "[", "```", "<tool_call>", "<|python_tag|>")
_WRAPPINGS = (
    lazy_regex(r"```(?:json|tool_call|tool_code)?\s*(.*?)\s*```", re.DOTALL),
    lazy_regex(r"<tool_call>\s*(.*?)\s*(?:</tool_call>)?", re.DOTALL),
    lazy_regex(r"<\|python_tag\|>\s*(.*?)", re.DOTALL),
)
# The first key of an object that may still become a call.
_FIRST_KEY = lazy_regex(r'[\s\[{]*\{\s*"([^"\\]*)"')
_CALL_KEYS = frozenset(
    {"name", "tool", "tool_name", "function", "type", "id", "arguments", "parameters", "args", "tool_calls", "action"}
)
_NAME_KEYS = ("name", "tool_name", "tool", "function", "action")
_ARGUMENT_KEYS = ("arguments", "parameters", "args", "input", "action_input")
# Further keys that a call may have besides name and arguments.
_OTHER_KEYS = frozenset({"type", "id", "index"})


class ContentGate:
    """Holds content back while it may be a tool call; passes other content on at once."""

    def __init__(self, tool_names: Iterable[str]) -> None:
        self._names = frozenset(tool_names)
        self._held = ""
        self._open = not self._names

    def push(self, text: str) -> str:
        """The part of the content that may be shown now."""
        if self._open:
            return text
        self._held += text
        if self._may_be_call():
            return ""
        self._open = True
        released, self._held = self._held, ""
        return released

    def finish(self) -> tuple[str, list[ToolCallDelta]]:
        """The rest of the content to show, or the calls found in the held content."""
        held, self._held = self._held, ""
        calls = read_calls(held, self._names) if held else []
        return ("", calls) if calls else (held, [])

    def _may_be_call(self) -> bool:
        start = self._held.lstrip()
        if not start:
            return True
        if len(self._held) > MAX_HELD_CHARS:
            return False
        if not any(start.startswith(opening) or opening.startswith(start) for opening in _OPENINGS):
            return False
        if start[0] not in "{[":
            return True
        first_key = _FIRST_KEY.match(start)
        if first_key is not None:
            return first_key[1] in _CALL_KEYS
        # No complete key yet: only brackets, blanks and the start of a name are possible.
        return re.fullmatch(r'[\s\[{]*("[^"]*)?', start) is not None


def read_calls(content: str, names: frozenset[str]) -> list[ToolCallDelta]:
    """The calls in `content`; empty when it has other text or an unknown tool."""
    text = content.strip()
    for wrapping in _WRAPPINGS:
        if (inner := wrapping.fullmatch(text)) is not None:
            text = inner[1].strip()
    try:
        value = parse_json(text)
    except ValueError:
        return []
    if isinstance(value, dict) and isinstance(value.get("tool_calls"), list) and len(value) == 1:
        value = value["tool_calls"]
    items = value if isinstance(value, list) else [value]
    calls = [_read_call(item, names) for item in items]
    found = [call for call in calls if call is not None]
    if not found or len(found) != len(calls):
        return []
    return [
        ToolCallDelta(index, f"call_{uuid.uuid4().hex[:16]}", name, json.dumps(arguments, ensure_ascii=False))
        for index, (name, arguments) in enumerate(found)
    ]


def _read_call(item: JsonValue, names: frozenset[str]) -> tuple[str, JsonObject] | None:
    call = object_of(item)
    if call is None:
        return None
    inner = object_of(call.get("function"))
    if inner is not None:
        call = inner
    name_key = next((key for key in _NAME_KEYS if text_of(call.get(key)) in names), None)
    if name_key is None:
        return None
    argument_key = next((key for key in _ARGUMENT_KEYS if key in call), None)
    if set(call) - {name_key, argument_key} - _OTHER_KEYS:
        return None
    arguments = _read_arguments(call[argument_key] if argument_key else {})
    return None if arguments is None else (text_of(call[name_key]), arguments)


def _read_arguments(value: JsonValue) -> JsonObject | None:
    if isinstance(value, str):
        try:
            value = parse_json(value)
        except ValueError:
            return None
    return object_of(value)
