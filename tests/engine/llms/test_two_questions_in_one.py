"""Two questions in one: what a pronoun in the second stands for, and what is not found."""

from __future__ import annotations

import pytest

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

STAFF = "Name: Mara Lund; Room: 1.07; Joined: 2011\nName: Ada Rook; Room: 2.11; Joined: 2019\n"
JOBS = "Job: kiln manual; Translated by: Ada Rook; Words: 8200\nJob: loom manual; Translated by: Tom Vane; Words: 410\n"
LOG = "2025-03-02 Z1 belt torn, stopped\n2025-03-02 Z4 fuse blown, stopped\n2025-03-04 Z1 belt changed by T. Vane\n"
YIELD = "Mill: Z1; Yield: 81\nMill: Z4; Yield: 64\n"
ASKED = [
    ("Who translated the kiln manual, and what is her room?", ["Ada Rook", "2.11"]),
    ("What was the yield of Z4, and what was it stopped for on 2 March?", ["64", "fuse"]),
    ("How many words does the loom manual have, and by whom was it translated?", ["410", "Tom Vane"]),
    ("How many words does the kiln manual have, and when did its translator join?", ["8200"]),
    ("What was the yield of Z1, and who changed its belt?", ["81", "T. Vane"]),
]


@pytest.mark.parametrize(("question", "there"), ASKED)
def test_a_pronoun_stands_for_what_the_first_question_is_about(question: str, there: list[str]) -> None:
    nodes = [
        NumberedNode(number, TextNode(text, metadata={"file_name": f"{number}.csv"}), 1.0)
        for number, text in enumerate((STAFF, JOBS, LOG, YIELD), 1)
    ]
    text = quoted_answer(question, [], nodes).text
    assert [word for word in there if word not in text] == [], text
