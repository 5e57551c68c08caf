"""Questions to a folder of recipes: their parts, all their steps, and which of them have something in them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bookwheel import DocumentIndex, ExtractiveLLM
from bookwheel.engine.query.query_workflow import QueryWorkflow
from bookwheel.engine.query.response import Response

BEFORE = '---\ntitle: "{title}"\ndate: {date}\ntags: [bread]\n---\n\n{intro}\n\n## {parts}\n\n'
LOAF = BEFORE.format(title="Rye Loaf", date="2021-03-11", intro="Good with butter.", parts="Ingredients") + (
    "- 500 g rye flour\n- 10 g salt\n- 350 ml buttermilk\n\n## Directions\n\n1. Mix the flour and the salt.\n"
    "2. Add the buttermilk slowly. It must be warm.\n3. Let it rest an hour.\n4. Bake for around an hour and a half.\n"
)
FLAT = BEFORE.format(title="Rye Flatbread", date="2022-05-02", intro="Quick and thin.", parts="Ingredients") + (
    "- 200 g rye flour\n- 1 egg\n\n## Directions\n\n1. Mix all.\n2. You can now roll it out.\n3. Fry it in a pan.\n"
)
SUPPE = BEFORE.format(title="Linsensuppe", date="2022-06-02", intro="Macht satt.", parts="Zutaten") + (
    "- 250 g Linsen\n- 2 Möhren\n\n## Zubereitung\n\n1. Die Linsen waschen.\n2. Alles kochen.\n3. Salzen.\n"
)
LONG = "Stir it with a wooden spoon until nothing sticks to the side of the pot any more, and taste it once. "
STEW = "# Harbour stew\n\n## Steps\n\n" + "".join(f"{at}. Step {at}. {LONG * 4}\n" for at in range(1, 9))


async def answer(folder: Path, question: str) -> Response:
    for name, text in {"loaf.md": LOAF, "flatbread.md": FLAT, "suppe.md": SUPPE, "stew.md": STEW}.items():
        (folder / name).write_text(text)
    index = await asyncio.to_thread(DocumentIndex.from_paths, [folder])
    return await QueryWorkflow(index.as_retriever(), ExtractiveLLM()).run(user_msg=question)


@pytest.mark.parametrize(
    "question",
    [
        "What goes into a rye loaf?",
        "What do I need for the rye loaf?",
        "What is the rye loaf made of?",
        "What's in the rye loaf?",
        "ingredients for rye loaf",
        "What ingredients do I need to bake a rye loaf?",
    ],
)
async def test_the_parts_are_quoted_whole_and_without_the_steps(tmp_path: Path, question: str) -> None:
    text = str(await answer(tmp_path, question))
    assert "- 500 g rye flour\n- 10 g salt\n- 350 ml buttermilk" in text
    assert "Mix" not in text
    assert "egg" not in text


@pytest.mark.parametrize("question", ["Was brauche ich für die Linsensuppe?", "Was kommt in die Linsensuppe?"])
async def test_german_questions_for_the_parts(tmp_path: Path, question: str) -> None:
    text = str(await answer(tmp_path, question))
    assert "250 g Linsen" in text
    assert "waschen" not in text


async def test_steps_that_two_passages_hold_are_quoted_in_order(tmp_path: Path) -> None:
    text = str(await answer(tmp_path, "How do I make harbour stew?"))
    places = [text.find(f"{at}. Step {at}.") for at in range(1, 9)]
    assert -1 not in places
    assert places == sorted(places)


async def test_a_step_of_two_sentences_is_a_step(tmp_path: Path) -> None:
    text = str(await answer(tmp_path, "How do I make a rye loaf?"))
    assert "1. Mix the flour and the salt." in text
    assert "4. Bake for around an hour and a half." in text


@pytest.mark.parametrize(
    ("question", "there", "elsewhere"),
    [
        ("Which recipes use rye?", ["500 g rye", "200 g rye"], "Linsen"),
        ("Is there a recipe with lentils?", [], "rye"),
        ("Gibt es ein Rezept mit Möhren?", ["2 Möhren"], "rye"),
        ("Do we have a recipe with buttermilk?", ["buttermilk"], "Linsen"),
    ],
)
async def test_recipes_are_found_by_what_is_in_them(
    tmp_path: Path, question: str, there: list[str], elsewhere: str
) -> None:
    response = await answer(tmp_path, question)
    assert response.supported == bool(there)
    assert all(part in str(response) for part in there)
    assert elsewhere not in str(response)


async def test_around_an_hour_is_how_long(tmp_path: Path) -> None:
    assert "Bake for around an hour and a half" in str(await answer(tmp_path, "How long do I bake the rye loaf?"))


async def test_another_recipe_of_a_later_day_is_not_an_update(tmp_path: Path) -> None:
    text = str(await answer(tmp_path, "How much flour for the rye loaf?"))
    assert "500 g rye flour" in text
    assert "2021-03-11:" not in text
    assert "2022-05-02:" not in text
