"""How near texts are in meaning to a question, for the model that answers by quoting."""

from collections.abc import Sequence

import pytest

from bookwheel.engine.embeddings.words_in_context import ReadText
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


def test_words_are_not_compared_by_a_model_that_gives_no_vectors_of_words() -> None:
    assert Cosines(Lengths).nearest_words("one two", ["a"]) is None


def test_a_text_that_was_read_for_its_words_is_not_embedded_again() -> None:
    np = pytest.importorskip("numpy")

    class Reading(Lengths):
        """Its word vectors: one for each word, that of its length."""

        def read_texts(self, texts: Sequence[str], *, is_query: bool) -> list[ReadText]:
            self.read = [*getattr(self, "read", []), *texts]
            return [
                ReadText(
                    np.array([len(text), 1.0]),
                    tuple(text.split()),
                    np.array([[len(word), -len(word)] for word in text.split()], np.float16),
                )
                for text in texts
            ]

    model = Reading()
    closeness = Cosines(lambda: model)
    nearest = closeness.nearest_words("four", ["a word", "be"])
    assert nearest is not None
    assert list(nearest.words) == ["four"]
    assert nearest.near[0] == pytest.approx([1.0])
    assert nearest.near[1] == pytest.approx([-1.0])
    assert closeness("four", ["a word", "be"])[0] == pytest.approx(0.997, abs=0.01)
    closeness.nearest_words("five", ["be"])
    assert model.texts == []
    assert model.read == ["four", "a word", "be", "five"]
