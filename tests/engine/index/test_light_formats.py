"""Subtitles, Org, FictionBook, front matter, and the progress lines of notebooks."""

import json
import zipfile
from io import BytesIO

import pytest

from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, left_out_by_name, reader_of
from bookwheel.engine.locations import locations_of
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError


def read(name: str, data: str | bytes) -> Document:
    raw = data.encode() if isinstance(data, str) else data
    format_name = format_of(name, raw[:HEAD_BYTES])
    assert format_name is not None
    return reader_of(format_name)(Source(f"/desk/{name}", raw))


def headings(document: Document) -> list[tuple[str, str]]:
    """Each heading with the word that stands at its offset."""
    found = locations_of(document.metadata).headings
    return [(heading.title, document.text[heading.start :].split()[0]) for heading in found]


SRT = """1
00:00:01,000 --> 00:00:04,000
<i>The wheel of the mill</i>

2
00:00:04,100 --> 00:00:07,500
stood still until we

3
00:00:07,600 --> 00:00:11,000
oiled it &amp; cleaned it in May.

4
01:00:20,000 --> 01:00:22,000
{\\an8}- And then?
- It turned.
"""


def test_sentences_run_across_cues_and_the_time_is_their_location() -> None:
    document = read("talk.srt", SRT)
    assert document.text == (
        "The wheel of the mill stood still until we oiled it & cleaned it in May.\n\n- And then?\n- It turned."
    )
    assert headings(document) == [("00:00:01", "The"), ("01:00:20", "-")]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1250", "utf-16"])
def test_subtitles_in_any_encoding_are_read(codec: str, newline: str) -> None:
    text = (
        "1\n00:01:01,000 --> 00:01:04,000\nŘemeslníci opravili žebřík\n\n"
        "2\n00:01:04,500 --> 00:01:06,000\nu staré věže.\n"
    )
    document = read("a.srt", text.replace("\n", newline).encode(codec))
    assert document.text == "Řemeslníci opravili žebřík u staré věže."
    assert headings(document) == [("00:01:01", "Řemeslníci")]


def test_captions_of_a_program_with_commas_between_times_are_read() -> None:
    text = "0:00:01.000,0:00:04.000\nThe well was dug in\n\n0:00:04.100,0:00:07.500\n1744 by two brothers.\n"
    document = read("a.sbv", text)
    assert document.text == "The well was dug in 1744 by two brothers."
    assert headings(document) == [("00:00:01", "The")]


def test_rolling_captions_say_each_line_once() -> None:
    text = (
        "WEBVTT\nKind: captions\n\nNOTE a comment\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n00:01.000 --> 00:03.500 align:start\nthe<00:01.400><c> mill</c>\n\n"
        "00:03.500 --> 00:03.510\nthe mill\n\n"
        "00:03.510 --> 00:06.000\nthe mill\nturns<00:04.400><c> slowly</c>\n\n"
        "00:06.000 --> 00:06.010\nturns slowly\n"
    )
    assert read("a.vtt", text).text == "the mill turns slowly"


def test_speakers_are_named_and_repeated_answers_stay() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>Is it oak?</v>\n\n00:03.000 --> 00:04.000\n<v.loud Bob>No.\n"
    assert read("a.vtt", text).text == "Ada: Is it oak? Bob: No."
    short = "1\n00:00:01,000 --> 00:00:02,000\nNo.\n\n2\n00:00:02,000 --> 00:00:03,000\nNo.\n"
    assert read("a.srt", short).text == "No. No."


def test_cues_without_blank_lines_between_them_are_separated() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\nOne of\n2\n00:00:02,000 --> 00:00:03,000\nseven mills.\n"
    assert read("a.srt", text).text == "One of seven mills."


def test_long_talks_are_paragraphs_at_the_ends_of_sentences() -> None:
    cues = [
        f"{n}\n00:{n // 60:02}:{n % 60:02},000 --> 00:{n // 60:02}:{n % 60:02},900\nSentence {n} tells of mill {n}.\n"
        for n in range(300)
    ]
    document = read("a.srt", "\n".join(cues))
    paragraphs = document.text.split("\n\n")
    assert len(paragraphs) == len(locations_of(document.metadata).headings) > 5
    assert all(paragraph.endswith(".") and len(paragraph) < 600 for paragraph in paragraphs)


def test_subtitles_without_times_are_read_as_text_with_a_remark() -> None:
    document = read("a.srt", "Only words here\nand there\n")
    assert document.text == "Only words here\nand there\n"
    assert "no times are found" in str(document.metadata["remarks"])


def notebook(outputs: list[object]) -> bytes:
    cells = [{"cell_type": "code", "source": "train()", "outputs": outputs}]
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": cells}).encode()


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ([f"\rstep {n}/100" for n in range(101)], "step 100/100"),
        (["loss 0.9\n", "\r 10%|#", "\r100%|##########\n", "done\n"], "loss 0.9\n100%|##########\ndone"),
        (["\x1b[32m\rone\x1b[0m\rtwo\r", "\n"], "two"),
        (["a\r\nb\r\n"], "a\nb"),
        (
            [f"{n}/313 [{'=' * (n // 20)}>..] - ETA: 0s\r\n" for n in range(1, 314)] + ["accuracy 0.9"],
            f"313/313 [{'=' * 15}>..] - ETA: 0s\naccuracy 0.9",
        ),
        (["1/9 - loss: 2"] + ["\b" * 20 + f"{n}/9 - loss: 1" for n in range(2, 10)] + ["\n"], "9/9 - loss: 1"),
        (["see 1/2 [a]\n", "and 2/2 [b]\n"], "see 1/2 [a]\nand 2/2 [b]"),
    ],
)
def test_progress_lines_of_a_notebook_are_folded(printed: list[str], shown: str) -> None:
    outputs: list[object] = [{"output_type": "stream", "text": printed}]
    assert read("a.ipynb", notebook(outputs)).text == f"train()\n\n{shown}"


def test_tables_in_the_output_of_a_notebook_name_their_columns() -> None:
    page = "<table><tr><th></th><th>boat</th><th>tons</th></tr><tr><th>0</th><td>Alma</td><td>44</td></tr></table>"
    data = {"text/plain": ["   boat  tons\n", "0  Alma    44"], "text/html": [page]}
    outputs: list[object] = [{"output_type": "execute_result", "data": data}]
    assert read("a.ipynb", notebook(outputs)).text == "train()\n\n0; boat: Alma; tons: 44"


def test_cut_outputs_give_a_remark() -> None:
    document = read("a.ipynb", notebook([{"output_type": "stream", "text": "word " * 5_000}] * 2))
    assert document.metadata["remarks"] == ["2 outputs are cut after 10,000 characters"]


ORG = """#+TITLE: The mill
#+AUTHOR: Ada
#+DATE: <2024-03-01 Fri>
#+STARTUP: overview

* TODO Repair the [[https://example.org][wheel]] :work:urgent:
:PROPERTIES:
:ID: 7f3a
:END:
Twelve spokes, see [[file:plan.pdf]].
# a comment
** Tools
| name | price |
|------+-------|
| saw  | 12    |
#+BEGIN_SRC python
# oil it
turn(3)
#+END_SRC
"""


def test_org_gives_its_text_without_drawers_and_markup() -> None:
    document = read("a.org", ORG)
    assert document.text == (
        "\nTODO Repair the wheel\nTwelve spokes, see file:plan.pdf.\nTools\nname: saw; price: 12\n# oil it\nturn(3)\n"
    )
    assert headings(document) == [("TODO Repair the wheel", "TODO"), ("Tools", "Tools")]
    found = {key: document.metadata[key] for key in ("title", "author", "date")}
    assert found == {"title": "The mill", "author": "Ada", "date": "2024-03-01"}


FB2 = """<?xml version="1.0" encoding="{codec}"?>
<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0" xmlns:l="http://www.w3.org/1999/xlink"><description>
<title-info><author><first-name>Ада</first-name><last-name>Байрон</last-name></author><book-title>Мельница</book-title>
<date value="1843-09-01">1843</date></title-info></description><body><title><p>Мельница</p></title><section><title>
<p>Колесо</p></title><p>Оно <emphasis>вращается</emphasis> медленно.</p><poem><stanza><v>Вода</v><v>течёт</v></stanza>
</poem><section><title><p>Спицы</p></title><p>Их двенадцать.</p></section></section></body>
<body name="notes"><section><title><p>1</p></title><p>Дубовые.</p></section></body>
<binary id="a">iVBORw0K</binary></FictionBook>
"""


def zipped(name: str, data: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize("codec", ["utf-8", "windows-1251"])
@pytest.mark.parametrize("name", ["book.fb2", "book.fb2.zip"])
def test_a_fictionbook_is_read_packed_or_not(codec: str, name: str) -> None:
    data = FB2.format(codec=codec).encode(codec)
    document = read(name, zipped("book.fb2", data) if name.endswith("zip") else data)
    assert document.text == (
        "Мельница\n\nКолесо\n\nОно вращается медленно.\nВода\nтечёт\n\nСпицы\n\nИх двенадцать.\n\n1\n\nДубовые."
    )
    assert [title for title, _ in headings(document)] == ["Мельница", "Колесо", "Спицы", "1"]
    found = {key: document.metadata[key] for key in ("title", "author", "date")}
    assert found == {"title": "Мельница", "author": "Ада Байрон", "date": "1843-09-01"}
    assert left_out_by_name(name) is None


@pytest.mark.parametrize("data", [b"<a/>", b"<FictionBook/>", zipped("a.txt", b"x"), b"PK\x03\x04"])
def test_other_files_with_the_suffix_of_a_fictionbook_are_refused(data: bytes) -> None:
    with pytest.raises(DocumentError):
        read("a.fb2", data)


@pytest.mark.parametrize(
    ("front", "tags"),
    [
        ("---\ntitle: T\ntags: [mill, wheel]\n---\n", ["mill", "wheel"]),
        ("---\ntitle: T\ntags:\n  - mill\n  - wheel\n---\n\n", ["mill", "wheel"]),
        ('+++\ntitle = "T"\ncategories = ["mill"]\n+++\n', ["mill"]),
        ("---\n# by hand\ntitle: T\nkeywords: mill\n...\n", ["mill"]),
        ('{\n  "title": "T",\n  "tags": ["mill", "wheel"],\n  "draft": false\n}\n\n', ["mill", "wheel"]),
        ('---json\n{"title": "T", "keywords": "mill", "author": {"name": "Ada"}}\n---\n', ["mill"]),
    ],
)
def test_front_matter_is_title_and_tags_and_not_text(front: str, tags: list[str]) -> None:
    document = read("a.md", f"{front}# Wheel\n\nIt turns.\n")
    assert document.text.removeprefix("draft: false\n\n") == "# Wheel\n\nIt turns.\n"
    assert (document.metadata["title"], document.metadata["tags"]) == ("T", tags)
    assert headings(document) == [("Wheel", "#")]


@pytest.mark.parametrize(
    "text",
    [
        "---\nIt turns.\nSlowly.\n---\nMore.\n",
        "---\ntitle: T\n---\n",
        "---\n\n---\nText\n",
        '{"title": "T"} is what the file begins with.\n',
        '{"title": "T",\nand no end\n',
        '{"title": "T"}\n',
    ],
)
def test_text_between_rules_and_front_matter_alone_stay_text(text: str) -> None:
    assert read("a.md", text).text == text
