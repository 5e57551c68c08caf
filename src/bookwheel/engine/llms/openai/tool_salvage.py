"""Holds back content that may be tool calls, while an answer streams, and reads the calls at its end.

The whole content may be calls of known tools: `{"name": …, "arguments": {…}}` in its usual spellings, alone, in a list,
fenced; or a mark that models write around calls may stand anywhere outside of code. Other content is the answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from bookwheel.engine.llms.chat import ToolCallDelta
from bookwheel.engine.llms.openai.tool_call_parts import tool_name
from bookwheel.engine.llms.openai.written_calls import (
    MARK,
    MAY_BECOME_MARK,
    calls_of,
    read_marked_calls,
    read_whole_calls,
)
from bookwheel.engine.llms.thoughts import is_in_code
from bookwheel.lazy_regex import lazy_regex

MAX_HELD_CHARS = 32_768

_FENCE_OPENED = lazy_regex(r"`{1,3}\Z|```[a-z_]*\s*")
# The first key of an object that may still become a call; without one only brackets and the start of a name.
_FIRST_KEY = lazy_regex(r'[\s\[{]*\{\s*"([^"\\]*)"')
_BEFORE_KEY = lazy_regex(r'[\s\[{]*("[^"]*)?')
_CALL_KEYS = frozenset(
    {"name", "tool", "tool_name", "function", "type", "id", "arguments", "parameters", "args", "tool_calls", "action"}
)
# A weak model says what it will do and then writes the call as an example of code.
_LAST_FENCE = lazy_regex(r"(?s)\A.*\n(```(?:json|tool_call|tool_code)\n(?:(?!```).)*```)\s*\Z")


class ContentGate:
    """Holds content back while it may be tool calls; passes other content on at once."""

    def __init__(self, tool_names: Iterable[str]) -> None:
        self._names = frozenset(tool_names)
        self._held = ""
        self._shown: list[str] = []
        self._is_begun = False
        self._is_marked = False

    def push(self, text: str) -> str:
        """The part of the content that may be shown now."""
        if not self._names:
            return text
        if self._is_begun and not (self._held or "<" in text or "[" in text):
            self._shown.append(text)
            return text
        text, self._held = self._held + text, ""
        if self._is_marked or (not self._is_begun and self._may_be_whole_call(text)):
            self._held = text
            return ""
        self._is_begun = True
        return self._until_mark(text)

    def finish(self) -> tuple[str, list[ToolCallDelta]]:
        """The rest of the content to show, and the calls in it."""
        held, self._held = self._held, ""
        if self._is_marked:
            found = read_marked_calls(held)
            # After some words, a call of an unknown tool is an example in an answer about such calls.
            if "".join(self._shown).strip() and not all(tool_name(name) in self._names for name, _ in found):
                found = []
        elif not self._is_begun:
            found = read_whole_calls(held, self._names) if held else []
        else:
            last = _LAST_FENCE.match("".join(self._shown) + held)
            return held, calls_of(read_whole_calls(last[1], self._names)) if last is not None else []
        return ("", calls_of(found)) if found else (held, [])

    def _until_mark(self, text: str) -> str:
        mark = next((one for one in MARK.finditer(text) if not self._is_in_code(text[: one.start()])), None)
        rest = mark or MAY_BECOME_MARK.search(text)
        if rest is not None:
            text, self._held = text[: rest.start()], text[rest.start() :]
        self._is_marked = mark is not None
        self._shown.append(text)
        return text

    def _is_in_code(self, before: str) -> bool:
        return is_in_code("".join([*self._shown, before]))

    def _may_be_whole_call(self, text: str) -> bool:
        start = text.lstrip()
        if len(text) > MAX_HELD_CHARS:
            return False
        if (fence := _FENCE_OPENED.match(start)) is not None:
            start = start[fence.end() :]
        if not start or "functools[".startswith(start) or start.startswith("functools["):
            return True
        if any(name.startswith(start.lstrip("[")) or start.lstrip("[").startswith(f"{name}(") for name in self._names):
            return True
        if start[0] not in "{[":
            return False
        first_key = _FIRST_KEY.match(start)
        return first_key[1] in _CALL_KEYS if first_key is not None else _BEFORE_KEY.fullmatch(start) is not None
