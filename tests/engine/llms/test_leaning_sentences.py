"""Sentences that refer to the one before them are known by their words, in each language that is looked for."""

import pytest

from bookwheel.engine.llms.extractive.quotable.leaning_sentences import leans_on_sentence_before


@pytest.mark.parametrize(
    "sentence",
    [
        "The mill closed in the autumn of the same year.", "Ada sold the press that evening.", "SAME MONTH, new wheel.",
        "Die Mühle schloss im selben Jahr.", "Am selben Abend kam Ada.", "Im gleichen Monat kam Ada.",
        "Ada kam am gleichen Tag.", "Ada kam in demselben Jahr.", "Ada est venue la même année.",
        "Ada est venue le même jour.", "Ada vino el mismo año.", "Ada vino ese mismo día.",
        "Ada venne lo stesso giorno.", "Ada veio no mesmo mês.", "There are six of them.", "There is one of it.",
        "Davon sind sechs aus Holz.",
        "Il y en a six.", "Hay seis de ellas.", "Ce ne sono sei.", "Ada kwam hetzelfde jaar.",
        "Ada kwam datzelfde jaar.", "Ada kwam dezelfde maand.", "Ада пришла того же года.", "Ада пришла в том же году.",
        "Agreed.", "Beschlossen: ja.", "It has six sails.", "In 1954 they sold the mill.",
    ],
)  # fmt: skip
def test_a_sentence_that_refers_to_the_one_before_it_is_known(sentence: str) -> None:
    assert leans_on_sentence_before(sentence)


@pytest.mark.parametrize(
    "sentence", ["The mill has six sails.", "Ada saw that the wheel turns.", "Der gleiche Müller."]
)
def test_a_sentence_that_stands_for_itself_is_not_taken_for_one(sentence: str) -> None:
    assert not leans_on_sentence_before(sentence)
