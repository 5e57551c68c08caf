"""Web pages: most of the text is kept in any markup; dropped parts give a remark."""

import pytest
from tests.support.growth import grows_linearly

from bookwheel.engine.index.readers.about import remarks_of
from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.web.html import read
from bookwheel.engine.locations import locations_of
from bookwheel.engine.schema import Document


def page(body: str, head: str = "") -> Document:
    return read(Source("/desk/page.html", f"<html><head>{head}</head><body>{body}</body></html>".encode()))


ANSWER = "Turn the brass key twice to the left, then wait for the green lamp."


@pytest.mark.parametrize(
    "body",
    [
        f"<form method=post><h1>Mill office</h1><p>{ANSWER}</p></form>",
        f"<form><div><div>{ANSWER}</div></div><input type=submit></form>",
        f"<form id=aspnetForm><input type=hidden><table><tr><td>{ANSWER}</td></tr></table></form>",
        f"<main><h2>Start</h2><form><p>{ANSWER}</p><input name=q></form></main>",
    ],
)
def test_a_page_inside_a_form_is_read(body: str) -> None:
    assert ANSWER in page(body).text


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("<h3><button>How do I start?</button></h3><div hidden>{}</div>", ["How do I start?"]),
        ("<button aria-expanded=false>Start the mill</button><p aria-hidden=true>{}</p>", ["Start the mill"]),
        ("<details><summary>Start</summary><p>{}</p></details>", ["Start"]),
        ("<h2><button class=collapsed>Keys</button></h2><div>{}</div>", ["Keys"]),
        ("<dl><dt><button aria-controls=a>First start</button></dt><dd hidden id=a>{}</dd></dl>", ["First start"]),
    ],
)  # fmt: skip
def test_questions_in_buttons_and_folded_answers_are_read(body: str, parts: list[str]) -> None:
    text = page(f"<main><h1>Help</h1>{body.format(ANSWER)}<p>Call us on any working day.</p></main>").text
    assert all(part in text for part in [*parts, ANSWER])


@pytest.mark.parametrize(
    "box",
    [
        "<aside class='admonition warning'><p>{}</p></aside>",
        "<aside class=note>{}</aside>",
        "<aside role=note>{}</aside>",
        "<aside>{}</aside>",
    ],
)
def test_a_box_inside_the_article_is_read(box: str) -> None:
    text = page(
        f"<article><h1>Mill</h1><p>Oil the wheel.</p>{box.format('Never oil it while it turns.')}</article>"
    ).text
    assert "Never oil it while it turns." in text


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        ("<mi>y</mi><mo>=</mo><mn>4.7</mn><mi>x</mi>", "y = 4.7x"),
        ("<mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mn>1</mn></mrow></mfrac>", "a/(b + 1)"),
        ("<msup><mi>r</mi><mn>2</mn></msup>", "r^2"),
        ("<mrow><mn>1</mn><mfrac><mn>1</mn><mn>2</mn></mfrac><msup><mn>10</mn><mn>4</mn></msup></mrow>", "1 1/2 10^4"),
        ("<msqrt><mn>2</mn><mi>g</mi><mi>h</mi></msqrt>", "√(2gh)"),
        ("<mroot><mn>8</mn><mn>3</mn></mroot>", "(8)^(1/3)"),
        ("<semantics><msqrt><mn>16</mn></msqrt><annotation>\\sqrt{16}</annotation></semantics>", "√(16)"),
    ],
)
def test_mathml_is_read_on_one_line(formula: str, written: str) -> None:
    assert f"It is {written} there." in page(f"<p>It is <math>{formula}</math> there.</p>").text


def test_tex_in_scripts_is_read_unless_it_was_drawn_already() -> None:
    script = '<script type="math/tex">b = 8.1</script>'
    assert page(f"<p>Then {script} holds.</p>").text == "Then b = 8.1 holds."
    assert page(f"<p>Then <span class=MathJax>b=8.1</span>{script} holds.</p>").text == "Then b=8.1 holds."


def test_menus_search_forms_and_hidden_dialogs_are_left_out() -> None:
    text = page(
        "<nav><a href=/>Home</a> <a href=/b>Blog</a></nav>"
        "<form role=search><label>Search</label><input><button>Go</button></form>"
        f"<main><h1>Mill</h1><p>{ANSWER}</p><p>{ANSWER}</p></main>"
        "<div hidden class=cookie-box>We use cookies for many purposes.</div>"
        "<span aria-hidden=true>×</span><aside class=related>Read next: other wheels and mills</aside>"
        "<footer>Imprint</footer>"
    ).text
    assert text == f"Mill\n\n{ANSWER}\n\n{ANSWER}"


def test_a_main_element_with_little_of_the_text_does_not_hide_the_rest() -> None:
    paragraphs = "".join(f"<p>Paragraph {number}. {ANSWER}</p>" for number in range(8))
    text = page(f"<article><p>Teaser of the day.</p></article><div>{paragraphs}</div>").text
    assert all(f"Paragraph {number}." in text for number in range(8))


def test_sections_and_articles_beside_the_longest_are_read_and_boxes_are_not() -> None:
    article = f"<article><h2>Wheel</h2><p>{ANSWER}</p><p>{ANSWER}</p><p>{ANSWER}</p></article>"
    other = (
        "<article><h2>Gate</h2><p>Open it at noon.</p></article><section><p>The oak of it is very old.</p></section>"
    )
    beside = '<section class="related"><p>Other mills of the town</p></section><div>Share this page</div>'
    term = "<dialog><p>Half of the price is due.</p></dialog>"
    text = page(f"<div>{article}{other}{beside}</div>{term}").text
    rest = ["Gate", "Open it at noon.", "The oak of it is very old.", "Half of the price is due."]
    assert text.split("\n\n") == ["Wheel", ANSWER, ANSWER, ANSWER, *rest]
    assert page(f"<main><p>{ANSWER}</p></main><div>Share this page</div>").text == ANSWER


def test_leaving_out_much_text_gives_a_remark() -> None:
    comments = "".join(f"<p>Comment {number} about the key and the lamp.</p>" for number in range(20))
    document = page(f"<main>{f'<p>{ANSWER}</p>' * 16}</main><div>{comments}</div>")
    assert "Comment" not in document.text
    assert "of the page's text is left out" in str(document.metadata["remarks"])


def test_a_short_list_of_choices_is_read_and_a_long_one_is_not() -> None:
    countries = "".join(f"<option>Country {number}</option>" for number in range(200))
    text = page(f"<p>Models:</p><select><option>A: 12 kW<option>B: 15 kW</select><select>{countries}</select>").text
    assert "A: 12 kW; B: 15 kW" in text
    assert "Country" not in text


@pytest.mark.parametrize(
    ("field", "value"),
    [("<input value='310 crowns' readonly>", "310 crowns"), ("<textarea>Oak</textarea>", "Oak")],
)  # fmt: skip
def test_values_of_fields_are_read(field: str, value: str) -> None:
    assert page(f"<form><h1>Order</h1><p>Price: {field}</p><input type=hidden value=secret></form>").text.endswith(
        f"Price: {value}"
    )


def test_the_noscript_text_is_read_when_there_is_no_other() -> None:
    assert page(f"<div id=app></div><noscript><p>{ANSWER}</p></noscript>").text == ANSWER
    assert "Enable" not in page(f"<main>{f'<p>{ANSWER}</p>' * 9}</main><noscript>Enable JavaScript</noscript>").text


def test_a_page_without_a_charset_and_one_with_a_wrong_one_are_read_in_the_right_letters() -> None:
    text = "Žluťoučký kůň pěl ódy u mlýnského kola, řemeslníci opravili žebřík."
    for head in ("", "<meta charset=utf-8>", "<meta charset=windows-1251>", "<?xml version='1.0' encoding='cp1250'?>"):
        data = f"{head}<html><body><p>{text}</p></body></html>".encode("cp1250")
        assert read(Source("/desk/page.html", data)).text == text


@pytest.mark.parametrize("tag", ["aside", "div hidden", "nav", "form", "math", "select"])
def test_thousands_of_nested_surroundings_take_linear_time(tag: str) -> None:
    assert grows_linearly(page, f"<{tag}>word word word ", 800)


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("<div><h1>Kiln</h1><p>Fire slowly.</p><aside>Ventilate the room.</aside></div>", "Ventilate the room."),
        ("<article><p>The storm came on 3 May.</p><footer>Correction: 4 May.</footer></article>", "Correction: 4 May."),
    ],
)
def test_an_aside_among_paragraphs_and_the_end_of_an_article_stay(body: str, kept: str) -> None:
    assert kept in page(body).text


def test_the_footer_of_a_page_and_a_box_beside_it_are_left_out() -> None:
    text = "The pool opens at nine, and closes when the last guest leaves."
    body = f"<div><p>{text}</p></div><aside>Ads</aside><footer>Imprint</footer>"
    assert page(body).text == text


def test_a_table_marked_only_for_reading_aloud_gives_rows_that_name_their_columns() -> None:
    def row(role: str, *texts: str) -> str:
        return f"<div role=row>{''.join(f'<span role={role}>{text}</span>' for text in texts)}</div>"

    grid = f"<div role=grid>{row('columnheader', 'Wheel', 'Size')}{row('gridcell', 'Upper', '4 m')}</div>"
    assert page(f"<main><p>{ANSWER}</p>{grid}<p>End.</p></main>").text == f"{ANSWER}\n\nWheel: Upper; Size: 4 m\n\nEnd."


def test_a_component_of_a_page_shows_its_template_and_other_templates_are_not_shown() -> None:
    shown = f"<mill-box><template shadowrootmode=open><p>{ANSWER}</p></template></mill-box>"
    for markup in (shown, shown.replace("shadowrootmode", "shadowmode")):
        assert page(f"<template><p>Copy me.</p></template>{markup}<p>End.</p>").text == f"{ANSWER}\n\nEnd."


def test_marks_where_a_word_may_be_parted_are_not_text() -> None:
    assert page("<p>\u200bThe mill&shy;wheel turns&#8203; in May.</p><p>ภาษา\u200bไทย</p>").text == (
        "The millwheel turns in May.\n\nภาษา\u200bไทย"
    )


def test_a_heading_of_a_wiki_loses_its_link_to_the_editor() -> None:
    edit = '<span class="mw-editsection">[<a href="e">edit</a>]</span>'
    assert page(f"<h2><span>Wheel</span>{edit}</h2><p>Oak.</p>").text == "Wheel\n\nOak."


def test_a_heading_loses_its_link_to_itself() -> None:
    signs = (
        "<h1>Mill<a class=headerlink href=#m>¶</a></h1><h2><a href=#w>#</a> Wheel</h2><p>See <a href=#m>Mill</a>.</p>"
    )
    linked = "<h3><a href=/s>Sluice</a></h3><dl><dt>gate()<a class=headerlink href=#g>Link</a></dt></dl>"
    assert page(signs + linked).text == "Mill\n\nWheel\n\nSee Mill.\n\nSluice\n\ngate()"


def test_a_page_saved_after_its_script_had_written_it_is_not_called_empty() -> None:
    script = "<script>start()</script>"
    assert not remarks_of(page(f"<div id=app><h1>Mill</h1><p>{ANSWER}</p></div>{script}").metadata)
    assert remarks_of(page(f"<div id=app>Loading</div>{script}").metadata)


def test_a_list_of_choices_shows_the_chosen_one() -> None:
    options = "<option>Oak<option selected>Elm<option>Ash"
    assert page(f"<p>{ANSWER}</p><p>Wood: <select>{options}</select></p>").text == f"{ANSWER}\n\nWood: Elm"


def test_values_in_a_box_stand_under_the_title_across_it() -> None:
    box = (
        "<tr><th colspan=2>Upper mill</th></tr><tr><th>Wheel</th><td>4 m</td></tr><tr><th>Built</th><td>1744</td></tr>"
        "<tr><td colspan=2>As of May</td></tr>"
    )
    text = page(f"<table>{box}</table><p>{ANSWER}</p>").text
    assert text.startswith("Upper mill; Wheel: 4 m\nUpper mill; Built: 1744\nAs of May\n")


def test_words_marked_as_deleted_are_left_out() -> None:
    body = "<p>The fee is <del>30</del><ins>45</ins> euros, once <s>60</s>.</p>"
    assert page(body).text == "The fee is 45 euros, once 60."


def test_a_chosen_entry_is_apart_from_the_field_behind_it() -> None:
    body = "<select><option selected>Oak</option></select><textarea>as ordered</textarea>"
    assert page(body).text.split() == ["Oak", "as", "ordered"]


def test_the_meaning_of_a_term_stands_indented_below_it() -> None:
    first = "<dt>--all<dt><code>-a</code><dd><p>Opens all gates.</p><p>Not in May.</p><dd>Or none."
    body = f"<dl>{first}<dt>--one<dd>Opens one.</dl>"
    assert page(f"<p>{ANSWER}</p>{body}").text.split("\n\n")[1:] == [
        "--all, -a\n    Opens all gates.\n    Not in May.\n    Or none.",
        "--one\n    Opens one.",
    ]


def test_a_heading_of_two_lines_is_one_line_of_the_text() -> None:
    document = page("<h1>Chapter 1<br/>\n The Storm</h1><p>The keeper counted<br>the waves.</p>")
    assert document.text == "Chapter 1 The Storm\n\nThe keeper counted\nthe waves."
    assert [heading.title for heading in locations_of(document.metadata).headings] == ["Chapter 1 The Storm"]


@pytest.mark.parametrize("mark", ['epub:type="noteref"', "role=doc-noteref"])
def test_the_mark_of_a_note_in_a_book_does_not_run_into_a_figure(mark: str) -> None:
    assert "in 1874[2]." in page(f'<p>It was built in 1874<a {mark} href="#n2">2</a>.</p>').text
