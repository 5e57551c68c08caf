"""What is asked in a conversation, and answered by who speaks next: subtitles, exports of chats, FAQs."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import model_answer

TALK = """- When was the mill sold?
- In the spring of 1902.
- Who bought it?
- A baker named Holm.
"""
CHAT = """[3/2/24, 9:12 PM] Ines: Who can lend us the trailer on Sunday?
[3/2/24, 9:14 PM] Bo: I can, it stands in my yard.
[3/2/24, 9:15 PM] Ines: Which room is free at noon?
[3/2/24, 9:16 PM] Ada: B7
"""
BELOW_NAMES = """[3/2/2024 9:12 PM] ines
Where do we put the tents?

[3/2/2024 9:14 PM] bo_holm
Behind the barn.
"""
ROWS = """name: Ines; text: Hello. Who waters the ferns?; ts: 17.1
name: Bo; text: That is me.; ts: 18.2
"""


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("Who bought the mill?", TALK, "A baker named Holm"),
        ("Who lends us the trailer?", CHAT, "Bo: I can"),
        ("Which room is free at noon?", CHAT, "Ada: B7"),
        ("Where do we put the tents?", BELOW_NAMES, "Behind the barn"),
        ("Who waters the ferns?", ROWS, "name: Bo"),
    ],
)
async def test_a_question_of_a_conversation_is_quoted_with_what_is_said_next(
    question: str, text: str, said: str
) -> None:
    response = await model_answer(question, text)
    assert said in str(response)


async def test_another_question_of_a_conversation_is_not_the_one_that_was_asked() -> None:
    response = await model_answer("Who sold the mill?", TALK)
    assert "Holm" not in str(response)


async def test_the_steps_of_a_question_end_where_the_next_question_begins() -> None:
    faq = "How do I reset the lamp?\n\nHold the crown for nine seconds.\n\nWhich cell fits?\n    A flat one.\n"
    response = await model_answer("How do I reset the lamp?", faq)
    assert "nine seconds" in str(response)
    assert "flat" not in str(response)


async def test_the_answer_to_a_question_about_other_things_is_not_quoted() -> None:
    faq = "# El torno\n\nP: ¿A qué temperatura se cuecen los vasos?\nR: La primera cocción es a 980 grados.\n"
    assert "980" in str(await model_answer("¿A qué temperatura se cuecen los vasos?", faq))
    assert "980" not in str(await model_answer("¿Qué temperatura hay en el torno?", faq))
