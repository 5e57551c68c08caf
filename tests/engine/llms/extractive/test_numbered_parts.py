"""A clause, a section or an article that is asked for by its number is quoted whole, and no other one."""

import pytest
from tests.support.quoted_notes import answer

from bookwheel.engine.llms.extractive.whole_documents.numbered_parts import numbered_part

LEASE = (
    "HIRE CONTRACT\n\n6. Fee. The fee is 120 euros.\n\n"
    "7. Cleaning. The hirer sweeps the hall. If not, 45 euros are due.\n\n8. Keys. Two keys are handed over.\n"
)
TERMS = (
    "# Terms\n\n14.1 Notice. Three months.\n\n14.2 Rent. It is due on the third day.\n\n"
    "14.12 Keys. All are given back.\n"
)
MANUAL = (
    "# Handbuch\n\n## 3 Pflege\n\nDie Walze wird geölt.\n\n### 3.1 Öl\n\nDünnes Öl nehmen.\n\n"
    "## 4 Lager\n\nTrocken lagern.\n"
)
LAW = "§ 5 Kündigung\n(1) Drei Monate.\n(2) Fristlos nur bei Verzug.\n\n§ 6 Ende\nAlles wird zurückgegeben.\n"
CODE = "##### § 1360 Pflicht\n\nJeder Ehegatte zahlt.\n\n##### § 1360a Umfang\n\nEs muss angemessen sein.\n"
LAWS = "Article 5 - Prix\n\nLe prix est de 12 euros.\n\nArticle 6 - Fin\n\nLe contrat finit en mai.\n"


@pytest.mark.parametrize(
    ("question", "text", "said", "unsaid"),
    [
        ("What does clause 7 say?", LEASE, "45 euros", "120 euros"),
        ("what's clause 7 about", LEASE, "sweeps the hall", "Two keys"),
        ("Clause 8", LEASE, "Two keys", "sweeps"),
        ("What does section 14.1 cover?", TERMS, "Three months", "third day"),
        ("What is in clause 14.12?", TERMS, "given back", "Three months"),
        ("Was steht in Kapitel 3?", MANUAL, "Dünnes Öl", "Trocken"),
        ("Was steht in Abschnitt 3.1?", MANUAL, "Dünnes Öl", "Walze"),
        ("Was regelt § 5?", LAW, "Fristlos", "zurückgegeben"),
        ("Was steht in § 5 VerlG?", LAW, "Fristlos", "zurückgegeben"),
        ("§ 1360a MGB", CODE, "angemessen", "Ehegatte"),
        ("Que dit l'article 5 ?", LAWS, "12 euros", "en mai"),
        ("¿Qué dice el artículo 6?", LAWS, "en mai", "12 euros"),
        ("Cosa prevede l'articolo 5?", LAWS, "12 euros", "en mai"),
    ],
)
def test_the_part_is_quoted_whole(question: str, text: str, said: str, unsaid: str) -> None:
    quoted = answer(question, text)
    assert quoted is not None
    assert said in quoted
    assert unsaid not in quoted


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What does clause 9 say?", LEASE),
        ("What is clause 14.3 about?", TERMS),
        ("What is section 14 about?", LEASE),
        ("Was steht in § 7?", LEASE),
        ("What does step 12 say?", "# Cake\n\n12 eggs are needed. 12 percent is butter.\n"),
    ],
)
def test_a_part_that_is_not_there_is_not_replaced(question: str, text: str) -> None:
    assert answer(question, text) is None


@pytest.mark.parametrize(
    "question",
    [
        "How many keys does clause 8 promise?",
        "Was kostet § 5 Miete?",
        "What does the machine in room 7 say?",
        "When was part 3 delivered?",
    ],
)
def test_what_is_asked_of_a_part_is_another_question(question: str) -> None:
    assert numbered_part(question) is None


def test_the_document_that_is_named_counts() -> None:
    part = numbered_part("What does clause 7 of the berth contract say?")
    assert part is not None
    assert part.number == "7"
    assert {"berth", "contract"} <= part.of
