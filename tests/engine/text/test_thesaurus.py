"""Everyday words that people use for each other: how they are looked up, and that the data keep their form."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from tests.support.growth import grows_linearly

from bookwheel.engine.text.question_terms import words_of_terms
from bookwheel.engine.text.thesaurus import related_words
from bookwheel.engine.text.thesaurus.inflections import is_form
from bookwheel.engine.text.thesaurus.related_words import KIND, SAME, RelatedWords

DATA = sorted(
    set(Path(related_words.__file__).parent.glob("*.txt")) - {Path(related_words.__file__).with_name("opposites.txt")}
)


def found(question: str, text: str) -> set[tuple[str, str]]:
    """What of a text stands for words of the question, and how."""
    there = RelatedWords(question).found_in(words_of_terms(text))
    return {(" ".join(each.words), each.by) for related in there.values() for each in related}


@pytest.mark.parametrize(
    ("question", "text", "said", "by"),
    [
        ("Where is the sofa?", "Two couches stand in the hall.", "couch", SAME),
        ("Who mends the pump?", "Repairs are done by Ada.", "repair", SAME),
        ("May I bring my suitcases?", "Luggage of up to 20 kg.", "luggage", KIND),
        ("When can I hand my essay in?", "Essays are submitted in May.", "submit", SAME),
        ("How do I submit an essay?", "Essays are handed in at the desk.", "hand in", SAME),
        ("Is it open on Monday?", "Open on weekdays from 8 to 12.", "weekday", KIND),
    ],
)
def test_other_words_for_the_same_thing_are_found_in_a_text(question: str, text: str, said: str, by: str) -> None:
    assert (said, by) in found(question, text)


def test_words_of_a_phrase_count_only_together() -> None:
    assert not {said for said, _ in found("When is it submitted?", "Your hand stays in the glove.")} & {"hand", "in"}


def test_a_past_that_is_a_verb_of_its_own_does_not_stand_for_the_other_verb() -> None:
    assert ("establish", SAME) in found("Who founded the choir?", "The choir was established by Ada Rook.")
    assert found("Who founded the choir?", "No missing scores were found, find them by number.") == set()


def test_an_unrelated_word_with_the_same_beginning_is_not_a_form() -> None:
    assert is_form("car", "cars", "english")
    assert is_form("cherry", "cherries", "english")
    assert is_form("stop", "stopped", "english")
    assert not is_form("car", "care", "english")
    assert not is_form("letter", "let", "english")
    assert not is_form("corner", "corn", "english")


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.stem)
def test_each_line_of_the_data_joins_two_words_or_more(path: Path) -> None:
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        left, mark, right = line.partition(">")
        words = line.replace(">", " ").split()
        assert len(words) > 1, line
        assert len(set(words)) == len(words), line
        assert not mark or (left.strip() and right.strip()), line
        assert line.count(">") < 2, line


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("Wo kann ich mein Auto abstellen?", "Die Parkplätze liegen am Hafen.", "parkplatz"),
        ("Wer repariert die Maschine?", "Für die Reparatur ist Ada da.", "reparatur"),
        ("Combien coûte une valise dans le train ?", "Les bagages sont gratuits.", "bagage"),
        ("¿Puedo traer a mi perro al museo?", "No se admiten animales.", "animal"),
        ("Quando si può parcheggiare nella piazza?", "Il parcheggio è chiuso.", "parcheggio"),
        ("Onde posso estacionar o carro?", "O estacionamento fica no porto.", "estacionamento"),
        ("Waar kan ik mijn auto parkeren?", "De parkeerplaatsen zijn bij de haven.", "parkeerplaats"),
        ("Сколько стоит чемодан?", "Багаж до 20 кг бесплатно.", "багаж"),
    ],
)
def test_each_language_has_its_own_words(question: str, text: str, said: str) -> None:
    assert said in {word for word, _ in found(question, text)}


def test_the_words_of_a_pasted_page_are_not_each_compared_with_each() -> None:
    """A question of 5,000 characters took 3 s."""
    number = count()
    assert grows_linearly(
        lambda text: RelatedWords(f"{text} {next(number)}"), "How much luggage may children take along in summer? ", 20
    )
