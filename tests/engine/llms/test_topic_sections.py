"""A question for all that is said of a topic is answered by the section that is named for it."""

from __future__ import annotations

import pytest
from tests.support.quoted_notes import answer

from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.schema import NumberedNode, TextNode

HANDBOOK = """# Handbook of the mill

## Sabbaticals

Every four years you may take five weeks off. Tell your team three months before. Unused weeks are paid out.

## Flour bonus

The mill shares a tenth of its profit. Shares grow with the years of service.

## Time away

We give 24 days of vacation a year. Vacation moves to the next year. Unused vacation is paid when you leave.

## Pets insurance

The insurer gives a tenth off for pets.

## Tools insurance

Tools are insured in the workshop alone. A drug test is never asked for, and no rules of thumb are either."""
SATZUNG = """# Satzung

## Gastflüge

Gäste fliegen nur mit Fluglehrern. Sie zahlen 40 Euro je Flug. Der Vorstand kann Gastflüge absagen.

## Versicherung

Jedes Mitglied ist gegen Unfall versichert."""
RÈGLEMENT = """# Règlement

## Prêt de matériel

Le matériel se prête pour une semaine. Une caution de 30 euros est demandée.

## Clés

Les clés restent au club."""
NORMAS = """# Piscina

## Invitados

Cada socio trae dos invitados. Los invitados pagan 5 euros.

## Horario

Abre a las nueve."""


@pytest.mark.parametrize(
    ("question", "text", "parts"),
    [
        ("What is the sabbatical policy?", HANDBOOK, ["five weeks", "three months", "paid out"]),
        ("What's our policy on sabbaticals?", HANDBOOK, ["five weeks", "three months", "paid out"]),
        ("How does the flour bonus work?", HANDBOOK, ["a tenth of its profit", "years of service"]),
        ("Tell me about the flour bonus", HANDBOOK, ["a tenth of its profit", "years of service"]),
        ("What are the rules for sabbaticals?", HANDBOOK, ["five weeks", "paid out"]),
        ("Welche Regeln gelten für Gastflüge?", SATZUNG, ["Fluglehrern", "40 Euro", "absagen"]),
        ("Wie sind Gastflüge geregelt?", SATZUNG, ["Fluglehrern", "40 Euro", "absagen"]),
        ("Comment fonctionne le prêt de matériel ?", RÈGLEMENT, ["une semaine", "30 euros"]),
        ("Quelles sont les règles pour le prêt de matériel ?", RÈGLEMENT, ["une semaine", "30 euros"]),
        ("¿Cuáles son las normas para invitados?", NORMAS, ["dos invitados", "5 euros"]),
    ],
)
def test_the_section_named_for_the_topic_is_quoted_whole(question: str, text: str, parts: list[str]) -> None:
    found = answer(question, text)
    assert found is not None
    assert [part for part in parts if part not in found] == []


def test_only_the_section_of_the_topic_is_quoted() -> None:
    found = answer("What is the sabbatical policy?", HANDBOOK)
    assert found is not None
    assert "profit" not in found
    assert "vacation" not in found


def test_a_paragraph_about_the_topic_stands_in_for_its_section() -> None:
    found = answer("What is the vacation policy?", HANDBOOK)
    assert found is not None
    assert "24 days" in found
    assert "paid when you leave" in found


def test_one_mention_is_not_the_rules_of_a_thing() -> None:
    assert answer("What are the rules for the workshop stove?", HANDBOOK) is None
    leave = "# Leave\n\n- Insurance for when you lose wages through injury or drug rehabilitation, up to 52 weeks."
    assert answer("What is the drug policy?", leave) is None
    drugs = "# Work\n\nEach drug must stay at home, says the policy."
    assert "must stay" in (answer("What is the drug policy?", drugs) or "")


def test_a_long_section_is_quoted_by_whole_paragraphs_and_says_so() -> None:
    paragraph = "Members take turns at the wheel, and each turn lasts an hour. " * 6
    text = f"# Club\n\n## Turns\n\n{paragraph}\n\n{paragraph}\n\n{paragraph}"
    found = answer("How do turns work?", text)
    assert found is not None
    assert 1 <= found.count("an hour. Members") // 5 <= 2
    assert found.startswith("Turns (its beginning):\n")
    assert found.partition(" [1]")[0].endswith("an hour.")


def test_badges_below_a_title_are_not_text() -> None:
    badges = "[![Docs](https://img.example/docs)](https://docs.example) [![CI](https://img.example/ci.svg)](https://ci.example)"
    text = f"# Sluice\n\n{badges}\n\nSluice opens gates by a schedule."
    assert answer("Tell me about sluice", text) == "Sluice:\nSluice opens gates by a schedule. [1]"


def test_a_phrase_that_is_a_heading_gets_the_text_below_it() -> None:
    text = "# The mill\n\n## Shop hours\n\nFrom 14 to 19.\n\n## Bread\n\nThe shop has no hours for bread."
    assert answer("shop hours", text) == "Shop hours:\nFrom 14 to 19. [1]"


def test_the_title_may_name_the_people_that_rules_are_for() -> None:
    text = "# Handbook for apprentices\n\n## Safety in the loft\n\n- Boots on the stairs\n- No loose sleeves\n"
    found = answer("What are the safety rules for apprentices?", text)
    assert found is not None
    assert "Boots" in found
    assert "sleeves" in found
    assert answer("What are the safety rules for pilots?", text) is None


def test_of_two_documents_with_that_heading_the_better_one_is_quoted() -> None:
    texts = ("# North\n\n## Shop hours\n\nFrom 9 to 12.", "# South\n\n## Shop hours\n\nFrom 14 to 19.")
    nodes = [NumberedNode(at, TextNode(text, {}, start_char_idx=0), 9.0 / at) for at, text in enumerate(texts, 1)]
    assert "9 to 12" in quoted_answer("shop hours", [], nodes).text
