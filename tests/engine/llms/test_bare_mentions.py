"""A sentence that only mentions what is asked for is no answer: a theft without the thief, "my exam"."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.chat import ChatResponse
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.schema import ChatMessage, NumberedNode, TextNode

ANSWERED = [
    ("Who stole the two lamps?", "The two lamps were stolen by Tom Vane."),
    ("Who stole the two lamps?", "Tom Vane stole the two lamps."),
    ("Qui a volé les lampes ?", "Les lampes ont été volées par Tom Vane."),
    ("Which course does Ada Rook take?", "Ada Rook takes the first aid course."),
    ("Which firm built the pier?", "The pier was built by the firm Holm & Vane."),
    ("Why did Ada Rook move to Holm?", "Ada Rook moved to Holm because her mother lives there."),
    ("In what year was the pier built?", "The pier was built in 1911."),
    ("How old is Ada Rook?", "Ada Rook is 61 years old."),
    ("What is the code of the shed?", "3. Shed. The code of the shed is 4711."),
]
REFUSED = [
    ("Who stole the two lamps?", "The two lamps were stolen in May and replaced."),
    ("Qui a volé les lampes ?", "La cave est fermée, parce que deux lampes ont été volées."),
    ("Which course does Ada Rook take?", "Ada Rook cannot come on 3 May because of her course."),
    ("Which firm built the pier?", "The pier was built by another firm."),
    ("Why did Ada Rook move to Holm?", "The post of treasurer is vacant, since Ada Rook has moved to Holm."),
    ("In what year was the pier built?", "The pier was built in May."),
    ("How old is Ada Rook?", "Ada Rook founded the club in 1998."),
    ("What is the code of the shed?", "3. Shed. The code of the shed has been changed."),
]


async def answer(question: str, text: str) -> ChatResponse:
    node = NumberedNode(1, TextNode(text=text, metadata={"file_name": "notes.txt"}), 4.0)
    return await ExtractiveLLM().achat([ChatMessage(content=question, nodes=[node])])


@pytest.mark.parametrize(("question", "text"), ANSWERED)
async def test_a_sentence_that_says_it_is_quoted(question: str, text: str) -> None:
    assert (await answer(question, text)).supported


@pytest.mark.parametrize(("question", "text"), REFUSED)
async def test_a_sentence_that_only_mentions_it_is_refused(question: str, text: str) -> None:
    given = await answer(question, text)
    assert not given.supported, str(given)
