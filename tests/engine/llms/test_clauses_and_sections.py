"""A question that is limited to a clause is answered by that clause, and a section is quoted by its title."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

LEASE = """LEASE OF THE MILL

14. RENT

14.1 The monthly rent is 900 crowns.

14.2 The rent is due on the third working day of each month.

15. KEYS

15.1 The tenant receives three keys."""
SATZUNG = """# Satzung

## § 6 Beiträge

(1) Der Jahresbeitrag beträgt 60 Euro.

(2) Der Beitrag ist bis zum 31. März zu zahlen.

## § 7 Vorstand

Der Vorstand wird auf zwei Jahre gewählt."""
RULES = "# Berth rules\n\n1. Boats keep to the right.\n2. Engines stop at 22:00.\n3. Dogs are kept on a lead."
STATUTS = "# Statuts\n\nArticle 4 — Cotisation\n\nLa cotisation annuelle est de 45 euros."
MANUAL = "# Manual\n\n## Mooring\n\nMoor with two lines.\n\n### Fenders\n\nUse four.\n\n## Fuel\n\nFuel costs 2 crowns."


@pytest.mark.parametrize(
    ("question", "text", "there"),
    [
        ("According to clause 14.2, when is the rent due?", LEASE, "third working day"),
        ("When is the rent due under clause 14.2?", LEASE, "third working day"),
        ("Pursuant to Section 14.2, when is the rent due?", LEASE, "third working day"),
        ("Clause 15.1: how many keys does the tenant receive?", LEASE, "three keys"),
        ("Wie hoch ist laut § 6 der Jahresbeitrag?", SATZUNG, "60 Euro"),
        ("Laut § 6 Absatz 1, wie hoch ist der Jahresbeitrag?", SATZUNG, "60 Euro"),
        ("Bis wann ist der Beitrag nach § 6 Abs. 2 zu zahlen?", SATZUNG, "31. März"),
        ("According to rule 2, when do engines stop?", RULES, "22:00"),
        ("What does rule 3 say about dogs?", RULES, "on a lead"),
        ("Selon l'article 4, combien coûte la cotisation ?", STATUTS, "45 euros"),
    ],
)
def test_a_clause_answers_what_is_asked_of_it(question: str, text: str, there: str) -> None:
    found = answer(question, text)
    assert found is not None
    assert there in found
    assert len(found.splitlines()) <= 3


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("According to clause 15.1, when is the rent due?", LEASE),
        ("According to clause 14.9, when is the rent due?", LEASE),
        ("Laut § 6 Absatz 2, wie hoch ist der Jahresbeitrag?", SATZUNG),
        ("Laut § 7, wie hoch ist der Jahresbeitrag?", SATZUNG),
        ("According to rule 3, when do engines stop?", RULES),
    ],
)
def test_what_another_clause_says_is_not_an_answer(question: str, text: str) -> None:
    assert answer(question, text) is None


@pytest.mark.parametrize(
    "question",
    [
        "What does the section on mooring say?",
        "What does the Mooring section say?",
        'What is in the chapter "Mooring"?',
        "Was steht im Abschnitt Mooring?",
        "Que dit la section Mooring ?",
    ],
)
def test_a_section_is_quoted_by_its_title(question: str) -> None:
    assert answer(question, MANUAL) == "## Mooring\n\nMoor with two lines.\n\n### Fenders\n\nUse four. [1]"


def test_a_section_with_another_title_is_not_an_answer() -> None:
    assert answer("What does the section on anchoring say?", MANUAL) is None
