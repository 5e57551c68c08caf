"""How near texts are in meaning to a question, for the model that answers by quoting."""

import pytest

from bookwheel.wiring.provider_models import Cosines


class Lengths:
    """Counts what it embeds; the vector of a text is its length and one."""

    model_name = "lengths"

    def __init__(self) -> None:
        self.questions: list[str] = []
        self.texts: list[str] = []

    def get_query_embedding(self, query: str) -> list[float]:
        self.questions.append(query)
        return [float(len(query)), 1.0]

    def get_text_embedding_batch(self, texts: list[str]) -> list[list[float]]:
        self.texts += texts
        return [[float(len(text)), 1.0] for text in texts]


def test_texts_and_questions_are_embedded_once() -> None:
    model = Lengths()
    closeness = Cosines(lambda: model)
    first = closeness("one", ["a", "bbb", "a"])
    assert first == pytest.approx([0.894, 1.0, 0.894], abs=0.001)
    assert closeness("one", ["bbb", "cc"])[0] == pytest.approx(1.0)
    assert (model.questions, model.texts) == (["one"], ["a", "bbb", "cc"])


def test_no_texts_give_no_cosines() -> None:
    assert Cosines(Lengths)("one", []) == []
