"""What documents say about themselves: title, author and date, however they write it, however hostile it is."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.growth import is_linear
from tests.support.sample_files import docx, docx_members, zip_of

from bookwheel.engine.index.readers.about import (
    LONGEST_AUTHOR,
    LONGEST_TITLE,
    about_document,
    first_day,
    iso_day,
    joined_authors,
)
from bookwheel.engine.index.readers.reader import Source, made_document
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_named, format_names, format_of, reader_of
from bookwheel.engine.schema import Document

LONG = "A" * 1_000_000


def read(name: str, text: str) -> Document:
    raw = text.encode()
    format_name = format_of(name, raw[:HEAD_BYTES])
    assert format_name is not None
    return reader_of(format_name)(Source(f"/desk/{name}", raw))


def about(name: str, text: str) -> tuple[object, object, object]:
    metadata = read(name, text).metadata
    return metadata.get("title"), metadata.get("author"), metadata.get("date")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-03-01", "2024-03-01"),
        ("2024-03-01T23:59:59-12:00", "2024-03-01"),
        ("2024/3/1 10:00", "2024-03-01"),
        ("20240301", "2024-03-01"),
        ("20240301T1000", "2024-03-01"),
        ("1.3.2024", "2024-03-01"),
        ("2024年3月1日", "2024-03-01"),
        ("D:20240301120000+01'00'", "2024-03-01"),
        ("D:20200000", "2020"),
        ("D:202003", "2020-03"),
        ("D:2020", "2020"),
        ("Fri, 01 Mar 2024 23:59:00 -1000", "2024-03-01"),
        ("March 1st, 2024", "2024-03-01"),
        ("Sept. 2024", "2024-09"),
        ("2024-03", "2024-03"),
        ("2024", "2024"),
        ("c. 1588", "1588"),
        ("$Date: 2020/01/02 10:00:00 $", "2020-01-02"),
    ],
)
def test_dates_are_read_as_exactly_as_they_are_written(written: str, day: str) -> None:
    assert iso_day(written) == day


@pytest.mark.parametrize(
    "written",
    [
        *(None, "", "  ", "yesterday", "9999-99-99", "0000-01-01", "0", "D:", "D:20201340", "2024-02-30", "12/11/2024"),
        *("1999-2024", "\x00\x1b[2J", "9" * 1_000_000, LONG, "١٢٣٤٥-٩٩-٩٩", "²⁰²⁴-01-01"),
    ],
)
def test_an_invalid_date_gives_none(written: str | None) -> None:
    assert iso_day(written) is None


@given(st.text() | st.from_regex(r"[D:]{0,2}\d{0,5}[-/. ]\d{0,3}[-/. ]\w{0,9}"))
def test_any_text_gives_a_date_or_none_and_never_raises(written: str) -> None:
    day = iso_day(written)
    assert (day is None) == (first_day(day) is None)
    assert iso_day(day) == day


@pytest.mark.parametrize(
    ("iso", "day"), [("2024", (2024, 1, 1)), ("2024-03", (2024, 3, 1)), ("2024-03-09", (2024, 3, 9))]
)
def test_a_month_and_a_year_stand_for_their_first_day(iso: str, day: tuple[int, int, int]) -> None:
    assert first_day(iso) == date(*day)


def test_hostile_metadata_is_used_only_where_it_is_valid() -> None:
    about = about_document({"title": 7, "author": ["Ada"], "date": "1 March 2024", "page_starts": "x"})
    assert about == (None, None, date(2024, 3, 1), None, ())


def test_authors_are_one_line_each_name_once() -> None:
    assert joined_authors(["Ada\n Lovelace", "", "Bob", "Bob"]) == "Ada Lovelace, Bob"
    assert len(joined_authors(LONG for _ in range(1_000_000))) <= LONGEST_AUTHOR


FRONT = [
    (
        'title: "A: b # c"\nauthor: Ada Lovelace  # me\ndate: 2024-03-01 10:00',
        ("A: b # c", "Ada Lovelace", "2024-03-01"),
    ),
    ("title: On: wheels\nauthors: [Ada, 'Bob']\npublished: March 2024", ("On: wheels", "Ada, Bob", "2024-03")),
    ("title: >\n  On\n  wheels\nauthors:\n  - name: Ada\n    mail: a@b\n  - Bob\n", ("On wheels", "Ada, Bob", None)),
    ("author:\n- Ada\n- Bob\nTitle: T\ndate: 9999-99-99", ("T", "Ada, Bob", None)),
    ("nothing here", (None, None, None)),
]


@pytest.mark.parametrize(("front", "expected"), FRONT)
def test_front_matter_of_markdown_is_read(front: str, expected: tuple[object, ...]) -> None:
    assert about("a.md", f"---\n{front}\n---\nText.\n") == expected


def test_front_matter_of_hugo_is_read_and_a_rule_is_not_front_matter() -> None:
    assert about("a.md", '+++\ntitle = "T"\ndate = 2024-03-01\n+++\nText\n') == ("T", None, "2024-03-01")
    assert about("a.md", "---\nJust text: with a colon\n") == (None, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "Wheels\n======\nThey turn\n---------\n\n:Author: Ada\n:Date: 2024-03-01\n\nText.\n",
        ":title: Wheels\n:authors: - Ada\n:date: $Date: 2024/03/01 $\n\nText\n====\n",
        "Wheels\n======\n\n:Authors:\n   - Ada\n:Date: 1 March 2024\n\nText :Author: Eve\n",
    ],
)
def test_the_fields_of_restructuredtext_are_read(text: str) -> None:
    assert about("a.rst", text) == ("Wheels", "Ada", "2024-03-01")


def test_fields_in_the_middle_of_restructuredtext_are_not_its_metadata() -> None:
    assert about("a.rst", "Wheels\n======\n\nText.\n\n:Author: Eve\n") == ("Wheels", None, None)


def page(head: str, body: str = "<p>Text.</p>") -> str:
    return f"<html><head><title>T</title>{head}</head><body>{body}</body></html>"


LINKED = json.dumps(
    {"@graph": [{"@type": "WebSite"}, {"author": [{"name": "Ada"}, "Bob"], "datePublished": "2024-03-01T10:00Z"}]}
)


@pytest.mark.parametrize(
    ("markup", "author", "day"),
    [
        (page('<meta name="author" content="Ada"><meta name="date" content="2024-03-01">'), "Ada", "2024-03-01"),
        (page('<meta property="article:published_time" content="2024-03-01T10:00Z">'), None, "2024-03-01"),
        (page('<meta name=DC.Date content="2024-03"><meta name=DC.creator content="Ada">'), "Ada", "2024-03"),
        (
            page('<meta name=citation_author content="A, B"><meta name=citation_author content="C, D">'),
            "A, B, C, D",
            None,
        ),
        (page('<meta property="article:author" content="https://example.org/ada">'), None, None),
        (page(f'<script type="application/ld+json">{LINKED}</script>'), "Ada, Bob", "2024-03-01"),
        (page('<script type="application/ld+json">{"author": 7, "datePublished": []}</script>'), None, None),
        (page('<script type="application/ld+json">{broken</script>'), None, None),
        (page("", '<main><time datetime="2024-03-01">x</time></main><time datetime="1999-01-01">'), None, "2024-03-01"),
        (page("", '<p>Text <time datetime="2024-03-01">then</time>'), None, "2024-03-01"),
        (page("", '<time datetime="2024-03-01">a</time><time datetime="2024-03-02">b</time>'), None, None),
        (page('<meta name="date" content="9999-99-99"><meta name="author" content="  ">'), None, None),
    ],
)  # fmt: skip
def test_a_web_page_says_who_wrote_it_and_when(markup: str, author: str | None, day: str | None) -> None:
    assert about("a.html", markup) == ("T", author, day)


def test_linked_data_nested_ten_thousand_deep_is_ignored() -> None:
    def read_title(deep: str) -> None:
        assert about("a.html", page(f'<script type="application/ld+json">{deep}</script>'))[0] == "T"

    assert is_linear(lambda depth: '{"@graph":[' * depth + "]}" * depth, read_title, 2_500)


@pytest.mark.parametrize("made", ["2013-12-23T23:15:00Z", "2013-01-27T09:14:16Z"])
def test_the_day_of_a_library_s_template_is_not_that_of_the_document(made: str) -> None:
    members = docx_members()
    members["docProps/core.xml"] = str(members["docProps/core.xml"]).replace("2024-03-05T10:00:00Z", made)
    raw = zip_of(members)
    assert reader_of("docx")(Source("/desk/a.docx", raw)).metadata.get("date") is None
    assert reader_of("docx")(Source("/desk/a.docx", docx())).metadata.get("date") == "2024-03-05"


def info(created: str = "", author: str = "", modified: str = "") -> Callable[[bytes], bytes]:
    """Puts an information dictionary into a small PDF, at its end, as an editor that saves would."""

    def put(pdf: bytes) -> bytes:
        fields = f"/Title (T) /Author ({author}) /CreationDate ({created}) /ModDate ({modified})"
        at = len(pdf) + 1
        previous = pdf.rsplit(b"startxref", 1)[1].split()[0].decode()
        entry = f"\n90 0 obj << {fields} >> endobj\n".encode()
        table = f"xref\n90 1\n{at:010} 00000 n \ntrailer << /Size 91 /Root 1 0 R /Info 90 0 R /Prev {previous} >>\n"
        return pdf + entry + table.encode() + f"startxref\n{len(pdf) + len(entry)}\n%%EOF\n".encode()

    return put


@pytest.mark.parametrize(
    ("put", "author", "day"),
    [
        (info("D:20240301120000+01'00'", "Ada\\003\\nLovelace"), "Ada Lovelace", "2024-03-01"),
        (info("D:2020"), None, "2020"),
        (info("D:99999999", "x" * 100_000), "x" * (LONGEST_AUTHOR - 1) + "…", None),
        (info("", "", "D:20240301"), None, "2024-03-01"),
        (info("2024-03-01"), None, "2024-03-01"),
    ],
)
def test_a_pdf_with_bad_information_is_read(
    pdf: Callable[..., bytes], put: Callable[[bytes], bytes], author: str | None, day: str | None
) -> None:
    metadata = reader_of("pdf")(Source("/desk/a.pdf", put(pdf(["Text of a page."])))).metadata
    assert (metadata.get("author"), metadata.get("date")) == (author, day)


@pytest.mark.parametrize(
    ("name", "with_long"),
    [
        ("a.md", lambda long: f"---\ntitle: {long}\nauthor: {long}\n---\nText\n"),
        (
            "a.md",
            lambda long: f"---\ntitle: {long.replace('A', 'x: ')}\nauthor: [{long.replace('A', 'a, ')}]\n---\nX\n",
        ),
        ("a.rst", lambda long: f"T\n=\n\n:Title: {long}\n:Author: {long}\n\nText\n"),
        ("a.html", lambda long: page(f'<meta name="author" content="{long}"><meta name=date content="{long}">')),
        ("a.eml", lambda long: f"Subject: {long}\nFrom: {long}\nDate: {long}\n\nText\n"),
        ("a.tex", lambda long: f"\\title{{{long}}}\\author{{{long}}}\n\\begin{{document}}Text\\end{{document}}"),
        (
            "a.ipynb",
            lambda long: json.dumps({"metadata": {"title": long, "authors": [long]}, "cells": [{"source": "x"}]}),
        ),
    ],
)
def test_a_title_or_an_author_of_a_megabyte_is_cut(name: str, with_long: Callable[[str], str]) -> None:
    def read_long(text: str) -> None:
        title, author, day = about(name, text)
        assert len(str(title)) <= LONGEST_TITLE
        assert len(str(author)) <= LONGEST_AUTHOR
        assert day is None

    assert is_linear(lambda count: with_long("A" * count), read_long, 250_000)


def test_several_authors_in_latex_are_separated() -> None:
    text = "\\title{W}\\author{Ada\\thanks{X Ltd} \\and Bob}\\date{\\today}\n\\begin{document}Text\\end{document}"
    assert about("a.tex", text) == ("W", "Ada, Bob", None)


def test_formats_are_known_by_name_and_by_suffix() -> None:
    assert {"pdf", "markdown", "email"} <= set(format_names())
    for name, format_name in [
        ("pdf", "pdf"),
        ("PDF", "pdf"),
        (".md", "markdown"),
        ("md", "markdown"),
        ("eml", "email"),
    ]:
        assert format_named(name) == format_name
    for name in ("", ".", "exe", "mp3", "\x1b"):
        assert format_named(name) is None


def test_remarks_are_kept_as_short_lines_each_once() -> None:
    source = Source("/desk/a.pdf", b"")
    many = [f"page {number} holds no text" for number in range(50)]
    document = made_document(source, "text", remarks=["no\ntext ", "no text", "", LONG, *many])
    first, long, *rest = about_document(document.metadata).remarks
    assert (first, len(long), len(rest)) == ("no text", 200, 6)
    assert (
        about_document({"remarks": "text"}).remarks == about_document(made_document(source, "").metadata).remarks == ()
    )
