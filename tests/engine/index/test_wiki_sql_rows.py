"""Wiki pages, dumps of databases and lists of JSON: their tables are rows that name their columns."""

import json
from collections.abc import Callable

import pytest
from tests.support.growth import is_linear

from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, reader_of
from bookwheel.engine.locations import locations_of
from bookwheel.engine.schema import Document

WIKI = """{{Infobox mill
| name   = Upper mill
| wheel  = {{convert|4|m|ft}}
| town   = [[Lunden|the old town]]
}}
<!-- draft -->'''Upper mill''' is a [[water mill]].<ref>Survey, p. 4</ref> It grinds&nbsp;oats.

== Wheels ==
* One of [https://mill.example oak]
{| class="wikitable"
|+ All wheels
! rowspan=2 | Wheel !! colspan=2 | Size
|-
! m !! kg
|-
| [[Upper wheel|Upper]] || 4 || style="text-align:right" | 900
|-
| Lower
| 3
| 700
|}
[[Category:Mills]][[File:mill.jpg|thumb|right|The mill in May]]
"""


def read(name: str, data: str) -> Document:
    format_name = format_of(name, data.encode()[:HEAD_BYTES])
    assert format_name is not None
    return reader_of(format_name)(Source(f"/desk/{name}", data.encode()))


def test_a_wiki_page_is_its_text_and_its_tables_are_rows() -> None:
    document = read("mill.wiki", WIKI)
    assert document.text == (
        "name: Upper mill\nwheel: 4 m ft\ntown: the old town\n\nUpper mill is a water mill. (Survey, p. 4) "
        "It grinds\u00a0oats.\n\nWheels\n\n- One of oak\n\nAll wheels\nWheel: Upper; Size m: 4; Size kg: 900\n"
        "Wheel: Lower; Size m: 3; Size kg: 700\n\nThe mill in May"
    )
    assert [heading.title for heading in locations_of(document.metadata).headings] == ["Wheels"]


def test_a_wiki_table_without_its_end_stays_text() -> None:
    assert "| Upper || 4" in read("a.mediawiki", "{|\n|-\n| Upper || 4\n").text


DUMPS = {
    "INSERT INTO `wheels` (`id`, name, size) VALUES\n(1,'Upper; old (x)',4.5),\n(2,'O''Neil',NULL);\nSELECT 1;\n": (
        "wheels:\nid: 1; name: Upper; old (x); size: 4.5\nid: 2; name: O'Neil\n\nSELECT 1;\n"
    ),
    "CREATE TABLE wheels (\n  id int,\n  name varchar(9) DEFAULT 'a,b',\n  PRIMARY KEY (id)\n);\n"
    "INSERT INTO wheels VALUES (7,'Lower');\n": (
        "CREATE TABLE wheels (\n  id int,\n  name varchar(9) DEFAULT 'a,b',\n  PRIMARY KEY (id)\n);\n"
        "wheels:\nid: 7; name: Lower\n\n"
    ),
    "COPY public.wheels (id, name) FROM stdin;\n1\tUpper\n2\t\\N\n\\.\n": (
        "public.wheels:\nid: 1; name: Upper\nid: 2\n\n"
    ),
    "INSERT INTO wheels (id, name) VALUES (1);\n": "INSERT INTO wheels (id, name) VALUES (1);\n",
}


@pytest.mark.parametrize("dump", DUMPS)
def test_rows_in_sql_name_their_columns(dump: str) -> None:
    assert read("dump.sql", dump).text == DUMPS[dump]


TABLES = {
    "records": (
        [{"wheel": "Upper", "size": {"m": 4}}, {"wheel": "Lower", "size": {"m": 3}}],
        "wheel: Lower; size.m: 3",
    ),
    "lists below names": ([["wheel", "m"], ["Upper", 4], ["Lower", 3]], "wheel: Lower; m: 3"),
    "two parts": (
        {"columns": ["wheel", "m"], "index": [0, 1], "data": [["Upper", 4], ["Lower", 3]]},
        "wheel: Lower; m: 3",
    ),
}


@pytest.mark.parametrize("kind", TABLES)
def test_tables_in_json_are_rows(kind: str) -> None:
    value, row = TABLES[kind]
    assert row in read("a.json", json.dumps(value)).text.split("\n")


def test_like_records_of_json_lines_are_rows() -> None:
    lines = '{"wheel": "Upper", "m": 4}\n{"wheel": "Lower", "m": 3}\n'
    assert read("a.jsonl", lines).text == "wheel: Upper; m: 4\nwheel: Lower; m: 3"


def test_records_with_long_or_nested_values_stand_under_their_number() -> None:
    for inner in ('"line\\nline"', '[{"a": 1}]'):
        text = read("a.json", f'[{{"wheel": 1, "note": {inner}}}, {{"wheel": 2, "note": {inner}}}]').text
        assert text.startswith("[0]\nwheel: 1")


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("a.sql", lambda count: "INSERT INTO a (b,c) VALUES ('\n" * 2 * count),
        ("a.sql", lambda count: "CREATE TABLE a (b int,\n" * count),
        ("a.sql", lambda count: "COPY a (b) FROM stdin;\n" * 2 * count),
        ("a.wiki", lambda count: "{|\n" * 3 * count),
        ("a.wiki", lambda count: "{{a|" * count + "}}" * count),
        ("a.html", lambda count: "<p>Text.</p><select>" + "<option selected>x" * count + "</select>"),
    ],
)
def test_marks_that_are_never_closed_are_read_in_linear_time(name: str, made: Callable[[int], str]) -> None:
    assert is_linear(made, lambda data: read(name, data), 2_200)


def test_spans_without_measure_fill_a_table_once() -> None:
    """Cells of 200 by 200 in each of 150 rows would be six million of them."""
    text = read("a.wiki", "{|\n" + "|-\n| colspan=200 rowspan=200 | x || colspan=200 | y\n" * 150 + "|}\n").text
    assert len(text) < 200_000
