"""Tool schemas from signatures and docstrings, also where annotations are strings."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Literal, NewType, NotRequired, Optional, TypedDict

import pytest

from bookwheel.engine.tools.function_tool import FunctionTool
from bookwheel.engine.tools.json_schema import schema_of
from bookwheel.engine.workflow.context import Context

if TYPE_CHECKING:
    from decimal import Decimal as OnlyForTypeCheckers

UserId = NewType("UserId", int)


class Color(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Point:
    x: int
    y: float = 0.0


class Options(TypedDict):
    deep: bool
    limit: NotRequired[int]


class Described:
    """Stands for pydantic's Field: constraints as attributes."""

    description = "how many"
    ge = 1


class LikePydantic:
    """Stands for a pydantic model, which is known by its methods."""

    @classmethod
    def model_json_schema(cls) -> dict[str, Any]:
        inner = {"$ref": "#/$defs/Inner"}
        return {"type": "object", "properties": {"inner": inner}, "$defs": {"Inner": {"type": "string"}}}

    @classmethod
    def model_validate(cls, value: object) -> LikePydantic:
        return cls()


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (str, {"type": "string"}),
        (int, {"type": "integer"}),
        (bool, {"type": "boolean"}),
        (Any, {}),
        (object, {}),
        (list, {"type": "array"}),
        (list[int], {"type": "array", "items": {"type": "integer"}}),
        (Sequence[str], {"type": "array", "items": {"type": "string"}}),
        (set[str], {"type": "array", "items": {"type": "string"}, "uniqueItems": True}),
        (dict[str, float], {"type": "object", "additionalProperties": {"type": "number"}}),
        (Mapping[str, Any], {"type": "object", "additionalProperties": {}}),
        (
            tuple[int, str],
            {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "minItems": 2, "maxItems": 2},
        ),
        (tuple[int, ...], {"type": "array", "items": {"type": "integer"}}),
        (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        (Literal["a", 1], {"enum": ["a", 1]}),
        (Color, {"type": "string", "enum": ["red", "blue"]}),
        (Optional[int], {"anyOf": [{"type": "integer"}, {"type": "null"}]}),  # noqa: UP045 - the older spelling
        (int | str, {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
        (Annotated[int, "how many"], {"type": "integer", "description": "how many"}),
        (Annotated[int, Described()], {"type": "integer", "description": "how many", "minimum": 1}),
        (datetime.date, {"type": "string", "format": "date"}),
        (UserId, {"type": "integer"}),
        (
            Options,
            {
                "type": "object",
                "properties": {"deep": {"type": "boolean"}, "limit": {"type": "integer"}},
                "required": ["deep"],
            },
        ),
        (Callable[[int], int], {}),
    ],
)
def test_a_type_has_its_schema(kind: object, schema: dict[str, Any]) -> None:
    assert schema_of(kind) == schema


def test_a_dataclass_is_an_object_with_required_fields() -> None:
    properties = {"x": {"type": "integer"}, "y": {"type": "number"}}
    assert schema_of(Point) == {"type": "object", "properties": properties, "required": ["x"]}


def test_a_recursive_type_ends() -> None:
    @dataclass
    class Tree:
        children: list[Tree]

    Tree.__annotations__["children"] = list[Tree]
    assert schema_of(Tree)["type"] == "object"


def test_the_definitions_of_a_model_move_to_the_root_where_its_references_look() -> None:
    def save(thing: LikePydantic) -> None: ...

    parameters = FunctionTool.from_defaults(save).metadata.parameters
    assert parameters["$defs"] == {"Inner": {"type": "string"}}
    assert parameters["properties"] == {"thing": {"type": "object", "properties": {"inner": {"$ref": "#/$defs/Inner"}}}}


def test_a_function_gives_name_description_types_defaults_and_arguments() -> None:
    def search(query: str, limit: int = 5, exact=False, *, lang: Literal["en", "de"] = "en", **more: Any) -> str:
        """Search the archive.

        Finds what fits best.

        Args:
            query (str): what to look for,
                in a few words
            limit: at most so many hits

        Returns:
            str: the hits
        """
        return query

    metadata = FunctionTool.from_defaults(search).metadata
    assert metadata.name == "search"
    assert metadata.description == "Search the archive.\n\nFinds what fits best."
    assert metadata.parameters == {
        "type": "object",
        "properties": {
            "query": {"type": "string", "description": "what to look for, in a few words"},
            "limit": {"type": "integer", "description": "at most so many hits", "default": 5},
            "exact": {"type": "boolean", "default": False},
            "lang": {"type": "string", "enum": ["en", "de"], "default": "en"},
        },
        "required": ["query"],
    }


@pytest.mark.parametrize(
    "docstring",
    [
        "Add.\n\n:param a: the first\n:param int b: the second\n:returns: the sum",
        "Add.\n\nParameters\n----------\na : int\n    the first\nb\n    the second\n\nReturns\n-------\nint",
        "Add.\n\nArgs:\n    a: the first\n    b (int, optional): the second\n\nRaises:\n    c: no argument",
    ],
)
def test_the_usual_docstring_styles_are_read(docstring: str) -> None:
    def add(a: int, b: int) -> int:
        return a + b

    add.__doc__ = docstring
    metadata = FunctionTool.from_defaults(add).metadata
    assert metadata.description == "Add."
    properties: Any = metadata.parameters["properties"]
    assert {name: schema["description"] for name, schema in properties.items()} == {"a": "the first", "b": "the second"}


def test_the_context_is_hidden_and_unreadable_annotations_hide_nothing_else() -> None:
    def tool(ctx: Context[Any], price: OnlyForTypeCheckers, count: int) -> str:
        return ""

    parameters = FunctionTool.from_defaults(tool).metadata.parameters
    assert parameters["properties"] == {"price": {}, "count": {"type": "integer"}}
