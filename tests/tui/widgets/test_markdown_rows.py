"""Markdown as rows of a screen."""

import sys
from types import FrameType
from typing import Any

import pytest
from rich.style import Style

from bookwheel.transcript.segments import Segment, segments_of
from bookwheel.tui.rows.look import Look
from bookwheel.tui.rows.markdown_rows import needs_gap, segment_rows
from bookwheel.tui.rows.row_text import Row
from bookwheel.tui.rows.wrapping import cells, clip, clip_middle, wrap

LOOK = Look(
    strong=Style(bold=True),
    heading=Style(bold=True),
    code=Style(bgcolor="black"),
    citation=Style(color="blue"),
    emphasis=Style(italic=True),
)


def rows(text: str, width: int = 40, cited: frozenset[int] = frozenset()) -> list[Row]:
    return [row for segment in segments_of(text) for row in segment_rows(segment, width, LOOK, cited)]


def texts(text: str, width: int = 40) -> list[str]:
    return [row.text for row in rows(text, width)]


def styled(row: Row, **attributes: object) -> list[str]:
    return [
        text for text, style, _ in row.strip if style and all(getattr(style, k) == v for k, v in attributes.items())
    ]


def test_a_heading_is_bold_and_not_underlined() -> None:
    (row,) = rows("## A *heading*")

    assert row.text == "A heading"
    assert styled(row, bold=True) == ["A ", "heading"]
    assert not styled(row, underline=True)


def test_paragraphs_are_wrapped_at_words() -> None:
    assert texts("one two three four\nfive six", 13) == ["one two three", "four five six"]


def test_wide_characters_are_counted_by_their_cells() -> None:
    lines = texts("日本語の長い。次の文章", 12)

    assert lines == ["日本語の長", "い。次の文章"]
    assert all(cells(line) <= 12 for line in lines)


def test_an_emoji_is_not_torn_apart() -> None:
    family = "👨\u200d👩\u200d👧"
    assert "".join(texts(family * 12, 10)) == family * 12
    assert all(line.startswith("👨") for line in texts(family * 12, 10))


def test_a_citation_stays_with_its_word() -> None:
    assert texts("The cost is linear [1].", 20) == ["The cost is", "linear [1]."]


def test_lists_hang_and_nest() -> None:
    assert texts("- one two three four\n- five\n  1. six\n  2. seven", 16) == [
        "• one two three",
        "  four",
        "• five",
        "  1. six",
        "  2. seven",
    ]


def test_numbers_of_a_list_are_aligned() -> None:
    assert texts("9. nine\n10. ten") == [" 9. nine", "10. ten"]


def test_items_set_apart_stay_apart() -> None:
    assert texts("- one\n\n- two") == ["• one", "", "• two"]


def test_a_quote_has_a_rule() -> None:
    assert texts("> quoted words\n> - item") == ["│ quoted words", "│ ", "│ • item"]


def test_a_table_has_columns_and_no_grid() -> None:
    assert texts("| a | long | n |\n|---|:---:|---:|\n| one | x | 12 |\n| t | yy | 3 |") == [
        "a    long   n",
        "───  ────  ──",
        "one   x    12",
        "t     yy    3",
    ]


def test_a_table_wider_than_the_page_becomes_lists() -> None:
    table = "| Name | What it is |\n|---|---|\n| first | a long description |\n| second | another one |"

    assert texts(table, 24) == [
        "Name: first",
        "What it is: a long",
        "description",
        "",
        "Name: second",
        "What it is: another one",
    ]


def test_a_break_in_a_cell_is_a_break() -> None:
    assert texts("| a | b |\n|---|---|\n| one<br>two | x |") == ["a    b", "───  ─", "one  x", "two   "]


def test_code_is_not_wrapped() -> None:
    (row,) = rows("```\n" + "x" * 100 + "\n```", 40)

    assert row.is_wide
    assert row.strip.cell_length == 102


def test_inline_code_bold_and_italic_are_styled() -> None:
    (row,) = rows("a `code` **bold** *italic* b")

    assert styled(row, bold=True) == ["bold"]
    assert styled(row, italic=True) == ["italic"]
    assert [text for text, style, _ in row.strip if style and style.bgcolor] == ["code"]


def test_only_citations_with_a_source_are_coloured_and_carry_their_number() -> None:
    (row,) = rows("x [1] and [2, 3] and [9]", cited=frozenset({1, 3}))

    coloured = [(text, style.meta) for text, style, _ in row.strip if style and style.color]
    assert coloured == [("[1]", {"citation": 1}), ("3", {"citation": 3})]
    assert row.text == "x [1] and [2, 3] and [9]"


def test_a_range_of_citations_is_coloured_at_its_ends() -> None:
    (row,) = rows("so [1–3] and [1;3]", cited=frozenset({1, 2, 3}))

    coloured = [style.meta["citation"] for _, style, _ in row.strip if style and style.color]
    assert coloured == [1, 3, 1, 3]


@pytest.mark.fault("T6")
def test_a_link_shows_its_target_and_is_not_a_terminal_link() -> None:
    (row,) = rows("[text](http://a.test/b) <http://c.test>", 60)

    assert row.text == "text (http://a.test/b) http://c.test"
    assert not any(style and style.link for _, style, _ in row.strip)


@pytest.mark.parametrize("target", ["javascript:alert(1)", "file:///etc/passwd", "vbscript:x"])
def test_dangerous_targets_stay_plain_text(target: str) -> None:
    assert texts(f"[text]({target})") == [f"[text]({target})"]


def test_a_foreign_host_name_is_shown_as_it_is_on_the_wire() -> None:
    assert "xn--" in texts("[bank](http://b\u0430nk.test)", 60)[0]


def test_an_image_is_named_and_not_fetched() -> None:
    assert texts("![a picture](http://x.test/?q=secret)", 60) == ["a picture (http://x.test/?q=secret)"]


@pytest.mark.parametrize("markup", ["[/b]", "[TODO]", "[@click=app.quit]x[/]", "[link='http://x']y[/link]", "[$x]"])
def test_markup_is_text(markup: str) -> None:
    assert texts(markup) == [markup]


def test_references_made_by_entities_do_not_become_control_characters() -> None:
    text = "".join(texts("a &#27;[31m &#x9b;2J &#8238; &#0; &#x202e; b"))

    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or char == "\u202e" for char in text)


def test_no_row_is_wider_than_the_page_unless_it_may_be() -> None:
    text = "# " + "word " * 30 + "\n\n> - 1. " + "x" * 90 + "\n\n" + "- " * 30 + "deep\n\n---\n\n<b>" + "y" * 99
    for width in (1, 2, 5, 12, 13, 40):
        for row in rows(text, width):
            assert row.is_wide or row.strip.cell_length <= max(2, width)


@pytest.mark.parametrize("gap", ["", "\n"], ids=["tight", "loose"])
def test_a_list_cut_between_items_has_the_rows_of_the_whole(gap: str) -> None:
    text = "".join(
        f"1. An item number {number}, with [1]\n      - and one below it\n{gap}" for number in range(100, 300)
    )
    before, cut = None, list[str]()
    for segment in (segments := segments_of(text)):
        cut += [""] * needs_gap(before, segment) + [row.text.lstrip() for row in segment_rows(segment, 60, LOOK)]
        before = segment
    whole = segment_rows(Segment(kind="markdown", text=text), 60, LOOK)
    assert len(segments) > 3
    assert cut == [row.text.lstrip() for row in whole]


def test_a_heading_stays_with_the_text_after_it() -> None:
    heading, paragraph, other = segments_of("# Head\n\nText.\n\nMore.")

    assert not needs_gap(None, heading)
    assert not needs_gap(heading, paragraph)
    assert needs_gap(paragraph, other)


@pytest.mark.parametrize(
    "bomb",
    [
        "![" * 32_000,
        "[" * 64_000,
        "[a](" * 16_000,
        "*a **a " * 9_000,
        " ".join("`" * count for count in range(350)),
        "|" + "a|" * 8_000 + "\n|" + "-|" * 8_000 + "\n|" + "b|" * 8_000,
        "| a |\n|---|\n" + "| x |\n" * 9_000,
        ">" * 60_000,
        "- " * 30_000,
        "<" * 60_000,
    ],
    ids=["images", "brackets", "links", "stars", "ticks", "columns", "rows", "quotes", "lists", "angles"],
)
def test_a_bomb_costs_little_more_than_prose_of_the_same_length(bomb: str) -> None:
    prose = ("Some *words* of **text** and `code` that an answer is made of [1]. " * 5 + "\n\n") * (len(bomb) // 340)

    assert _work(bomb) < 5 * _work(prose)


def _work(text: str) -> int:
    """Lines of Python run: what a loaded machine does not change."""
    count = 0

    def on_line(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return on_line

    sys.settrace(on_line)
    try:
        rows(text, 80)
    finally:
        sys.settrace(None)
    return count


def test_rows_and_columns_left_out_of_a_table_are_counted() -> None:
    assert texts("| a |\n|---|\n" + "| x |\n" * 450)[-1] == "… 50 more rows"


def test_plain_segments_are_shown_as_they_are() -> None:
    assert [row.text for row in segment_rows(Segment(kind="plain", text="# *no* [x](y)\n"), 40, LOOK)] == [
        "# *no* [x](y)"
    ]


def test_wrapping_keeps_every_character_but_spaces_at_breaks() -> None:
    text = "some   words  and a-very-long-compound-word   in\nlines"
    for width in range(1, 30):
        pieces = [text[start:end] for start, end in wrap(text, width)]
        assert "".join("".join(pieces).split()) == "".join(text.split())
        assert all(cells(piece) <= width for piece in pieces)


def test_clipping_shows_the_cut() -> None:
    assert clip("a long name", 8) == "a long…"
    assert clip("short", 8) == "short"
    assert clip_middle("/home/me/papers/longformer.pdf", 20) == "/home/m…ngformer.pdf"
    assert all(cells(clip_middle("日本語の名前.pdf", width)) <= width for width in range(12))
