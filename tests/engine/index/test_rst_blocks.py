"""Literal blocks, notes and comments of reStructuredText."""

from __future__ import annotations

import pytest

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


def test_what_builds_a_page_is_left_out() -> None:
    text = text_of(
        ".. _mill:\n\nMill\n====\n\n.. toctree::\n   :maxdepth: 1\n\n   wheels\n   sluices\n\n.. contents::\n\n"
        ".. index:: mill\n\n.. only:: latex\n\n   It turns on paper.\n\n"
        ".. only:: html\n\n   It turns.\n\n.. class:: wide\n\n   Slowly.\n"
    )
    assert text.split() == ["Mill", "====", "It", "turns.", "Slowly."]


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("See :ref:`the sluice <sluice>` and :doc:`wheels`.", "See the sluice and wheels."),
        ("Give :option:`--all` or :opt:`<user> <gui.user>`.", "Give ``--all`` or ``<user>``."),
        ("Call :py:func:`~mill.gate.open`, never :meth:`!shut`.", "Call ``open``, never ``shut``."),
        ("Read `the guide\n<https://a.example/g>`__ first.", "Read the guide <https://a.example/g> first."),
        ("From `Debian packages`_ or ``a `b` c``.", "From Debian packages or ``a `b` c``."),
        ("At 10:`x` and `emphasis`.", "At 10:`x` and `emphasis`."),
    ],
)
def test_roles_and_links_are_what_they_show(markup: str, shown: str) -> None:
    assert text_of(markup) == shown


def test_roles_in_code_stay() -> None:
    assert ":ref:`gate`" in text_of("Write::\n\n   :ref:`gate`\n\nDone.\n")


def test_comments_are_left_out_and_targets_stay() -> None:
    text = text_of("..\n   How to write here.\n\n.. and so on\n\n.. _gates: https://example.org/gates\n\nOpen it.\n")
    assert "write here" not in text
    assert "and so on" not in text
    assert ".. _gates: https://example.org/gates" in text
    assert text.endswith("Open it.\n")


def test_what_a_directive_describes_stands_over_its_meaning() -> None:
    described = (
        ".. option:: --gate=NAME, -g NAME ($GATE)\n   :aliases: gates\n\n   Opens one gate\n   alone.\n\n"
        "   Both stay open\n   in May.\n\n   - The upper one\n\n.. option:: --all\n\n   Opens all.\n"
    )
    assert text_of(described).rstrip().split("\n\n") == [
        "--gate=NAME, -g NAME ($GATE)\n    Opens one gate\n    alone.\n    Both stay open\n    in May.",
        "- The upper one",
        ":aliases: gates",
        "\n--all\n    Opens all.",
    ]


def test_the_terms_of_a_list_each_stand_over_their_meaning() -> None:
    text = text_of("0\n    Open\n1\n    Shut\n\n    For the night.\n\n- a gate\n  of oak\n")
    assert text == "0\n    Open\n\n1\n    Shut\n    For the night.\n\n\n- a gate\n  of oak\n"


def test_a_picture_and_a_version_describe_nothing() -> None:
    text = text_of(".. image:: gate.png\n   :alt: The gate\n\n.. versionadded:: 1.2\n   It floats.\n")
    assert ".. image:: gate.png" in text
    assert "Added in version 1.2: It floats." in text


def test_many_blank_lines_cost_no_quadratic_time() -> None:
    assert text_of("Term\n   its meaning\n" + "\n" * 100_000 + "End\n").split() == "Term its meaning End".split()
