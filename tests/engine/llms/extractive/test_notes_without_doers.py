"""Notes that leave out who did it, the year or the number that is asked for."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

DIARY = "Diary of the hives\n\n3 August. Treated both hives with acid.\n\n20 July. Harvest: 18 kg of honey from Rose."
LOCK = "The old padlock was cut. I have fitted a number lock; I tell everybody the number on the phone."
MEMBERS = "Name: Ada Rook; Role: Chair\nName: Bo Lund; Role: Member\nName: Cy Dunn; Role: Treasurer"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who treated the hives?", DIARY),
        ("How much honey did Rose give in 2023?", DIARY),
        ("What is the number of the new lock?", LOCK),
    ],
)
def test_what_the_note_leaves_out_is_refused(question: str, text: str) -> None:
    assert answer(question, text) is None


@pytest.mark.parametrize(
    ("question", "text", "quoted"),
    [
        ("Who treated the hives?", "Treated both hives with acid by Ada Rook.", "Ada Rook"),
        ("How much honey did Rose give?", DIARY, "18 kg"),
        ("How much honey did Rose give in 2023?", f"Diary of 2023\n\n{DIARY}", "18 kg"),
        ("What is the number of the new lock?", "The number of the new lock is 4711.", "4711"),
    ],
)
def test_what_the_note_says_is_quoted(question: str, text: str, quoted: str) -> None:
    found = answer(question, text)
    assert found is not None
    assert quoted in found


def test_all_rows_of_a_list_of_members_are_members() -> None:
    found = answer("How many members does the club have?", MEMBERS, title="Members of the club", name="members.csv")
    assert found is not None
    assert "Three of the three rows" in found
