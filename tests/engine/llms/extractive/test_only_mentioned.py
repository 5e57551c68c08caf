"""What a text only mentions, wishes for or has as a part of another thing does not answer."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

PRICES = "| Work | Price |\n| --- | --- |\n| New rope with hook, 2 m | 16 pounds |\n| Rope of the Wren | 9 pounds |\n"
LAMPS = "Name: Wren lantern; Bulb: E14; Price in pounds: 64.00\nName: Finch lantern; Bulb: E27; Price in pounds: 89.50"
STAFF = "Name: Ada Rook; Job: Cook; With us since: 2019-02-01\nName: Bo Lund; Job: Porter; With us since: 2021-09-06"
MAIL = (
    "Two lanterns\nFrom: Ada Rook <ada@rook.example>\nTo: Bo Lund <bo@lund.example>\n"
    "Date: Tue, 17 Feb 2026 09:41:55 +0000\n\nDear Mr Lund,\n\ntwo lanterns flicker. We should like to buy ninety"
    " Wrens.\n"
)


@pytest.mark.parametrize(
    ("question", "text", "name"),
    [
        ("When does Ada Rook go on leave?", STAFF, "a.csv"),
        ("What is the subject of the mail from Bo Lund?", MAIL, "a.eml"),
        (
            "What is the limit for inns in Paris?",
            "An inn may cost 115 pounds. In London the limit is 160 pounds.",
            "a.md",
        ),
    ],
)
def test_a_text_that_only_mentions_the_thing_is_refused(question: str, text: str, name: str) -> None:
    assert answer(question, text, name=name) is None


@pytest.mark.parametrize(
    ("question", "text", "name", "quoted"),
    [
        ("What is the word of the week?", "Call the guard and say the word of the week, Heron.", "a.md", "Heron"),
        ("What is the word of the week?", "The word of the week is Heron.", "a.md", "Heron"),
        ("How much is a new rope with hook?", PRICES, "a.md", "16 pounds"),
        ("How much is the rope of the Wren?", PRICES, "a.md", "9 pounds"),
        ("How much does the Wren lantern cost?", LAMPS, "a.csv", "64.00"),
        ("What is the subject of the mail from Ada Rook?", MAIL, "a.eml", "Two lanterns"),
        ("What is the limit for inns in London?", "In London the limit for inns is 160 pounds.", "a.md", "160"),
    ],
)
def test_a_text_that_answers_is_quoted(question: str, text: str, name: str, quoted: str) -> None:
    found = answer(question, text, name=name)
    assert found is not None
    assert quoted in found
