"""Numbers of passages, and numbers read out of answers."""

from __future__ import annotations

import pytest
from tests.support.retrievers import BIRDS, CATS, DOGS, node

from bookwheel.engine.query.citations import SourceNumbers, cited_numbers, fit_passages
from bookwheel.engine.schema import NumberedNode


def test_a_passage_keeps_its_number_when_it_is_found_again() -> None:
    numbers = SourceNumbers()
    assert [found.number for found in numbers.number([CATS, DOGS])] == [1, 2]
    assert [found.number for found in numbers.number([BIRDS, CATS])] == [3, 1]
    assert [found.node.id_ for found in numbers.nodes] == ["cats", "dogs", "birds"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Cats sleep [1]. Dogs bark [3][2].", [1, 3, 2]),
        ("Both do [1, 2] and [4-6].", [1, 2, 4, 5, 6]),
        ("Again [2] and [2].", [2]),
        ("As he wrote \\[7].", []),
        ("A [1](https://example.org) link.\n[2]: a definition", []),
        ("According to [1]: yes.", [1]),
        ("Code `a[1]` and\n```\nb[2]\n```\nand then [3].", [3]),
        ("[0] and [1000] and [x] and [ ]", []),
        ("In 1999–2004 [1999-2004].", []),
        ("word[1]", [1]),
        ("an open fence\n```\n[1]", []),
    ],
)
def test_the_numbers_that_an_answer_cites(text: str, numbers: list[int]) -> None:
    assert cited_numbers(text) == numbers


def _numbered(*nodes: tuple[str, int]) -> list[NumberedNode]:
    return SourceNumbers().number(node(f"{path}-{at}", "x" * size, path) for at, (path, size) in enumerate(nodes))


@pytest.mark.fault("I10")
def test_passages_fit_the_budget_with_the_best_first() -> None:
    found = fit_passages(_numbered(("a", 400), ("b", 400), ("c", 4_000), ("d", 400)), 350)
    assert [passage.number for passage in found] == [1, 2, 4]


def test_the_best_passage_is_kept_even_when_it_is_too_long() -> None:
    assert len(fit_passages(_numbered(("a", 100_000)), 10)) == 1


@pytest.mark.fault("I9")
def test_one_document_does_not_crowd_out_the_others() -> None:
    found = fit_passages(_numbered(("a", 400), ("a", 400), ("a", 400), ("b", 400)), 270)
    assert [passage.number for passage in found] == [1, 2, 4]


@pytest.mark.parametrize(
    "listed",
    [
        "References:\n[1] kiln.md\n[2] clay.md",
        "**Sources**\n\n- [1] kiln.md\n- [2] clay.md",
        "## Quellen\n\n1. kiln.md [1]\n2. clay.md [2]\n",
        "Sources: [1] kiln.md; [2] clay.md",
        "[1]: kiln.md\n[2]: clay.md",
    ],
)
def test_a_list_of_sources_below_an_answer_cites_nothing_more(listed: str) -> None:
    assert cited_numbers(f"The kiln is hot [1].\n\n{listed}") == [1]
    assert cited_numbers(f"The kiln is hot.\n\n{listed}") in ([1, 2], [])


@pytest.mark.parametrize(
    "text",
    [
        "It is hot [1].\n\n## Sources\n\nThe clay comes from the river [2].",
        "It is hot [1].\n\nSources [2] say otherwise.",
        "It is hot [1].\n\nSources:\n- [2] is of 1588\n\nIt was rebuilt.",
    ],
)
def test_text_under_such_a_heading_is_a_part_of_the_answer(text: str) -> None:
    assert cited_numbers(text) == [1, 2]
