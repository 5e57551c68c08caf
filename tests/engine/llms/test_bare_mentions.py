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
    ("Wer prüft die Seile?", "Die Seile werden von Jörg Mattes geprüft."),
    ("¿Quién construyó el aljibe?", "El aljibe fue construido por Rosa Villar."),
    ("展览在哪里举办？", "展览在图书馆二楼举办。"),
    ("谁创办了书法班？", "书法班由陈国华创办。"),
    ("What is the name of the farmer near Oll?", "Near Oll the farmer, Mr Greave, lent us a pump."),
    ("What is the name of the yard at Marwick?", "Dirk saw the hull at Marwick; the yard is called Cormack."),
    ("Wie heißt der Kassenwart?", "Wilhelm Auer ist Kassenwart."),
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
    ("Wer prüft die Seile?", "Eigene Seile sind nicht erlaubt, weil die Seile nicht geprüft sind."),
    ("Wer malt die Nordwand?", "7. Die Nordwand ist neu. Am 3. Juni wird die Nordwand gemalt."),
    ("¿Quién construyó el aljibe?", "El aljibe se construyó en 1768 para recoger el agua de la iglesia."),
    ("Which make is the blue car?", "CHANGING A WHEEL ON THE BLUE CAR"),
    ("展览在哪里举办？", "学期末举办展览，每位学员交两幅作品。"),
    ("谁创办了书法班？", "书法班每周六下午两点上课，老师陈国华教书二十年。"),
    ("社区中心在哪条路上？", "书法班地点在社区中心三楼。"),
    ("What is the name of the farmer near Oll?", "**Day 8.** Puncture near Oll; the farmer lent us a pump."),
    ("What is the name of the yard at Marwick?", "Dirk saw the hull at Marwick. The yard at Marwick asks 18 pounds."),
    ("What is the new soap called?", "The Dairy changed the soap in June, and the new soap smells."),
    ("Wie heißt der Kassenwart?", "Der Kassenwart meldet einen Überschuss von 1.860 Euro."),
    ("¿Cómo se llama el abuelo de Inés?", "Lo dirige Inés Caballero, que aprendió el oficio con su abuelo."),
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
