"""Calls that a model writes into its text in the format of its own: taken as calls, and never shown."""

from __future__ import annotations

import json

import pytest

from bookwheel.engine.llms.openai.tool_salvage import ContentGate

ARGUMENTS = {"query": "old kilns"}
JSON = json.dumps(ARGUMENTS)
CALL = json.dumps({"name": "search", "arguments": ARGUMENTS})

WRITTEN = {
    "hermes, not closed": f"<tool_call>\n{CALL}",
    "qwen coder": "<tool_call>\n<function=search>\n<parameter=query>\nold kilns\n</parameter>\n</function>\n"
    "</tool_call>",
    "qwen coder, not wrapped": "<function=search>\n<parameter=query>\nold kilns\n</parameter>\n</function>",
    "glm": "<tool_call>search\n<arg_key>query</arg_key>\n<arg_value>old kilns</arg_value>\n</tool_call>",
    "kimi": "<|tool_calls_section_begin|><|tool_call_begin|>functions.search:0<|tool_call_argument_begin|>"
    f"{JSON}<|tool_call_end|><|tool_calls_section_end|>",
    "deepseek r1": "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>search\n"
    f"```json\n{JSON}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
    "deepseek v3": f"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>search<｜tool▁sep｜>{JSON}<｜tool▁call▁end｜>",
    "deepseek dsml": '<｜DSML｜tool_calls>\n<｜DSML｜invoke name="search">\n'
    '<｜DSML｜parameter name="query" string="true">old kilns</｜DSML｜parameter>\n'
    "</｜DSML｜invoke>\n</｜DSML｜tool_calls>",
    "mistral": f"[TOOL_CALLS][{CALL}]",
    "mistral, later": f"[TOOL_CALLS]search[ARGS]{JSON}",
    "llama": f"<function=search>{JSON}</function>",
    "llama, older": f"<|python_tag|>{CALL}",
    "minimax": '<minimax:tool_call>\n<invoke name="search">\n<parameter name="query">old kilns</parameter>\n</invoke>',
    "granite": f"<|tool_call|>[{CALL}]",
    "phi": f"<|tool_call|>[{CALL}]<|/tool_call|>",
    "functools": f"functools[{CALL}]",
    "cohere": f'<|START_ACTION|>[{{"tool_call_id": "0", "tool_name": "search", "parameters": {JSON}}}]<|END_ACTION|>',
    "python": '[search(query="old kilns")]',
    "gemma": '```tool_code\nsearch(query="old kilns")\n```',
}


def read(content: str, size: int) -> tuple[str, list[tuple[str, object]]]:
    gate = ContentGate(["search"])
    shown = "".join(gate.push(content[at : at + size]) for at in range(0, len(content), size))
    rest, calls = gate.finish()
    return shown + rest, [(call.tool_name, json.loads(call.arguments)) for call in calls]


@pytest.mark.parametrize("size", [1, 5, 1000])
@pytest.mark.parametrize("content", WRITTEN.values(), ids=WRITTEN.keys())
def test_a_call_in_the_format_of_a_model_is_taken_as_the_call_it_is(content: str, size: int) -> None:
    assert read(content, size) == ("", [("search", ARGUMENTS)])


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_call_may_follow_some_words(size: int) -> None:
    assert read(f"I look it up.\n<tool_call>\n{CALL}\n</tool_call>", size) == (
        "I look it up.\n",
        [("search", ARGUMENTS)],
    )
    text = f"I call the tool:\n\n```json\n{CALL}\n```"
    assert read(text, size) == (text, [("search", ARGUMENTS)])


@pytest.mark.parametrize(
    "content",
    [
        f"<tool_call>\n{CALL}\n</tool_call>\n<tool_call>\n{CALL}\n</tool_call>",
        "<function=search><parameter=query>old kilns</parameter></function>" * 2,
        f"<|tool_call_begin|>functions.search:0<|tool_call_argument_begin|>{JSON}<|tool_call_end|>" * 2,
        f"[TOOL_CALLS][{CALL}, {CALL}]",
    ],
)
def test_two_calls_are_two(content: str) -> None:
    assert read(content, 7) == ("", [("search", ARGUMENTS)] * 2)


def test_a_call_of_an_unknown_tool_is_one_where_nothing_stands_before_it() -> None:
    assert read('<tool_call>{"name": "bake", "arguments": {}}</tool_call>', 9) == ("", [("bake", {})])


def test_values_between_tags_have_their_types() -> None:
    content = "<parameter=query>\nold\nkilns\n</parameter>\n<parameter=limit>\n3\n</parameter>"
    assert read(f"<function=search>\n{content}\n</function>", 9) == (
        "",
        [("search", {"query": "old\nkilns", "limit": 3})],
    )


@pytest.mark.parametrize("size", [1, 1000])
@pytest.mark.parametrize(
    "content",
    [
        f"Write `<tool_call>{CALL}</tool_call>` into the prompt.",
        f"```xml\n<tool_call>{CALL}</tool_call>\n```\nis what it writes.",
        "The list [search] and <function> of it [1].",
        "<tool_call>without any JSON",
        'Qwen writes <tool_call>{"name": "bake", "arguments": {}}</tool_call> around a call [1].',
        "search(query) is the function.",
        "[search results are below]",
        "searching is slow",
    ],
)
def test_other_text_is_shown(content: str, size: int) -> None:
    assert read(content, size) == (content, [])
