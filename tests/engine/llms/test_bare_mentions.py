"""A sentence that only mentions what is asked for is not an answer: a theft without the thief, "my exam"."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import model_answer

ANSWERED = [
    ("What is the lap record?", "The lap record still stands at 57:40."),
    ("Who is Ada Rook's deputy?", "Ada Rook is away on 18 May; her deputy, Olga Brandt, will help you."),
    ("Was hat der neue Steg gekostet?", "Der neue Steg hat 900 Euro gekostet."),
    ("Where did the Bold sink?", "Old Tom told us of the Bold, which sank near the pier with a load of salt."),
    ("To whom will the barge be sold?", "The barge will be sold to the college in May."),
    ("¿Qué hay en el Monte Bajo?", "En el Monte Bajo hay una ermita."),
    ("Who tunes the harp?", "The harp in the loft will be tuned by Ada Rook on 4 May."),
    ("Who mends the green van?", "The green van has been broken since May; Tom Vane is mending it."),
    ("Who gave the loom to the school?", "The loom of the school is a gift of Olga Brandt."),
    ("Where is the dance hall?", "The dance hall is behind the mill; on 4 May we show a play in the dance hall."),
    ("Where is the key to the hall?", "The key to the hall is with Ada Rook."),
    ("What is the inn in Holm called?", "Tom Vane has booked beds in the inn in Holm, the Grey Heron."),
    ("Which make is the green van?", "The green van, a Corvax, has been broken since May."),
    ("Which make is the green van?", "The green van was made by Corvax in Holm."),
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
    ("Who gave the loom to the school?", "The loom stands in the school. It is the oldest loom and weighs 90 kg."),
    ("Who is Ada Rook's deputy?", "Ada Rook is away on 18 May; her deputy will help you then."),
    ("Was hat der neue Steg gekostet?", "Der neue Steg ist 5 Meter lang. Er wurde vom Verein bezahlt."),
    ("Where did the Bold sink?", "Old Tom told us of the Bold, which sank in 1931 with a load of salt."),
    ("¿Qué hay en el Monte Bajo?", "En el Monte Alto hay una ermita."),
    ("Who tunes the harp?", "The harp in the loft will be tuned on 4 May."),
    ("Who gave the loom to the school?", "The loom stands in the attic of the school."),
    ("Why does Ada Rook retire?", "Ada Rook retires as clerk in June. Tom Vane asks who wants to follow her."),
    ("Why did Ada Rook move to Holm?", "Ada Rook has left the board, as she has moved to Holm."),
    ("Where is the dance hall?", "On 4 May we show a play at 8 pm in the dance hall."),
    ("Where did the Bold sink?", "# Wrecks\n\nThe Bold sank in 1931."),
    ("What is the inn in Holm called?", "Tom Vane has booked beds for us in an inn in Holm."),
    ("What is Ada's niece called?", "Ada's niece is ill, and the baby too."),
    ("Which make is the green van?", "The green van has been broken since May; Tom Vane is mending it."),
    ("Comment s'appelle le chat du moulin ?", "Le moulin est à Holm. Les chats ne sont pas admis."),
    ("What did Ada Brook do?", "Ada Brooklet painted the attic."),
    ("Who stole the two lamps?", "The two lamps were stolen in May and replaced."),
    ("Qui a volé les lampes ?", "La cave est fermée, parce que deux lampes ont été volées."),
    ("Which course does Ada Rook take?", "Ada Rook cannot come on 3 May because of her course."),
    ("Which firm built the pier?", "The pier was built by another firm."),
    ("Why did Ada Rook move to Holm?", "The post of treasurer is vacant, since Ada Rook has moved to Holm."),
    ("In what year was the pier built?", "The pier was built in May."),
    ("What is the code of the shed?", "3. Shed. The code of the shed has been changed."),
    ("Wer prüft die Seile?", "Eigene Seile sind nicht erlaubt, weil die Seile nicht geprüft sind."),
    ("Wer malt die Nordwand?", "7. Die Nordwand ist neu. Am 3. Juni wird die Nordwand gemalt."),
    ("¿Quién construyó el aljibe?", "El aljibe se construyó en 1768 para recoger el agua de la iglesia."),
    ("Which make is the blue car?", "CHANGING A WHEEL ON THE BLUE CAR"),
    ("展览在哪里举办？", "学期末举办展览，每位学员交两幅作品。"),
    ("谁创办了书法班？", "书法班每周六下午两点上课，老师陈国华教书二十年。"),
    ("What is the name of the farmer near Oll?", "**Day 8.** Puncture near Oll; the farmer lent us a pump."),
    ("What is the name of the yard at Marwick?", "Dirk saw the hull at Marwick. The yard at Marwick asks 18 pounds."),
    ("What is the new soap called?", "The Dairy changed the soap in June, and the new soap smells."),
    ("Wie heißt der Kassenwart?", "Der Kassenwart meldet einen Überschuss von 1.860 Euro."),
    ("¿Cómo se llama el abuelo de Inés?", "Lo dirige Inés Caballero, que aprendió el oficio con su abuelo."),
]


@pytest.mark.parametrize(("question", "text"), ANSWERED)
async def test_a_sentence_that_says_it_is_quoted(question: str, text: str) -> None:
    assert (await model_answer(question, text)).supported


@pytest.mark.parametrize(("question", "text"), REFUSED)
async def test_a_sentence_that_only_mentions_it_is_refused(question: str, text: str) -> None:
    given = await model_answer(question, text)
    assert not given.supported, str(given)
