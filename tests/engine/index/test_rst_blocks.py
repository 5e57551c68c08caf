"""Literal blocks, notes and comments of reStructuredText."""

from __future__ import annotations

from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.text_markup.rst import read
from bookwheel.engine.locations import locations_of


def text_of(markup: str) -> str:
    return read(Source("/desk/a.rst", markup.encode())).text


def test_a_literal_block_is_fenced_and_its_dashes_underline_no_heading() -> None:
    listing = "   $ sluice list\n   Name\n   ----\n"
    markup = f"Sluice\n======\n\nAsk for the list:\n\n.. code-block:: console\n\n{listing}\nShut it.\n"
    document = read(Source("/desk/a.rst", markup.encode()))
    assert f"```console\n{listing}```\n" in document.text
    assert [heading.title for heading in locations_of(document.metadata).headings] == ["Sluice"]


def test_a_paragraph_before_a_literal_block_ends_in_one_colon() -> None:
    assert (
        text_of("Put this there::\n\n    level = 3\n\nDone.\n")
        == "Put this there:\n\n```\n    level = 3\n```\n\nDone.\n"
    )


def test_a_mark_alone_before_a_literal_block_is_left_out() -> None:
    assert "::" not in text_of("Put this there:\n\n::\n\n    level = 3\n\nDone.\n")


def test_a_note_is_a_paragraph_that_says_what_it_is() -> None:
    text = text_of(".. warning:: Never open both\n   gates at once.\n\n   Not even in May.\n\nAfter.\n")
    assert text.split("\n\n") == ["\nWarning: Never open both\ngates at once.", "Not even in May.", "\nAfter.\n"]


def test_comments_are_left_out_and_targets_stay() -> None:
    text = text_of("..\n   How to write here.\n\n.. and so on\n\n.. _gates: https://example.org/gates\n\nOpen it.\n")
    assert "write here" not in text
    assert "and so on" not in text
    assert ".. _gates: https://example.org/gates" in text
    assert text.endswith("Open it.\n")
