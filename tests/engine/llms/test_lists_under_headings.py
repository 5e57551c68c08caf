"""Lists that a question finds by the heading above them, quoted whole and alone."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.schema import ChatMessage, NumberedNode, TextNode

KILN = """# The kiln of the pottery

## What the kiln cannot bear

- draughts
- wet shelves
- glaze on the floor
- sand in the door

## Firing

1. Close the door.
2. Set the cone.
3. Wait for a day.

## Before you open it

- read the dial
- put on the gloves
- call the warden
- switch off the fan
"""
UNDER_HEADINGS = [
    ("What can the kiln not bear?", ["draughts", "shelves", "glaze", "sand"], "cone"),
    ("What do we do before we open the kiln?", ["dial", "gloves", "warden", "fan"], "draughts"),
]


async def answered(question: str, text: str, title: str = "", file_name: str = "kiln.md") -> str:
    node = NumberedNode(1, TextNode(text, metadata={"title": title, "file_name": file_name}), 6.0)
    return str(await ExtractiveLLM().achat([ChatMessage(content=question, nodes=[node])]))


@pytest.mark.parametrize(("question", "items", "other"), UNDER_HEADINGS)
async def test_a_list_under_words_of_the_question_is_quoted_whole_and_alone(
    question: str, items: list[str], other: str
) -> None:
    quoted = await answered(question, KILN, "The kiln of the pottery")
    assert all(item in quoted for item in items)
    assert other not in quoted


async def test_all_of_the_steps_are_quoted_where_one_has_the_verb_and_the_title_the_thing() -> None:
    text = 'Lamp "Marta 2": instructions\n\nIt gives light for nine hours.\n\n1. Fill in oil.\n2. Trim the wick.\n'
    steps = f"{text}3. Light the wick.\n4. Put on the glass.\n"
    quoted = await answered("How do I light the lamp?", steps, "", "lamp.txt")
    assert all(step in quoted for step in ("Fill in oil", "Trim the wick", "Light the wick", "Put on the glass"))


async def test_a_list_under_other_words_does_not_answer() -> None:
    assert "draughts" not in await answered("What does the kiln cost?", KILN, "The kiln of the pottery")


async def test_the_steps_are_quoted_and_not_the_sentence_that_says_what_the_paper_is_for() -> None:
    intro = "# Instruction 7\n\nThis sheet describes how the pump of the well is oiled.\n\nGloves hang at the door.\n"
    steps = "\n## Steps\n\n1. Close the valve.\n2. Take off the lid.\n3. Fill in half a litre.\n4. Put the lid back.\n"
    quoted = await answered("How is the pump of the well oiled?", intro + steps, "Instruction 7", "oil.md")
    assert all(step in quoted for step in ("Close the valve", "Take off", "half a litre", "lid back"))
    assert "describes" not in quoted


async def test_an_item_without_a_word_of_the_question_brings_its_whole_list() -> None:
    text = "## In the rucksack for the island\n\n- a lamp\n- two blankets\n- dry bread\n- a map\n- the whistle\n"
    quoted = await answered("What should be in the rucksack?", text)
    assert all(item in quoted for item in ("lamp", "blankets", "bread", "map", "whistle"))


async def test_one_rule_is_quoted_and_not_all_rules_of_a_contract() -> None:
    text = """# Boat hire

1. Price. A boat costs 14 pounds an hour and 60 pounds a day.
2. Age. Who hires a boat must be eighteen and show a passport.
3. Cancelling. Who cancels later than a week before pays half the price.
4. Damage. The hirer pays for what he breaks, up to 200 pounds.
"""
    quoted = await answered("What happens when I cancel the boat a week before?", text, "Boat hire")
    assert "half the price" in quoted
    assert "passport" not in quoted
    assert "breaks" not in quoted


async def test_what_is_needed_is_quoted_without_the_steps_of_the_next_section() -> None:
    things = "## What you need for the dye\n\n- onion skins\n- a copper pot\n- wool\n"
    steps = "\n## Dyeing\n\n1. Boil the skins.\n2. Sieve the dye.\n3. Lay the wool into the dye.\n"
    quoted = await answered("What do I need for the dye?", f"# Dye from onions\n\n{things}{steps}", "Dye from onions")
    assert all(thing in quoted for thing in ("onion skins", "copper pot", "wool"))
    assert "Sieve" not in quoted


TASK_LISTS = [
    ("What were the to-dos of the council meeting of 4 May?", "To do"),
    ("Who got which task on 4 May?", "Who does what"),
    ("Which tasks came out of the council meeting of 4 May?", "Tasks"),
]


@pytest.mark.parametrize(("question", "heading"), TASK_LISTS)
async def test_the_tasks_of_a_meeting_are_the_list_under_their_heading(question: str, heading: str) -> None:
    minutes = "# Council meeting, 4 May 2025\n\n## Roof\n\nThe roof is mended for 900 euros.\n"
    tasks = f"\n## {heading}\n\n- Ada: call the roofer\n- Paul: count the tiles\n- Ines: write to the town\n"
    quoted = await answered(question, minutes + tasks, "Council meeting, 4 May 2025", "council-2025-05.md")
    assert all(task in quoted for task in ("roofer", "tiles", "town"))
    assert "900" not in quoted


async def test_a_list_under_the_very_noun_phrase_of_the_question_answers() -> None:
    text = "## Path of a parcel\n\n1. Rosa weighs it.\n2. Tilo writes the label.\n3. The van takes it.\n"
    quoted = await answered("What is the path of a parcel?", f"# Post room\n\nOpen from eight.\n\n{text}", "Post room")
    assert all(step in quoted for step in ("weighs", "label", "van"))


async def test_a_list_under_the_category_asked_for_answers() -> None:
    intro = "# Measuring the well\n\nThis sheet says how the depth of the well is measured.\n\n"
    text = f"{intro}## Equipment\n\n- a rope\n- a lead\n"
    quoted = await answered("What equipment is needed to measure the well?", text, "Measuring the well")
    assert "a rope" in quoted
    assert "a lead" in quoted


SCREWS = (
    "# Salted buns\n\nYou need:\n\n- 500 g strong flour\n- 90 g rye flour\n- 300 g water\n- 9 g salt\n\nMix all. Bake."
)


async def test_a_list_is_quoted_whole_where_some_items_are_what_is_asked_for() -> None:
    quoted = await answered("What are the ingredients of the salted buns?", SCREWS, "Salted buns", "buns.md")
    assert all(item in quoted for item in ("strong flour", "rye flour", "300 g water", "9 g salt"))


HENS = """Keeping hens at the mill

Signs of illness

- Combs that turn pale
- Wings that hang
- A hen that does not leave the house

Ring the vet when a hen does not eat.

Who does what

- Mara: shut the door at dusk
- Piet: fetch the corn
- Odo: mend the fence

Route through the run

- Begin at the door
- Then the trough
- The nests last, so that the hens stay calm
"""


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("Who does what with the hens?", ["Mara", "Piet", "Odo"]),
        ("What is the route through the hens?", ["door", "trough", "nests"]),
    ],
)
async def test_a_list_is_quoted_whole_though_one_item_has_a_word_of_the_title(question: str, items: list[str]) -> None:
    quoted = await answered(question, HENS.replace("\n\n-", "\n-"), "Keeping hens at the mill", "hens.docx")
    assert all(item in quoted for item in items)


async def test_a_list_under_its_heading_is_quoted_whole_though_the_rest_of_the_question_is_the_title() -> None:
    items = "- Combs that turn pale\n- Wings that hang\n- A hen that does not eat"
    text = f"Signs of illness\n\n{items}\n\nRing the vet when a hen is hot."
    quoted = await answered("What are the signs of illness in a hen?", text, "Keeping hens at the mill", "hens.docx")
    assert all(item in quoted for item in ("turn pale", "Wings", "not eat"))
