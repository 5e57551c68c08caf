"""Summaries of minutes and letters, what code says of itself, and which file is the overview of a folder."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.schema import ChatMessage, NumberedNode, TextNode

MINUTES = """# Garden club, 4 May 2025

Present: Ada Rook, Paul Tew, Ines Birk. Excused: Otto Vane.

**Shed.** The roof has leaked since the storm. Vane & Sons mend it for 760 euros.

**Hose.** Somebody ran over it. The club buys a new one before 1 June.

**Open day.** The scouts come as well. It is put off to 14 September.
"""
ASKED = [
    "Summarise the meeting of the garden club of 4 May 2025.",
    "What was discussed at the meeting of the garden club on 4 May 2025?",
    "What did the garden club decide on 4 May 2025?",
    "Was wurde am 4. Mai 2025 im Garden club besprochen?",
]
CODE = '''"""Counts the bees at the door of each hive."""

LIMIT = 12


def count(hive):
    """The bees of one hive."""
    return len(hive)
'''


async def answered(question: str, text: str, file_name: str = "notes.md", *more: TextNode) -> str:
    title = text.partition("\n")[0].strip("# ")
    first = TextNode(text, metadata={"title": title, "file_name": file_name, "file_path": f"/papers/{file_name}"})
    nodes = [NumberedNode(number, node, 6.0 / number) for number, node in enumerate((*more, first), 1)]
    return str(await ExtractiveLLM().achat([ChatMessage(content=question, nodes=nodes)]))


@pytest.mark.parametrize("question", ASKED)
async def test_the_sentence_with_the_sum_or_the_date_stands_for_each_paragraph(question: str) -> None:
    quoted = await answered(question, MINUTES)
    assert "760 euros" in quoted
    assert "1 June" in quoted
    assert "14 September" in quoted


async def test_a_summary_leaves_out_who_was_there() -> None:
    quoted = await answered("Summarise the meeting of the garden club of 4 May 2025.", MINUTES)
    assert "Ines Birk" not in quoted
    assert "Otto Vane" not in quoted


async def test_the_findings_of_a_report_are_the_list_under_its_heading() -> None:
    found = "## What we found\n\n- The gate is rusty.\n- The pond is silted."
    text = f"# Report on the weir\n\nWe looked at it twice.\n\n{found}"
    quoted = await answered("What is the result of the report on the weir?", text)
    assert "The gate is rusty." in quoted
    assert "The pond is silted." in quoted
    assert "twice" not in quoted


@pytest.mark.parametrize("question", ["What is bees.py for?", "What is bees.py?", "What is bees.py about?"])
async def test_a_file_of_code_is_about_what_its_docstring_says(question: str) -> None:
    quoted = await answered(question, CODE, "bees.py")
    assert "Counts the bees at the door of each hive." in quoted
    assert "LIMIT" not in quoted


async def test_the_comment_above_a_script_says_what_it_is_for() -> None:
    script = "#!/bin/sh\n# Copies the photos to the disk in the attic.\nset -e\ncp -r photos /mnt/disk\n"
    quoted = await answered("What is the script copy.sh for?", script, "copy.sh")
    assert "Copies the photos to the disk in the attic." in quoted


@pytest.mark.parametrize("name", ["START.md", "INDEX.md", "00-read-me.txt", "READ-ME-FIRST.txt", "Liesmich.txt"])
async def test_overviews_of_a_folder_have_many_names(name: str) -> None:
    quoted = await answered(
        "What is this folder about?", "Here are the papers of the Rook family: rent, cars, bees.", name
    )
    assert "papers of the Rook family" in quoted


async def test_the_overview_nearest_to_the_top_is_of_the_whole_folder() -> None:
    inner = TextNode("This is the program that opens the gate.", metadata={"file_name": "README.txt"})
    inner.metadata["file_path"] = "/papers/gate/README.txt"
    quoted = await answered("What is this folder about?", "All papers of the lock at Arden.", "README.md", inner)
    assert "lock at Arden" in quoted


async def test_the_title_line_of_a_text_says_what_it_is_about() -> None:
    steps = "1. Sweep it.\n2. Oil it."
    text = f"Instruction K-4: care of the kiln\n\nIt holds for all kilns that were built after 2019.\n\n{steps}"
    assert "care of the kiln" in await answered("What is K-4 about?", text, "k4.txt")


async def test_a_sentence_goes_on_over_a_line_break_before_a_number() -> None:
    first = "Form two loaves and leave them under a cloth until they have risen. Bake them for an hour, ten minutes at"
    quoted = await answered("How long are the loaves baked?", f"# Loaves\n\n{first}\n240 degrees, the rest at 190.\n")
    assert "240 degrees" in quoted


async def test_a_heading_without_a_figure_is_not_a_date() -> None:
    text = "# Club, 4 May 2025\n\n## Summer dance\n\nOn 19 July in the yard. Bring a lamp.\n"
    assert "19 July" in await answered("When is the summer dance?", text)


PAPER = """# Kelp beside a lane

Two divers counted kelp beside the lane. We recommend that ships slow down there.

## Results

At Kelp Point there were 212 shoots. The propellers take the light.

## Recommendations

- Sail at six knots.
- Move the lane eighty metres to the west.
"""
SLIPWAY = """# Harbour board, 17 September 2024

## Fares

The board decided to raise the fare to 5.20.

## Slipway

The cradle is rusted through. The board accepted the offer of Tarn and Daughters for 48,300.
"""


async def test_what_a_paper_recommends_is_under_that_heading_and_not_its_results() -> None:
    quoted = await answered("What does the paper on kelp recommend?", PAPER)
    assert "eighty metres" in quoted
    assert "212" not in quoted


async def test_an_offer_that_is_accepted_is_a_decision() -> None:
    quoted = await answered("What did the board decide on 17 September 2024?", SLIPWAY)
    assert "5.20" in quoted
    assert "48,300" in quoted
