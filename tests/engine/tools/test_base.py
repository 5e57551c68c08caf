"""Tools: bad arguments call nothing, every failure is a result for the model, and names are checked."""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Generator, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import partial
from typing import Any, ClassVar, Literal, Protocol, TypedDict

import pytest
import typing_extensions
from pydantic import Field

from bookwheel.engine.events import ToolProgress
from bookwheel.engine.schema import JsonValue
from bookwheel.engine.tools.approval import ApprovalRule
from bookwheel.engine.tools.base_tool import BaseTool
from bookwheel.engine.tools.function_tool import BaseToolSpec, FunctionTool, ToolMetadata, ToolOutput, as_tools
from bookwheel.engine.tools.query_engine_tool import QueryEngineTool
from bookwheel.engine.workflow.context import Context
from bookwheel.engine.workflow.handler import start_run
from bookwheel.errors import ToolError


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


@dataclass
class Box:
    width: int
    size: Size = Size.SMALL


class Place(TypedDict):
    page: int


class Span(typing_extensions.TypedDict):
    size: Size


class Sized(Protocol):
    size: int


class Recorder:
    """Keeps what a tool was called with."""

    def __init__(self) -> None:
        self.calls: list[Any] = []

    def tool(self, count: int, ratio: float = 1.0, size: Size | None = None, mode: Literal["a", "b"] = "a") -> str:
        self.calls.append((count, ratio, size, mode))
        return "called"


@pytest.mark.parametrize(
    ("arguments", "called_with"),
    [
        ({"count": 3}, (3, 1.0, None, "a")),
        ({"count": "3", "ratio": 2}, (3, 2, None, "a")),
        ({"count": 3.0, "size": "l", "mode": "b"}, (3, 1.0, Size.LARGE, "b")),
        ({"count": 1, "size": None}, (1, 1.0, None, "a")),
    ],
)
async def test_arguments_are_converted_by_the_annotations(
    arguments: dict[str, JsonValue], called_with: tuple[Any, ...]
) -> None:
    recorder = Recorder()
    output = await FunctionTool.from_defaults(recorder.tool).invoke(arguments)
    assert (output.content, output.is_error) == ("called", False)
    assert recorder.calls == [called_with]


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ({}, "missing argument: count"),
        ({"count": "many"}, "count must be a whole number, not 'many'"),
        ({"count": True}, "count must be a whole number, not True"),
        ({"count": 1.5}, "count must be a whole number, not 1.5"),
        ({"count": 1, "colour": "red"}, "unknown argument: colour"),
        ({"count": 1, "mode": "c"}, "mode must be one of 'a', 'b', not 'c'"),
        ({"count": 1, "size": "xl"}, "size must be one of 's', 'l', not 'xl' or size must be null"),
    ],
)
async def test_bad_arguments_call_nothing_and_name_the_mistake(arguments: dict[str, JsonValue], wrong: str) -> None:
    recorder = Recorder()
    output = await FunctionTool.from_defaults(recorder.tool).invoke(arguments)
    assert output.is_error
    assert wrong in output.content
    assert output.content.endswith("The tool was not called.")
    assert recorder.calls == []


async def test_records_dates_lists_and_tuples_arrive_as_such() -> None:
    received: list[Any] = []

    async def pack(boxes: list[Box], day: date, pair: tuple[int, str], tags: set[str], sizes: dict[str, Size]) -> None:
        received.extend([boxes, day, pair, tags, sizes])

    arguments: dict[str, JsonValue] = {
        "boxes": [{"width": 2, "size": "l"}],
        "day": "2024-02-29",
        "pair": [1, "x"],
        "tags": ["a", "a"],
        "sizes": {"front": "s"},
    }
    output = await FunctionTool.from_defaults(pack).invoke(arguments)
    assert not output.is_error, output.content
    assert received == [[Box(2, Size.LARGE)], date(2024, 2, 29), (1, "x"), {"a"}, {"front": Size.SMALL}]

    for name, value in {"boxes": [{"width": "x"}], "day": "2024-02-30", "pair": [1], "tags": 3, "sizes": []}.items():
        failed = await FunctionTool.from_defaults(pack).invoke({**arguments, name: value})
        assert failed.is_error
        assert name in failed.content


async def test_dictionaries_of_declared_keys_arrive_with_their_values_converted() -> None:
    def show(place: Place, span: Span, counts: Counter[str], sized: Sized) -> list[Any]:
        return [place, span, counts, sized]

    tool = FunctionTool.from_defaults(show)
    properties: Any = tool.metadata.get_parameters_dict()["properties"]
    assert properties["place"]["properties"] == {"page": {"type": "integer"}}
    assert properties["span"]["required"] == ["size"]
    arguments: dict[str, JsonValue] = {"place": {"page": "3"}, "span": {"size": "l"}, "counts": {"a": 1}, "sized": 4}
    output = await tool.invoke(arguments)
    assert output.raw_output == [{"page": 3}, {"size": Size.LARGE}, {"a": 1}, 4]
    assert (await tool.invoke({**arguments, "place": {"page": "x"}})).is_error


async def test_a_tool_that_raises_gives_its_message() -> None:
    def fail() -> None:
        raise RuntimeError("out of paper")

    output = await FunctionTool.from_defaults(fail).invoke({})
    assert (output.content, output.is_error) == ("out of paper", True)
    assert isinstance(output.exception, RuntimeError)
    with pytest.raises(RuntimeError):
        await FunctionTool.from_defaults(fail).acall()


async def test_stop_iteration_of_a_plain_tool_is_an_error_like_any_other() -> None:
    def fail() -> None:
        next(iter(()))

    assert (await FunctionTool.from_defaults(fail).invoke({})).is_error


@pytest.mark.parametrize(
    ("result", "content"),
    [
        ("text", "text"),
        ("a\ud800b", "a?b"),
        (12, "12"),
        (None, "None"),
        ({"a": [1, Size.SMALL]}, '{"a": [1, "s"]}'),
        (Box(1), '{"width": 1, "size": "s"}'),
        (("ä", 2), '["ä", 2]'),
    ],
)
async def test_the_result_of_a_tool_becomes_text(result: object, content: str) -> None:
    output = await FunctionTool.from_defaults(lambda: result, name="give").invoke({})
    assert (output.content, output.is_error, output.raw_output) == (content, False, result)


async def test_a_result_that_says_nothing_is_an_error_that_names_its_class() -> None:
    class Socket: ...

    output = await FunctionTool.from_defaults(Socket, name="open_socket").invoke({})
    assert output.is_error
    assert "Socket" in output.content


async def test_a_tool_may_give_its_own_output() -> None:
    output = await FunctionTool.from_defaults(lambda: ToolOutput("seen", is_error=True), name="look").invoke({"x": 1})
    assert output.is_error  # an unknown argument
    output = await FunctionTool.from_defaults(lambda: ToolOutput("seen"), name="look").invoke({})
    assert (output.content, output.tool_name) == ("seen", "look")


async def test_plain_functions_run_in_a_thread_and_asynchronous_ones_on_the_loop() -> None:
    def where() -> int:
        return threading.get_ident()

    async def here() -> int:
        return threading.get_ident()

    class Asker:
        async def __call__(self) -> int:
            return threading.get_ident()

    loop_thread = threading.get_ident()
    assert (await FunctionTool.from_defaults(where).invoke({})).raw_output != loop_thread
    assert (await FunctionTool.from_defaults(here).invoke({})).raw_output == loop_thread
    assert (await FunctionTool.from_defaults(partial(here), name="p").invoke({})).raw_output == loop_thread
    assert (await FunctionTool.from_defaults(Asker()).invoke({})).raw_output == loop_thread
    assert (await FunctionTool.from_defaults(lambda: here(), name="l").invoke({})).raw_output == loop_thread


async def test_positional_only_keyword_and_given_arguments_go_where_they_belong() -> None:
    def mix(first: int, /, second: int, *, third: int, **more: int) -> list[int]:
        return [first, second, third, *more.values()]

    tool = FunctionTool.from_defaults(mix, partial_params={"third": 3})
    assert "third" not in tool.metadata.parameters["properties"]  # type: ignore[operator]
    assert (await tool.invoke({"first": "1", "second": 2, "extra": 4})).raw_output == [1, 2, 3, 4]


def test_a_direct_call_gives_an_output_and_raises_its_errors() -> None:
    def double(n: int) -> int:
        return 2 * n

    async def later(n: int) -> int:
        return 3 * n

    assert FunctionTool.from_defaults(double)(4).raw_output == 8
    assert FunctionTool.from_defaults(later).call(n=4).raw_output == 12
    with pytest.raises(TypeError):
        FunctionTool.from_defaults(double)("a", "b")


async def test_of_two_functions_each_way_of_calling_takes_its_own() -> None:
    def plain(a: int) -> int:
        return a

    async def later(a: int) -> int:
        return a * 10

    tool = FunctionTool.from_defaults(fn=plain, async_fn=later, name="both")
    assert (tool(2).raw_output, (await tool.acall(2)).raw_output, (await tool.invoke({"a": 2})).raw_output) == (
        2,
        20,
        20,
    )


async def test_a_field_as_default_describes_its_parameter() -> None:
    def search(query: str = Field(description="what to look for"), limit: int = Field(default=5, ge=1)) -> str:
        """Search."""
        return f"{query} {limit}"

    tool = FunctionTool.from_defaults(search)
    schema = tool.metadata.get_parameters_dict()
    assert schema["required"] == ["query"]
    assert schema["properties"]["query"]["description"] == "what to look for"  # type: ignore[index, call-overload]
    assert (await tool.invoke({"query": "x"})).content == "x 5"
    assert tool(query="x").content == tool("x").content == "x 5"


def test_metadata_has_llamaindexs_forms() -> None:
    def add(a: int, b: int = 2) -> int:
        """Add two numbers."""
        return a + b

    metadata = FunctionTool.from_defaults(add).metadata
    assert list(metadata.fn_schema.model_fields) == ["a", "b"]
    assert metadata.to_openai_tool()["function"]["name"] == "add"  # type: ignore[index, call-overload]
    named = FunctionTool.from_defaults(add, tool_metadata=ToolMetadata(name="plus", description="Plus."))
    assert (named.name, named.metadata.parameters["required"]) == ("plus", ["input"])


async def test_a_callback_sees_the_result_and_may_replace_it() -> None:
    seen: list[object] = []

    def double(n: int) -> int:
        return 2 * n

    def remember(result: object) -> None:
        seen.append(result)

    assert FunctionTool.from_defaults(double, callback=remember)(2).content == "4"
    assert (await FunctionTool.from_defaults(double, callback=lambda _: "replaced").acall(2)).content == "replaced"
    assert seen == [4]


async def test_partial_parameters_are_in_the_raw_input() -> None:
    def add(a: int, b: int) -> int:
        return a + b

    tool = FunctionTool.from_defaults(add, partial_params={"b": 5})
    assert (await tool.invoke({"a": 1})).raw_input == {"args": (), "kwargs": {"a": 1, "b": 5}}
    assert tool(a=1).raw_input == {"args": (), "kwargs": {"a": 1, "b": 5}}


def test_a_tool_of_the_users_own_class_is_a_tool() -> None:
    class Echo(BaseTool):
        @property
        def metadata(self) -> ToolMetadata:
            return ToolMetadata("echo", "Say it again.")

        def __call__(self, *args: Any, **kwargs: Any) -> ToolOutput:
            return ToolOutput(f"{kwargs['input']}!")

    (tool,) = as_tools([Echo()])
    assert tool.metadata.parameters["required"] == ["input"]
    assert asyncio.run(tool.invoke({"input": "hi"})).content == "hi!"


def test_a_query_engine_is_a_tool() -> None:
    class Engine:
        async def aquery(self, query: str, /) -> str:
            return f"answer to {query}"

    tool = QueryEngineTool.from_defaults(Engine(), name="paul", description="About Paul.")
    output = tool(input="who?")
    assert (tool.name, output.content, output.raw_output) == ("paul", "answer to who?", "answer to who?")
    assert as_tools([tool]) == [tool]


def test_a_tool_spec_gives_its_methods_as_tools() -> None:
    class Notes(BaseToolSpec):
        spec_functions: ClassVar = ["read", ("write", "awrite")]

        def read(self) -> str:
            """Read the notes."""
            return "notes"

        def write(self, text: str) -> str:
            return f"plain {text}"

        async def awrite(self, text: str) -> str:
            """Write a note."""
            return f"async {text}"

    tools = as_tools([Notes(), len])
    assert [tool.name for tool in tools] == ["read", "write", "len"]
    assert [tool.metadata.description for tool in tools[:2]] == ["Read the notes.", "Write a note."]
    assert (tools[1](text="x").content, asyncio.run(tools[1].acall(text="x")).content) == ("plain x", "async x")
    assert [tool.name for tool in as_tools(Notes())] == ["read", "write"], "a tool spec may stand for the whole list"


@pytest.mark.parametrize("bad", [3, None, "name"])
def test_an_object_that_is_not_a_tool_is_refused(bad: object) -> None:
    with pytest.raises(ToolError):
        as_tools([bad])


def test_two_tools_of_one_name_are_refused_by_name() -> None:
    with pytest.raises(ToolError, match="'len'"):
        as_tools([len, FunctionTool.from_defaults(max, name="len")])


@pytest.mark.parametrize("name", ["<lambda>", "two words", "x" * 65])
def test_a_name_that_no_endpoint_takes_is_refused(name: str) -> None:
    with pytest.raises(ToolError):
        FunctionTool.from_defaults(len, name=name)


@pytest.mark.parametrize("kind", ["plain", "async"])
async def test_a_generator_shows_its_progress_and_its_last_piece_is_the_result(kind: str) -> None:
    def plain(n: int) -> Iterator[str]:
        for i in range(n):
            yield f"step {i}"
        if n == 1:
            raise ValueError("broken")

    async def later(n: int) -> AsyncIterator[str]:
        for i in range(n):
            yield f"step {i}"
        if n == 1:
            raise ValueError("broken")

    tool = FunctionTool.from_defaults(plain if kind == "plain" else later)

    async def body(ctx: Context) -> str:
        return (await tool.invoke({"n": 3}, ctx, tool_id="c1")).content

    handler = start_run(body)
    assert await handler == "step 2"
    shown = [event async for event in handler.stream_events() if isinstance(event, ToolProgress)]
    assert [(event.tool_id, event.progress) for event in shown] == [("c1", "step 0"), ("c1", "step 1")]
    called = await asyncio.to_thread(tool.call, n=2)
    assert called.content == (await tool.acall(n=2)).content == "step 1"
    assert (await tool.invoke({"n": 0})).content == "None"

    async def failing(ctx: Context) -> bool:
        return (await tool.invoke({"n": 1}, ctx, tool_id="c2")).is_error

    handler = start_run(failing)
    assert await handler is True
    shown = [event async for event in handler.stream_events() if isinstance(event, ToolProgress)]
    assert [(event.tool_id, event.progress) for event in shown] == [("c2", "step 0")]


async def test_a_generator_that_returns_something_gives_that() -> None:
    def count() -> Generator[int, None, str]:
        yield 1
        return "done"

    assert (await FunctionTool.from_defaults(count).invoke({})).content == "done"


@pytest.mark.parametrize(
    ("answer", "allowed", "asks_again"),
    [
        ("once", True, True),
        ("session", True, False),
        ("deny", False, True),
        ("whatever", False, True),
        ("", False, True),
    ],
)
def test_an_approval_is_a_plain_yes_and_may_last(answer: str, *, allowed: bool, asks_again: bool) -> None:
    rule = ApprovalRule()
    assert rule.answer(answer) is allowed
    assert rule.granted is not asks_again
