"""Reads tool calls that a model writes into its text, because the endpoint does not know the model's format.

<tool_call>{"name": "search", "arguments": {"query": "cats"}}</tool_call>           Hermes, Qwen and others
<tool_call>search<arg_key>query</arg_key><arg_value>cats</arg_value></tool_call>    GLM
<function=search><parameter=query>cats</parameter></function>                       Qwen Coder; Llama with JSON inside
<invoke name="search"><parameter name="query">cats</parameter></invoke>             MiniMax; DeepSeek: <｜DSML｜invoke
<|tool_call_begin|>functions.search:0<|tool_call_argument_begin|>{…}                Kimi; DeepSeek: <｜tool▁sep｜>
[TOOL_CALLS]search[ARGS]{…}                                                         Mistral; also a list of JSON objects
[search(query="cats")]                                                              Llama 4, Gemma (```tool_code)
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from bookwheel.engine.llms.chat import ToolCallDelta
from bookwheel.engine.llms.openai.json_values import object_of, parse_json, parse_object, text_of
from bookwheel.engine.llms.openai.tool_call_parts import tool_name
from bookwheel.engine.schema import JsonObject, JsonValue
from bookwheel.lazy_regex import lazy_regex

# What begins calls and nothing else. A model that writes about the tags sets them as code.
MARK = lazy_regex(
    r"<tool_calls?>|<\|tool_calls?\|>|<\|python_tag\|>|<\|START_ACTION\|>|<\|tool_calls?_(?:section_)?begin\|>"
    r"|<[|｜]tool[_▁]calls?[_▁]begin[|｜]>|<[|｜]DSML[|｜][a-z_]{1,20}>|<(?:\w{1,12}:)?(?:tool|function)_calls?>"
    r"|\[TOOL_CALLS\]|<function(?:=| name=)\"?[\w.-]{1,64}\"?>|<invoke name="
)
MAY_BECOME_MARK = lazy_regex(
    r"(?:<[|｜]?[\w▁:=.\"-]{0,60}[|｜]?|<[|｜]DSML[|｜][a-z_]{0,20}|<(?:function|invoke) [\w=.\"-]{0,80}"
    r"|\[[A-Z_]{0,10})\Z"
)
Call: TypeAlias = tuple[str, JsonObject]

_NAME_KEYS = ("name", "tool_name", "tool", "function", "action")
_ARGUMENT_KEYS = ("arguments", "parameters", "args", "input", "action_input")
# Further keys that a call may have besides name and arguments.
_OTHER_KEYS = frozenset({"type", "id", "index", "tool_call_id"})
_FENCE = lazy_regex(r"(?s)```(?:json|tool_call|tool_code|python)?\s*(.*?)\s*```")
_ELEMENT = lazy_regex(
    r"(?s)<[|｜]?(?:DSML[|｜])?(?:function|invoke)(?:=|\s+name=)\"?(?P<name>[\w.:-]{1,80})\"?>(?P<body>.*?)"
    r"(?=</[|｜]?(?:DSML[|｜])?(?:function|invoke)>|<[|｜]?(?:DSML[|｜])?(?:function|invoke)(?:=|\s+name=)|\Z)"
)
_PARAMETER = lazy_regex(
    r"(?s)<[|｜]?(?:DSML[|｜])?parameter(?:=|\s+name=)\"?(?P<key>[\w.-]{1,80})\"?(?P<more>[^<>]*)>(?P<value>.*?)"
    r"</[|｜]?(?:DSML[|｜])?parameter>"
)
_PAIR = lazy_regex(r"(?s)<arg_key>\s*(?P<key>.*?)\s*</arg_key>\s*<arg_value>(?P<value>.*?)</arg_value>")
_NAME_AND_OBJECT = lazy_regex(
    r"(?:(?:function)?<[|｜]tool[_▁]sep[|｜]>)?\s*(?P<name>[\w.:-]{1,80})\s*"
    r"(?:<[|｜]tool[_▁](?:sep|call[_▁]argument[_▁]begin)[|｜]>|\[ARGS\]|\n)\s*(?:```json\s*)?(?=\{)"
)
_NAME = lazy_regex(r"[\w.:-]{1,80}")
_TAG = lazy_regex(r"</?[|｜]?/?[\w▁:-]{1,40}[|｜]?>|\[/?TOOL_CALLS\]")


def calls_of(found: Iterable[tuple[str, JsonObject]]) -> list[ToolCallDelta]:
    """Names and arguments as calls, each with an id of its own."""
    return [
        ToolCallDelta(
            index, f"call_{uuid.uuid4().hex[:16]}", tool_name(name), json.dumps(arguments, ensure_ascii=False)
        )
        for index, (name, arguments) in enumerate(found)
    ]


def read_whole_calls(content: str, names: frozenset[str]) -> list[Call]:
    """The calls in a text that holds nothing else; empty when it holds other text, or a tool that is not in `names`."""
    text = content.strip().removeprefix("functools")
    if (fenced := _FENCE.fullmatch(text)) is not None:
        text = fenced[1]
    try:
        value = parse_json(text)
    except ValueError:
        return _python_calls(text, names)
    calls = _calls_in(value)
    return calls if all(tool_name(name) in names for name, _ in calls) else []


def read_marked_calls(text: str) -> list[Call]:
    """The calls in a text that begins with a `MARK`, of whatever tools; empty when none can be read."""
    for read in (_elements, _pairs, _named_objects):
        if calls := list(read(text)):
            return calls
    return [call for part in _TAG.split(text) for call in _objects_in_a_row(part.strip())]


def _elements(text: str) -> Iterator[Call]:
    for found in _ELEMENT.finditer(text):
        if (arguments := _arguments_in(found["body"])) is not None:
            yield found["name"], arguments


def _pairs(text: str) -> Iterator[Call]:
    for part in text.split("<tool_call>")[1:]:
        name, tag, rest = part.partition("<")
        pairs = {found["key"]: _value(found["value"].strip()) for found in _PAIR.finditer(part)}
        if _NAME.fullmatch(name.strip()) and (pairs or f"{tag}{rest}".startswith("</tool_call>")):
            yield name.strip(), pairs


def _named_objects(text: str) -> Iterator[Call]:
    for found in _NAME_AND_OBJECT.finditer(text):
        try:
            value, _ = json.JSONDecoder().raw_decode(text, found.end())
        except (ValueError, RecursionError):
            continue
        if (arguments := object_of(value)) is not None:
            yield found["name"], arguments


def _objects_in_a_row(text: str) -> list[Call]:
    calls: list[Call] = []
    while text:
        try:
            value, end = json.JSONDecoder().raw_decode(text)
        except (ValueError, RecursionError):
            break
        calls += _calls_in(value)
        text = text[end:].lstrip(" \n,;")
    return calls


def _calls_in(value: JsonValue) -> list[Call]:
    """The calls in parsed JSON: one, or a list of them; empty when anything else is among them."""
    if isinstance(value, dict) and isinstance(value.get("tool_calls"), list) and len(value) == 1:
        value = value["tool_calls"]
    items = value if isinstance(value, list) else [value]
    calls = [_json_call(item) for item in items]
    found = [call for call in calls if call is not None]
    return found if len(found) == len(calls) else []


def _arguments_in(body: str) -> JsonObject | None:
    found = list(_PARAMETER.finditer(body))
    if not found:
        return parse_object(body) if body.strip() else {}
    return {
        one["key"]: one["value"].strip("\n") if 'string="true"' in one["more"] else _value(one["value"].strip("\n"))
        for one in found
    }


def _value(text: str) -> JsonValue:
    """A value between tags: JSON when it is a number, a list and so on, else the text as it stands."""
    try:
        value = parse_json(text)
    except ValueError:
        return text
    return text if isinstance(value, str) else value


def _json_call(item: JsonValue) -> Call | None:
    call = object_of(item)
    if call is None:
        return None
    call = object_of(call.get("function")) or call
    name_key = next((key for key in _NAME_KEYS if text_of(call.get(key))), None)
    argument_key = next((key for key in _ARGUMENT_KEYS if key in call), None)
    if name_key is None or set(call) - {name_key, argument_key} - _OTHER_KEYS:
        return None
    given = call.get(argument_key or "", dict[str, JsonValue]())
    arguments = parse_object(given) if isinstance(given, str) else object_of(given)
    return None if arguments is None else (text_of(call[name_key]), arguments)


def _python_calls(text: str, names: frozenset[str]) -> list[Call]:
    """Calls in Python's form, with their arguments named: `[search(query="cats")]`."""
    if not text.startswith(tuple(f"{before}{name}(" for name in names for before in ("", "["))):
        return []
    # Imported late: a model writes so seldom.
    import ast

    try:
        tree = ast.parse(text, mode="eval").body
        nodes = tree.elts if isinstance(tree, ast.List) else [tree]
        calls = [_python_call(node) for node in nodes]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found = [call for call in calls if call is not None and call[0] in names]
    return found if len(found) == len(calls) else []


def _python_call(node: object) -> Call | None:
    import ast

    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.args:
        return None
    return node.func.id, {word.arg: ast.literal_eval(word.value) for word in node.keywords if word.arg is not None}
