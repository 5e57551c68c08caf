"""Schemas of answers: which values fit, and which stand in passages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bookwheel.engine.query.cited_values import cited_object, is_stated
from bookwheel.engine.query.value_schema import ObjectOf, OneValue, read_schema, values_in
from bookwheel.engine.schema import JsonValue, NumberedNode, TextNode

TEXT = "The invoice of 3 March 2024 names Anna Berg, who paid 1,250.50 euros in two parts."


def shape_of(**properties: Any) -> ObjectOf:
    return read_schema(json.dumps({"type": "object", "properties": properties, "required": list(properties)}), "s.json")


def one(**rules: Any) -> OneValue:
    shape = shape_of(a=rules).members["a"]
    assert isinstance(shape, OneValue)
    return shape


def told(value: JsonValue, quote: str) -> dict[str, JsonValue]:
    return {"value": value, "passage": 1, "quote": quote}


def passages(text: str = TEXT) -> list[NumberedNode]:
    return [NumberedNode(1, TextNode(text, start_char_idx=100, end_char_idx=100 + len(text)), 1.0)]


@pytest.mark.parametrize(
    ("rules", "value", "problem"),
    [
        ({"type": "string"}, "x", ""),
        ({"type": "string"}, 1, "1 is not of the type string"),
        ({"type": "integer"}, 2.0, ""),
        ({"type": "integer"}, 2.5, "2.5 is not of the type integer"),
        ({"type": "number"}, True, "true is not of the type number"),
        ({"type": "number", "minimum": 3}, 2, "2 breaks minimum 3"),
        ({"type": "number", "exclusiveMaximum": 3}, 3, "3 breaks exclusiveMaximum 3"),
        ({"type": "number", "multipleOf": 0.1}, 0.3, ""),
        ({"type": "string", "maxLength": 2}, "abc", '"abc" breaks maxLength 2'),
        ({"type": "string", "pattern": "^a"}, "ba", '"ba" breaks pattern ^a'),
        ({"type": "string", "format": "date"}, "2024-13-01", '"2024-13-01" breaks format date'),
        ({"enum": ["a", "b"]}, "c", '"c" is not one of "a", "b"'),
        ({"type": "string"}, None, "it is null"),
        ({"type": ["string", "null"]}, None, ""),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, None, ""),
        ({"enum": ["a", None]}, None, ""),
    ],
)
def test_a_value_fits_or_says_which_rule_it_breaks(rules: dict[str, Any], value: JsonValue, problem: str) -> None:
    assert one(**rules).problem(value) == problem


def test_references_and_lists_are_resolved() -> None:
    schema = {
        "$defs": {"Item": {"type": "object", "properties": {"name": {"type": "string"}}}},
        "type": "object",
        "properties": {"items": {"type": "array", "items": {"$ref": "#/$defs/Item"}}},
    }
    assert [at for at, _ in values_in(read_schema(json.dumps(schema), "s.json"))] == ["/items/*/name"]


@pytest.mark.parametrize(
    ("value", "is_date", "is_there"),
    [
        (1250.5, False, True),
        (2, False, True),
        (1250, False, False),
        ("anna berg", False, True),
        ("Berg Anna", False, False),
        ("2024-03-03", True, True),
        ("2024-03-04", True, False),
    ],
)
def test_a_value_is_found_in_any_notation(value: JsonValue, is_date: bool, is_there: bool) -> None:
    assert is_stated(value, TEXT, is_date=is_date) is is_there


def test_the_range_of_a_value_is_that_of_its_words_in_the_document() -> None:
    filled = cited_object(
        shape_of(payer={"type": "string"}), {"payer": told("Anna Berg", "names Anna Berg")}, passages()
    )
    assert filled.value == {"payer": "Anna Berg"}
    start = 100 + TEXT.index("names")
    assert filled.cited["/payer"].model_dump()["start_char_idx"] == start


def test_items_of_a_list_that_are_missing_are_left_out() -> None:
    listed = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
    given = [told("Anna", "Anna Berg"), told("Otto", "Anna Berg"), told("Anna", "Anna Berg"), told("Berg", "Anna Berg")]
    filled = cited_object(shape_of(names=listed), {"names": given}, passages())
    assert filled.value == {"names": ["Anna", "Berg"]}
    assert set(filled.cited) == {"/names/0", "/names/1"}
    assert filled.missing == {}


def test_a_missing_required_value_removes_its_object() -> None:
    payer = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "town": {"type": "string"}},
        "required": ["town"],
    }
    schema = {"type": "object", "properties": {"payer": payer, "sum": {"type": "number"}}, "required": ["sum"]}
    given: JsonValue = {"payer": {"name": told("Anna", "Anna Berg")}, "sum": told(1250.5, "1,250.50 euros")}
    filled = cited_object(read_schema(json.dumps(schema), "s.json"), given, passages())
    assert filled.value == {"sum": 1250.5}
    assert set(filled.cited) == {"/sum"}


def test_an_object_without_any_value_is_refused() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert cited_object(read_schema(json.dumps(schema), "s.json"), {}, passages()).value is None
