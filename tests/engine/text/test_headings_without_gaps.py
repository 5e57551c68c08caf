"""Headings that no blank line sets off from their paragraphs: numbered lines, names of the sections of a paper."""

import pytest

from bookwheel.engine.text.passage_units import units

PLAN = """PLAN OF THE DYE HOUSE

1. Gloves
Wear them at all times, also when rinsing.

2. Rinsing the vats
Open the lower tap first.
Brush the walls with soda.
"""
PAPER = """Growth of moss on slate roofs
Ada Rook, Odile Brack
Abstract
Moss grows twice as fast on the north side. We measured it for three years.
1. Site
The roofs are those of the old quarry. They were
laid in 1911.
2. Results
The north side gained four millimetres a year.
"""
LIST = """Before you leave:

1. Close the windows
and lock the cellar.
2. Water the fern
and the two palms.
"""


def headings(text: str) -> list[str]:
    return [text[unit.start : unit.end] for unit in units(text) if unit.kind == "heading"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (PLAN, ["PLAN OF THE DYE HOUSE", "1. Gloves", "2. Rinsing the vats"]),
        (PAPER, ["Abstract", "1. Site", "2. Results"]),
        (LIST, []),
    ],
    ids=["plan", "paper", "list"],
)
def test_numbered_lines_and_names_of_sections_are_headings(text: str, found: list[str]) -> None:
    assert headings(text) == found


def test_what_stands_below_is_under_them() -> None:
    under = {PAPER[unit.start : unit.end]: unit.heading for unit in units(PAPER)}
    assert under["Moss grows twice as fast on the north side. We measured it for three years."] == "Abstract"
    assert under["The north side gained four millimetres a year."].endswith("2. Results")
