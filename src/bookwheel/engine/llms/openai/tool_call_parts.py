"""Joins the streamed fragments of tool calls.

By the specification a fragment has an `index`, the first of a call also `id` and `name`, and arguments are pieces of
JSON text. Also read are forms that providers send: two calls on one index with different ids, no index at all, the id
or the name repeated in each fragment, a name in pieces or with a token of the model behind it, no id, arguments as an
object, all of the arguments again in each fragment.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import field

from bookwheel.engine.llms.chat import ToolCallDelta
from bookwheel.engine.llms.openai.json_values import object_of, parse_json, parse_object, text_of
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

# Report short arguments at each fragment, and longer ones only after growth by an eighth, to avoid quadratic time.
ALWAYS_REPORTED_CHARS = 4_096

_INDEX = lazy_regex(r":\d{1,3}\Z")
_AROUND = lazy_regex(r"(?s)\s*(?:```(?:json)?\s*)?(\{.*\})\s*(?:```)?\s*(?:<[|｜][^<>]{1,30}[|｜]>\s*)*")


@dataclass(slots=True)
class _Call:
    index: int | None
    id: str
    has_own_id: bool
    name: str = ""
    arguments: list[str] = field(default_factory=list[str])
    length: int = 0
    reported: int = -1


class ToolCallParts:
    """Collects the tool-call fragments of one answer; `chars` counts the characters of names and arguments so far."""

    def __init__(self) -> None:
        self.chars = 0
        self._calls: list[_Call] = []

    def __len__(self) -> int:
        return len(self._calls)

    def take(self, fragments: Sequence[JsonValue]) -> bool:
        """Add the fragments; True when the calls changed enough to report them."""
        is_worth_reporting = False
        for fragment in fragments:
            if (part := object_of(fragment)) is not None:
                call = self._call_for(part)
                before = call.length + len(call.name)
                self._extend(call, object_of(part.get("function")) or part)
                self.chars += call.length + len(call.name) - before
                is_worth_reporting |= call.length <= ALWAYS_REPORTED_CHARS or call.length > call.reported * 1.125
        return is_worth_reporting

    def snapshot(self) -> list[ToolCallDelta]:
        """All calls so far, in the order in which they began."""
        for call in self._calls:
            call.reported = call.length
            call.arguments = ["".join(call.arguments)]
        return [
            ToolCallDelta(index, call.id, tool_name(call.name), call.arguments[0])
            for index, call in enumerate(self._calls)
        ]

    def _call_for(self, part: JsonObject) -> _Call:
        given_id = text_of(part.get("id"))
        place = _place(part.get("index"))
        found = self._find(given_id, place, part)
        if found is not None:
            return found
        taken = any(call.id == given_id for call in self._calls)
        has_own_id = bool(given_id) and not taken
        call = _Call(place, given_id if has_own_id else f"call_{uuid.uuid4().hex[:16]}", has_own_id)
        self._calls.append(call)
        return call

    def _find(self, given_id: str, place: int | None, part: JsonObject) -> _Call | None:
        for call in reversed(self._calls):
            same_place = place is None or call.index is None or call.index == place
            if given_id:
                if call.id == given_id and same_place:
                    return call
                if not call.has_own_id and place is not None and call.index == place:
                    call.id, call.has_own_id = given_id, True
                    return call
            elif place is not None and call.index == place:
                return None if _begins_another(part, call) else call
        if given_id or place is not None or not self._calls:
            return None
        function = object_of(part.get("function")) or part
        begins_anew = bool(text_of(function.get("name"))) and self._calls[-1].length > 0
        return None if begins_anew else self._calls[-1]

    @staticmethod
    def _extend(call: _Call, function: JsonObject) -> None:
        name = text_of(function.get("name"))
        if name.startswith(call.name):
            # The complete name, perhaps repeated.
            call.name = name or call.name
        elif name != call.name:
            call.name += name
        arguments = function.get("arguments")
        if isinstance(arguments, dict):
            call.arguments = [json.dumps(arguments, ensure_ascii=False)]
            call.length = len(call.arguments[0])
        elif isinstance(arguments, str) and arguments:
            if _is_all_again(arguments, call):
                call.arguments, call.length = [], 0
            call.arguments.append(arguments)
            call.length += len(arguments)


def tool_name(written: str) -> str:
    """The name without what models write around it: "functions.NAME:0" (Kimi), "NAME<|channel|>…" (gpt-oss)."""
    return _INDEX.sub("", written.partition("<|")[0].strip().removeprefix("functions."))


def whole_arguments(calls: list[ToolCallDelta]) -> list[ToolCallDelta]:
    """The calls of a whole answer, the arguments of each as one JSON object where that is what they mean.

    Models write a fence around them, a token behind them, or a text that holds the object.
    """
    for call in calls:
        call.arguments = _one_object(call.arguments)
    return calls


def _one_object(text: str) -> str:
    around = _AROUND.fullmatch(text)
    try:
        value = parse_json(text if around is None else around[1])
    except ValueError:
        return text
    value = parse_object(value) if isinstance(value, str) else value
    is_changed = isinstance(value, dict) and (around is None or around[1] != text.strip())
    return json.dumps(value, ensure_ascii=False) if is_changed else text


def _begins_another(part: JsonObject, call: _Call) -> bool:
    """Whether a fragment without an id is another call on the same index: it has a name, and `call` is whole."""
    function = object_of(part.get("function")) or part
    arguments = function.get("arguments")
    if not text_of(function.get("name")) or not isinstance(arguments, str) or not arguments.startswith("{"):
        return False
    so_far = "".join(call.arguments)
    return bool(parse_object(so_far)) and not arguments.startswith(so_far)


def _is_all_again(fragment: str, call: _Call) -> bool:
    """Whether the fragment holds the arguments from their beginning, once more: no JSON begins with "{{" or "{}{"."""
    if not fragment.startswith("{") or not call.length:
        return False
    so_far = "".join(call.arguments)
    return so_far.strip() == "{}" or (len(fragment) >= call.length and fragment.startswith(so_far))


def _place(index: JsonValue) -> int | None:
    if isinstance(index, str) and index.isdecimal():
        return int(index)
    return index if isinstance(index, int) else None
