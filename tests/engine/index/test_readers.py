"""The text, headings and metadata that each reader gives."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, left_out_by_name, reader_of
from bookwheel.engine.locations import locations_of
from bookwheel.engine.schema import Document
from bookwheel.errors import DocumentError

SAMPLES = Path(__file__).parents[3] / "src" / "bookwheel" / "samples"


def read(name: str, data: bytes | str) -> Document:
    raw = data.encode() if isinstance(data, str) else data
    format_name = format_of(name, raw[:HEAD_BYTES])
    assert format_name is not None
    return reader_of(format_name)(Source(f"/desk/{name}", raw))


def headings(document: Document) -> list[tuple[int, str]]:
    return [(heading.level, heading.title) for heading in locations_of(document.metadata).headings]


def test_markdown_headings_are_found_outside_of_fences() -> None:
    front = "---\ntitle: 'The wheel'\n---\n"
    text = front + "# One #\ntext\n```sh\n# no heading\n```\n## *Two* [link](x)\nThree\n=====\n- item\n---\n"
    document = read("a.md", text)
    text = text.removeprefix(front)
    assert document.text == text
    assert document.metadata["title"] == "The wheel"
    assert headings(document) == [(1, "One"), (2, "Two link"), (1, "Three")]
    for heading in locations_of(document.metadata).headings:
        assert text[heading.start :].lstrip("#* ").startswith(heading.title.split()[0])


def test_rst_titles_rank_by_the_first_use_of_their_style() -> None:
    text = "=====\nTitle\n=====\n\nPart\n----\ntext\n\nSub\n~~~\n\nPart two\n--------\n"
    document = read("a.rst", text)
    assert document.metadata["title"] == "Title"
    assert headings(document) == [(1, "Title"), (2, "Part"), (3, "Sub"), (2, "Part two")]


def test_sections_of_code_begin_with_the_comments_and_decorators_of_a_definition() -> None:
    text = "import os\n\n\n# About Wheel.\n@dataclass\nclass Wheel:\n    def turn(self) -> int:\n        return 1\n"
    document = read("a.py", text)
    assert headings(document) == [(1, "class Wheel"), (2, "def turn")]
    assert text[locations_of(document.metadata).headings[0].start :].startswith("# About Wheel.")


@pytest.mark.parametrize(
    ("name", "line", "title"),
    [
        ("a.rs", "pub fn turn<T>(x: T) -> T {\n}\n", "fn turn"),
        ("a.go", "func Turn(x int) int {\n}\n", "func Turn"),
        ("a.ts", "export async function turn(x) {\n}\n", "function turn"),
        ("a.java", "public final class Wheel {\n}\n", "class Wheel"),
    ],
)
def test_definitions_of_other_languages_are_found(name: str, line: str, title: str) -> None:
    assert headings(read(name, line)) == [(1, title)]


def test_headings_of_markdown_may_be_written_in_html() -> None:
    text = (
        '<h1 align="center">\n  <img src="mill.png"><br>\n  The Mill\n</h1>\n\n'
        '<h3 name="bell">\nIs there a *bell*?\n</h3>\n\n'
        "Yes.\n\n```html\n<h2>code</h2>\n```\n\nIt has <h2>none</h2> inside.\n\n<h2><img src='gate.png'></h2>\n"
    )
    document = read("a.md", text)
    assert "### Is there a *bell*?\n\nYes." in document.text
    found = locations_of(document.metadata).headings
    assert [(heading.level, heading.title) for heading in found] == [(1, "The Mill"), (3, "Is there a bell?")]


def test_html_gives_the_main_text_with_headings_without_navigation() -> None:
    page = (
        "<!doctype html><title>A &amp; B</title><nav>Home</nav><script>evil()</script><main><h1>Top <i>line</i></h1>"
        "<div><p>One</p>two<br>three</div><ul><li>first<li>second</ul><table><tr><th>a<th>b<tr><td>1<td>2</table>"
        "<pre>x  =\n  y</pre></main><footer>Imprint</footer>"
    )
    document = read("page.html", page)
    assert document.text == "Top line\n\nOne\ntwo\nthree\n\n- first\n- second\n\na: 1; b: 2\n\nx  =\n  y"
    assert document.metadata["title"] == "A & B"
    assert headings(document) == [(1, "Top line")]


def test_html_paragraphs_in_cells_of_a_layout_and_in_list_items_stand_on_their_line() -> None:
    page = (
        "<table><tr><td><h2>a</h2><td><div><p>b</p><p>c</p></div><tr><td><p>d<td></table><p>after</p>"
        "<ul><li><p>one</p><p>more</p><li></ul><p>end</p>"
    )
    assert read("page.html", page).text == "a | b\n\nc\nd | \n\nafter\n\n- one\n\nmore\n- \n\nend"


@pytest.mark.parametrize("name", ["hex", "idna", "undefined", "nonsense"])
def test_html_with_an_invalid_charset_is_read(name: str) -> None:
    assert read("page.html", f'<html><meta charset="{name}"><body><p>Über</p></body></html>').text == "Über"


def test_html_in_a_declared_encoding_is_decoded() -> None:
    page = '<html><meta charset="windows-1251"><body><p>Книга</p></body></html>'.encode("cp1251")
    assert read("page.html", page).text == "Книга"


@pytest.mark.parametrize("tag", ["div", "b"])
def test_html_nested_a_hundred_thousand_deep_is_refused_at_once(tag: str) -> None:
    page = f"<{tag}>" * 100_000 + "bottom" + f"</{tag}>" * 100_000
    with pytest.raises(DocumentError, match="nested more than"):
        read("deep.html", page)


def test_html_of_many_unclosed_paragraphs_is_not_refused_as_too_deep() -> None:
    assert read("long.html", "<div><p>word<br></div>" * 20_000).text.count("word") == 20_000


def test_a_pdf_has_pages_and_a_title() -> None:
    document = read("how.pdf", (SAMPLES / "how-bookwheel-works.pdf").read_bytes())
    starts = locations_of(document.metadata).page_starts
    assert len(starts) == 3
    assert starts[0] == 0
    assert document.metadata["title"] == "How Bookwheel works"
    assert document.metadata["author"] == "Bookwheel"
    assert str(document.metadata["date"]).startswith("2026-")
    assert all(document.text[start - 2 : start] == "\n\n" for start in starts[1:])


def test_words_hyphenated_at_line_ends_are_joined_unless_they_have_a_hyphen(pdf: Callable[..., bytes]) -> None:
    data = pdf(["The book-", "wheel is a well-known", "thing, as well-", "known as Jean-", "Luc."])
    text = read("a.pdf", data).text
    assert "bookwheel" in text
    assert "well-known as Jean-Luc." in text.replace("\n", " ")


def test_a_hyphen_stays_between_known_words_and_goes_inside_a_known_word(
    pdf: Callable[..., bytes],
) -> None:
    lines = ["A value-", "added tax; some-", "thing of value is added, as", "something is, and con-", "tracts are not."]
    text = read("a.pdf", pdf(lines)).text.replace("\n", " ")
    assert text == "A value-added tax; something of value is added, as something is, and contracts are not."


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.pdf", b"%PDF-1.7\nnothing more", "broken"),
        ("a.pdf", b"this is no PDF at all", "broken"),
        ("a.html", b"<html><script>x</script></html>", "no text found"),
        ("a.txt", b" \n\t\n", "no text"),
        ("a.md", b"text\n" * 3_000 + b"\0", "not text"),
    ],
)
def test_a_file_without_text_is_refused_with_the_reason(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read(name, data)


def test_a_pdf_of_pictures_says_that_it_needs_ocr(pdf: Callable[..., bytes]) -> None:
    with pytest.raises(DocumentError, match="no text found on its one page"):
        read("scan.pdf", pdf([]))


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("report", b"%PDF-1.4 ...", "pdf"), ("page", b"<!DOCTYPE html><p>", "html"), ("notes", b"plain words", "text"),
        ("run", b"#!/bin/sh\n", "code"), ("data.bin2", b"a\0b", None), ("fake.txt", b"%PDF-1.4", "pdf"),
        ("LICENSE", b"Apache", "text"), ("a.log", b"line", "text"),
    ],
)  # fmt: skip
def test_the_format_follows_from_name_and_content(name: str, head: bytes, expected: str | None) -> None:
    assert format_of(name, head) == expected


def test_binary_and_unsupported_files_are_known_by_name() -> None:
    assert left_out_by_name("sound.MP3") == "binary"
    assert left_out_by_name("plan.vsdx") == "cannot be read: convert it to PDF"
    assert left_out_by_name("notes.txt") is None
