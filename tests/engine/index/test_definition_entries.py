"""Lists of terms in Markdown and AsciiDoc: each term stands over its meaning."""

from __future__ import annotations

from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.tables.definition_entries import with_entries_of_markdown
from bookwheel.engine.index.readers.text_markup.asciidoc import read


def test_the_definition_of_a_term_is_indented_without_its_colon() -> None:
    text = "`--all`, `-a`\n:   Opens all\n    gates.\n\n    Not in May.\n\n--one\n\n: Opens one.\n: Or none.\n\nText.\n"
    assert with_entries_of_markdown(text) == (
        "`--all`, `-a`\n    Opens all\n    gates.\n    Not in May.\n\n--one\n    Opens one.\n    Or none.\n\nText.\n"
    )


def test_a_list_in_a_definition_stands_below_it() -> None:
    assert with_entries_of_markdown("Gate\n:   One of:\n\n    - upper\n    - lower\n") == (
        "Gate\n    One of:\n\n- upper\n- lower\n"
    )


def test_a_colon_in_code_or_below_a_heading_defines_nothing() -> None:
    text = "```\nGate\n: open\n```\n\n# Gate\n: open\n"
    assert with_entries_of_markdown(text) == text


def test_the_terms_of_asciidoc_stand_over_their_meanings() -> None:
    manual = "= Sluice\n\n--all:: Opens all.\n+\nNot in May.\n\n--one::\n  Opens one\n  gate.\nimage::gate.png[Gate]\n"
    assert read(Source("/desk/a.adoc", manual.encode())).text.split("\n\n") == [
        "Sluice",
        "--all\n    Opens all.\n    Not in May.",
        "\n--one\n    Opens one\n    gate.",
        "image::gate.png[Gate]\n",
    ]
